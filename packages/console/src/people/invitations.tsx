// People invited by e-mail: who is expected, who came.

import { Stack } from '@mantine/core'
import type { CreatedInvitation } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useWords } from '../i18n/language.tsx'
import { CopyValue } from '../ui/copy-value.tsx'
import { Note } from '../ui/note.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { InvitationList } from './invitations/invitation-list.tsx'
import { InviteForm } from './invitations/invite-form.tsx'

/** Who was invited, and the form that invites. */
export function InvitationsScreen(): ReactNode {
  const { t } = useWords()
  const [made, setMade] = useState<CreatedInvitation>()
  return (
    <Page title={t('nav.invitations')} about={t('invitations.about')}>
      <Panel title={t('invitations.create')}>
        <InviteForm made={setMade} />
        {made !== undefined && (
          <Stack gap="xs" mt="md">
            <Note tone="good" role="status">
              {made.url === null
                ? t('invitations.sent', { email: made.invitation.email })
                : t('invitations.link', { email: made.invitation.email })}
            </Note>
            {made.url !== null && <CopyValue label={t('invitations.linkLabel')} value={made.url} />}
          </Stack>
        )}
      </Panel>
      <Panel>
        <InvitationList made={setMade} />
      </Panel>
    </Page>
  )
}

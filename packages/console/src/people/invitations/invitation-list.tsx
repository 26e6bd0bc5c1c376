// Who was invited, and who came.
import { Button, Group } from '@mantine/core'
import type { CreatedInvitation, Invitation } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useCall, useChange } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import { Listing } from '../../ui/listing.tsx'
import { Failure } from '../../ui/note.tsx'
import { Empty } from '../../ui/page.tsx'
import { usePages } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { staleInvitations } from './stale-invitations.ts'

const tones: Readonly<Record<Invitation['state'], Tone>> = {
  open: 'info',
  accepted: 'good',
  expired: 'warn',
  revoked: 'off',
}

/** Every invitation; one that is sent again is given to `made`. */
export function InvitationList(props: { readonly made: (made: CreatedInvitation) => void }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const pages = usePages()
  const query = useCall('listInvitations', { params, query: { cursor: pages.cursor } })
  const resend = useChange('resendInvitation', staleInvitations)
  const again = (id: string): void => resend.mutate({ params: { ...params, id } }, { onSuccess: props.made })
  return (
    <>
      <Failure error={resend.error} />
      <Listing
        query={query}
        pages={pages}
        label={t('nav.invitations')}
        empty={<Empty title={t('invitations.none')} />}
        columns={[
          { head: t('user.email'), cell: ({ email }) => email },
          { head: t('users.role'), cell: ({ role }) => t(`role.${role}`) },
          {
            head: t('users.state'),
            cell: ({ state }) => <Badge tone={tones[state]}>{t(`invitation.${state}`)}</Badge>,
          },
          { head: t('invitations.until'), cell: ({ expiresAt }) => <When at={expiresAt} isDay /> },
          {
            head: t('actions'),
            isActions: true,
            cell: (invitation) => <InvitationActs invitation={invitation} resend={again} />,
          },
        ]}
      />
    </>
  )
}

/** Nothing for one that was accepted or revoked. */
function InvitationActs(props: {
  readonly invitation: Invitation
  readonly resend: (id: string) => void
}): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const revoke = useChange('revokeInvitation', staleInvitations)
  const { id, email, state } = props.invitation
  if (state !== 'open' && state !== 'expired') return null
  return (
    <Group gap="xs" justify="flex-end">
      <Button
        size="xs"
        variant="default"
        aria-label={t('invitations.resendTo', { email })}
        onClick={() => props.resend(id)}
      >
        {t('invitations.resend')}
      </Button>
      {state === 'open' && (
        <ConfirmButton
          label={t('keys.revoke')}
          ariaLabel={t('invitations.revokeTitle', { email })}
          title={t('invitations.revokeTitle', { email })}
          body={t('invitations.revokeBody')}
          act={t('keys.revoke')}
          isDangerous
          run={() => revoke.mutateAsync({ params: { ...params, id } })}
        />
      )}
    </Group>
  )
}

// People invited by e-mail: who is expected, who came.

import { Button, Group, Select, Stack, TextInput } from '@mantine/core'
import type { CreatedInvitation, Invitation } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../base/api.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Badge, type Tone } from '../ui/badge.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { useContractForm } from '../ui/contract-form.ts'
import { CopyValue } from '../ui/copy-value.tsx'
import { Form } from '../ui/form.tsx'
import { Failure, Note } from '../ui/note.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { Pager, Table, usePages } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

const loadSchema = async () => (await import('@rollcall/api/schemas')).newInvitationSchema

const stale = ['listInvitations', 'listEvents'] as const
const tones: Readonly<Record<Invitation['status'], Tone>> = {
  open: 'info',
  accepted: 'good',
  expired: 'warn',
  revoked: 'off',
}

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
        <InvitationTable made={setMade} />
      </Panel>
    </Page>
  )
}

function InviteForm(props: { readonly made: (made: CreatedInvitation) => void }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const { mutateAsync } = useChange('createInvitation', stale)
  const { form, error, isBusy, submit } = useContractForm(loadSchema, {
    email: '',
    role: 'member' as 'member' | 'admin',
    days: 7,
  })
  return (
    <Form
      submit={submit(async (body) => {
        props.made(await mutateAsync({ params, body }))
        form.reset()
      })}
      act={t('invitations.create')}
      isBusy={isBusy}
      error={error}
    >
      <Group align="flex-start">
        <TextInput
          type="email"
          label={t('user.email')}
          style={{ flex: '1 1 240px' }}
          {...form.getInputProps('email')}
        />
        <Select
          label={t('users.role')}
          w={170}
          data={(['member', 'admin'] as const).map((value) => ({ value, label: t(`role.${value}`) }))}
          {...form.getInputProps('role')}
        />
      </Group>
    </Form>
  )
}

function InvitationTable(props: { readonly made: (made: CreatedInvitation) => void }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const pages = usePages()
  const query = useCall('listInvitations', { params, query: { cursor: pages.cursor } })
  const revoke = useChange('revokeInvitation', stale)
  const resend = useChange('resendInvitation', stale)
  return (
    <Answer query={query}>
      {({ items, nextCursor }) =>
        items.length === 0 ? (
          <Empty title={t('invitations.none')} />
        ) : (
          <>
            <Failure error={resend.error} />
            <Table
              label={t('nav.invitations')}
              rows={items}
              columns={[
                { head: t('user.email'), cell: ({ email }) => email },
                { head: t('users.role'), cell: ({ role }) => t(`role.${role}`) },
                {
                  head: t('users.state'),
                  cell: ({ status }) => <Badge tone={tones[status]}>{t(`invitation.${status}`)}</Badge>,
                },
                { head: t('invitations.until'), cell: ({ expiresAt }) => <When at={expiresAt} isDay /> },
                {
                  head: t('actions'),
                  isActions: true,
                  cell: ({ id, email, status }) =>
                    (status === 'open' || status === 'expired') && (
                      <Group gap="xs" justify="flex-end">
                        <Button
                          size="xs"
                          variant="default"
                          aria-label={t('invitations.resendTo', { email })}
                          onClick={() =>
                            resend.mutate({ params: { ...params, id } }, { onSuccess: props.made })
                          }
                        >
                          {t('invitations.resend')}
                        </Button>
                        {status === 'open' && (
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
                    ),
                },
              ]}
            />
            <Pager pages={pages} nextCursor={nextCursor} />
          </>
        )
      }
    </Answer>
  )
}

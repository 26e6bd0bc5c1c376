// Links for the customer's IT contact: single sign-on, domains and provisioning, for some days, resumable, revocable.
import { Button, Group, NumberInput, Stack, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { useOrganization, useOwnersLinkRefusal } from '../session.tsx'
import { Badge } from '../ui/badge.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { CopyValue } from '../ui/copy-value.tsx'
import { Failure, Note } from '../ui/note.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

const stale = ['listPortalLinks', 'listEvents'] as const

export function Screen(): ReactNode {
  const { t, time } = useWords()
  const { params } = useOrganization()
  const query = useCall('listPortalLinks', { params })
  const create = useChange('createPortalLink', stale)
  const revoke = useChange('revokePortalLink', stale)
  const ownersLink = useOwnersLinkRefusal()
  const [email, setEmail] = useState('')
  const [days, setDays] = useState<number | string>(7)
  return (
    <Page title={t('nav.setUpLinks')} about={t('setUpLinks.about')}>
      <Panel title={t('setUpLinks.create')}>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            create.mutate({
              params,
              body: {
                role: 'admin',
                days: Number(days),
                ...(email.trim() === '' ? {} : { email: email.trim() }),
              },
            })
          }}
        >
          <Stack>
            <Group align="flex-start">
              <TextInput
                type="email"
                label={t('setUpLinks.email')}
                description={t('setUpLinks.emailHint')}
                style={{ flex: '1 1 240px' }}
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
              />
              <NumberInput
                label={t('setUpLinks.days')}
                description={t('setUpLinks.daysHint')}
                min={1}
                max={30}
                w={170}
                value={days}
                onChange={setDays}
                allowDecimal={false}
              />
            </Group>
            <Failure error={create.error} />
            <div>
              <Button type="submit" loading={create.isPending}>
                {t('setUpLinks.create')}
              </Button>
            </div>
            {create.data !== undefined && (
              <>
                <Note tone="good" role="status">
                  {t('setUpLinks.made', { until: time(create.data.expiresAt) })}
                </Note>
                <CopyValue label={t('setUpLinks.link')} value={create.data.url} />
              </>
            )}
          </Stack>
        </form>
      </Panel>
      <Panel>
        <Answer query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t('setUpLinks.none')} />
            ) : (
              <Table
                label={t('nav.setUpLinks')}
                rows={items}
                columns={[
                  { head: t('setUpLinks.for'), cell: ({ email: to }) => to ?? '–' },
                  {
                    head: t('setUpLinks.kind'),
                    cell: ({ kind, role }) =>
                      kind === 'setup'
                        ? t('setUpLinks.setup')
                        : t('setUpLinks.portal', { role: t(`role.${role}`) }),
                  },
                  {
                    head: t('users.state'),
                    cell: ({ revokedAt, endedReason, expiresAt, usedAt, kind }) => {
                      if (revokedAt !== null) return <Badge tone="off">{t('keys.revoked')}</Badge>
                      if (endedReason !== null)
                        return <Badge tone="off">{t(`setUpLinks.ended.${endedReason}`)}</Badge>
                      if (kind === 'portal' && usedAt !== null)
                        return <Badge tone="off">{t('setUpLinks.used')}</Badge>
                      return new Date(expiresAt).getTime() < Date.now() ? (
                        <Badge tone="off">{t('keys.ended')}</Badge>
                      ) : (
                        <Badge tone="good">{t('keys.active')}</Badge>
                      )
                    },
                  },
                  {
                    head: t('setUpLinks.maker'),
                    cell: ({ createdBy: { name, rung } }) => (
                      <span className="rc-break">
                        {[name, rung === null ? null : t(`rung.${rung}`)]
                          .filter((one) => one !== null)
                          .join(' · ') || '–'}
                      </span>
                    ),
                  },
                  {
                    head: t('setUpLinks.lastUsed'),
                    cell: ({ usedAt }) => <When at={usedAt} none={t('never')} />,
                  },
                  { head: t('setUpLinks.until'), cell: ({ expiresAt }) => <When at={expiresAt} /> },
                  {
                    head: t('actions'),
                    isActions: true,
                    cell: ({ id, role, revokedAt, endedAt, expiresAt, email: to }) =>
                      revokedAt === null &&
                      endedAt === null &&
                      new Date(expiresAt).getTime() > Date.now() && (
                        <ConfirmButton
                          label={t('keys.revoke')}
                          ariaLabel={t('setUpLinks.revokeTitle', { email: to ?? id })}
                          title={t('setUpLinks.revokeTitle', { email: to ?? id })}
                          body={t('setUpLinks.revokeBody')}
                          act={t('keys.revoke')}
                          isDangerous
                          reason={role === 'owner' ? ownersLink : undefined}
                          run={() => revoke.mutateAsync({ params: { ...params, id } })}
                        />
                      ),
                  },
                ]}
              />
            )
          }
        </Answer>
      </Panel>
    </Page>
  )
}

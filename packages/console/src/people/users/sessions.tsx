// Where a person is signed in, here and in applications, and the one act that ends it all.
import { Group, Stack, Text, TextInput } from '@mantine/core'
import type { UserDetail, UserSession } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { queryClient, useCall, useChange } from '../../base/api.ts'
import { useOrganization, useOwnerRefusal, useSession } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import { Answer, Panel } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'

const stale = ['listUserSessions', 'listEvents'] as const

/** Every session of a person, and the button that ends them all. */
export function Sessions({ user }: { readonly user: UserDetail }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const columns = useColumns()
  const query = useCall('listUserSessions', { params: { ...params, id: user.id } })
  return (
    <Panel title={t('sessions.title')} about={t('sessions.about')}>
      <Answer query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Text c="dimmed">{t('sessions.none')}</Text>
          ) : (
            <Stack>
              <Table label={t('sessions.title')} rows={items} columns={columns} />
              <Group>
                <EndSessions user={user} />
              </Group>
            </Stack>
          )
        }
      </Answer>
    </Panel>
  )
}

function useColumns() {
  const { t } = useWords()
  return [
    {
      head: t('sessions.where'),
      cell: ({ application, isCurrent }: UserSession) => (
        <>
          {application?.name ?? t('sessions.here')}{' '}
          {isCurrent && <Badge tone="good">{t('sessions.current')}</Badge>}
        </>
      ),
    },
    {
      head: t('sessions.from'),
      cell: ({ ip, userAgent }: UserSession) => (
        <>
          <span className="rc-mono">{ip ?? '–'}</span>
          {userAgent !== null && (
            <Text size="sm" c="dimmed" className="rc-break">
              {userAgent}
            </Text>
          )}
        </>
      ),
    },
    { head: t('sessions.by'), cell: ({ connection }: UserSession) => connection?.name ?? '–' },
    { head: t('sessions.since'), cell: ({ createdAt }: UserSession) => <When at={createdAt} /> },
    { head: t('sessions.seen'), cell: ({ lastSeenAt }: UserSession) => <When at={lastSeenAt} /> },
    { head: t('sessions.until'), cell: ({ expiresAt }: UserSession) => <When at={expiresAt} /> },
  ]
}

function EndSessions({ user }: { readonly user: UserDetail }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const isOwn = useSession().userId === user.id
  const refusal = useOwnerRefusal(user.role)
  const end = useChange('endUserSessions', stale)
  const [reason, setReason] = useState('')
  const run = async (): Promise<void> => {
    const said = reason.trim()
    await end.mutateAsync({
      params: { ...params, id: user.id },
      body: said === '' ? {} : { reason: said },
    })
    setReason('')
    // Whoever ends their own is out with it.
    if (isOwn) await queryClient.resetQueries()
  }
  return (
    <ConfirmButton
      size="sm"
      label={t(isOwn ? 'sessions.endOwn' : 'sessions.end')}
      title={isOwn ? t('sessions.endOwnTitle') : t('sessions.endTitle', { name: user.userName })}
      body={
        <Stack>
          <span>{t(isOwn ? 'sessions.endOwnBody' : 'sessions.endBody')}</span>
          <TextInput
            label={t('sessions.reason')}
            description={t('sessions.reasonHint')}
            value={reason}
            maxLength={200}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </Stack>
      }
      act={t(isOwn ? 'sessions.endOwn' : 'sessions.end')}
      isDangerous
      reason={isOwn ? undefined : refusal}
      run={run}
    />
  )
}

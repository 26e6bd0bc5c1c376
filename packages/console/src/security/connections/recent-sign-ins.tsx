// The newest sign-ins by one connection, each with what happened and why.
import type { ReactNode } from 'react'
import { useCall } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { Explanation } from '../../i18n/explanation.tsx'
import { useWords } from '../../i18n/language.tsx'
import { OutcomeBadge } from '../../ui/outcome-badge.tsx'
import { Answer, Empty, Panel } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'

/** The latest ten by this connection among the latest fifty of all, read again every five seconds. */
export function RecentSignIns({ connectionId }: { readonly connectionId: string }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const query = useCall(
    'listActivity',
    { params, query: { kind: 'sign_in', limit: 50 } },
    { refetchMs: 5_000 },
  )
  return (
    <Panel title={t('sso.recent')}>
      <Answer query={query}>
        {({ items }) => {
          const own = items.filter((one) => one.connectionId === connectionId).slice(0, 10)
          return own.length === 0 ? (
            <Empty title={t('sso.recentNone')} />
          ) : (
            <Table
              label={t('sso.recent')}
              rows={own}
              columns={[
                { head: t('activity.when'), cell: ({ occurredAt }) => <When at={occurredAt} /> },
                {
                  head: t('activity.outcome'),
                  cell: ({ outcome }) => <OutcomeBadge outcome={outcome} />,
                },
                { head: t('activity.what'), cell: (row) => <Explanation of={row} /> },
              ]}
            />
          )
        }}
      </Answer>
    </Panel>
  )
}

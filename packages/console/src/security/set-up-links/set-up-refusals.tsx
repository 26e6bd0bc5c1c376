// What a set-up contact's own keys and connections were refused for, with reasons; nothing where nothing was.
import type { ReactNode } from 'react'
import { useCall } from '../../base/api.ts'
import { useMayManagePeople, useOrganization } from '../../frame/session.tsx'
import { Explanation } from '../../i18n/explanation.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Panel } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'

/** Of one kind or connection where one is named; read again every five seconds. Administrators have Activity instead. */
export function SetUpRefusals(props: {
  readonly kind?: 'scim' | 'sign_in'
  readonly connectionId?: string
}): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const mayManagePeople = useMayManagePeople()
  const { data } = useCall('listSetUpRefusals', { params }, { isIdle: mayManagePeople, refetchMs: 5_000 })
  const rows = (data?.items ?? []).filter(
    ({ kind, connectionId }) =>
      (props.kind === undefined || kind === props.kind) &&
      (props.connectionId === undefined || connectionId === props.connectionId),
  )
  if (rows.length === 0) return null
  return (
    <Panel title={t('setUp.refusals')} about={t('setUp.refusalsAbout')}>
      <Table
        label={t('setUp.refusals')}
        rows={rows}
        columns={[
          { head: t('activity.when'), cell: ({ occurredAt }) => <When at={occurredAt} /> },
          { head: t('activity.kind'), cell: ({ kind }) => t(`setUp.refusedKind.${kind}`) },
          {
            head: t('setUp.why'),
            cell: (row) =>
              row.sentences.length > 0 ? (
                <Explanation of={row} />
              ) : (
                t('setUp.refusedUnsaid', { reference: row.requestId })
              ),
          },
        ]}
      />
    </Panel>
  )
}

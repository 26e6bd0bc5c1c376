// Whose requests and sign-ins are refused most.
import type { InstallationStatistics } from '@rollcall/api'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { links } from '../../base/links.ts'
import { useWords } from '../../i18n/language.tsx'
import { Panel } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'

/** Nothing where nothing was refused. */
export function MostRefused(props: {
  readonly rows: InstallationStatistics['mostRefused']
  readonly days: number
}): ReactNode {
  const { t, n, number } = useWords()
  if (props.rows.length === 0) return null
  return (
    <Panel title={t('overview.mostRefused')} about={n('chart.days', props.days)}>
      <Table
        label={t('overview.mostRefused')}
        rows={props.rows.map((one) => ({ ...one, id: one.organization.id }))}
        columns={[
          {
            head: t('organizations.name'),
            cell: ({ organization: { slug, name } }) => <Link to={links.provisioning(slug)}>{name}</Link>,
          },
          {
            head: t('overview.refusedRequests'),
            cell: ({ totals }) =>
              t('overview.of', {
                part: totals.refusals,
                all: totals.reads + totals.changes + totals.refusals,
              }),
          },
          {
            head: t('overview.refusedSignIns'),
            cell: ({ totals }) =>
              t('overview.of', {
                part: totals.refusedSignIns,
                all: totals.signIns + totals.refusedSignIns,
              }),
          },
          { head: t('overview.people'), cell: ({ people }) => number(people) },
        ]}
      />
    </Panel>
  )
}

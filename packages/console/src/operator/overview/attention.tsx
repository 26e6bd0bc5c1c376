// The room `console/operator/overview`: parts of the operator's overview. What they show is counted by the service; nothing is added up
// here but what a chart stacks.
//
// `attention` says what wants a look, and is nothing where nothing does. `figures` are a few numbers in large.
// `traffic` is the chart, with what is chosen of it; `most-refused` says whom it hits.
// `serving` has the nodes and what waits to go out.
//
// What wants a look beside what needs an act: organizations that fail, and keys and certificates that end.
import { Text } from '@mantine/core'
import type { Ending, InstallationStatistics } from '@rollcall/api'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useCall } from '../../base/api.ts'
import { links } from '../../base/links.ts'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Panel } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'

const mostShown = 5

/** Organizations where most of the newest requests were refused; nothing where none fails. */
export function Failing({ failing }: Pick<InstallationStatistics, 'failing'>): ReactNode {
  const { t, n } = useWords()
  if (failing.length === 0) return null
  return (
    <Panel title={n('overview.failing', failing.length)} about={t('overview.failingAbout')}>
      <Table
        label={n('overview.failing', failing.length)}
        rows={failing.slice(0, mostShown).map((one) => ({ ...one, id: one.organization.id }))}
        columns={[
          {
            head: t('organizations.name'),
            cell: ({ organization: { slug, name } }) => <Link to={links.provisioning(slug)}>{name}</Link>,
          },
          {
            head: t('organizations.failures'),
            cell: ({ refused, judged }) => t('organizations.refusedOf', { refused, judged }),
          },
          {
            head: t('health.lastTime'),
            cell: ({ lastRefusalAt }) => <When at={lastRefusalAt} none={t('never')} />,
          },
        ]}
      />
    </Panel>
  )
}

/** Keys and certificates that end within a month; nothing where none does. */
export function EndsSoon(): ReactNode {
  const { t, n } = useWords()
  const { data } = useCall('listEndings', {}, { refetchMs: 60_000 })
  const items = data?.items ?? []
  if (items.length === 0) return null
  return (
    <Panel title={n('overview.ending', items.length)} about={t('overview.endingAbout')}>
      <Table
        label={n('overview.ending', items.length)}
        rows={items.slice(0, mostShown).map((one) => ({ ...one, id: one.subjectId }))}
        columns={[
          { head: t('organizations.name'), cell: ({ organization }) => organization.name },
          {
            head: t('needs.what'),
            cell: (one) => (
              <>
                <Text size="sm">{t(`overview.${one.kind}`)}</Text>
                <Link to={toPlace(one)}>{one.name}</Link>
              </>
            ),
          },
          { head: t('overview.ends'), cell: ({ endsAt }) => <Ends at={endsAt} /> },
        ]}
      />
      {items.length > mostShown && (
        <Text size="sm" c="dimmed">
          {n('overview.more', items.length - mostShown)}
        </Text>
      )}
    </Panel>
  )
}

function toPlace({ kind, subjectId, organization: { slug } }: Ending): string {
  return kind === 'certificate' ? links.connection(slug, subjectId) : links.provisioning(slug, 'keys')
}

function Ends({ at }: { readonly at: string }): ReactNode {
  const { t } = useWords()
  const isOver = Date.parse(at) <= Date.now()
  return isOver ? <Badge tone="bad">{t('overview.ended')}</Badge> : <When at={at} />
}

// What serves, and what waits to go out.
import type { Installation } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useCall } from '../../base/api.ts'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Fact, Facts } from '../../ui/facts.tsx'
import { Answer, Panel } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'

const quietMs = 60_000

/** The nodes, and the backlog of each kind of delivery. */
export function Serving(): ReactNode {
  const { t } = useWords()
  const query = useCall('getInstallation', {}, { refetchMs: 10_000 })
  return (
    <Panel title={t('overview.serving')}>
      <Answer query={query}>
        {(found) => (
          <>
            <Backlog found={found} />
            {found.nodes.length > 0 && <Nodes nodes={found.nodes} />}
          </>
        )}
      </Answer>
    </Panel>
  )
}

function Backlog({ found }: { readonly found: Installation }): ReactNode {
  const { t, n } = useWords()
  const waiting = found.deliveries.reduce((sum, one) => sum + one.waiting, 0)
  const overdue = Math.max(0, ...found.deliveries.map((one) => one.overdueSeconds))
  return (
    <Facts>
      <Fact name={t('overview.waiting')}>
        {n('overview.deliveries.waiting', waiting)}
        {overdue > 60 && (
          <>
            {' '}
            <Badge tone="warn">{n('overview.overdue', Math.round(overdue / 60))}</Badge>
          </>
        )}
      </Fact>
      <Fact name={t('installation.version')}>{found.version}</Fact>
      <Fact name={t('installation.started')}>
        <When at={found.startedAt} />
      </Fact>
    </Facts>
  )
}

function Nodes({ nodes }: Pick<Installation, 'nodes'>): ReactNode {
  const { t } = useWords()
  const isQuiet = (seenAt: string): boolean => Date.now() - Date.parse(seenAt) > quietMs
  return (
    <Table
      label={t('overview.nodes')}
      rows={nodes}
      columns={[
        { head: t('overview.node'), cell: ({ id }) => <span className="rc-mono">{id.slice(0, 8)}</span> },
        { head: t('installation.version'), cell: ({ version }) => version },
        { head: t('installation.started'), cell: ({ startedAt }) => <When at={startedAt} /> },
        {
          head: t('organizations.status'),
          cell: ({ seenAt }) => (
            <Badge tone={isQuiet(seenAt) ? 'warn' : 'good'}>
              {t(isQuiet(seenAt) ? 'overview.quiet' : 'installation.serves')}
            </Badge>
          ),
        },
      ]}
    />
  )
}

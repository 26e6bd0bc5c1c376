// What the directory asked on each day of a month, and what was refused for which reason.
import { Text } from '@mantine/core'
import type { Statistics } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useCall } from '../../base/api.ts'
import { links, narrow } from '../../base/links.ts'
import { DailyBars } from '../../charts/daily-bars.tsx'
import { ScreenLink } from '../../frame/screen-link.tsx'
import { useOrganization } from '../../frame/session.tsx'
import { Explanation } from '../../i18n/explanation.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Answer, Panel } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'

const days = 30

/** The chart, and the reasons where something was refused. */
export function Requests(): ReactNode {
  const { t, n } = useWords()
  const { params } = useOrganization()
  const query = useCall('getStatistics', { params, query: { days } }, { refetchMs: 30_000 })
  return (
    <Panel title={t('health.chart')} about={n('chart.days', days)}>
      <Answer query={query}>
        {(found) => (
          <>
            <DailyBars
              label={t('health.chart')}
              rows={found.days}
              since={found.countedSince}
              series={[
                { name: 'reads', label: t('counts.reads'), tone: 'one' },
                { name: 'changes', label: t('counts.changes'), tone: 'two' },
                { name: 'refusals', label: t('counts.refusals'), tone: 'bad' },
              ]}
            />
            <Reasons refusals={found.refusals.filter(({ kind }) => kind === 'scim')} />
          </>
        )}
      </Answer>
    </Panel>
  )
}

function Reasons({ refusals }: Pick<Statistics, 'refusals'>): ReactNode {
  const { t, number, date } = useWords()
  const { slug } = useOrganization()
  if (refusals.length === 0) return null
  return (
    <Table
      label={t('health.reasons')}
      rows={refusals.map((one) => ({ ...one, id: one.code }))}
      columns={[
        {
          head: t('health.reason'),
          cell: ({ sentences }) => (
            <Text size="sm" component="div">
              {sentences.length === 0 ? (
                t('health.unknownReason')
              ) : (
                <Explanation of={{ sentences, explanation: '' }} />
              )}
            </Text>
          ),
        },
        { head: t('health.times'), cell: ({ count }) => number(count) },
        {
          head: t('health.lastTime'),
          cell: ({ lastDate }) => <span className="rc-whole">{date(lastDate)}</span>,
        },
        {
          head: t('actions'),
          isActions: true,
          cell: ({ code }) =>
            code !== '' && (
              <ScreenLink isOnlyWay to={links.activity(slug, narrow({ kind: 'scim', search: code }))}>
                {t('health.see')}
              </ScreenLink>
            ),
        },
      ]}
    />
  )
}

// The room `console/charts`: what is counted by day, as bars with a table behind them. It knows no noun of ours, and asks nobody.
//
// `daily-bars` is the frame of a chart: its legend, its table, and what is said where there is nothing. `drawn-bars` draws, by a library
// that is loaded when the first chart is shown. `sparkline` is a chart in a row of a list, without words and without a library.
//
// The frame of a chart. What stands in it can be read as a table, by everybody and at any time.
import { Button, Group, Text } from '@mantine/core'
import { lazy, type ReactNode, Suspense, useId, useState } from 'react'
import { useWords } from '../i18n/language.tsx'
import { Empty, Loading } from '../ui/page.tsx'
import type { DailyRow, Series } from './series.ts'

const DrawnBars = lazy(() => import('./drawn-bars.tsx'))

const toCount = (row: DailyRow, { name }: Series): number => Number(row[name] ?? 0)

/** Bars by day, one above the other; `since` is from when on days are counted, null where that is not known yet. */
export function DailyBars(props: {
  readonly label: string
  readonly rows: readonly DailyRow[]
  readonly series: readonly Series[]
  readonly since: string | null
}): ReactNode {
  const { t } = useWords()
  const id = useId()
  const [isTable, setTable] = useState(false)
  const { label, rows, series, since } = props
  const isEmpty = rows.every((row) => series.every((one) => toCount(row, one) === 0))
  if (isEmpty) return <Nothing rows={rows} since={since} />
  return (
    <figure className="rc-chart" aria-label={label}>
      <Group justify="space-between" align="flex-start" gap="xs" mb="xs">
        <Legend rows={rows} series={series} />
        <Button
          variant="subtle"
          size="compact-sm"
          aria-expanded={isTable}
          aria-controls={id}
          onClick={() => setTable(!isTable)}
        >
          {t(isTable ? 'chart.bars' : 'chart.table')}
        </Button>
      </Group>
      <div id={id}>
        {isTable ? (
          <DailyTable {...props} />
        ) : (
          <Suspense fallback={<Loading />}>
            <DrawnBars label={label} rows={rows} series={series} />
          </Suspense>
        )}
      </div>
      <Text size="xs" c="dimmed" component="figcaption">
        {t('chart.today')} <Since rows={rows} since={since} />
      </Text>
    </figure>
  )
}

// Also says how much of each there was.
function Legend({ rows, series }: Pick<Parameters<typeof DailyBars>[0], 'rows' | 'series'>): ReactNode {
  const { number } = useWords()
  return (
    <ul className="rc-legend">
      {series.map((one) => (
        <li key={one.name}>
          <span className="rc-legend-mark" style={{ background: `var(--rc-chart-${one.tone})` }} />
          <bdi>{one.label}</bdi> <b>{number(rows.reduce((sum, row) => sum + toCount(row, one), 0))}</b>
        </li>
      ))}
    </ul>
  )
}

// A table where the screen is narrow, too: numbers are compared by their columns.
function DailyTable({ label, rows, series }: Parameters<typeof DailyBars>[0]): ReactNode {
  const { t, number, date } = useWords()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than its place is scrolled by keys
    <div className="rc-figures" tabIndex={0}>
      <table aria-label={label}>
        <thead>
          <tr>
            <th scope="col" className="rc-figure rc-figure-day rc-figure-head">
              {t('chart.date')}
            </th>
            {series.map((one) => (
              <th scope="col" className="rc-figure rc-figure-head" key={one.name}>
                <bdi>{one.label}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.toReversed().map((row) => (
            <tr key={row.date}>
              <th scope="row" className="rc-figure rc-figure-day">
                {date(row.date)}
              </th>
              {series.map((one) => (
                <td className="rc-figure" key={one.name}>
                  {number(toCount(row, one))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

type Counted = Pick<Parameters<typeof DailyBars>[0], 'rows' | 'since'>

const isPartial = ({ rows, since }: Counted): boolean =>
  since !== null && since.slice(0, 10) > (rows[0]?.date ?? '')

// What was not counted is not said to have been nothing.
function Nothing(props: Counted): ReactNode {
  const { t, n, day } = useWords()
  const { rows, since } = props
  if (since === null) return <Empty title={t('chart.none')}>{t('chart.counting')}</Empty>
  return (
    <Empty title={t('chart.none')}>
      {isPartial(props) ? t('chart.noneSince', { day: day(since) }) : n('chart.noneIn', rows.length)}
    </Empty>
  )
}

function Since(props: Counted): ReactNode {
  const { t, day } = useWords()
  if (props.since === null) return t('chart.counting')
  return isPartial(props) ? t('chart.since', { day: day(props.since) }) : null
}

// Requests, sign-ins or deliveries of each day, stacked by what became of them or by whose they were.
import { Group, SegmentedControl } from '@mantine/core'
import type { DailyCounts, InstallationStatistics } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { DailyBars } from '../../charts/daily-bars.tsx'
import type { ChartTone, DailyRow, Series } from '../../charts/series.ts'
import { useWords, type WordKey } from '../../i18n/language.tsx'
import { Panel } from '../../ui/page.tsx'

type Field = Exclude<keyof DailyCounts, 'date'>
type Measure = 'requests' | 'signIns' | 'deliveries'

const fieldsOf: Readonly<Record<Measure, readonly (readonly [Field, ChartTone])[]>> = {
  requests: [
    ['reads', 'one'],
    ['changes', 'two'],
    ['refusals', 'bad'],
  ],
  signIns: [
    ['signIns', 'two'],
    ['refusedSignIns', 'bad'],
  ],
  deliveries: [
    ['deliveries', 'two'],
    ['failedAttempts', 'bad'],
  ],
}
const measures = Object.keys(fieldsOf) as Measure[]
const tones = ['two', 'three', 'four', 'five', 'one'] as const

const sumOf = (measure: Measure, day: DailyCounts): number =>
  fieldsOf[measure].reduce((sum, [field]) => sum + day[field], 0)

/** The chart, with what is chosen of it. */
export function Traffic(props: {
  readonly found: InstallationStatistics
  readonly days: number
  readonly setDays: (days: number) => void
}): ReactNode {
  const { t, n } = useWords()
  const { found, days, setDays } = props
  const [measure, setMeasure] = useState<Measure>('requests')
  const [split, setSplit] = useState<'outcome' | 'organization'>('outcome')
  const label = t(`overview.${measure}`)
  const { rows, series } =
    split === 'outcome' ? byOutcome(found, measure, t) : byOrganization(found, measure, t('overview.others'))
  const since = measure === 'deliveries' ? found.deliveriesCountedSince : found.countedSince
  return (
    <Panel title={label} about={n('chart.days', days)}>
      <Group mb="md" gap="xs">
        <Choice
          name={t('overview.measure')}
          value={measure}
          choose={setMeasure}
          of={measures.map((one) => [one, t(`overview.${one}.short`)])}
        />
        <Choice
          name={t('overview.split')}
          value={split}
          choose={setSplit}
          of={[
            ['outcome', t('overview.byOutcome')],
            ['organization', t('overview.byOrganization')],
          ]}
        />
        <Choice
          name={t('overview.period')}
          value={String(days)}
          choose={(value) => setDays(Number(value))}
          of={['30', '90'].map((one) => [one, n('overview.days', Number(one))])}
        />
      </Group>
      <DailyBars label={label} rows={rows} series={series} since={since} />
    </Panel>
  )
}

function Choice<T extends string>(props: {
  readonly name: string
  readonly value: T
  readonly choose: (value: T) => void
  readonly of: readonly (readonly [T, string])[]
}): ReactNode {
  return (
    <SegmentedControl<T>
      aria-label={props.name}
      value={props.value}
      onChange={props.choose}
      data={props.of.map(([value, label]) => ({ value, label }))}
    />
  )
}

interface Drawn {
  readonly rows: readonly DailyRow[]
  readonly series: readonly Series[]
}

function byOutcome({ days }: InstallationStatistics, measure: Measure, t: (key: WordKey) => string): Drawn {
  const series = fieldsOf[measure].map(([name, tone]) => ({ name, tone, label: t(`counts.${name}`) }))
  return { rows: days, series }
}

/** Those with the most, and all others as one. */
function byOrganization(found: InstallationStatistics, measure: Measure, others: string): Drawn {
  const sum = (days: readonly DailyCounts[]) => days.reduce((all, day) => all + sumOf(measure, day), 0)
  const most = found.busiest
    .filter((one) => sum(one.days) > 0)
    .toSorted((one, other) => sum(other.days) - sum(one.days))
    .slice(0, tones.length)
  const rows = found.days.map((day, at) => {
    const own = most.map(({ organization: { id }, days }) => {
      const counts = days[at]
      return [id, counts === undefined ? 0 : sumOf(measure, counts)] as const
    })
    const rest = sumOf(measure, day) - own.reduce((all, [, count]) => all + count, 0)
    return { date: day.date, ...Object.fromEntries(own), others: Math.max(0, rest) }
  })
  const series: Series[] = most.map(({ organization: { id, name } }, at) => ({
    name: id,
    label: name,
    tone: tones[at] ?? 'one',
  }))
  const hasOthers = rows.some((row) => row.others > 0)
  return { rows, series: hasOthers ? [...series, { name: 'others', label: others, tone: 'other' }] : series }
}

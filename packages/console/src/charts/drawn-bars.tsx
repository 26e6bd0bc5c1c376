// Draws bars by day. Everything that the library weighs is loaded with this file, and with nothing else.
import '@mantine/charts/styles.css'
import { BarChart } from '@mantine/charts'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/language.tsx'
import type { DailyRow, Series } from './series.ts'

const height = 220

/** Days run as the language does; arrow keys go from one to the next, and say what is in it. */
export default function DrawnBars(props: {
  readonly label: string
  readonly rows: readonly DailyRow[]
  readonly series: readonly Series[]
}): ReactNode {
  const { direction, number, date, shortDate } = useWords()
  const isMirrored = direction === 'rtl'
  return (
    <BarChart
      h={height}
      type="stacked"
      data={[...props.rows]}
      dataKey="date"
      series={props.series.map(({ name, label, tone }) => ({
        name,
        label,
        color: `var(--rc-chart-${tone})`,
      }))}
      valueFormatter={number}
      gridAxis="x"
      tickLine="none"
      maxBarWidth={28}
      tooltipAnimationDuration={0}
      barProps={{ isAnimationActive: false }}
      barChartProps={{ accessibilityLayer: true, title: props.label }}
      // Also asked while no day is looked at.
      tooltipProps={{ labelFormatter: (value) => (typeof value === 'string' ? date(value) : '') }}
      xAxisProps={{ reversed: isMirrored, minTickGap: 28, tickFormatter: shortDate }}
      yAxisProps={{ orientation: isMirrored ? 'right' : 'left', allowDecimals: false, width: 'auto' }}
    />
  )
}

// A chart in a row of a list: bars without words, which are in its name.
import type { ReactNode } from 'react'

const [barWidth, gap, height] = [3, 1, 24]

/** The oldest number first; `label` says in words what it shows. */
export function Sparkline(props: { readonly label: string; readonly values: readonly number[] }): ReactNode {
  const { label, values } = props
  const most = Math.max(1, ...values)
  return (
    <svg
      className="rc-spark"
      role="img"
      aria-label={label}
      width={values.length * (barWidth + gap)}
      height={height}
    >
      {values.map((value, at) => {
        // What is there at all is seen.
        const size = value === 0 ? 1 : Math.max(2, (value / most) * height)
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
            key={at}
            className={value === 0 ? 'rc-spark-none' : undefined}
            x={at * (barWidth + gap)}
            y={height - size}
            width={barWidth}
            height={size}
          />
        )
      })}
    </svg>
  )
}

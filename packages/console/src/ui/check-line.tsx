// One line of a list of things to do: a ring that becomes a tick, what it is, and the way there.
import { Anchor } from '@mantine/core'
import { IconCircle, IconCircleCheckFilled, IconProgress } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useWords } from '../i18n/language.tsx'

/** A thing to do, which says of itself whether it is done. */
export function CheckLine(props: {
  readonly isDone: boolean
  /** Begun, and not done. */
  readonly isUnderWay?: boolean
  readonly title: string
  readonly hint: ReactNode
  readonly to?: string | undefined
  readonly toText?: string
}): ReactNode {
  const { t } = useWords()
  const { isDone, isUnderWay = false } = props
  const Icon = isDone ? IconCircleCheckFilled : isUnderWay ? IconProgress : IconCircle
  const color = isDone ? 'var(--rc-good)' : 'var(--mantine-color-dimmed)'
  const state = isDone ? 'done' : isUnderWay ? 'checklist.underWay' : 'checklist.open'
  return (
    <li style={{ display: 'flex', gap: 10 }} data-done={isDone}>
      <Icon size={22} style={{ color, flex: 'none' }} aria-hidden="true" />
      <div>
        <b>{props.title}</b> <span className="rc-hidden">{t(state)}</span>
        <div style={{ color: 'var(--mantine-color-dimmed)', fontSize: 14 }}>{props.hint}</div>
        {props.to !== undefined && (
          <Anchor component={Link} to={props.to} size="sm" underline="always">
            {props.toText}
          </Anchor>
        )}
      </div>
    </li>
  )
}

/** The list around such lines. */
export function CheckList({ children }: { readonly children: ReactNode }): ReactNode {
  return <ul style={{ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: 10 }}>{children}</ul>
}

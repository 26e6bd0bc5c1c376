// How many people there are, and how many may be.
import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'

/** `seatLimit`: null where there is none. */
export function Seats(props: {
  readonly counts: { readonly users: number; readonly active: number }
  readonly seatLimit: number | null
}): ReactNode {
  const { n } = useWords()
  const { users, active } = props.counts
  return (
    <Text c="dimmed">
      {props.seatLimit === null
        ? n('users.counts', users, { active })
        : n('users.countsOf', users, { active, seats: props.seatLimit })}
    </Text>
  )
}

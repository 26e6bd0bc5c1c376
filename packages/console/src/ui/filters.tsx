// What narrows a list: the text that is searched, asked for a moment after the last key, and what else is chosen.
import { TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { type Pages, usePages } from './table.tsx'

const waitMs = 150

/** What narrows a list; an empty string narrows nothing. */
export interface Filters<T> {
  readonly chosen: T
  /** Chooses anew, and begins at the first page. */
  choose(chosen: T): void
  /** The text that is asked for. */
  readonly search: string
  /** What the query is sent: `search` and the rest of what is chosen, without the empty ones. */
  readonly set: Readonly<Record<string, string>>
  readonly pages: Pages
}

/** Filters that begin with `initial`. */
export function useFilters<T extends { readonly text: string }>(initial: T): Filters<T> {
  const [chosen, setChosen] = useState(initial)
  const [search] = useDebouncedValue(chosen.text.trim(), waitMs)
  const pages = usePages()
  const { text: _, ...rest } = chosen
  const set = Object.fromEntries(Object.entries({ search, ...rest }).filter(([, value]) => value !== ''))
  const choose = (next: T): void => {
    setChosen(next)
    pages.restart()
  }
  return { chosen, choose, search, set, pages }
}

/** The field of a list that is narrowed by its text alone; without a visible `label` it is named by `placeholder`. */
export function SearchField(props: {
  readonly filters: Filters<{ readonly text: string }>
  readonly label?: string
  readonly placeholder?: string
}): ReactNode {
  const { filters, label, placeholder } = props
  return (
    <TextInput
      {...(label === undefined ? { 'aria-label': placeholder } : { label })}
      placeholder={placeholder}
      leftSection={<IconSearch size={18} />}
      value={filters.chosen.text}
      onChange={(event) => filters.choose({ text: event.currentTarget.value })}
      mb="md"
    />
  )
}

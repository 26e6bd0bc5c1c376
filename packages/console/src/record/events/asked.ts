// What is asked of a log: its filters, which stand in the address of the page, and which of its rows are open.
import type { ResultOf } from '@rollcall/api'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { type Pages, usePages } from '../../ui/table.tsx'

/** One event of a log. */
export type EventRow = ResultOf<'listEvents'>['items'][number]

/** Whose log it is: without a `slug` the operator's. */
export interface LogOf {
  readonly slug: string | undefined
}

const filterNames = ['type', 'subject', 'actor', 'since', 'until'] as const

/** What narrows a log, as it stands in the address; days are days of whoever reads. An empty text narrows nothing. */
export type LogFilters = Readonly<Record<(typeof filterNames)[number], string>>

/** What is asked of a log. */
export interface LogAsked {
  readonly chosen: LogFilters
  choose(change: Partial<LogFilters>): void
  /** As the API takes them; without those that nobody has filled in. */
  readonly filters: Readonly<Record<string, string>>
  readonly pages: Pages
}

/** Of an actor a kind is chosen instead of an id. */
export const kindPrefix = 'kind:'

/** What the address of the page asks of the log. */
export function useLog(): LogAsked {
  const [address, setAddress] = useSearchParams()
  const pages = usePages()
  const chosen = Object.fromEntries(
    filterNames.map((name) => [name, address.get(name) ?? '']),
  ) as unknown as LogFilters
  return {
    chosen,
    filters: toQuery(chosen),
    pages,
    choose(change) {
      const set = Object.entries({ ...chosen, ...change }).filter(([, value]) => value !== '')
      setAddress(Object.fromEntries(set), { replace: true })
      pages.restart()
    },
  }
}

function toQuery({ actor, since, until, ...rest }: LogFilters): Readonly<Record<string, string>> {
  const isKind = actor.startsWith(kindPrefix)
  const wanted = {
    ...rest,
    actor: isKind ? '' : actor,
    actorKind: isKind ? actor.slice(kindPrefix.length) : '',
    since: startOfDay(since, 0),
    until: startOfDay(until, 1),
  }
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== ''))
}

/** Where a day begins for whoever reads, or so many days later; nothing where it is no day. */
function startOfDay(day: string, later: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  const start = new Date(year, month - 1, date + later)
  return !/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(start.getTime()) ? '' : start.toISOString()
}

/** Which rows are open. */
export function useOpened(): { readonly opened: ReadonlySet<string>; toggle(id: string): void } {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  return {
    opened,
    toggle: (id) =>
      setOpened((before) => {
        const next = new Set(before)
        if (!next.delete(id)) next.add(id)
        return next
      }),
  }
}

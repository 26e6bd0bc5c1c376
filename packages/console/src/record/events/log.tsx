// A log of events: its filters, its table, and its pages.
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'
import { Listing } from '../../ui/listing.tsx'
import { Empty, Panel } from '../../ui/page.tsx'
import { type EventRow, type LogAsked, type LogOf, useOpened } from './asked.ts'
import { EventDetails, useEventColumns } from './columns.tsx'
import { EventFilters } from './filters.tsx'

/** The log itself; what is behind a row is shown below it when it is asked for. */
export function EventLog(
  props: {
    readonly asked: LogAsked
    readonly query: Parameters<typeof Listing<EventRow>>[0]['query']
    readonly types: readonly string[]
    readonly label: string
  } & LogOf,
): ReactNode {
  const { t } = useWords()
  const { asked, query, slug } = props
  const { opened, toggle } = useOpened()
  const columns = useEventColumns({ slug }, opened, toggle)
  const lookAt = (subject: string): void => asked.choose({ subject })
  const names = Object.assign({}, ...(query.data?.items ?? []).map((event) => event.names)) as Record<
    string,
    string
  >
  return (
    <Panel>
      <EventFilters asked={asked} types={props.types} names={names} slug={slug} />
      <Listing
        query={query}
        pages={asked.pages}
        label={props.label}
        columns={columns}
        isDense
        below={(event) => (opened.has(event.id) ? <EventDetails event={event} lookAt={lookAt} /> : undefined)}
        empty={<Empty title={t('audit.none')} />}
      />
    </Panel>
  )
}

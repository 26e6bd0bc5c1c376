// The room `console/record/events`: events and changes as people read them. Each type of event has its sentence in `i18n/`.
//
// A log is a list of rows: `sentence` says one, `columns` what a row shows and what is below it, `asked` which of them are asked for,
// `filters` by what.
// The screens ask, each for its own log.
// `event-name` says a type in words; `changes` shows before and after, and folds what is long.
// `timeline` is a log of one thing, on the page of that thing. `verify` asks the service whether the chain is whole.
//
// What happened to one thing, the newest first: each change with its cause.
import type { ReactNode } from 'react'
import { useCall } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Listing } from '../../ui/listing.tsx'
import { Empty } from '../../ui/page.tsx'
import { usePages } from '../../ui/table.tsx'
import { useOpened } from './asked.ts'
import { EventDetails, useEventColumns } from './columns.tsx'

/** The events about one id, twenty on a page. */
export function Timeline({ subject }: { readonly subject: string }): ReactNode {
  const { t } = useWords()
  const { params, slug } = useOrganization()
  const pages = usePages()
  const { opened, toggle } = useOpened()
  const columns = useEventColumns({ slug }, opened, toggle)
  const query = useCall('listEvents', { params, query: { subject, limit: 20, cursor: pages.cursor } })
  return (
    <Listing
      query={query}
      pages={pages}
      label={t('user.timeline')}
      columns={columns}
      isDense
      below={(event) => (opened.has(event.id) ? <EventDetails event={event} /> : undefined)}
      empty={<Empty title={t('audit.none')} />}
    />
  )
}

// The room `console/record/events`: events and changes as people read them. The types of events have their words in `i18n/`.
//
// A log is a list of rows: `columns` says what one shows, `filters` which of them are asked for. The screens ask, each for its own log.
// `event-name` says a type in words; `changes` shows before and after, and folds what is long.
// `timeline` is a log of one thing, on the page of that thing. `verify` asks the service whether the chain is whole.
//
// What happened to one thing, the newest first: each change with its cause.
import type { ReactNode } from 'react'
import { useCall } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Answer, Empty } from '../../ui/page.tsx'
import { Pager, Table, usePages } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { Changes } from './changes.tsx'
import { EventName } from './event-name.tsx'

/** The events about one id, twenty on a page. */
export function Timeline({ subject }: { readonly subject: string }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const pages = usePages()
  const query = useCall('listEvents', { params, query: { subject, limit: 20, cursor: pages.cursor } })
  return (
    <Answer query={query}>
      {({ items, nextCursor }) =>
        items.length === 0 ? (
          <Empty title={t('audit.none')} />
        ) : (
          <>
            <Table
              label={t('user.timeline')}
              rows={items}
              columns={[
                { head: t('activity.when'), cell: ({ occurredAt }) => <When at={occurredAt} /> },
                { head: t('audit.event'), cell: (event) => <EventName type={event.type} /> },
                { head: t('audit.by'), cell: ({ actor }) => t(`actor.${actor.kind}`) },
                { head: t('audit.changes'), cell: (event) => <Changes data={event.data} /> },
              ]}
            />
            <Pager pages={pages} nextCursor={nextCursor} />
          </>
        )
      }
    </Answer>
  )
}

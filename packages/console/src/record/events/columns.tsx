// The columns of a log: when, what, by whom, about what, and what changed.
import { Anchor, Stack } from '@mantine/core'
import type { ResultOf } from '@rollcall/api'
import { useWords } from '../../i18n/language.tsx'
import type { Column } from '../../ui/table.tsx'
import { Changes } from './changes.tsx'
import { EventName } from './event-name.tsx'

/** One event of a log. */
export type EventRow = ResultOf<'listEvents'>['items'][number]

/** What a row of a log shows; `lookAt` asks for the events about one thing. */
export function useEventColumns(lookAt: (subjectId: string) => void): readonly Column<EventRow>[] {
  const { t, time } = useWords()
  return [
    {
      head: t('activity.when'),
      cell: ({ occurredAt }) => <time dateTime={occurredAt}>{time(occurredAt)}</time>,
    },
    { head: t('audit.event'), cell: (event) => <EventName type={event.type} /> },
    {
      head: t('audit.by'),
      cell: ({ actor }) => (
        <Stack gap={0}>
          {t(`actor.${actor.kind}`)}
          {actor.id !== null && (
            <span className="rc-mono" style={{ fontSize: 12.5 }}>
              {actor.id}
            </span>
          )}
        </Stack>
      ),
    },
    {
      head: t('audit.on'),
      cell: (event) => (
        <Anchor
          component="button"
          type="button"
          className="rc-mono"
          ta="start"
          fz={12.5}
          underline="always"
          onClick={() => lookAt(event.subject.id)}
        >
          {event.subject.id}
        </Anchor>
      ),
    },
    { head: t('audit.changes'), cell: ({ data }) => <Changes data={data} /> },
  ]
}

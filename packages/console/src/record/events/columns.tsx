// The columns of a log: when, what happened, and the button that opens what is behind it.
import { Button, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'
import type { Column } from '../../ui/table.tsx'
import type { EventRow, LogOf } from './asked.ts'
import { Changes } from './changes.tsx'
import { EventSentence } from './sentence.tsx'

/** What a row of a log shows; `toggle` opens and closes what is below it. */
export function useEventColumns(
  { slug }: LogOf,
  opened: ReadonlySet<string>,
  toggle: (id: string) => void,
): readonly Column<EventRow>[] {
  const { t, time } = useWords()
  return [
    {
      head: t('activity.when'),
      cell: ({ occurredAt }) => (
        <time dateTime={occurredAt} className="rc-when">
          {time(occurredAt)}
        </time>
      ),
    },
    { head: t('activity.what'), cell: (event) => <EventSentence event={event} slug={slug} /> },
    {
      head: t('audit.details'),
      isActions: true,
      cell: ({ id }) => (
        <Button variant="default" size="compact-sm" aria-expanded={opened.has(id)} onClick={() => toggle(id)}>
          {t('audit.details')}
        </Button>
      ),
    },
  ]
}

/** Below a row: what changed, and under which ids it is known. `lookAt` asks for the events about one thing. */
export function EventDetails(props: {
  readonly event: EventRow
  readonly lookAt?: ((subjectId: string) => void) | undefined
}): ReactNode {
  const { t } = useWords()
  const { event, lookAt } = props
  const { actor, subject, requestId } = event
  const ids = [event.type, `${actor.kind} ${actor.id ?? ''}`.trim(), subject.id, requestId ?? '']
  return (
    <Stack gap={6} className="rc-behind">
      <Changes data={event.data} names={event.names} shown={12} />
      <Text size="xs" c="dimmed" className="rc-mono" dir="ltr">
        {ids.filter((id) => id !== '').join(' · ')}
      </Text>
      {lookAt !== undefined && (
        <Button
          variant="default"
          size="compact-sm"
          style={{ alignSelf: 'flex-start' }}
          onClick={() => lookAt(subject.id)}
        >
          {t('audit.aboutThis')}
        </Button>
      )}
    </Stack>
  )
}

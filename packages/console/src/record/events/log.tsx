// A log of events: its filters, its table, and its pages.
import { useDebouncedValue } from '@mantine/hooks'
import { type ReactNode, useState } from 'react'
import { useWords } from '../../i18n/language.tsx'
import { Listing } from '../../ui/listing.tsx'
import { Empty, Panel } from '../../ui/page.tsx'
import { type Pages, usePages } from '../../ui/table.tsx'
import { type EventRow, useEventColumns } from './columns.tsx'
import { EventFilters } from './filters.tsx'

/** What is asked of a log. */
export interface LogAsked {
  readonly type: string
  readonly text: string
  /** As the API takes them; without those that nobody has filled in. */
  readonly filters: Readonly<Record<string, string>>
  readonly pages: Pages
  readonly setType: (type: string) => void
  readonly setText: (text: string) => void
}

/** `first` is the thing whose events are asked for in the beginning; `follow` hears of each that is asked for afterwards. */
export function useLog(first = '', follow: (subjectId: string) => void = () => undefined): LogAsked {
  const [text, setText] = useState(first)
  const [subject] = useDebouncedValue(text.trim(), 200)
  const [type, setType] = useState('')
  const pages = usePages()
  return {
    type,
    text,
    filters: Object.fromEntries(Object.entries({ subject, type }).filter(([, value]) => value !== '')),
    pages,
    setType: (wanted) => {
      setType(wanted)
      pages.restart()
    },
    setText: (wanted) => {
      setText(wanted)
      pages.restart()
      follow(wanted)
    },
  }
}

/** The log itself; an id in it asks for the events about that one. */
export function EventLog(props: {
  readonly asked: LogAsked
  readonly query: Parameters<typeof Listing<EventRow>>[0]['query']
  readonly types: readonly string[]
  /** Whose id may be asked for. */
  readonly hint: string
  readonly label: string
}): ReactNode {
  const { t } = useWords()
  const { type, text, pages, setType, setText } = props.asked
  const columns = useEventColumns(setText)
  return (
    <Panel>
      <EventFilters
        types={props.types}
        type={type}
        text={text}
        hint={props.hint}
        setType={setType}
        setText={setText}
      />
      <Listing
        query={props.query}
        pages={pages}
        label={props.label}
        columns={columns}
        empty={<Empty title={t('audit.none')} />}
      />
    </Panel>
  )
}

// The audit log as a file, a page in memory at a time.
import type { EventView } from '@rollcall/api'
import type { Database, OrganizationScope } from '../store/database.ts'
import { csvHead, toCsvLine } from './csv.ts'
import { type EventFilter, type LoggedEvent, listEvents } from './query.ts'

const rowsPerPage = 500

/** The two kinds of file: what stands first, and each event as a line with its end. */
export const exportFormats = {
  csv: { head: csvHead, toLine: toCsvLine },
  jsonl: { head: '', toLine: (event: EventView): string => `${JSON.stringify(event)}\n` },
} as const

/** How long an answer may go on, and who is told that it is over. */
export interface Held {
  readonly signal: AbortSignal
  end(): void
}

/** What is exported, and how. */
export interface Exported {
  readonly filter: EventFilter
  readonly format: keyof typeof exportFormats
  /** Adds what those are called whom the events name. */
  readonly name: (events: readonly LoggedEvent[]) => Promise<readonly EventView[]>
}

/** The newest first; stops when the reader goes away. Where `held` is over before the end, it fails: nobody takes a part for the whole. */
export function streamEvents(
  database: Database,
  scope: OrganizationScope,
  { filter, format, name }: Exported,
  held: Held,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const { head, toLine } = exportFormats[format]
  let cursor: string | undefined
  let isFirst = true
  let isOver = false
  return new ReadableStream({
    start(controller) {
      const cut = (): void => {
        if (!isOver) controller.error(new Error('whoever asked for the audit log may no longer have it'))
        isOver = true
      }
      if (held.signal.aborted) cut()
      else held.signal.addEventListener('abort', cut, { once: true })
    },
    async pull(controller) {
      let text = isFirst ? head : ''
      isFirst = false
      // Of a rare type many pages hold nothing, and nobody asks again before there is something.
      do {
        const page = await listEvents(database, scope, { ...filter, limit: rowsPerPage, cursor })
        const named = await name(page.items)
        // Over while the page was read.
        if (isOver) return
        text += named.map(toLine).join('')
        cursor = page.nextCursor ?? undefined
      } while (text === '' && cursor !== undefined)
      if (text !== '') controller.enqueue(encoder.encode(text))
      if (cursor !== undefined) return
      isOver = true
      controller.close()
      held.end()
    },
    cancel() {
      isOver = true
      held.end()
    },
  })
}

// The audit log as CSV, a page in memory at a time. Cells cannot become formulas in a spreadsheet (ASVS 5.0 §1.2.10).
import type { EventView } from '@rollcall/api'
import type { Database, OrganizationScope } from '../store/database.ts'
import { type EventQuery, listEvents } from './query.ts'

const head = ['id', 'time', 'type', 'actorKind', 'actorId', 'subjectType', 'subjectId', 'requestId', 'data']
const rowsPerPage = 500

/** How long an answer may go on, and who is told that it is over. */
export interface Held {
  readonly signal: AbortSignal
  end(): void
}

/** The newest first; stops when the reader goes away. Where `held` is over before the end, it fails: nobody takes a part for the whole. */
export function streamEventsCsv(
  database: Database,
  scope: OrganizationScope,
  query: Pick<EventQuery, 'type' | 'subject'>,
  held: Held,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
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
      const lines = isFirst ? [head.join(',')] : []
      isFirst = false
      // Of a rare type many pages hold nothing, and nobody asks again before there is something.
      do {
        const page = await listEvents(database, scope, { ...query, limit: rowsPerPage, cursor })
        // Over while the page was read.
        if (isOver) return
        lines.push(...page.items.map(toLine))
        cursor = page.nextCursor ?? undefined
      } while (lines.length === 0 && cursor !== undefined)
      if (lines.length > 0) controller.enqueue(encoder.encode(`${lines.join('\r\n')}\r\n`))
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

function toLine(event: EventView): string {
  return [
    event.id,
    event.occurredAt,
    event.type,
    event.actor.kind,
    event.actor.id ?? '',
    event.subject.type,
    event.subject.id,
    event.requestId ?? '',
    JSON.stringify(event.data),
  ]
    .map(toCell)
    .join(',')
}

/** RFC 4180, with an apostrophe before what a spreadsheet would calculate. */
export function toCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}

// The audit log as a file, a page in memory at a time.
import type { EventView } from '@rollcall/api'
import { type Held, streamPages } from '../http/stream-pages.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { csvHead, toCsvLine } from './csv.ts'
import { type EventFilter, type LoggedEvent, listEvents } from './query.ts'

const rowsPerPage = 500

/** The two kinds of file: what stands first, and each event as a line with its end. */
export const exportFormats = {
  csv: { head: csvHead, toLine: toCsvLine },
  jsonl: { head: '', toLine: (event: EventView): string => `${JSON.stringify(event)}\n` },
} as const

/** What is exported, and how. */
export interface Exported {
  readonly filter: EventFilter
  readonly format: keyof typeof exportFormats
  /** Adds what those are called whom the events name. */
  readonly name: (events: readonly LoggedEvent[]) => Promise<readonly EventView[]>
}

/** The newest first (`streamPages`). */
export function streamEvents(
  database: Database,
  scope: OrganizationScope,
  { filter, format, name }: Exported,
  held: Held,
): ReadableStream<Uint8Array> {
  const { head, toLine } = exportFormats[format]
  return streamPages(
    head,
    async (cursor) => {
      const page = await listEvents(database, scope, { ...filter, limit: rowsPerPage, cursor })
      const named = await name(page.items)
      return { text: named.map(toLine).join(''), next: page.nextCursor ?? undefined }
    },
    held,
  )
}

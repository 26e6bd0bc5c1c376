// Cursors (RFC 9865): where a page begins or ends, as opaque text. A cursor is good for the query that it came from, for an
// hour. It carries nothing that the query's own order does not show, and no right: the organization comes from the key.
import { createHash } from 'node:crypto'
import type { ScimError, SortOrder } from '@rollcall/scim'
import { refuse } from './refusals.ts'

/** Seconds that a cursor stays good; advertised as `cursorTimeout`. */
export const cursorTtlSeconds = 3_600

/** A place in an order: after (or before) the row with this sort key and id. */
export interface Boundary {
  readonly direction: 'after' | 'before'
  /** Undefined for a row without a value, and where ids alone order. */
  readonly key: string | number | undefined
  readonly id: string
}

/** What a cursor is bound to. */
export interface CursorQuery {
  readonly organizationId: string
  readonly table: string
  /** As sent. */
  readonly filterText: string | null
  readonly sortBy: string | undefined
  readonly sortOrder: SortOrder
}

/** A boundary as opaque text. */
export function renderCursor(boundary: Boundary, query: CursorQuery, nowMs: number): string {
  const expiresAt = Math.floor(nowMs / 1_000) + cursorTtlSeconds
  const parts = [fingerprint(query), expiresAt, boundary.direction, boundary.key ?? null, boundary.id]
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** Throws ScimError 400 invalidCursor for what is no cursor of this query, expiredCursor for one that is too old. */
export function readCursor(text: string, query: CursorQuery, nowMs: number): Boundary {
  const [print, expiresAt, direction, key, id] = readParts(text)
  const isSound =
    print === fingerprint(query) &&
    typeof expiresAt === 'number' &&
    (direction === 'after' || direction === 'before') &&
    (key === null || typeof key === 'string' || typeof key === 'number') &&
    typeof id === 'string'
  if (!isSound) throw invalid()
  if (expiresAt * 1_000 <= nowMs) throw refuse('cursor_expired')
  return { direction, key: key ?? undefined, id }
}

function readParts(text: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (Array.isArray(parts) && parts.length === 5) return parts
  } catch {
    // Not JSON: answered below.
  }
  throw invalid()
}

function invalid(): ScimError {
  return refuse('cursor_unknown')
}

function fingerprint({ organizationId, table, filterText, sortBy, sortOrder }: CursorQuery): string {
  const text = JSON.stringify([
    organizationId,
    table,
    filterText,
    sortBy ?? null,
    sortBy === undefined ? null : sortOrder,
  ])
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}

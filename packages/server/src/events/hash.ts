// What the chain of an organization's events is made of.
import { createHash } from 'node:crypto'
import type { EventTable } from '../store/schema.ts'

/** An event as its organization has it. */
export type EventRow = Omit<EventTable, 'organization_id'>

/** The hash of an event in its place: over the hash before it, its number, and every column. */
export function hashEvent(before: string, sequence: number, row: EventRow): string {
  const columns = [
    row.id,
    row.type,
    Number(row.occurred_at),
    row.actor_kind,
    row.actor_id,
    row.subject_type,
    row.subject_id,
    row.data,
    row.context,
    row.request_id,
  ]
  return createHash('sha256')
    .update(JSON.stringify([before, sequence, ...columns]))
    .digest('hex')
}

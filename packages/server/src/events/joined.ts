// What rooms above join to their own rows, for one round trip: the audit log.
import { sql } from 'kysely'
import type { EventTable } from '../store/schema.ts'

/** Events of the audit log. */
export const eventRows = sql<EventTable>`event`.as('event')

// What rooms above join to their own rows, for one round trip: where deliveries go.
import { sql } from 'kysely'
import type { DeliveryTargetTable } from '../store/schema.ts'

/** Targets, as `target`. */
export const targetRows = sql<DeliveryTargetTable>`delivery_target`.as('target')

/** At the end of FROM: the target `t` of an application's sign-outs, by a column that holds its id. */
export const joinLogoutTarget = (column: string) =>
  sql`JOIN delivery_target AS t ON t.id = ${sql.ref(column)} AND t.kind = 'logout'`

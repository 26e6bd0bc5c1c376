// What is left to do of migration 27 when the events of before are in the one event table: events/move-before.ts moves them while the store
// serves. Until then `event` is a view of both.
import type { DatabaseSync } from 'node:sqlite'

/** Whether there is a table of before. */
export const isThere = "SELECT 1 AS is_there FROM sqlite_master WHERE name = 'event_before'"

/** Statements that take the view's place, once nothing is left to be moved. */
export const finishMove = [
  'DROP VIEW event',
  'ALTER TABLE event_entry RENAME TO event',
  'DROP TABLE event_before',
  'DROP TABLE event_feed',
]

/** A new store, or one that has no events, has nothing to move. */
export function finishMoving(connection: DatabaseSync): void {
  if (connection.prepare(isThere).get() === undefined) return
  if (connection.prepare('SELECT 1 FROM event_before LIMIT 1').get() !== undefined) return
  connection.exec(`BEGIN IMMEDIATE; ${finishMove.join('; ')}; COMMIT`)
}

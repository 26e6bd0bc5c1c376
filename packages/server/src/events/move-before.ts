// Moves the events of a store that is older than migration 27 into the one event table, some at a time while it serves. Each slice is a
// transaction: whoever is ended in the middle goes on where it was. Until all are moved, `event` is a view of both (migration 27).
import { sql } from 'kysely'
import type { Database } from '../store/database.ts'
import { finishMove, isThere } from '../store/sqlite-move.ts'
import { installationStatement } from '../store/statement.ts'

/** Few enough that nobody waits for them. */
const rowsPerSlice = 100
/** The others have the store at least as long as a slice takes. */
const pauseMs = 10
/** Events that are in no feed any more get numbers that no cursor names: below zero, in the order in which they are moved. */
const firstOld = -(2 ** 40)

const slice = `SELECT organization_id, id FROM event_before ORDER BY organization_id, id LIMIT ${rowsPerSlice}`
const columns =
  'e.organization_id, e.id, e.type, e.occurred_at, e.actor_kind, e.actor_id, e.subject_type, e.subject_id, e.request_id, e.context, e.data'
const copySlice = `INSERT INTO event_entry (number, ${columns.replaceAll('e.', '')})
  SELECT coalesce(f.position, coalesce((SELECT max(number) FROM event_entry WHERE number < 0), ${firstOld})
    + row_number() OVER (ORDER BY e.organization_id, e.id)), ${columns}
  FROM (${slice}) AS moved JOIN event_before AS e ON e.organization_id = moved.organization_id AND e.id = moved.id
  LEFT JOIN event_feed AS f ON f.organization_id = e.organization_id AND f.event_id = e.id`
const deleteFed = `DELETE FROM event_feed WHERE event_id IN (SELECT id FROM (${slice}))`
const deleteSlice = `DELETE FROM event_before WHERE (organization_id, id) IN (${slice}) RETURNING 1 AS moved`
const written = (name: string, text: string) =>
  installationStatement(name)(({ db }) => ({
    compile: () => sql<Record<string, number>>`${sql.raw(text)}`.compile(db),
  }))
const selectThere = written('events_to_move', isThere)
const copyRows = written('copy_events', copySlice)
const deleteFeedRows = written('delete_moved_feed', deleteFed)
const deleteRows = written('delete_moved_events', deleteSlice)
const finishing = finishMove.map((text, at) => written(`finish_moving_events_${at}`, text))

/** Whether some are still to be moved; not asked on PostgreSQL. */
export async function hasEventsToMove(database: Database): Promise<boolean> {
  return (await database.readInstallation('jobs', selectThere, {})).length > 0
}

/** Moves slice by slice until all is moved or the service stops. */
export async function moveEvents(database: Database, isStopping: () => boolean): Promise<void> {
  for (let moved = rowsPerSlice; moved === rowsPerSlice && !isStopping(); ) {
    moved = await database.inInstallation('jobs', async (tx) => {
      tx.write(copyRows, {})
      tx.write(deleteFeedRows, {})
      const rows = await tx.change(deleteRows, {})
      if (rows.length < rowsPerSlice) for (const statement of finishing) tx.write(statement, {})
      return rows.length
    })
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

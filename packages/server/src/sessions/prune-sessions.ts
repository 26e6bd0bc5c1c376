// Sessions that are over are removed.
import { sql } from 'kysely'
import type { Database } from '../store/database.ts'
import { installationStatement } from '../store/statement.ts'

const rowsPerSlice = 500

const deleteEnded = installationStatement<{ now: number }>('delete_ended_sessions')(({ db, place }) =>
  db
    .deleteFrom('session')
    .where('secret_hash', 'in', (on) =>
      on
        .selectFrom('session')
        .select('secret_hash')
        .where('expires_at', '<=', place('now'))
        .orderBy('expires_at')
        .limit(sql.lit(rowsPerSlice)),
    )
    .returning('id'),
)

/** Rows past their end, a slice at a time; each was refused from that moment on anyway. */
export async function pruneSessions(
  database: Database,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  for (let ended = rowsPerSlice; ended === rowsPerSlice && !isStopping(); )
    ended = (await database.inInstallation('jobs', (tx) => tx.change(deleteEnded, { now }))).length
}

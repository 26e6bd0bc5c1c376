// What people have in an application that is deleted, or no longer given to their organization: it ends in the transaction of that
// change, and the application is told where it still listens. An audit log is written within its own organization alone, so the
// transaction notes whose sessions ended, and the events are written from the note.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { createId } from '../base/id.ts'
import { beginnings, renderBegun, renderLogouts } from '../deliveries/sign-outs.ts'
import type { Act } from '../events/record.ts'
import type { EndCause } from '../sessions/ended-event.ts'
import { tellOfEnds } from '../sessions/ended-many.ts'
import type { Database, InstallationTx } from '../store/database.ts'
import { type Dialect, installationStatement } from '../store/statement.ts'

/** Of the events that are written before the change is answered; the rest is a job's. */
const slicesAtOnce = 5
const cause: EndCause = 'application_removed'

interface Whose {
  readonly id: string
  /** JSON: organizations that keep the application. */
  readonly kept: string
}

interface Noted extends Whose {
  readonly endId: string
  readonly at: number
}

const queueLogouts = installationStatement<Whose & { eventId: string; at: number }>(
  'queue_logouts_of_application',
)(({ db, place, dialect }) => {
  const isMeant = sql<SqlBool>`application_id = ${place('id')} AND NOT ${dialect.isIn('organization_id', place('kept'))}`
  const statement = renderLogouts(dialect, place as never, renderBegun(isMeant))
  return { compile: () => statement.compile(db) }
})

/** Whoever has anything there, with their organizations. */
function renderPeople(place: (name: keyof Whose) => unknown, dialect: Dialect): RawBuilder<unknown> {
  const isMeant = sql`user_id IS NOT NULL AND NOT ${dialect.isIn('organization_id', place('kept'))}`
  const isBegun = sql<SqlBool>`application_id = ${place('id')} AND ${isMeant}`
  return sql`(SELECT begun.organization_id, begun.user_id FROM ${renderBegun(isBegun)} AS begun
    UNION SELECT organization_id, user_id FROM oidc_record
      WHERE client_id = ${place('id')} AND organization_id IS NOT NULL AND ${isMeant}) AS held`
}
const noteEnds = installationStatement<Noted & { act: string }>('note_ends_of_application')(
  ({ db, place, dialect }) => {
    const statement = sql`INSERT INTO session_end (organization_id, id, act, cause, created_at)
      SELECT DISTINCT held.organization_id, ${dialect.text(place('endId'))}, ${dialect.text(place('act'))}, ${sql.lit(cause)}, ${dialect.bigint(place('at'))}
      FROM ${renderPeople(place as never, dialect)}`
    return { compile: () => statement.compile(db) }
  },
)
const notePeople = installationStatement<Noted>('note_people_of_application')(({ db, place, dialect }) => {
  const statement = sql`INSERT INTO session_end_user (organization_id, end_id, user_id)
    SELECT held.organization_id, ${dialect.text(place('endId'))}, held.user_id
    FROM ${renderPeople(place as never, dialect)} ORDER BY held.organization_id, held.user_id`
  return { compile: () => statement.compile(db) }
})
const deleteRecords = installationStatement<Whose>('delete_oidc_records_of_client')(
  ({ db, place, dialect }) =>
    db
      .deleteFrom('oidc_record')
      .where('client_id', '=', place('id'))
      .where('organization_id', 'is not', null)
      .where((on) => on.not(dialect.isIn('organization_id', place('kept')))),
)
const deleteBegun = beginnings.map((table) =>
  installationStatement<Whose>(`delete_${table}s_of_application`)(({ db, place, dialect }) =>
    db
      .deleteFrom(table)
      .where('application_id', '=', place('id'))
      .where((on) => on.not(dialect.isIn('organization_id', place('kept')))),
  ),
)

/** `kept`: organizations that still have the application. */
export function takeAway(tx: InstallationTx, act: Act, id: string, kept: readonly string[]): void {
  const { at } = act
  const whose = { id, kept: JSON.stringify(kept) }
  const noted = { ...whose, endId: createId('end', at), at }
  tx.write(queueLogouts, { ...whose, eventId: createId('evt', at), at })
  tx.write(noteEnds, { ...noted, act: JSON.stringify(act) })
  tx.write(notePeople, noted)
  for (const remove of deleteBegun) tx.write(remove, whose)
  tx.write(deleteRecords, whose)
}

/** After the change, so that few are told of at once. What is left over, or fails, is noted still. */
export async function tellOfTakenAway(database: Database, at: number): Promise<void> {
  let slices = slicesAtOnce
  await tellOfEnds(
    database,
    () => at,
    () => slices-- <= 0,
  ).catch(() => undefined)
}

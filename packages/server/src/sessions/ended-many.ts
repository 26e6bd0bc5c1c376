// Sessions of many people that end at once. They are dead with COMMIT, by a few statements for all of them, and so is the note of
// whose they were; the events are written from it in slices by a job, so that a crash in between and a second node come to the same.

import { sql } from 'kysely'
import { createId } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import type { Act } from '../events/record.ts'
import {
  beginnings,
  endProductSessions,
  isOfNone,
  isThrough,
  type Through,
  type ThroughArguments,
  throughArguments,
} from '../holdings/sign-outs.ts'
import { selectIsThere } from '../organizations/own.ts'
import { createScope, type Database, type OrganizationScope, type OrganizationTx } from '../store/database.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'
import { lockPeople } from '../users/lock-people.ts'
import { type EndCause, recordEnded } from './ended-event.ts'

/** Of one unit of work, where nobody else writes meanwhile on the embedded store. */
export const peoplePerSlice = 100

interface Noted {
  readonly endId: string
  readonly at: number
}

const insertEnd = organizationStatement<Noted & { act: string; cause: string }>('insert_session_end')(
  ({ db, place, organizationId }) =>
    db.insertInto('session_end').values({
      id: place('endId'),
      organization_id: organizationId,
      act: place('act'),
      cause: place('cause'),
      created_at: place('at'),
    }),
)
// Whoever has anything that ends; of what was made before connections were kept, everybody whom the connection knows.
const notePeople = organizationStatement<Noted & ThroughArguments>('note_people_through_connection')(
  ({ db, place, organizationId, dialect }) => {
    const own = sql`organization_id = ${organizationId} AND user_id IS NOT NULL`
    const isLive = sql`expires_at > ${dialect.bigint(place('at'))}`
    const isRecord = sql`${isLive} AND client_id IS NOT NULL`
    const isKnown = (
      table: string,
    ) => sql`${isOfNone(table)} AND user_id IN (SELECT i.user_id FROM identity AS i
        WHERE i.organization_id = ${organizationId} AND i.connection_id = ${dialect.text(place('connectionId'))})`
    const through = (table: string) => sql`(${isThrough(dialect, table, place)} OR (${isKnown(table)}))`
    const begun = beginnings.map(
      (table) => sql`SELECT user_id FROM ${sql.table(table)} WHERE ${own} AND ${through(table)}`,
    )
    const statement = sql`INSERT INTO session_end_user (organization_id, end_id, user_id)
      SELECT ${dialect.text(organizationId)}, ${dialect.text(place('endId'))}, held.user_id FROM (
        SELECT user_id FROM session WHERE ${own} AND ${isLive} AND ${isThrough(dialect, 'session', place)}
        UNION SELECT user_id FROM oidc_record WHERE ${own} AND ${isRecord} AND ${through('oidc_record')}
        UNION ${sql.join(begun, sql` UNION `)}
      ) AS held ORDER BY held.user_id`
    return { compile: () => statement.compile(db) }
  },
)
const countNoted = organizationStatement<{ endId: string }>('count_noted_people')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('session_end_user')
      .select((on) => on.cast<number>(on.fn.countAll(), 'bigint').as('people'))
      .where('organization_id', '=', organizationId)
      .where('end_id', '=', place('endId')),
)
const deleteThrough = organizationStatement<ThroughArguments>('delete_all_sessions_through')(
  ({ db, place, organizationId, dialect }) =>
    db
      .deleteFrom('session')
      .where('organization_id', '=', organizationId)
      .where('user_id', 'is not', null)
      .where(isThrough(dialect, 'session', place)),
)

/** In the transaction of the change: what came through that ends, and everybody who had it is noted. Returns how many. */
export async function endOfMany(
  tx: OrganizationTx,
  act: Act,
  through: Through,
  cause: EndCause,
): Promise<number> {
  const endId = createId('end', act.at)
  const at = act.at
  tx.write(insertEnd, { endId, at, act: JSON.stringify(act), cause })
  tx.write(notePeople, { endId, at, ...throughArguments(through) })
  tx.write(deleteThrough, throughArguments(through))
  endProductSessions(tx, { endId, through }, at)
  return Number((await tx.first(countNoted, { endId }))?.people ?? 0)
}

const selectOrganizations = installationStatement('organizations_with_session_ends')(({ db }) =>
  db.selectFrom('session_end').select('organization_id').distinct().orderBy('organization_id').limit(1_000),
)
const selectSlice = organizationStatement<{ limit: number }>('session_end_slice')(
  ({ db, place, organizationId, dialect }) => {
    const slice = db
      .selectFrom('session_end_user')
      .select(['end_id', 'user_id'])
      .where('organization_id', '=', organizationId)
      .orderBy('end_id')
      .orderBy('user_id')
      .limit(place('limit'))
    // Another node has the others.
    return dialect.lockFree(slice)
  },
)
const selectEnds = organizationStatement('session_ends')(({ db, organizationId }) =>
  db.selectFrom('session_end').select(['id', 'act', 'cause']).where('organization_id', '=', organizationId),
)
const deletePeople = organizationStatement<{ endId: string; ids: string }>('delete_session_end_users')(
  ({ db, place, organizationId, dialect }) =>
    db
      .deleteFrom('session_end_user')
      .where('organization_id', '=', organizationId)
      .where('end_id', '=', place('endId'))
      .where(dialect.isIn('user_id', place('ids'))),
)
const deleteDone = organizationStatement('delete_session_ends')(({ db, organizationId }) =>
  db
    .deleteFrom('session_end')
    .where('organization_id', '=', organizationId)
    .where('id', 'not in', (on) =>
      on.selectFrom('session_end_user').select('end_id').where('organization_id', '=', organizationId),
    ),
)

/** Whether applications have ends to be told of. */
export async function hasEndsToTell(database: Database): Promise<boolean> {
  return (await database.readInstallation('jobs', selectOrganizations, {})).length > 0
}

/** A slice of each organization in turn, until nothing waits or `isStopping`. */
export async function tellOfEnds(
  database: Database,
  now: () => number,
  isStopping: () => boolean,
): Promise<void> {
  let waiting = await database.readInstallation('jobs', selectOrganizations, {})
  while (waiting.length > 0) {
    const rest: { readonly organization_id: string }[] = []
    for (const one of waiting) {
      if (isStopping()) return
      if (await tellSlice(database, createScope(one.organization_id), now())) rest.push(one)
      await new Promise((resolve) => setImmediate(resolve))
    }
    waiting = rest
  }
}

/** Whether there may be more. */
function tellSlice(database: Database, scope: OrganizationScope, at: number): Promise<boolean> {
  return database.inOrganization(scope, async (tx) => {
    const isThere = (await tx.first(selectIsThere, {})) !== undefined
    const slice = isThere ? await tx.all(selectSlice, { limit: peoplePerSlice }) : []
    if (slice.length === 0) {
      tx.write(deleteDone, {})
      return false
    }
    const ends = new Map((await tx.all(selectEnds, {})).map((one) => [one.id, one]))
    const everybody = [...new Set(slice.map((one) => one.user_id))]
    // So that numbers of one person's events go up in the order of commits.
    await lockPeople(tx, everybody)
    for (const [endId, people] of Map.groupBy(slice, (one) => one.end_id)) {
      const userIds = people.map((one) => one.user_id)
      const end = ends.get(endId)
      if (end !== undefined)
        recordEnded(tx, { ...readJson<Act>(end.act), at }, userIds, end.cause as EndCause)
      tx.write(deletePeople, { endId, ids: JSON.stringify(userIds) })
    }
    return true
  })
}

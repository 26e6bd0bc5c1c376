// Sessions of many people that end at once. They are dead with COMMIT, by statements for slices of them, and so is the note of
// whose they were; the events are written from it in slices by a job, so that a crash in between and a second node come to the same.

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { createFailures } from '../base/few.ts'
import { createId } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import type { Act } from '../events/record.ts'
import { selectHolders } from '../holdings/joined.ts'
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
import { listLinkedIds } from '../users/linked-people.ts'
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
// Who of a slice has anything that ends: through the connection, or of before connections were kept.
const noteSlice = organizationStatement<Noted & ThroughArguments & { ids: string }>(
  'note_people_through_connection',
)(({ db, place, organizationId, dialect }) => {
  const theirs = sql`organization_id = ${organizationId} AND ${dialect.isIn('user_id', place('ids'))}`
  const isLive = sql`expires_at > ${dialect.bigint(place('at'))}`
  const through = (table: string) => isThrough(dialect, table, place, true)
  const begun = beginnings.map(
    (table) =>
      sql`SELECT user_id FROM ${sql.table(table)} WHERE ${theirs} AND (${through(table)} OR ${isOfNone(table)})`,
  )
  const statement = sql<never>`INSERT INTO session_end_user (organization_id, end_id, user_id)
      SELECT ${dialect.text(organizationId)}, ${dialect.text(place('endId'))}, held.user_id FROM (
        SELECT user_id FROM session WHERE ${theirs} AND ${isLive} AND ${through('session')}
        UNION ${selectHolders(sql<SqlBool>`${theirs} AND ${isLive} AND (${through('oidc_record')} OR ${isOfNone('oidc_record')})`)}
        UNION ${sql.join(begun, sql` UNION `)}
      ) AS held ORDER BY held.user_id`
  return { compile: () => statement.compile(db) }
})

/** Sessions of these people that came through a connection. */
export const deleteSessionsThrough = organizationStatement<{ ids: string } & ThroughArguments>(
  'delete_sessions_of_users_through',
)(({ db, place, organizationId, dialect }) =>
  db
    .deleteFrom('session')
    .where('organization_id', '=', organizationId)
    .where(dialect.isIn('user_id', place('ids')))
    .where(isThrough(dialect, 'session', place, true)),
)

/** Who has anything through a connection; of what was made before connections were kept, whom the connection knows. */
export const selectThrough = organizationStatement<ThroughArguments & { limit: number }>(
  'users_through_connection',
)(({ db, place, organizationId, dialect }) => {
  const ofApplications = ['oidc_record', ...beginnings] as const
  // No more of each than tells that they are many.
  const few = (people: RawBuilder<unknown>) =>
    sql`SELECT user_id FROM (SELECT DISTINCT ${people} LIMIT ${place('limit')}) AS few`
  const through = (table: 'session' | (typeof ofApplications)[number]) =>
    few(sql`user_id FROM ${sql.table(table)}
      WHERE organization_id = ${organizationId} AND user_id IS NOT NULL AND ${isThrough(dialect, table, place)}`)
  const known = (table: (typeof ofApplications)[number]) => {
    const isLinked = sql<SqlBool>`i.organization_id = ${organizationId} AND i.user_id = held.user_id
      AND i.connection_id = ${place('connectionId')}`
    return few(sql`held.user_id FROM ${sql.table(table)} AS held ${dialect.beside('identity', 'i', isLinked)}
      WHERE held.organization_id = ${organizationId} AND (held.connection_id IS NULL OR held.connection_id = '')`)
  }
  const all = [through('session'), ...ofApplications.map(through), ...ofApplications.map(known)]
  const statement = sql<{ user_id: string }>`${sql.join(all, sql` UNION `)} LIMIT ${place('limit')}`
  return { compile: () => statement.compile(db) }
})

const countNoted = organizationStatement<{ endId: string }>('count_noted_people')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('session_end_user')
      .select((on) => on.cast<number>(on.fn.countAll(), 'bigint').as('people'))
      .where('organization_id', '=', organizationId)
      .where('end_id', '=', place('endId')),
)
/**
 * In the transaction of the change: what came through that ends, and everybody who had it is noted. Returns how many. Those whom the
 * connection knows go in slices; then there are few others, who had it and are not linked any more.
 */
export async function endOfMany(
  tx: OrganizationTx,
  act: Act,
  through: Through,
  cause: EndCause,
): Promise<number> {
  const { at } = act
  const endId = createId('end', at)
  const endSlice = (userIds: readonly string[]): void => {
    const those = { ids: JSON.stringify(userIds), ...throughArguments(through) }
    tx.write(noteSlice, { endId, at, ...those })
    tx.write(deleteSessionsThrough, those)
    endProductSessions(tx, { userIds, through }, at)
  }
  tx.write(insertEnd, { endId, at, act: JSON.stringify(act), cause })
  for await (const slice of listLinkedIds(tx, through.connectionId)) endSlice(slice)
  for (;;) {
    const rest = await tx.all(selectThrough, { ...throughArguments(through), limit: peoplePerSlice })
    if (rest.length === 0) break
    endSlice(rest.map(({ user_id: userId }) => userId))
  }
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
  const failures = createFailures()
  let waiting = await database.readInstallation('jobs', selectOrganizations, {})
  while (waiting.length > 0) {
    const rest: { readonly organization_id: string }[] = []
    for (const one of waiting) {
      if (isStopping()) return
      const slice = tellSlice(database, createScope(one.organization_id), now())
      if (await failures.note(slice, false)) rest.push(one)
      await new Promise((resolve) => setImmediate(resolve))
    }
    waiting = rest
  }
  failures.throwFirst()
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

// What ends of somebody who has very much of it: nobody waits until it is removed. The person's number goes up by one, and what was made
// under an earlier number is over for whoever looks it up, on every node; a job removes its rows, a slice at a time. People have no more
// than a bounded number of sessions (sessions.ts), but a store of an earlier version may hold hundreds of thousands of one.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { createFailures } from '../base/few.ts'
import { createScope, type Database, type OrganizationTx } from '../store/database.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'

/** Rows of one person that are removed by the statement that ends them. */
export const mostAtOnce = 1_000
/** Of one unit of work, where nobody else writes meanwhile on the embedded store. */
const rowsPerSlice = 500

type Table = 'session' | 'oidc_record'
const numberOf = { session: 'sessions', oidc_record: 'records' } as const

/** Whether a row of `table` is of the present generation; what an earlier version made is of the first. */
export const isOfPresent = (table: Table): RawBuilder<SqlBool> => {
  const column = (name: string) => sql.ref(`${table}.${name}`)
  return sql<SqlBool>`NOT EXISTS (SELECT 1 FROM session_generation AS g WHERE g.organization_id = ${column('organization_id')}
    AND g.user_id = ${column('user_id')} AND g.${sql.ref(numberOf[table])} > coalesce(${column('generation')}, 0))`
}

/** The generation of what is made now; null, as of an earlier version, where nothing has ended in this way. */
export const presentOf = (
  table: Table,
  organizationId: unknown,
  userId: unknown,
): RawBuilder<number | null> =>
  sql`(SELECT g.${sql.ref(numberOf[table])} FROM session_generation AS g
    WHERE g.organization_id = ${organizationId} AND g.user_id = ${userId})`

/** People of whom there is more than is removed at once. */
export interface Many {
  readonly sessions: readonly string[]
  readonly records: readonly string[]
}

const selectMany = organizationStatement<{ ids: string }>('people_with_many_sessions')(
  ({ db, place, organizationId, dialect }) => {
    const hasMany = (table: Table) => sql`(SELECT 1 FROM ${sql.table(table)} AS held
      WHERE held.organization_id = ${organizationId} AND held.user_id = wanted.value LIMIT 1 OFFSET ${sql.lit(mostAtOnce)})`
    const statement = sql<{ user_id: string; sessions: number | null; records: number | null }>`
      SELECT user_id, sessions, records FROM (SELECT wanted.value AS user_id, ${hasMany('session')} AS sessions,
        ${hasMany('oidc_record')} AS records FROM ${dialect.unfold(place('ids'))}) AS counted
      WHERE sessions IS NOT NULL OR records IS NOT NULL`
    return { compile: () => statement.compile(db) }
  },
)

/** No more than so many rows of each of them are looked at. */
export async function findPeopleWithMany(tx: OrganizationTx, userIds: readonly string[]): Promise<Many> {
  const rows = await tx.all(selectMany, { ids: JSON.stringify(userIds) })
  return {
    sessions: rows.filter((row) => row.sessions !== null).map((row) => row.user_id),
    records: rows.filter((row) => row.records !== null).map((row) => row.user_id),
  }
}

/** Nobody waits for a greater number. */
export const mostCounted = 10_000

const countOf = organizationStatement<{ ids: string }>('count_sessions_of_users')(
  ({ db, place, organizationId, dialect }) => {
    const some = db
      .selectFrom('session')
      .select('user_id')
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('user_id', place('ids')))
      .limit(sql.lit(mostCounted))
    return db.selectFrom(some.as('looked')).select((on) => on.fn.countAll().as('sessions'))
  },
)

/** By the index alone; those that are more are not counted. */
export async function countSessionsOf(tx: OrganizationTx, userIds: readonly string[]): Promise<number> {
  return Number((await tx.first(countOf, { ids: JSON.stringify(userIds) }))?.sessions)
}

const raise = (table: Table) =>
  organizationStatement<{ ids: string }>(`next_generation_of_${table}s`)(
    ({ db, place, organizationId, dialect }) => {
      const [sessions, records] = table === 'session' ? [1, 0] : [0, 1]
      // WHERE: without it SQLite reads ON CONFLICT as the join's ON.
      const statement = sql`INSERT INTO session_generation (organization_id, user_id, sessions, records, is_waiting)
        SELECT ${dialect.text(organizationId)}, wanted.value, ${sql.lit(sessions)}, ${sql.lit(records)}, 1
        FROM ${dialect.unfold(place('ids'))} WHERE wanted.value > ''
        ON CONFLICT (organization_id, user_id) DO UPDATE SET is_waiting = 1,
          sessions = session_generation.sessions + ${sql.lit(sessions)}, records = session_generation.records + ${sql.lit(records)}`
      return { compile: () => statement.compile(db) }
    },
  )
const raiseSessions = raise('session')
const raiseRecords = raise('oidc_record')

/** All sessions of ours that these people have: over with COMMIT. Their rows of `user` are locked, so nobody signs in meanwhile. */
export function endManySessions(tx: OrganizationTx, userIds: readonly string[]): void {
  if (userIds.length > 0) tx.write(raiseSessions, { ids: JSON.stringify(userIds) })
}

/** The same of what applications hold of them. */
export function endManyRecords(tx: OrganizationTx, userIds: readonly string[]): void {
  if (userIds.length > 0) tx.write(raiseRecords, { ids: JSON.stringify(userIds) })
}

interface Waiting {
  readonly organization_id: string
  readonly user_id: string
  readonly sessions: number
  readonly records: number
}

const peoplePerPage = 100

const selectWaiting = installationStatement<{ organization: string; user: string }>(
  'session_generations_waiting',
)(({ db, place }) =>
  db
    .selectFrom('session_generation')
    .select(['organization_id', 'user_id', 'sessions', 'records'])
    .where('is_waiting', '=', sql.lit(1))
    .where((on) =>
      on(on.refTuple('organization_id', 'user_id'), '>', on.tuple(place('organization'), place('user'))),
    )
    .orderBy('organization_id')
    .orderBy('user_id')
    .limit(sql.lit(peoplePerPage)),
)
const atFirst = { organization: '', user: '' }

const removeEarlier = (table: Table) => {
  const key = table === 'session' ? 'secret_hash' : 'id'
  return organizationStatement<{ userId: string; number: number }>(`remove_earlier_${table}s`)(
    ({ db, place, organizationId, dialect }) => {
      const isEarlier = sql`organization_id = ${organizationId} AND user_id = ${dialect.text(place('userId'))}
        AND coalesce(generation, 0) < ${dialect.bigint(place('number'))}`
      const slice = sql`SELECT ${sql.ref(key)} FROM ${sql.table(table)} WHERE ${isEarlier} LIMIT ${sql.lit(rowsPerSlice)}`
      const statement = sql<{
        removed: number
      }>`DELETE FROM ${sql.table(table)} WHERE ${dialect.isAmong(key, slice)}
        RETURNING 1 AS removed`
      return { compile: () => statement.compile(db) }
    },
  )
}
const removeSessions = removeEarlier('session')
const removeRecords = removeEarlier('oidc_record')

// Only where nothing has ended since.
const settle = organizationStatement<{ userId: string; sessions: number; records: number }>(
  'settle_session_generation',
)(({ db, place, organizationId }) =>
  db
    .updateTable('session_generation')
    .set({ is_waiting: 0 })
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', place('userId'))
    .where('sessions', '=', place('sessions'))
    .where('records', '=', place('records')),
)

/** Whether there is anything of an ended number to remove. */
export async function hasGenerationsToRemove(database: Database): Promise<boolean> {
  return (await database.readInstallation('jobs', selectWaiting, atFirst)).length > 0
}

/**
 * What is of an earlier generation, a slice of each person in turn, until nothing is left or `isStopping`. An organization where it fails
 * waits for the next run, and keeps no other one waiting.
 */
export async function removeEarlierGenerations(database: Database, isStopping: () => boolean): Promise<void> {
  const failures = createFailures()
  const failed = new Set<string>()
  for (let isLeft = true; isLeft; ) {
    isLeft = false
    for await (const one of listWaiting(database)) {
      if (isStopping()) return
      if (failed.has(one.organization_id)) continue
      isLeft = true
      const isDone = removeSlice(database, one).then(() => true)
      if (!(await failures.note(isDone, false))) failed.add(one.organization_id)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  failures.throwFirst()
}

/** Everybody of whom something is left, once. */
async function* listWaiting(database: Database): AsyncGenerator<Waiting> {
  for (let after: typeof atFirst | undefined = atFirst; after !== undefined; ) {
    const page: readonly Waiting[] = await database.readInstallation('jobs', selectWaiting, after)
    yield* page
    const last = page.length < peoplePerPage ? undefined : page.at(-1)
    after = last && { organization: last.organization_id, user: last.user_id }
  }
}

function removeSlice(database: Database, one: Waiting): Promise<void> {
  const { user_id: userId, sessions, records } = one
  return database.inOrganization(createScope(one.organization_id), async (tx) => {
    const gone = await tx.change(removeSessions, { userId, number: sessions })
    const left =
      gone.length === rowsPerSlice ? gone : await tx.change(removeRecords, { userId, number: records })
    if (left.length < rowsPerSlice) tx.write(settle, { userId, sessions, records })
  })
}

// Everybody whom one connection knows, changed at once and in slices: however many they are, no statement is about more than a slice of
// them, so that the embedded store lets others have their turn in between. All of it is one transaction: after a crash nothing was done.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { withJobPatience } from '../store/patience.ts'
import type { IdentityTable } from '../store/schema.ts'
import { organizationStatement, type Statement, type Words } from '../store/statement.ts'

/** A few milliseconds of writing. */
const peoplePerSlice = 200

/** Identities in the order of their keys: those behind one key, up to another. */
export interface KeyRange {
  readonly connectionId: string
  /** Of what a withdrawn anchor kept: which. */
  readonly number: number
  readonly entityId: string
  readonly stableId: string
  readonly lastEntityId: string
  readonly lastStableId: string
}

type Key = Pick<IdentityTable, 'idp_entity_id' | 'stable_id'>
type Place = (name: keyof KeyRange) => unknown
type SliceStatement = Statement<'organization', KeyRange, never>

const keptColumns = sql`organization_id, connection_id, idp_entity_id, stable_id, user_id, name_id, name_id_format, attributes, proved_key,
  created_at, last_sign_in_at`

function isOfConnection(
  table: 'identity' | 'withdrawn_identity',
  organizationId: unknown,
  place: Place,
): RawBuilder<SqlBool> {
  const ofVersion = table === 'identity' ? sql`` : sql`AND number = ${place('number')}`
  return sql<SqlBool>`organization_id = ${organizationId} AND connection_id = ${place('connectionId')} ${ofVersion}`
}

/** Whether a row is in the slice. */
export function isInRange(place: Place): RawBuilder<SqlBool> {
  return sql<SqlBool>`(idp_entity_id, stable_id) > (${place('entityId')}, ${place('stableId')})
    AND (idp_entity_id, stable_id) <= (${place('lastEntityId')}, ${place('lastStableId')})`
}

function boundaries(table: 'identity' | 'withdrawn_identity') {
  return {
    last: organizationStatement<KeyRange>(`last_${table}_of_connection`)(({ db, place, organizationId }) => {
      const statement = sql<Key>`SELECT idp_entity_id, stable_id FROM ${sql.table(table)}
        WHERE ${isOfConnection(table, organizationId, place)} ORDER BY idp_entity_id DESC, stable_id DESC LIMIT 1`
      return { compile: () => statement.compile(db) }
    }),
    end: organizationStatement<KeyRange>(`end_of_${table}_slice`)(({ db, place, organizationId }) => {
      const statement = sql<Key>`SELECT idp_entity_id, stable_id FROM ${sql.table(table)}
        WHERE ${isOfConnection(table, organizationId, place)}
          AND (idp_entity_id, stable_id) > (${place('entityId')}, ${place('stableId')})
        ORDER BY idp_entity_id, stable_id LIMIT 1 OFFSET ${sql.lit(peoplePerSlice - 1)}`
      return { compile: () => statement.compile(db) }
    }),
  }
}

const boundariesOf = {
  identity: boundaries('identity'),
  withdrawn_identity: boundaries('withdrawn_identity'),
}

/** So many are written within the time that a request waits, also where the database is slow. */
const mostInTime = 5_000

const selectMany = organizationStatement<{ connectionId: string }>('many_linked_people')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('identity')
      .select('user_id')
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('connectionId'))
      .limit(1)
      .offset(mostInTime),
)

/**
 * A unit of work that writes of everybody whom a connection knows. It is one, so that nobody is known by half of an anchor; of very many
 * people it takes longer than requests wait, and is waited for as for a job.
 */
export function inUnitOfLinked<T>(
  database: Database,
  scope: OrganizationScope,
  connectionId: string,
  work: (tx: OrganizationTx) => Promise<T>,
): Promise<T> {
  return waitForLinked(database, scope, connectionId, () => database.inOrganization(scope, work))
}

/** The same of a unit of work that begins otherwise. */
export async function waitForLinked<T>(
  database: Database,
  scope: OrganizationScope,
  connectionId: string,
  unit: () => Promise<T>,
): Promise<T> {
  const isMany = (await database.readOrganization(scope, selectMany, { connectionId })).length > 0
  return isMany ? withJobPatience(unit) : unit()
}

/** Where the slices begin and end. */
export async function listKeyRanges(
  tx: OrganizationTx,
  table: 'identity' | 'withdrawn_identity',
  of: Pick<KeyRange, 'connectionId'> & Partial<Pick<KeyRange, 'number'>>,
): Promise<readonly KeyRange[]> {
  const nothing = { entityId: '', stableId: '', lastEntityId: '', lastStableId: '' }
  const whole: KeyRange = { number: 0, ...of, ...nothing }
  const last = await tx.first(boundariesOf[table].last, whole)
  if (last === undefined) return []
  const ranges: KeyRange[] = []
  for (let after: Key = { idp_entity_id: '', stable_id: '' }; ; ) {
    const from = { ...whole, entityId: after.idp_entity_id, stableId: after.stable_id }
    const end = await tx.first(boundariesOf[table].end, from)
    const until = end ?? last
    ranges.push({ ...from, lastEntityId: until.idp_entity_id, lastStableId: until.stable_id })
    if (end === undefined) return ranges
    after = end
  }
}

const selectIds = organizationStatement<KeyRange>('linked_people')(({ db, place, organizationId }) => {
  const statement = sql<{ user_id: string }>`SELECT user_id FROM identity
    WHERE ${isOfConnection('identity', organizationId, place)} AND ${isInRange(place)}`
  return { compile: () => statement.compile(db) }
})

/** The ids of everybody whom a connection knows, in slices. */
export async function* listLinkedIds(
  tx: OrganizationTx,
  connectionId: string,
): AsyncGenerator<readonly string[]> {
  for (const range of await listKeyRanges(tx, 'identity', { connectionId }))
    yield (await tx.all(selectIds, range)).map(({ user_id: userId }) => userId)
}

// The keys that people have now, kept as they are by a version of the anchor that is withdrawn.
const keepSlice: SliceStatement = organizationStatement<KeyRange>('keep_withdrawn_identities')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql<never>`INSERT INTO withdrawn_identity (number, ${keptColumns})
      SELECT ${dialect.integer(place('number'))}, ${keptColumns} FROM identity
      WHERE organization_id = ${organizationId} AND connection_id = ${place('connectionId')} AND ${isInRange(place)}
      ON CONFLICT DO NOTHING`
    return { compile: () => statement.compile(db) }
  },
)

const restoreSlice: SliceStatement = organizationStatement<KeyRange>('restore_identities')(
  ({ db, place, organizationId }) => {
    const statement = sql<never>`INSERT INTO identity (${keptColumns}) SELECT ${keptColumns} FROM withdrawn_identity
      WHERE ${isOfConnection('withdrawn_identity', organizationId, place)} AND ${isInRange(place)}`
    return { compile: () => statement.compile(db) }
  },
)

function deleteSlice(table: 'identity' | 'withdrawn_identity', name: string): SliceStatement {
  return organizationStatement<KeyRange>(name)(({ db, place, organizationId }) => {
    const statement = sql<never>`DELETE FROM ${sql.table(table)}
      WHERE ${isOfConnection(table, organizationId, place)} AND ${isInRange(place)}`
    return { compile: () => statement.compile(db) }
  })
}

const deleteOfConnection = deleteSlice('identity', 'delete_identities_of_connection')
const deleteKept = deleteSlice('withdrawn_identity', 'delete_kept_identities')

const nextNumber = organizationStatement<{ connectionId: string; after: number }>('next_withdrawn_number')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql<{ number: number }>`SELECT number FROM withdrawn_identity
      WHERE organization_id = ${organizationId} AND connection_id = ${place('connectionId')}
        AND number > ${dialect.integer(place('after'))} ORDER BY number LIMIT 1`
    return { compile: () => statement.compile(db) }
  },
)

// What came into a slice's place since it was looked where the slices end.
const deleteRest = (['identity', 'withdrawn_identity'] as const).map((table) =>
  organizationStatement<{ connectionId: string }>(`delete_rest_of_${table}`)(
    ({ db, place, organizationId }) =>
      db
        .deleteFrom(table)
        .where('organization_id', '=', organizationId)
        .where('connection_id', '=', place('connectionId')),
  ),
)

/** Before people's keys change with a connection's anchor: what they are called now is kept under the version that goes. */
export async function keepIdentities(
  tx: OrganizationTx,
  connectionId: string,
  number: number,
): Promise<void> {
  for (const range of await listKeyRanges(tx, 'identity', { connectionId }))
    tx.write(keepSlice, { ...range, number })
}

/** Exactly the keys that were kept under this version; what was linked since is not. */
export async function restoreIdentities(
  tx: OrganizationTx,
  connectionId: string,
  number: number,
): Promise<void> {
  const own = await listKeyRanges(tx, 'identity', { connectionId })
  const kept = await listKeyRanges(tx, 'withdrawn_identity', { connectionId, number })
  for (const range of own) tx.write(deleteOfConnection, range)
  tx.write(deleteRest[0]!, { connectionId })
  for (const range of kept) tx.write(restoreSlice, range)
  for (const range of kept) tx.write(deleteKept, range)
}

/** With the connection: what people are called, and were called under every anchor of it before. */
export async function removeIdentitiesOf(tx: OrganizationTx, connectionId: string): Promise<void> {
  const own = await listKeyRanges(tx, 'identity', { connectionId })
  for (const range of own) tx.write(deleteOfConnection, range)
  for (let after = -1; ; ) {
    const version = await tx.first(nextNumber, { connectionId, after })
    if (version === undefined) break
    after = Number(version.number)
    for (const range of await listKeyRanges(tx, 'withdrawn_identity', { connectionId, number: after }))
      tx.write(deleteKept, range)
  }
  for (const statement of deleteRest) tx.write(statement, { connectionId })
}

/** Keys that nobody may assert are under such a name of an identity provider, with the number of the version of its anchor. */
export const withdrawnEntityPrefix = 'withdrawn '

/** Somebody of a connection, and what they will be called; null: nothing any more. */
export interface KeyMove {
  readonly userId: string
  readonly to: string | null
  /** The key that they have now will be somebody else's. */
  readonly isInTheWay: boolean
}

/** Some people of a connection, JSON; each has one key there. */
interface SomeLinked {
  readonly connectionId: string
  readonly userIds: string
}

// As an expression the connection is nothing to find rows by: PostgreSQL, where it knows nothing of the table, would read all of the
// connection's for each slice.
const isOfSome = ({
  place,
  organizationId,
  dialect,
}: Words<'organization', SomeLinked>): RawBuilder<SqlBool> =>
  sql<SqlBool>`organization_id = ${organizationId} AND ${dialect.isIn('user_id', place('userIds'))}
    AND connection_id || '' = ${place('connectionId')}`

const parkSome = organizationStatement<SomeLinked & { ofEntityId: string; parked: string }>(
  'park_some_identities',
)((words) => {
  const { place } = words
  const statement = sql<never>`UPDATE identity SET idp_entity_id = ${place('parked')}
    WHERE ${isOfSome(words)} AND idp_entity_id || '' = ${place('ofEntityId')}`
  return { compile: () => statement.compile(words.db) }
})

/** Keys that some people have of this identity provider, under a name that nobody can assert. */
export function parkIdentities(
  tx: OrganizationTx,
  connectionId: string,
  userIds: readonly string[],
  as: { readonly ofEntityId: string; readonly parked: string },
): void {
  if (userIds.length > 0) tx.write(parkSome, { connectionId, userIds: JSON.stringify(userIds), ...as })
}

const removeLinks = organizationStatement<SomeLinked>('remove_some_identities')((words) => {
  const statement = sql<never>`DELETE FROM identity WHERE ${isOfSome(words)}`
  return { compile: () => statement.compile(words.db) }
})
const setAside = organizationStatement<SomeLinked & { aside: string }>('set_some_identities_aside')(
  (words) => {
    const statement = sql<never>`UPDATE identity SET idp_entity_id = ${words.place('aside')}, stable_id = 'moving ' || user_id
    WHERE ${isOfSome(words)}`
    return { compile: () => statement.compile(words.db) }
  },
)
const putAnew = organizationStatement<SomeLinked & { toEntityId: string; stableIds: string }>(
  'put_some_identities_anew',
)((words) => {
  const { place, dialect } = words
  const stableId = dialect.valueOf(place('stableIds'), sql.ref('user_id'))
  const statement = sql<never>`UPDATE identity SET idp_entity_id = ${place('toEntityId')}, stable_id = ${stableId}
    WHERE ${isOfSome(words)}`
  return { compile: () => statement.compile(words.db) }
})

/**
 * Gives many people of a connection other keys under `toEntityId`, in slices. Whose key will be somebody else's goes out of the way first,
 * under `aside`, which nobody can assert.
 */
export function writeMovedIdentities(
  tx: OrganizationTx,
  connectionId: string,
  { aside, toEntityId }: { readonly aside: string; readonly toEntityId: string },
  moves: readonly KeyMove[],
): void {
  const idsOf = (of: readonly KeyMove[]) => JSON.stringify(of.map(({ userId }) => userId))
  const moving = moves.filter(({ to }) => to !== null)
  for (const gone of toSlices(moves.filter(({ to }) => to === null)))
    tx.write(removeLinks, { connectionId, userIds: idsOf(gone) })
  for (const some of toSlices(moving.filter(({ isInTheWay }) => isInTheWay)))
    tx.write(setAside, { connectionId, userIds: idsOf(some), aside })
  for (const some of toSlices(moving)) {
    const stableIds = JSON.stringify(Object.fromEntries(some.map(({ userId, to }) => [userId, to])))
    tx.write(putAnew, { connectionId, userIds: idsOf(some), toEntityId, stableIds })
  }
}

function* toSlices<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += peoplePerSlice) yield all.slice(at, at + peoplePerSlice)
}

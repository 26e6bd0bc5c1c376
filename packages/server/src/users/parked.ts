// Identities of accounts that were removed: parked under another name, released, or given back.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { OrganizationTx } from '../store/database.ts'
import { type Dialect, organizationStatement, type Words } from '../store/statement.ts'
import type { IdentityKey, IdentityRow, KeptKey } from './identity-row.ts'

interface Released {
  readonly userNameKey: string
  readonly externalId: string | null
}

// Whoever administered, or did so in a version that kept no role, may be brought back as who they were, and an administrator can have
// anybody called as they were: by an import, an invitation, a key of the directory. So nothing of theirs is deleted for a newcomer: what
// a key says that nobody has confirmed, or a sign-in, does not touch it, and for everybody else it is parked under a name that nobody can
// assert.
const mayComeBack = sql<SqlBool>`(deleted_user.role IS NULL OR deleted_user.role IN ('owner', 'admin'))`

/** Under such a name of an identity provider. */
export const removedEntityPrefix = 'removed '

const parkedName = (table: string) =>
  sql<string>`${sql.lit(removedEntityPrefix)} || ${sql.ref(`${table}.user_id`)} || ' ' || ${sql.ref(`${table}.idp_entity_id`)}`

const isParkedIn = (table: string) =>
  sql<SqlBool>`substr(${sql.ref(`${table}.idp_entity_id`)}, 1, ${sql.lit(removedEntityPrefix.length)}) = ${sql.lit(removedEntityPrefix)}`

type ReleasedWords = Words<'organization', Released>

type IdentityTableName = 'identity' | 'withdrawn_identity'

// Each name by its index: without statistics SQLite would read all who were removed, and all identities, at each POST.
const removedUnder = (
  { place, organizationId, dialect }: ReleasedWords,
  isMeant: RawBuilder<SqlBool>,
): RawBuilder<unknown> => {
  const of = (index: string, isCalled: RawBuilder<unknown>) =>
    sql`SELECT deleted_user.id FROM ${dialect.byIndex('deleted_user', index)}
      WHERE deleted_user.organization_id = ${organizationId} AND ${isCalled} AND ${isMeant}`
  return sql`${of('deleted_user_user_name', sql`deleted_user.user_name_key = ${place('userNameKey')}`)}
    UNION ${of('deleted_user_external_id', sql`deleted_user.external_id = ${dialect.text(place('externalId'))}`)}`
}

// Of whom nobody is meant nothing is looked for.
const isOfRemoved = (words: ReleasedWords, table: IdentityTableName, isMeant: RawBuilder<SqlBool>) => {
  const removed = removedUnder(words, isMeant)
  return sql`organization_id = ${words.organizationId} AND EXISTS (${removed}) AND ${words.dialect.isAmong(`${table}.user_id`, removed)}`
}

const identitiesByUser = (
  { dialect }: { readonly dialect: Dialect },
  table: IdentityTableName,
): RawBuilder<unknown> =>
  table === 'identity' ? dialect.byIndex(table, 'identity_user_unique') : sql.table(table)

// Whom an unconfirmed key made, and removed itself: all others somebody removed whose word stands above it.
const isRemovedBy = (keyId: unknown) =>
  sql<SqlBool>`(NOT ${mayComeBack} AND deleted_user.source = 'scim' AND deleted_user.directory_decides = 0
    AND deleted_user.provisional_key_id = ${keyId})`

// Linking rule 17: a new user of this name, or of this externalId, takes over nothing that a deleted one still held.
const releaseOfDeleted = <Args extends Released>(
  name: string,
  table: IdentityTableName,
  isMeant: (words: Words<'organization', Args>) => RawBuilder<SqlBool>,
) =>
  organizationStatement<Args>(`${name} ${table}`)((words) => {
    const statement = sql`DELETE FROM ${identitiesByUser(words, table)} WHERE ${isOfRemoved(words, table, isMeant(words))}`
    return { compile: () => statement.compile(words.db) }
  })

const deleteOfDeleted = releaseOfDeleted<Released>(
  'release_of_deleted',
  'identity',
  () => sql`NOT ${mayComeBack}`,
)

const forgetKeptOfDeleted = releaseOfDeleted<Released>(
  'release_of_deleted',
  'withdrawn_identity',
  () => sql`NOT ${mayComeBack}`,
)

type ReleasedByKey = Released & { readonly keyId: string }

const deleteOfOwnDeleted = releaseOfDeleted<ReleasedByKey>(
  'release_of_own_deleted',
  'identity',
  ({ place, dialect }) => isRemovedBy(dialect.text(place('keyId'))),
)

const forgetKeptOfOwnDeleted = releaseOfDeleted<ReleasedByKey>(
  'release_of_own_deleted',
  'withdrawn_identity',
  ({ place, dialect }) => isRemovedBy(dialect.text(place('keyId'))),
)

const parkOfDeleted = (table: IdentityTableName) =>
  organizationStatement<Released>(`park_of_deleted ${table}`)((words) => {
    const statement = sql`UPDATE ${identitiesByUser(words, table)} SET idp_entity_id = ${parkedName(table)}
      WHERE ${isOfRemoved(words, table, mayComeBack)} AND NOT ${isParkedIn(table)}`
    return { compile: () => statement.compile(words.db) }
  })

const parkIdentitiesOfDeleted = parkOfDeleted('identity')

const parkKeptOfDeleted = parkOfDeleted('withdrawn_identity')

const unparkedName = (table: string) =>
  sql<string>`substr(${sql.ref(`${table}.idp_entity_id`)},
    length(${sql.lit(removedEntityPrefix)} || ${sql.ref(`${table}.user_id`)} || ' ') + 1)`

const unparkIdentity = organizationStatement<{ userId: string; connectionId: string }>('unpark identity')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('identity')
      .set({ idp_entity_id: unparkedName('identity') })
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', place('userId'))
      .where('connection_id', '=', place('connectionId'))
      .where(isParkedIn('identity')),
)

// Whether `held` has the key, in the same version of an anchor that is withdrawn, under which a parked one was kept.
const hasKeyOf = (parked: string) => {
  const of = (column: string) => sql.ref(`${parked}.${column}`)
  return sql<SqlBool>`held.organization_id = ${of('organization_id')} AND held.connection_id = ${of('connection_id')}
    AND held.number = ${of('number')} AND held.idp_entity_id = ${unparkedName(parked)} AND held.stable_id = ${of('stable_id')}`
}

const selectKeptHolders = organizationStatement<{ userId: string }>('holders_of_kept_keys')(
  ({ db, place, organizationId, dialect }) => {
    const beside = dialect.beside('withdrawn_identity', 'held', hasKeyOf('parked'))
    const statement = sql<KeptKey>`SELECT held.user_id, held.connection_id, held.number, held.stable_id, held.proved_key
      FROM withdrawn_identity AS parked ${beside}
      WHERE parked.organization_id = ${organizationId} AND parked.user_id = ${place('userId')} AND ${isParkedIn('parked')}`
    return { compile: () => statement.compile(db) }
  },
)

const deleteKeptOf = organizationStatement<{ userId: string; connectionId: string; number: number }>(
  'delete_kept_identity_of',
)(({ db, place, organizationId }) =>
  db
    .deleteFrom('withdrawn_identity')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', place('userId'))
    .where('connection_id', '=', place('connectionId'))
    .where('number', '=', place('number')),
)

const unparkKept = organizationStatement<{ userId: string }>('unpark withdrawn_identity')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('withdrawn_identity')
      .set({ idp_entity_id: unparkedName('withdrawn_identity') })
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', place('userId'))
      .where(isParkedIn('withdrawn_identity'))
      .where(
        sql<SqlBool>`NOT EXISTS (SELECT 1 FROM withdrawn_identity AS held WHERE ${hasKeyOf('withdrawn_identity')})`,
      ),
)

const removeParked = (table: 'identity' | 'withdrawn_identity') =>
  organizationStatement<{ userIds: string }>(`delete_parked ${table}`)(
    ({ db, place, organizationId, dialect }) =>
      db
        .deleteFrom(table)
        .where('organization_id', '=', organizationId)
        .where(dialect.isIn('user_id', place('userIds')))
        .where(isParkedIn(table)),
  )

const deleteParked = removeParked('identity')

const deleteParkedKept = removeParked('withdrawn_identity')

/** Of somebody who is gone for good: neither a user nor a deleted one. */
export const deleteOrphan = organizationStatement<IdentityKey>('release_orphan_identity')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('identity')
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('connectionId'))
      .where('idp_entity_id', '=', place('idpEntityId'))
      .where('stable_id', '=', place('stableId'))
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('user')
              .select('user.id')
              .where('user.organization_id', '=', organizationId)
              .whereRef('user.id', '=', 'identity.user_id'),
          ),
        ),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('deleted_user')
              .select('deleted_user.id')
              .where('deleted_user.organization_id', '=', organizationId)
              .whereRef('deleted_user.id', '=', 'identity.user_id'),
          ),
        ),
      ),
)

// What releaseIdentities did not touch while the key was unconfirmed, of the people that it made or claimed: from each of them to whoever
// was removed under their names.
interface OfPeople {
  /** JSON: ids. */
  readonly userIds: string
}

const removedUnderNamesOf = (
  { place, organizationId, dialect }: Words<'organization', OfPeople>,
  isMeant: RawBuilder<SqlBool>,
) => {
  const isPerson = sql<SqlBool>`one.organization_id = ${organizationId} AND one.id = wanted.value`
  const people = dialect.lookUp(place('userIds'), 'user', isPerson)
  const of = (isCalled: RawBuilder<unknown>) => {
    const isRemoved = sql<SqlBool>`deleted_user.organization_id = ${organizationId} AND ${isCalled}`
    return sql`SELECT deleted_user.id FROM ${people} ${dialect.beside('deleted_user', 'deleted_user', isRemoved)} WHERE ${isMeant}`
  }
  return sql`${of(sql`deleted_user.user_name_key = one.user_name_key`)} UNION ${of(sql`deleted_user.external_id = one.external_id`)}`
}

const parkForPeople = (table: IdentityTableName) =>
  organizationStatement<OfPeople>(`park_for_people ${table}`)((words) => {
    const removed = removedUnderNamesOf(words, mayComeBack)
    const statement = sql`UPDATE ${identitiesByUser(words, table)} SET idp_entity_id = ${parkedName(table)}
      WHERE organization_id = ${words.organizationId} AND ${words.dialect.isAmong(`${table}.user_id`, removed)}
        AND NOT ${isParkedIn(table)}`
    return { compile: () => statement.compile(words.db) }
  })

const releaseForPeople = (table: IdentityTableName) =>
  organizationStatement<OfPeople>(`release_for_people ${table}`)((words) => {
    const removed = removedUnderNamesOf(words, sql`NOT ${mayComeBack}`)
    const statement = sql`DELETE FROM ${identitiesByUser(words, table)}
      WHERE organization_id = ${words.organizationId} AND ${words.dialect.isAmong(`${table}.user_id`, removed)}`
    return { compile: () => statement.compile(words.db) }
  })

const forPeople = (['identity', 'withdrawn_identity'] as const).flatMap((table) => [
  parkForPeople(table),
  releaseForPeople(table),
])

/**
 * In the transaction that makes a user, or has the directory claim one; `by`: whose word it is. An unconfirmed key's releases what those
 * had whom it made and removed itself: whoever comes with anything else of somebody who was removed stays out, until the key is confirmed.
 */
export function releaseIdentities(
  tx: OrganizationTx,
  { userNameKey, externalId }: Released,
  by: 'confirmed' | 'sign-in' | { readonly unconfirmedKeyId: string },
): void {
  const released = { userNameKey, externalId }
  if (typeof by === 'object') {
    const own = { ...released, keyId: by.unconfirmedKeyId }
    tx.write(deleteOfOwnDeleted, own)
    tx.write(forgetKeptOfOwnDeleted, own)
    return
  }
  tx.write(deleteOfDeleted, released)
  tx.write(forgetKeptOfDeleted, released)
  if (by === 'sign-in') return
  tx.write(parkIdentitiesOfDeleted, released)
  tx.write(parkKeptOfDeleted, released)
}

/**
 * A key is confirmed: what these people, whom it made or claimed, found untouched of whoever was here under their names is out of their
 * way.
 */
export function releaseIdentitiesForPeople(tx: OrganizationTx, userIds: readonly string[]): void {
  for (const statement of forPeople) tx.write(statement, { userIds: JSON.stringify(userIds) })
}

/** The key that a parked identity had; undefined of one that is not parked. */
export function keyBeforeParking(row: IdentityRow): IdentityKey | undefined {
  const prefix = `${removedEntityPrefix}${row.user_id} `
  if (!row.idp_entity_id.startsWith(prefix)) return undefined
  const idpEntityId = row.idp_entity_id.slice(prefix.length)
  return { connectionId: row.connection_id, idpEntityId, stableId: row.stable_id }
}

/** It has its key again, which nobody may have. */
export function writeUnparked(tx: OrganizationTx, userId: string, connectionId: string): void {
  tx.write(unparkIdentity, { userId, connectionId })
}

/** Who has a key of somebody's, parked since, in a version of an anchor that is withdrawn. */
export function listKeptHolders(tx: OrganizationTx, userId: string): Promise<readonly KeptKey[]> {
  return tx.all(selectKeptHolders, { userId })
}

/** What one version kept of somebody is brought back with it no longer. */
export function removeKept(tx: OrganizationTx, { user_id: userId, ...kept }: KeptKey): void {
  tx.write(deleteKeptOf, { userId, connectionId: kept.connection_id, number: Number(kept.number) })
}

/** What withdrawn versions kept has its keys again, where they are free. */
export function writeKeptUnparked(tx: OrganizationTx, userId: string): void {
  tx.write(unparkKept, { userId })
}

/** With the final purge nobody comes back. */
export function forgetParked(tx: OrganizationTx, userIds: readonly string[]): void {
  const userIdsText = JSON.stringify(userIds)
  tx.write(deleteParked, { userIds: userIdsText })
  tx.write(deleteParkedKept, { userIds: userIdsText })
}

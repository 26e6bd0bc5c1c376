// Identities: a user's link to what one identity provider calls them. The key is (organization, connection, identity
// provider's entity ID, stable id), compared exactly; never an address, never the issuer alone.

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { readAddress, spellingsOf } from '../base/address.ts'
import { isPrivileged, rungOfRole } from '../base/rung.ts'
import { toEmailKey } from '../mapping/user-columns.ts'
import type { OrganizationTx } from '../store/database.ts'
import { isLocked, mayWaitFor } from '../store/lock-order.ts'
import type { IdentityTable, UserTable, WithdrawnIdentityTable } from '../store/schema.ts'
import { type Dialect, organizationStatement, type Statement, type Words } from '../store/statement.ts'
import { lockPeople } from './lock-people.ts'
import { unconfirmedKeys } from './unconfirmed-keys.ts'
import { type UserRow, userColumnNames } from './users.ts'

/** An identity as it is read. */
export type IdentityRow = Omit<IdentityTable, 'organization_id' | 'sessions_ended_at'>
/** One that was looked up by its key. */
export type KnownIdentity = Omit<IdentityTable, 'organization_id'>

/** What names an identity inside its organization. */
export interface IdentityKey {
  readonly connectionId: string
  readonly idpEntityId: string
  readonly stableId: string
}

/** What a version of an anchor that is withdrawn kept of somebody. */
export type KeptKey = Pick<
  WithdrawnIdentityTable,
  'user_id' | 'connection_id' | 'number' | 'stable_id' | 'proved_key'
>

const identityColumns = [
  'connection_id',
  'idp_entity_id',
  'stable_id',
  'user_id',
  'name_id',
  'name_id_format',
  'attributes',
  'proved_key',
  'created_at',
  'last_sign_in_at',
] as const

// Not locked: whoever changes an identity holds its user's row, and locks are taken in that order everywhere.
const selectIdentity = organizationStatement<IdentityKey>('identity')(({ db, place, organizationId }) =>
  db
    .selectFrom('identity')
    .select([...identityColumns, 'sessions_ended_at'])
    .where('organization_id', '=', organizationId)
    .where('connection_id', '=', place('connectionId'))
    .where('idp_entity_id', '=', place('idpEntityId'))
    .where('stable_id', '=', place('stableId')),
)

/** All identities of one user. */
export const selectIdentitiesOfUser = organizationStatement<{ userId: string }>('identities_of_user')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('identity')
      .select(identityColumns)
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', place('userId'))
      .orderBy('connection_id'),
)

/** Whom a connection calls by this NameID. */
export const selectUsersByNameId = organizationStatement<{ connectionId: string; nameId: string }>(
  'users_by_name_id',
)(({ db, place, organizationId }) =>
  db
    .selectFrom('identity')
    .select('user_id')
    .where('organization_id', '=', organizationId)
    .where('connection_id', '=', place('connectionId'))
    .where('name_id', '=', place('nameId')),
)

/** A slice of a connection's identities, behind the key of one. */
export interface IdentitySlice {
  readonly connectionId: string
  readonly entityId: string
  readonly stableId: string
}

const linkedColumns = sql`i.stable_id, i.idp_entity_id, i.user_id, i.name_id, u.user_name, u.external_id, u.role`
type LinkedIdentity = Pick<IdentityTable, 'stable_id' | 'idp_entity_id' | 'user_id' | 'name_id'> &
  Pick<UserTable, 'user_name' | 'external_id' | 'role'>

/** In the order of their keys, as they are stored: each slice begins where the last one ended. Without what their sign-ins said. */
export const selectIdentitiesOfConnection = organizationStatement<IdentitySlice & { readonly limit: number }>(
  'identities_of_connection',
)(({ db, place, organizationId, dialect }) => {
  const isTheirs = sql<SqlBool>`u.organization_id = ${organizationId} AND u.id = i.user_id`
  const statement = sql<LinkedIdentity>`SELECT ${linkedColumns} FROM identity AS i ${dialect.beside('user', 'u', isTheirs)}
    WHERE i.organization_id = ${organizationId} AND i.connection_id = ${place('connectionId')}
      AND (i.idp_entity_id, i.stable_id) > (${place('entityId')}, ${place('stableId')})
    ORDER BY i.idp_entity_id, i.stable_id LIMIT ${place('limit')}`
  return { compile: () => statement.compile(db) }
})

/** The same of some people, by their ids, with what their sign-ins said. */
export const selectLinkedOf = organizationStatement<{ userIds: string; connectionId: string }>(
  'identities_of_some_people',
)(({ db, place, organizationId, dialect }) => {
  const isPerson = sql<SqlBool>`one.organization_id = ${organizationId} AND one.id = wanted.value`
  // As an expression the connection is nothing to find them by: without statistics PostgreSQL would read all of it for each.
  const isTheirs = sql<SqlBool>`i.organization_id = ${organizationId} AND i.user_id = u.id AND i.connection_id || '' = ${place('connectionId')}`
  const people = sql`(SELECT one.* FROM ${dialect.lookUp(place('userIds'), 'user', isPerson)}) AS u`
  const statement = sql<
    LinkedIdentity & Pick<IdentityTable, 'attributes'>
  >`SELECT ${linkedColumns}, i.attributes FROM ${people} ${dialect.beside('identity', 'i', isTheirs)}`
  return { compile: () => statement.compile(db) }
})

const insertIdentity = organizationStatement<IdentityRow>('insert_identity')(
  ({ db, place, organizationId }) =>
    db.insertInto('identity').values({
      organization_id: organizationId,
      connection_id: place('connection_id'),
      idp_entity_id: place('idp_entity_id'),
      stable_id: place('stable_id'),
      user_id: place('user_id'),
      name_id: place('name_id'),
      name_id_format: place('name_id_format'),
      attributes: place('attributes'),
      proved_key: place('proved_key'),
      created_at: place('created_at'),
      last_sign_in_at: place('last_sign_in_at'),
    }),
)

const updateIdentity = organizationStatement<
  IdentityKey & { nameId: string; format: string | null; attributes: string; provedKey: string; at: number }
>('identity_signed_in')(({ db, place, organizationId }) =>
  db
    .updateTable('identity')
    .set({
      name_id: place('nameId'),
      name_id_format: place('format'),
      attributes: place('attributes'),
      proved_key: place('provedKey'),
      last_sign_in_at: place('at'),
    })
    .where('organization_id', '=', organizationId)
    .where('connection_id', '=', place('connectionId'))
    .where('idp_entity_id', '=', place('idpEntityId'))
    .where('stable_id', '=', place('stableId')),
)

const moveIdentity = organizationStatement<IdentityKey & { toEntityId: string; toStableId: string }>(
  'move_identity',
)(({ db, place, organizationId }) =>
  db
    .updateTable('identity')
    .set({ idp_entity_id: place('toEntityId'), stable_id: place('toStableId') })
    .where('organization_id', '=', organizationId)
    .where('connection_id', '=', place('connectionId'))
    .where('idp_entity_id', '=', place('idpEntityId'))
    .where('stable_id', '=', place('stableId')),
)

const forgetKept = organizationStatement<{ userId: string; connectionId: string }>('forget_kept_identity')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('withdrawn_identity')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', place('userId'))
      .where('connection_id', '=', place('connectionId')),
)

const selectKeys = organizationStatement<{ connectionId: string; entityId: string }>('keys_of_entity')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('identity')
      .select(['stable_id', 'user_id'])
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('connectionId'))
      .where('idp_entity_id', '=', place('entityId')),
)

const deleteIdentity = organizationStatement<IdentityKey>('delete_identity')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('identity')
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('connectionId'))
      .where('idp_entity_id', '=', place('idpEntityId'))
      .where('stable_id', '=', place('stableId')),
)

const deleteOfUser = organizationStatement<{ userId: string }>('delete_user_identities')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('identity')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', place('userId')),
)

interface Released {
  readonly userNameKey: string
  readonly externalId: string | null
}

// Whoever administered, or did so in a version that kept no role, may be brought back as who they were, and an administrator can have
// anybody called as they were: by an import, an invitation, a key of the directory. So nothing of theirs is deleted for a newcomer: what
// a key says that nobody has confirmed, or a sign-in, does not touch it, and for everybody else it is parked under a name that nobody can
// assert.
const mayComeBack = sql<SqlBool>`(deleted_user.role IS NULL OR deleted_user.role IN ('owner', 'admin'))`
const parkedFor = 'removed '
const parkedName = (table: string) =>
  sql<string>`${sql.lit(parkedFor)} || ${sql.ref(`${table}.user_id`)} || ' ' || ${sql.ref(`${table}.idp_entity_id`)}`
const isParkedIn = (table: string) =>
  sql<SqlBool>`substr(${sql.ref(`${table}.idp_entity_id`)}, 1, ${sql.lit(parkedFor.length)}) = ${sql.lit(parkedFor)}`

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
  sql<string>`substr(${sql.ref(`${table}.idp_entity_id`)}, length(${sql.lit(parkedFor)} || ${sql.ref(`${table}.user_id`)} || ' ') + 1)`

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

const selectHolder = organizationStatement<{ userId: string }>('deleted_holder')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('deleted_user')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('userId')),
)

// Of somebody who is gone for good: neither a user nor a deleted one.
const deleteOrphan = organizationStatement<IdentityKey>('release_orphan_identity')(
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

const forgetKeptOfUser = organizationStatement<{ userId: string }>('forget_kept_identities')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('withdrawn_identity')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', place('userId')),
)

const forgetKeptBeside = organizationStatement<{ userId: string; connectionIds: string }>(
  'forget_kept_identities_beside',
)(({ db, place, organizationId, dialect }) =>
  db
    .deleteFrom('withdrawn_identity')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', place('userId'))
    .where(sql<SqlBool>`NOT ${dialect.isIn('connection_id', place('connectionIds'))}`),
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

/** Those who have a claim to be meant come first, so that nobody is hidden behind many others. */
const lookedAt = 20
/** Of everybody who has an address, or an externalId, so many are sorted at most, from each end of the index. */
const sortedAt = 200

/** Whether a key that nobody has confirmed made or claimed the user. */
export const isByUnconfirmed = (organizationId: unknown): RawBuilder<0 | 1> => {
  const of = (table: 'api_key' | 'oauth_client') => sql`EXISTS (SELECT 1 FROM ${sql.table(table)} AS k
    WHERE k.organization_id = ${organizationId} AND k.id = "user".provisional_key_id AND k.is_provisional = 1)`
  return sql<
    0 | 1
  >`CASE WHEN "user".provisional_key_id IS NULL THEN 0 WHEN ${of('api_key')} THEN 1 WHEN ${of('oauth_client')} THEN 1 ELSE 0 END`
}

// As isUnconfirmed has it, but for those who administer, who come first anyway: the address of whom such a key claimed is not its word.
const isWordOfUnconfirmed = (organizationId: unknown): RawBuilder<0 | 1> =>
  sql`CASE WHEN "user".source <> 'scim' THEN 0 ELSE ${isByUnconfirmed(organizationId)} END`

const byRung = sql`CASE role WHEN 'owner' THEN 0 WHEN 'admin' THEN 1 ELSE 2 END`
const isByHand = sql`CASE WHEN role_origin = 'hand' THEN 0 ELSE 1 END`

/** A user as a name finds them. */
export type FoundUser = UserRow &
  Pick<UserTable, (typeof foundColumns)[number]> & { readonly is_unconfirmed: 0 | 1 }

const foundColumns = ['recovery_address', 'given_external_id', 'given_name_key', 'soft_key'] as const

const foundUsers = ({ db, organizationId }: Pick<Words<'organization', unknown>, 'db' | 'organizationId'>) =>
  db
    .selectFrom('user')
    .select(userColumnNames)
    .select([...foundColumns, isByUnconfirmed(organizationId).as('is_unconfirmed')])
    .where('organization_id', '=', organizationId)

// Of very many who share a name no more are sorted than these: the first and the last of them as they were made, and the first who do not
// have it by the word of a key that is unconfirmed now, so that such a key hides nobody: also not whom another one made and was confirmed
// since.
const fewOf = (
  organizationId: unknown,
  holders: RawBuilder<unknown>,
  id: 'id' | 'user_id',
  /** Of an account of such a key, `u`: AND, and when the name is the key's word; nothing: always. */
  isItsWord: RawBuilder<unknown>,
): RawBuilder<unknown> => {
  const ids = sql.ref(`h.${id}`)
  const from = (order: 'ASC' | 'DESC') =>
    sql`SELECT * FROM (SELECT ${ids} AS id ${holders} ORDER BY ${ids} ${sql.raw(order)} LIMIT ${sql.lit(sortedAt)}) AS of_end`
  return sql`${from('ASC')} UNION ${from('DESC')} UNION SELECT * FROM (SELECT ${ids} AS id ${holders}
    AND NOT EXISTS (SELECT 1 FROM "user" AS u WHERE u.organization_id = ${organizationId} AND u.id = ${ids}
      AND u.provisional_key_id IN (${unconfirmedKeys(organizationId)}) AND u.role NOT IN ('owner', 'admin') ${isItsWord})
    ORDER BY ${ids} LIMIT ${sql.lit(2 * lookedAt)}) AS said`
}

/** Whom an externalId may mean. */
export const fewByExternalId = (organizationId: unknown, externalId: unknown): RawBuilder<unknown> =>
  fewOf(
    organizationId,
    sql`FROM "user" AS h WHERE h.organization_id = ${organizationId} AND h.external_id = ${externalId}`,
    'id',
    // Also a claimed one may have it by the key's word alone.
    sql``,
  )

/** Whether a text has characters beyond ASCII; not one that is null. */
export const isBeyondAscii = (text: RawBuilder<unknown>): RawBuilder<SqlBool> =>
  sql`octet_length(${text}) <> length(${text})`

// Whoever is recovered by the address has the best claim to it: owners, then administrators by hand, then all others who administer.
const fewRecovered = (
  { organizationId, dialect }: Pick<Words<'organization', unknown>, 'organizationId' | 'dialect'>,
  key: unknown,
): RawBuilder<unknown> => {
  const of = (
    isRung: string,
  ) => sql`SELECT * FROM (SELECT "user".id FROM ${dialect.byIndex('user', 'user_recovery')}
    WHERE "user".organization_id = ${organizationId} AND "user".recovery_address IS NOT NULL
    AND lower("user".recovery_address) = ${key} AND ${sql.raw(isRung)}
    AND EXISTS (SELECT 1 FROM user_email AS e WHERE e.organization_id = ${organizationId} AND e.value_key = ${key} AND e.user_id = "user".id)
    LIMIT ${sql.lit(2 * lookedAt)}) AS recovered`
  // Letters beyond ASCII each database folds in its own way, or not at all: of those who administer and have the address, and have such
  // letters in the other one as well, whoever looks compares them himself.
  const beyond = sql`SELECT * FROM (SELECT "user".id FROM ${dialect.byIndex('user', 'user_privileged')}
    WHERE ${isBeyondAscii(dialect.text(key))} AND "user".organization_id = ${organizationId} AND "user".role IN ('owner', 'admin')
    AND ${isBeyondAscii(sql`"user".recovery_address`)}
    AND EXISTS (SELECT 1 FROM user_email AS e
      WHERE e.organization_id = ${organizationId} AND e.value_key = ${key} AND e.user_id = "user".id)
    ORDER BY ${byRung}, ${isByHand}, "user".id LIMIT ${sql.lit(2 * lookedAt)}) AS beyond_ascii`
  return sql`${of(`"user".role = 'owner'`)} UNION ${of(`"user".role = 'admin' AND "user".role_origin = 'hand'`)}
    UNION ${of(`"user".role = 'admin'`)} UNION ${beyond}`
}

/** Whom an address may mean. */
export const fewByAddress = (
  words: Pick<Words<'organization', unknown>, 'organizationId' | 'dialect'>,
  key: unknown,
): RawBuilder<unknown> =>
  sql`${fewOf(
    words.organizationId,
    sql`FROM user_email AS h WHERE h.organization_id = ${words.organizationId} AND h.value_key = ${key}`,
    'user_id',
    sql`AND u.source = 'scim'`,
  )} UNION ${fewRecovered(words, key)}`

const selectByExternalId = organizationStatement<{ externalId: string }>('users_by_external_id')((words) =>
  foundUsers(words)
    .where(words.dialect.isAmong('id', fewByExternalId(words.organizationId, words.place('externalId'))))
    .orderBy(byRung)
    .orderBy(isByUnconfirmed(words.organizationId))
    .orderBy('id')
    .limit(lookedAt),
)

const selectByAddress = organizationStatement<{ emailKey: string; otherKey: string }>('users_by_address')(
  (words) => {
    const few = (key: 'emailKey' | 'otherKey') => fewByAddress(words, words.place(key))
    return foundUsers(words)
      .where(words.dialect.isAmong('id', sql`${few('emailKey')} UNION ${few('otherKey')}`))
      .orderBy(byRung)
      .orderBy(isByHand)
      .orderBy(isWordOfUnconfirmed(words.organizationId))
      .orderBy('active', 'desc')
      .orderBy('id')
      .limit(lookedAt)
  },
)

const selectByName = organizationStatement<{ userNameKey: string }>('user_by_name_with_maker')((words) =>
  foundUsers(words).where('user_name_key', '=', words.place('userNameKey')),
)

// Whom a name may find, in the order of its own look; no more than that look finds, and as many again where others are ahead by then.
const metBy = (order: 'address' | 'externalId') =>
  organizationStatement<{ name: string }>(`met_by_${order === 'address' ? order : 'external_id'}`)(
    ({ db, place, organizationId, dialect }) => {
      const name = place('name')
      const [few, by, most] =
        order === 'address'
          ? [
              fewByAddress({ organizationId, dialect }, name),
              sql`${byRung}, ${isByHand}, ${isWordOfUnconfirmed(organizationId)}, active DESC`,
              2 * lookedAt,
            ]
          : [
              fewByExternalId(organizationId, name),
              sql`${byRung}, ${isByUnconfirmed(organizationId)}`,
              lookedAt,
            ]
      const statement = sql<{
        id: string
      }>`SELECT id FROM "user" WHERE organization_id = ${organizationId} AND ${dialect.isAmong('id', few)}
        ORDER BY ${by}, id LIMIT ${sql.lit(most)}`
      return { compile: () => statement.compile(db) }
    },
  )
const metByAddress = metBy('address')
const metByExternalId = metBy('externalId')

const metByNames = organizationStatement<{ names: string }>('met_by_names')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('user')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('user_name_key', place('names'))),
)

/** By what somebody may be met. */
export interface MetBy {
  /** userNames as compared. */
  readonly names: readonly string[]
  /** As compared, in each spelling. */
  readonly addresses: readonly string[]
  readonly externalId?: string
}

/**
 * Before a unit looks for somebody by several names: all whom they find are locked by one statement, in the order of their ids, for two
 * units that meet the same people by other names would wait for each other. Where the unit has locked people already, each look does it.
 */
export async function lockMet(
  tx: OrganizationTx,
  { names, addresses, externalId = '' }: MetBy,
): Promise<void> {
  if (!mayWaitFor(tx, 'person')) return
  const met = await Promise.all([
    tx.all(metByNames, { names: JSON.stringify(names) }),
    ...addresses.map((name) => tx.all(metByAddress, { name })),
    tx.all(metByExternalId, { name: externalId }),
  ])
  await lockPeople(
    tx,
    met.flat().map(({ id }) => id),
  )
}

/** `look`: nothing is done to whom it finds. */
export type Finding = 'lock' | 'look'

// What is found is read anew when it is locked: it may have become somebody else's name meanwhile.
async function findLocked<Args>(
  tx: OrganizationTx,
  statement: Statement<'organization', Args, FoundUser>,
  args: NoInfer<Args>,
  finding: Finding,
): Promise<readonly FoundUser[]> {
  for (;;) {
    const found = await tx.all(statement, args)
    const free = found.map(({ id }) => id).filter((id) => !isLocked(tx, id))
    if (finding === 'look' || free.length === 0) return found
    await lockPeople(tx, free)
  }
}

const selectHeld = organizationStatement<{ userId: string; connectionId: string }>('identity_held')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('identity')
      .select('stable_id')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', place('userId'))
      .where('connection_id', '=', place('connectionId')),
)

/** The identity of exactly this key. */
export function findIdentity(tx: OrganizationTx, key: IdentityKey): Promise<KnownIdentity | undefined> {
  return tx.first(selectIdentity, key)
}

/** Whether all that is known of a user is the word of a key that nobody has confirmed: beside anybody else it counts for nothing. */
export function isUnconfirmed(row: FoundUser): boolean {
  return row.is_unconfirmed === 1 && row.source === 'scim' && !isPrivileged(row.role)
}

/**
 * Whether no directory manages the account whose word counts. What an unconfirmed key claims, which it did not make, stays as it was: for
 * nobody better known, and for nobody less.
 */
export function isUnclaimed(row: Pick<FoundUser, 'managed_by' | 'is_unconfirmed' | 'source'>): boolean {
  return row.managed_by === null || (row.is_unconfirmed === 1 && row.source !== 'scim')
}

/**
 * Whether a sign-in made the account of this address where it was only found, and nobody has said since that it is theirs: no sign-in
 * proved it, no directory that counts manages the account, and it administers nothing.
 */
export function isBySoft(row: FoundUser, address: string): boolean {
  const isOwn = row.soft_key !== null && spellingsOf(address).includes(row.soft_key)
  return isOwn && row.source === 'sso' && isUnclaimed(row) && !isPrivileged(row.role)
}

/** More than one means that the id is ambiguous and links nobody. What an unconfirmed key wrote is no second one. */
export async function findByExternalId(
  tx: OrganizationTx,
  externalId: string,
  finding: Finding = 'lock',
): Promise<readonly FoundUser[]> {
  const found = await findLocked(tx, selectByExternalId, { externalId }, finding)
  return leaveHighest(found, (row) => (isUnconfirmed(row) || isUnclaimed(row) ? 0 : 1))
}

/** By the name as it is compared. */
export async function findByName(
  tx: OrganizationTx,
  userNameKey: string,
  finding: Finding = 'lock',
): Promise<FoundUser | undefined> {
  return (await findLocked(tx, selectByName, { userNameKey }, finding))[0]
}

/**
 * Everybody who has an address, as compared: those with the best claim to it first. A client may have stored its domain in either
 * spelling.
 */
export async function listHolders(
  tx: OrganizationTx,
  address: string,
  finding: Finding = 'lock',
): Promise<readonly FoundUser[]> {
  const [emailKey, otherKey] = spellingsOf(address)
  const found = await findLocked(tx, selectByAddress, { emailKey, otherKey }, finding)
  return found.toSorted((one, other) => claimOf(other, address) - claimOf(one, address))
}

/** Those of whom nobody has a better claim to the address; more than one means that it is ambiguous and links nobody. */
export async function findByAddress(
  tx: OrganizationTx,
  address: string,
  finding: Finding = 'lock',
): Promise<readonly FoundUser[]> {
  return leaveBest(await listHolders(tx, address, finding), address)
}

/** Of those who have an address. */
export function leaveBest(holders: readonly FoundUser[], address: string): readonly FoundUser[] {
  return leaveHighest(holders, (row) => claimOf(row, address))
}

/**
 * How much the word is worth that gives somebody an address: of an owner or administrator who is recovered by it, whoever gave the role
 * confirmed it; a directory, an import or a sign-in said it; a key did that nobody has confirmed.
 */
export function claimOf(row: FoundUser, address: string): number {
  if (!isConfirmedAs(row, address)) return isUnconfirmed(row) ? 0 : 1
  if (row.role === 'owner') return 4
  return row.role_origin === 'hand' ? 3 : 2
}

/** Whether it is the recovery address of somebody who administers. */
export function isConfirmedAs(row: FoundUser, address: string): boolean {
  return isPrivileged(row.role) && isRecoveredBy(row, address)
}

/**
 * Whether nothing speaks against it that this is whoever somebody gave an administrator's role by hand: they are found by the
 * externalId or userName that the account had then, or prove an address that was confirmed as theirs. Of everybody else it is so.
 */
export function isAsGiven(
  row: FoundUser,
  found: { readonly externalId?: string; readonly userNameKey?: string; readonly provedKey: string | null },
): boolean {
  if (rungOfRole(row.role) !== 'administrator' || row.role_origin !== 'hand') return true
  if (found.externalId !== undefined && row.given_external_id === found.externalId) return true
  if (found.userNameKey !== undefined && row.given_name_key === found.userNameKey) return true
  return found.provedKey !== null && isConfirmedAs(row, found.provedKey)
}

/** Whether it is their recovery address, as addresses are compared. */
export function isRecoveredBy(
  { recovery_address: own }: Pick<UserTable, 'recovery_address'>,
  address: string,
): boolean {
  if (own === null) return false
  const spelled = toEmailKey(readAddress(own)?.address ?? own)
  return spellingsOf(address).some((one) => spellingsOf(spelled).includes(one))
}

function leaveHighest<T>(rows: readonly T[], rank: (row: T) => number): readonly T[] {
  const highest = Math.max(...rows.map(rank))
  return rows.filter((row) => rank(row) === highest)
}

/** Whether the user already has an identity of this connection. */
export async function holdsIdentity(
  tx: OrganizationTx,
  userId: string,
  connectionId: string,
): Promise<boolean> {
  return (await tx.first(selectHeld, { userId, connectionId })) !== undefined
}

/** Whether a user, who is not there, is not among the deleted ones either: the final purge has been. */
export async function isPurged(tx: OrganizationTx, userId: string): Promise<boolean> {
  return (await tx.first(selectHolder, { userId })) === undefined
}

/** The store refuses a key that somebody has, or a second identity of one connection for one user. */
export function writeIdentity(tx: OrganizationTx, row: IdentityRow): void {
  const key = { connectionId: row.connection_id, idpEntityId: row.idp_entity_id, stableId: row.stable_id }
  tx.write(deleteOrphan, key)
  tx.write(insertIdentity, row)
}

/** Notes that an identity was used. */
export function touchIdentity(
  tx: OrganizationTx,
  key: IdentityKey,
  seen: {
    readonly nameId: string
    readonly format: string | null
    readonly attributes: string
    /** The address that this sign-in proved, as compared; empty: none. */
    readonly provedKey: string
    readonly at: number
  },
): void {
  tx.write(updateIdentity, { ...key, ...seen })
}

/** The same person under another stable id or entity ID. */
export function writeMovedIdentity(
  tx: OrganizationTx,
  key: IdentityKey,
  to: { readonly toEntityId: string; readonly toStableId: string },
): void {
  tx.write(moveIdentity, { ...key, ...to })
}

/** Removes an identity; nothing happens where there is none. */
export function removeIdentity(tx: OrganizationTx, key: IdentityKey): void {
  tx.write(deleteIdentity, key)
}

/** Also the keys that a withdrawn anchor would bring back. */
export function removeIdentitiesOfUser(tx: OrganizationTx, userId: string): void {
  tx.write(deleteOfUser, { userId })
  tx.write(forgetKeptOfUser, { userId })
}

/** Who is unlinked from a connection stays so when an earlier anchor of it is brought back. */
export function forgetWithdrawnIdentity(tx: OrganizationTx, userId: string, connectionId: string): void {
  tx.write(forgetKept, { userId, connectionId })
}

/** The same of every connection but those that are named. */
export function forgetOtherWithdrawnIdentities(
  tx: OrganizationTx,
  userId: string,
  connectionIds: readonly string[],
): void {
  tx.write(forgetKeptBeside, { userId, connectionIds: JSON.stringify(connectionIds) })
}

/** Who is known to a connection by a key of this identity provider. */
export function listKeys(
  tx: OrganizationTx,
  connectionId: string,
  entityId: string,
): Promise<readonly { readonly stable_id: string; readonly user_id: string }[]> {
  return tx.all(selectKeys, { connectionId, entityId })
}

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
  const prefix = `${parkedFor}${row.user_id} `
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

const deleteKeySlice = organizationStatement<{ connectionId: string; number: number; limit: number }>(
  'delete_ended_keys',
)(({ db, place, organizationId }) =>
  db
    .deleteFrom('withdrawn_identity')
    .where('organization_id', '=', organizationId)
    .where('connection_id', '=', place('connectionId'))
    .where('number', '=', place('number'))
    .where('user_id', 'in', (on) =>
      on
        .selectFrom('withdrawn_identity as ended')
        .select('ended.user_id')
        .where('ended.organization_id', '=', organizationId)
        .where('ended.connection_id', '=', place('connectionId'))
        .where('ended.number', '=', place('number'))
        .limit(place('limit')),
    )
    .returning('number'),
)

/** What people were called under an anchor of before, `limit` at once; whether there may be more. */
export async function removeWithdrawnSlice(
  tx: OrganizationTx,
  anchor: { readonly connectionId: string; readonly number: number },
  limit: number,
): Promise<boolean> {
  return (await tx.change(deleteKeySlice, { ...anchor, limit })).length > 0
}

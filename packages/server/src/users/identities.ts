// Identities: a user's link to what one identity provider calls them. The key is (organization, connection, identity
// provider's entity ID, stable id), compared exactly; never an address, never the issuer alone.

import { type SqlBool, sql } from 'kysely'
import type { OrganizationTx } from '../store/database.ts'
import type { IdentityTable, UserTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { type IdentityKey, type IdentityRow, identityColumns, type KnownIdentity } from './identity-row.ts'
import { deleteOrphan } from './parked.ts'

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
  const isTheirs = sql<SqlBool>`i.organization_id = ${organizationId} AND i.user_id = u.id
    AND i.connection_id || '' = ${place('connectionId')}`
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

const selectHolder = organizationStatement<{ userId: string }>('deleted_holder')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('deleted_user')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('userId')),
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

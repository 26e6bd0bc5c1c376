// The room `server/users`: accounts, what identity providers call them, groups and members, as rows. It decides nothing: what changes a
// person passes through `provisioning`.
//
// A user is the JSON that SCIM shows, with columns beside it for what is looked for (`users`, `mapping/user-columns`).
// `identities` links a user to what one identity provider calls them. `members` changes memberships as sets; no group is ever loaded whole.
// `kept`, `said` and `spoken` hold what administrators said of somebody, so that it survives a removal.
// `views` and `group-views` read for the management API. `purge-deleted` ends what was removed 30 days ago.
//
// Users: the accounts of one organization, as rows. Owns their statements and counts; decides nothing.

import { sql } from 'kysely'
import type { Role } from '../base/rung.ts'
import { plainRole } from '../mapping/roles.ts'
import type { UserColumns } from '../mapping/user-columns.ts'
import { isProvedDomain, ofOrganization } from '../organizations/joined.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { UserTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { writeCount } from './counts.ts'
import { hasKeptWord, ofNobody } from './kept-conditions.ts'
import { keepDeletedEmails } from './kept-names.ts'
import { keepRemovedAddresses } from './removed-addresses.ts'
import { namesOf } from './said.ts'
import type { UserRow } from './user-row.ts'
import { domainOf, privileged } from './user-words.ts'

interface UserValues {
  readonly id: string
  readonly userName: string
  readonly userNameKey: string
  readonly externalId: string | null
  readonly displayNameKey: string | null
  readonly displayName: string | null
  readonly active: 0 | 1
  readonly resource: string
  readonly at: number
  readonly deactivatedAt: number | null
}

type NewUserValues = UserValues & {
  source: UserTable['source']
  managedBy: UserTable['managed_by']
  mayGivePrivileges: 0 | 1
  recoveryAddress: string | null
  recoveryDomain: string
  provisionalKeyId: string | null
}

// `isNew`: no deleted person had the name or the externalId.
const insertion = (isNew: boolean) =>
  organizationStatement<NewUserValues>(isNew ? 'insert_new_user' : 'insert_user')(
    ({ db, place, organizationId, dialect }) =>
      db.insertInto('user').values({
        organization_id: organizationId,
        id: place('id'),
        user_name: place('userName'),
        user_name_key: place('userNameKey'),
        external_id: place('externalId'),
        display_name_key: place('displayNameKey'),
        display_name: place('displayName'),
        display_name_version: 1,
        active: place('active'),
        role: ofOrganization<Role>(
          organizationId,
          sql`CASE WHEN default_role IN ${privileged} AND ${place('mayGivePrivileges')} = 0
      THEN ${sql.lit(plainRole)} ELSE default_role END`,
        ),
        recovery_address: ofOrganization<string | null>(
          organizationId,
          sql`CASE WHEN default_role IN ${privileged} AND ${place('mayGivePrivileges')} = 1
      AND ${isProvedDomain(organizationId, place('recoveryDomain'))} THEN ${place('recoveryAddress')} END`,
        ),
        role_origin: 'default',
        blocked_at: null,
        blocked_by_owner_at: null,
        role_by_owner: null,
        blocked_as: null,
        is_block_passed_on: null,
        given_as: null,
        last_sign_in_at: null,
        source: place('source'),
        managed_by: place('managedBy'),
        // Only an equal, present externalId links a re-created person to the deleted one.
        previous_id: isNew
          ? null
          : (on) =>
              on
                .selectFrom('deleted_user')
                .select('deleted_user.id')
                .where('deleted_user.organization_id', '=', organizationId)
                .where('deleted_user.external_id', '=', place('externalId'))
                .where('deleted_user.resource', '<>', ofNobody)
                .orderBy('deleted_user.deleted_at', 'desc')
                .limit(1),
        resource: place('resource'),
        version: 1,
        created_at: place('at'),
        updated_at: place('at'),
        deactivated_at: place('deactivatedAt'),
        provisional_key_id: place('provisionalKeyId'),
        directory_decides: 0,
        id_by_claim: null,
        soft_key: null,
        // Of somebody who comes back: what they had ended with the account of before.
        sessions_ended_at: isNew
          ? null
          : sql<
              number | null
            >`CASE WHEN EXISTS (SELECT 1 FROM deleted_user WHERE organization_id = ${organizationId}
        AND (user_name_key = ${place('userNameKey')} OR external_id = ${place('externalId')})) THEN ${dialect.now(dialect.bigint(place('at')))} END`,
      }),
  )

const [insertUser, insertNewUser] = [insertion(false), insertion(true)]

const setProvisionalKey = organizationStatement<{
  id: string
  keyId: string | null
  decides: DirectoryDecides
}>('set_provisional_key')(({ db, place, organizationId }) =>
  db
    .updateTable('user')
    .set({ provisional_key_id: place('keyId'), directory_decides: place('decides') })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

const setIdByClaim = organizationStatement<{ id: string; keyId: string | null }>('set_id_by_claim')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('user')
      .set({ id_by_claim: place('keyId') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

type UserUpdate = UserValues & {
  role: Role
  roleOrigin: UserTable['role_origin']
  managedBy: UserTable['managed_by']
}

// An index is written anew for every column that an UPDATE names, changed or not. So there are several: with and without
// the names that people are found by, with and without `active`; and whether everything that they have by signing in ends.
function createUpdate(withNames: boolean, withActive: boolean, withEnd: boolean) {
  const name = `update_user${withNames ? '_names' : ''}${withActive ? '_active' : ''}${withEnd ? '_end' : ''}`
  return organizationStatement<UserUpdate>(name)(({ db, place, organizationId, dialect }) => {
    const names = {
      user_name: place('userName'),
      user_name_key: place('userNameKey'),
      external_id: place('externalId'),
      display_name_key: place('displayNameKey'),
    }
    const activity = { active: place('active'), deactivated_at: place('deactivatedAt') }
    return db
      .updateTable('user')
      .set((on) => ({
        ...(withNames ? names : {}),
        ...(withActive ? activity : {}),
        // By the clock that all nodes share.
        ...(withEnd ? { sessions_ended_at: dialect.now(place('at')) } : {}),
        role: place('role'),
        role_origin: place('roleOrigin'),
        managed_by: place('managedBy'),
        resource: place('resource'),
        display_name: place('displayName'),
        display_name_version: on('version', '+', 1),
        version: on('version', '+', 1),
        updated_at: place('at'),
      }))
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
  })
}

const updates = [false, true].flatMap((withEnd) =>
  [false, true].flatMap((withNames) =>
    [false, true].map((withActive) => createUpdate(withNames, withActive, withEnd)),
  ),
)

function chooseUpdate(before: UserColumns, after: UserColumns, isEnded: boolean): (typeof updates)[number] {
  const hasNames =
    before.userName !== after.userName ||
    before.userNameKey !== after.userNameKey ||
    before.externalId !== after.externalId ||
    before.displayNameKey !== after.displayNameKey
  const at = (isEnded ? 4 : 0) + (hasNames ? 2 : 0) + (before.isActive === after.isActive ? 0 : 1)
  return updates[at] as (typeof updates)[number]
}

/** What a removed account keeps as it was. */
const keptColumns = [
  'organization_id',
  'id',
  'user_name_key',
  'external_id',
  'resource',
  'created_at',
  'role',
  'role_origin',
  'blocked_at',
  'blocked_by_owner_at',
  'role_by_owner',
  'blocked_as',
  'is_block_passed_on',
  'given_as',
  'recovery_address',
  'deactivated_at',
  'source',
  'provisional_key_id',
  'directory_decides',
  'id_by_claim',
  'given_external_id',
  'given_name_key',
] as const

// With those that they are to be in again since they were brought back.
const groupsOf = (organizationId: unknown, id: unknown) =>
  sql`SELECT group_id FROM group_member WHERE organization_id = ${organizationId} AND member_id = ${id}
    UNION SELECT group_id FROM returning_user
      WHERE organization_id = ${organizationId} AND user_id = ${id} AND alert_id IS NOT NULL`

const insertDeleted = organizationStatement<{ id: string; at: number }>('insert_deleted_user')(
  ({ db, place, organizationId, dialect }) =>
    db
      .insertInto('deleted_user')
      .columns([...keptColumns, 'deleted_at', 'group_ids', 'is_addressed'])
      .expression((on) =>
        on
          .selectFrom('user')
          .select(keptColumns)
          .select([
            dialect.bigint(place('at')).as('at'),
            sql<string>`(SELECT ${dialect.gather('group_id')} FROM (${groupsOf(organizationId, place('id'))}) AS theirs)`.as(
              'group_ids',
            ),
            sql.lit(1).as('is_addressed'),
          ])
          .where('organization_id', '=', organizationId)
          .where('id', '=', place('id')),
      ),
)

const deleteRow = organizationStatement<{ id: string }>('delete_user')(({ db, place, organizationId }) =>
  db.deleteFrom('user').where('organization_id', '=', organizationId).where('id', '=', place('id')),
)

const insertEmail = organizationStatement<{ key: string; userId: string }>('insert_user_email')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('user_email')
      .values({ organization_id: organizationId, value_key: place('key'), user_id: place('userId') }),
)

const deleteEmail = organizationStatement<{ key: string; userId: string }>('delete_user_email')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('user_email')
      .where('organization_id', '=', organizationId)
      .where('value_key', '=', place('key'))
      .where('user_id', '=', place('userId')),
)

/** The row of a new user, with its addresses; the unique name is judged by the store. */
export function writeNewUser(
  tx: OrganizationTx,
  user: {
    readonly id: string
    readonly columns: UserColumns
    readonly resource: string
    readonly at: number
    /** Of somebody who is out: since when. Unsaid: from now on. */
    readonly deactivatedAt?: number | null
    readonly source: UserTable['source']
    /** `scim` when a provisioning client makes the user. */
    readonly managedBy: UserTable['managed_by']
    /** Of a provisional key that makes the user. */
    readonly provisionalKeyId?: string | undefined
    /** Unsaid: the default role is an administrator's word. False: it is given only where it opens nothing. */
    readonly mayGivePrivileges?: boolean
    /** The unit is refused where a deleted person had the name or the externalId (`refuseKept`): nothing is looked for there. */
    readonly isNew?: boolean
    /** By which the person is recovered, where the default role makes them privileged. */
    readonly recoveryAddress: string | null
  },
): void {
  const { id, columns, at, provisionalKeyId } = user
  // A provisional key gives nobody a role that opens the console, also where that is the default.
  const mayGivePrivileges = user.mayGivePrivileges !== false && provisionalKeyId === undefined
  tx.write(user.isNew === true ? insertNewUser : insertUser, {
    ...toValues(id, columns, user.resource, at, user.deactivatedAt ?? null),
    source: user.source,
    managedBy: user.managedBy,
    provisionalKeyId: provisionalKeyId ?? null,
    mayGivePrivileges: mayGivePrivileges ? 1 : 0,
    recoveryAddress: user.recoveryAddress,
    recoveryDomain: domainOf(user.recoveryAddress),
  })
  for (const key of columns.emailKeys) tx.write(insertEmail, { key, userId: id })
  writeCount(tx, { users: 1, activeUsers: columns.isActive ? 1 : 0 })
}

/**
 * Of whom a provisional key made or claimed. 1: a directory has let them in or out since; what the key wrote is its word, and it changes
 * nothing of them any more. 2: a directory removed them, until that is taken back.
 */
type DirectoryDecides = 0 | 1 | 2

/** The provisional key that made or claimed the user. */
export function writeProvisionalKey(
  tx: OrganizationTx,
  id: string,
  keyId: string | null,
  decides: DirectoryDecides = 0,
): void {
  tx.write(setProvisionalKey, { id, keyId, decides })
}

/** An unconfirmed key gave an account that it did not make its externalId. */
export function writeIdByClaim(tx: OrganizationTx, id: string, keyId: string | null): void {
  tx.write(setIdByClaim, { id, keyId })
}

/** The changed row; `before` are the columns that the stored resource had. */
export function writeUser(
  tx: OrganizationTx,
  user: {
    readonly row: UserRow
    readonly before: UserColumns
    readonly columns: UserColumns
    readonly resource: string
    readonly role: Role
    readonly roleOrigin: UserTable['role_origin']
    readonly managedBy: UserTable['managed_by']
    /** Whether what they have by signing in ends (`endSessions`): the row says so. */
    readonly isEnded: boolean
    readonly at: number
  },
): void {
  const { row, before, columns } = user
  const values = toValues(row.id, columns, user.resource, user.at, row.deactivated_at)
  tx.write(chooseUpdate(before, columns, user.isEnded), {
    ...values,
    role: user.role,
    roleOrigin: user.roleOrigin,
    managedBy: user.managedBy,
  })
  for (const key of before.emailKeys)
    if (!columns.emailKeys.includes(key)) tx.write(deleteEmail, { key, userId: row.id })
  for (const key of columns.emailKeys)
    if (!before.emailKeys.includes(key)) tx.write(insertEmail, { key, userId: row.id })
  if (before.isActive !== columns.isActive) writeCount(tx, { activeUsers: columns.isActive ? 1 : -1 })
}

/** The row moves to the deleted ones: its name is free, its history stays. */
export function writeDeletedUser(
  tx: OrganizationTx,
  row: UserRow,
  columns: UserColumns,
  /** By what else they are known, of whom an administrator's word is kept. */
  knownBy: readonly string[],
  at: number,
): void {
  tx.write(insertDeleted, { id: row.id, at })
  const said = [row.blocked_as, row.given_as].flatMap((names) => namesOf(names, []))
  if (hasKeptWord(row)) keepDeletedEmails(tx, row.id, [...columns.emailKeys, ...knownBy, ...said])
  else keepRemovedAddresses(tx, row.id, columns.emailKeys)
  tx.write(deleteRow, { id: row.id })
  for (const key of columns.emailKeys) tx.write(deleteEmail, { key, userId: row.id })
  writeCount(tx, { users: -1, activeUsers: columns.isActive ? -1 : 0 })
}

function toValues(
  id: string,
  columns: UserColumns,
  resource: string,
  at: number,
  deactivatedAt: number | null,
): UserValues {
  return {
    id,
    userName: columns.userName,
    userNameKey: columns.userNameKey,
    externalId: columns.externalId,
    displayNameKey: columns.displayNameKey,
    displayName: columns.displayName,
    active: columns.isActive ? 1 : 0,
    resource,
    at,
    deactivatedAt: columns.isActive ? null : (deactivatedAt ?? at),
  }
}

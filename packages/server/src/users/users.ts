// The room `server/users`: accounts, what identity providers call them, groups and members, as rows. It decides nothing: what changes a
// person passes through `provisioning`.
//
// A user is the JSON that SCIM shows, with columns beside it for what is looked for (`users`, `mapping/user-columns`).
// `identities` links a user to what one identity provider calls them. `members` changes memberships as sets; no group is ever loaded whole.
// `kept`, `said` and `spoken` hold what administrators said of somebody, so that it survives a removal.
// `views` and `group-views` read for the management API. `purge-deleted` ends what was removed 30 days ago.
//
// Users: the accounts of one organization, as rows. Owns their statements and counts; decides nothing.

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { domainOfAddress } from '../base/address.ts'
import { readJson } from '../base/json.ts'
import { isPrivileged, type Role } from '../base/rung.ts'
import { plainRole } from '../mapping/roles.ts'
import type { UserColumns } from '../mapping/user-columns.ts'
import { toRecoveryAddress } from '../mapping/user-state.ts'
import { isProvedDomain, ofOrganization } from '../organizations/joined.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { StoreRestart } from '../store/errors.ts'
import { holdsNothing, mayWaitFor, noteLocked } from '../store/lock-order.ts'
import type { UserTable } from '../store/schema.ts'
import { type Dialect, organizationStatement } from '../store/statement.ts'
import { writeCount } from './counts.ts'
import { hasKeptWord, keepDeletedEmails, ofNobody } from './kept.ts'
import { keepRemovedAddresses } from './removed-addresses.ts'
import { namesOf } from './said.ts'

/** The columns of a user that are read. */
export const userColumnNames = [
  'id',
  'user_name',
  'external_id',
  'active',
  'role',
  'role_origin',
  'source',
  'managed_by',
  'blocked_at',
  'blocked_by_owner_at',
  'role_by_owner',
  'blocked_as',
  'given_as',
  'resource',
  'version',
  'created_at',
  'updated_at',
  'deactivated_at',
  'last_sign_in_at',
  'provisional_key_id',
  'directory_decides',
  'sessions_ended_at',
] as const

/** What a user is to SCIM and to decisions. Times are milliseconds since 1970. */
export type UserRow = Readonly<Pick<UserTable, (typeof userColumnNames)[number]>> & {
  /** JSON of `[id, displayName, provisional key]` of each group; absent where nobody asked. */
  readonly groups?: string | null
}

/** What rendering needs: lists and reads fetch no more. */
export const renderedColumnNames = [
  'id',
  'user_name',
  'resource',
  'version',
  'created_at',
  'updated_at',
  'provisional_key_id',
  'directory_decides',
] as const

/** A user as SCIM renders one. */
export type RenderedRow = Pick<UserRow, (typeof renderedColumnNames)[number] | 'groups'>

/** The groups that the user is directly in, in the order of their ids; null or `[]` without any. */
export function selectGroups(dialect: Dialect): RawBuilder<string | null> {
  return sql<string | null>`(${selectTexts(dialect, sql``)})`
}

// `limit`: of as many of them.
function selectTexts(dialect: Dialect, limit: RawBuilder<unknown>): RawBuilder<unknown> {
  const list = dialect.gatherRows(['one.id', 'one.display_name', 'one.provisional_key_id'])
  const theirs = sql`SELECT m.group_id AS id FROM group_member AS m
    WHERE m.organization_id = "user".organization_id AND m.member_id = "user".id ${limit}`
  return sql`SELECT ${list} FROM ${dialect.byIds('group', sql.ref('user.organization_id'), theirs)}`
}

/**
 * So many groups of one user come with a row that is found, in about so many characters; whoever is in more of them is as good as large.
 */
export const maxFewGroups = 96
/** The most characters of a resource that is sent along with others. */
export const maxFewCharacters = 4_096
/** Of a group. */
export const groupIdLength = 30

const fewGroups = sql`ORDER BY m.group_id LIMIT ${sql.raw(String(maxFewGroups + 1))}`

// Null without a look at the row where nobody of the organization is in a group.
function whereSome(organizationId: string, groups: RawBuilder<unknown>): RawBuilder<string | null> {
  return sql<
    string | null
  >`CASE WHEN EXISTS (SELECT 1 FROM group_member WHERE organization_id = ${organizationId}) THEN ${groups} END`
}

/**
 * The same for a row that is looked for by its name, cut behind `maxFewCharacters`: nobody gathers all groups of somebody who is in very
 * many.
 */
export function selectFewGroups(dialect: Dialect, organizationId: string): RawBuilder<string | null> {
  const most = sql.raw(String(maxFewCharacters + 1))
  return whereSome(organizationId, sql`substr((${selectTexts(dialect, fewGroups)}), 1, ${most})`)
}

/**
 * The ids of the same groups for a row of a list, one behind the other: most people of a page are in the same groups, whose names are
 * read once for all of them (`createGroupTexts`). Cut behind one more than `maxFewGroups`.
 */
export function selectFewGroupIds(dialect: Dialect, organizationId: string): RawBuilder<string | null> {
  const theirs = sql`SELECT m.group_id FROM group_member AS m
    WHERE m.organization_id = "user".organization_id AND m.member_id = "user".id ${fewGroups}`
  return whereSome(organizationId, sql`(SELECT ${dialect.joinTexts('few.group_id')} FROM (${theirs}) AS few)`)
}

const selectGroupNames = organizationStatement<{ ids: string }>('group_names')(
  ({ db, place, organizationId, dialect }) => {
    const isKey = sql<SqlBool>`one.organization_id = ${organizationId} AND one.id = wanted.value`
    const statement = sql<{
      id: string
      display_name: string
      provisional_key_id: string | null
    }>`SELECT one.id, one.display_name, one.provisional_key_id FROM ${dialect.lookUp(place('ids'), 'group', isKey)}`
    return { compile: () => statement.compile(db) }
  },
)

/** The `groups` of users by what `selectFewGroupIds` has of them; a group that was removed since is left out. */
export function createGroupTexts(
  database: Database,
  scope: OrganizationScope,
): (all: readonly string[]) => Promise<(ids: string) => string> {
  /** JSON by id; empty of one that is not there. */
  const known = new Map<string, string>()
  const texts = new Map<string, string>()
  const toText = (ids: string): string => {
    let text = texts.get(ids)
    if (text === undefined) {
      const shown = splitIds(ids).map((id) => known.get(id) ?? '')
      text = `[${shown.filter((one) => one !== '').join(',')}]`
      texts.set(ids, text)
    }
    return text
  }
  return async (all) => {
    const fresh = new Set(all.filter((one) => !texts.has(one)))
    const unknown = [...new Set([...fresh].flatMap(splitIds))].filter((id) => !known.has(id))
    if (unknown.length > 0) {
      for (const id of unknown) known.set(id, '')
      for (const one of await database.readOrganization(scope, selectGroupNames, {
        ids: JSON.stringify(unknown),
      }))
        known.set(one.id, JSON.stringify([one.id, one.display_name, one.provisional_key_id]))
    }
    return toText
  }
}

function splitIds(ids: string): readonly string[] {
  return Array.from({ length: ids.length / groupIdLength }, (_, at) =>
    ids.slice(at * groupIdLength, (at + 1) * groupIdLength),
  )
}

/** One user by id, for reading. */
export const selectUser = organizationStatement<{ id: string }>('user')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('user')
      .select(renderedColumnNames)
      .select(selectGroups(dialect).as('groups'))
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

type Locking = 'to change' | 'to change if free' | 'to end'

const lockOne = (how: Locking, name: string) =>
  organizationStatement<{ id: string }>(name)(({ db, place, organizationId, dialect }) => {
    const user = db
      .selectFrom('user')
      .select(userColumnNames)
      .select(selectGroups(dialect).as('groups'))
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
    return how === 'to change if free' ? dialect.lockFree(user, 'to change') : dialect.lock(user, how)
  })
const selectToEnd = lockOne('to end', 'user_to_end')
const selectToChange = lockOne('to change', 'user_to_change')
const selectToChangeIfFree = lockOne('to change if free', 'user_to_change_if_free')

const selectThere = organizationStatement<{ id: string }>('user_there')(({ db, place, organizationId }) =>
  db
    .selectFrom('user')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

/**
 * One user by id, locked until COMMIT. An act of theirs that is under way is not waited for: it may wait for what the unit holds. Whose
 * sessions end by it ends them only where no act has one of them (endSessions), and an act keeps its session. Throws StoreRestart.
 */
export async function lockUser(tx: OrganizationTx, id: string): Promise<UserRow | undefined> {
  const mayWait = mayWaitFor(tx, 'person', id)
  const row = await tx.first(mayWait ? selectToChange : selectToChangeIfFree, { id })
  if (row === undefined && !mayWait && (await tx.first(selectThere, { id })) !== undefined)
    throw new StoreRestart()
  noteLocked(tx, 'person', [row?.id])
  return row
}

/**
 * The same for whoever lets them go, or ends what they have: an act of theirs that is under way is waited for. Where the unit holds
 * something already, that the act may wait for, it gives way to it. Throws StoreRestart.
 */
export async function lockUserToEnd(tx: OrganizationTx, id: string): Promise<UserRow | undefined> {
  if (!holdsNothing(tx)) {
    const [row, free] = await Promise.all([lockUser(tx, id), tx.first(selectIfFree, { id })])
    if (row !== undefined && free === undefined) throw new StoreRestart()
    return row
  }
  const row = await tx.first(selectToEnd, { id })
  noteLocked(tx, 'person', [row?.id])
  return row
}

const selectByNameToEnd = organizationStatement<{ userNameKey: string }>('user_by_name_to_end')(
  ({ db, place, organizationId, dialect }) => {
    const user = db
      .selectFrom('user')
      .select(userColumnNames)
      .select(selectGroups(dialect).as('groups'))
      .where('organization_id', '=', organizationId)
      .where('user_name_key', '=', place('userNameKey'))
    return dialect.lock(user, 'to end')
  },
)

/** The same by userName as compared: the first that a unit locks. */
export async function lockUserByNameToEnd(
  tx: OrganizationTx,
  userNameKey: string,
): Promise<UserRow | undefined> {
  const row = await tx.first(selectByNameToEnd, { userNameKey })
  noteLocked(tx, 'person', [row?.id])
  return row
}

const selectIfFree = organizationStatement<{ id: string }>('user_to_end_if_free')(
  ({ db, place, organizationId, dialect }) =>
    dialect.lockFree(
      db
        .selectFrom('user')
        .select('id')
        .where('organization_id', '=', organizationId)
        .where('id', '=', place('id')),
    ),
)

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

const privileged = sql`('owner', 'admin')`

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
            on
              .selectFrom('group_member')
              .select(dialect.gather('group_id').as('ids'))
              .where('organization_id', '=', organizationId)
              .where('member_id', '=', place('id'))
              .as('group_ids'),
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

const setRole = organizationStatement<{
  id: string
  role: Role
  origin: UserTable['role_origin']
  at: number
}>('set_user_role')(({ db, place, organizationId }) =>
  db
    .updateTable('user')
    .set({ role: place('role'), role_origin: place('origin'), updated_at: place('at') })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

const setRecovery = organizationStatement<{ id: string; address: string | null }>('set_recovery_address')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('user')
      .set({ recovery_address: place('address'), recovery_shown_at: null })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

const setFirstRecovery = organizationStatement<{ id: string; address: string | null }>(
  'set_first_recovery_address',
)(({ db, place, organizationId }) =>
  db
    .updateTable('user')
    .set({ recovery_address: place('address'), recovery_shown_at: null })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id'))
    .where('recovery_address', 'is', null),
)

const setAsGiven = organizationStatement<{ id: string }>('set_names_as_given')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('user')
      .set((on) => ({ given_external_id: on.ref('external_id'), given_name_key: on.ref('user_name_key') }))
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

const restoreAsGiven = organizationStatement<{
  id: string
  externalId: string | null
  userNameKey: string | null
}>('restore_names_as_given')(({ db, place, organizationId }) =>
  db
    .updateTable('user')
    .set({ given_external_id: place('externalId'), given_name_key: place('userNameKey') })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

const setRecoveryByRule = organizationStatement<{ id: string; address: string; domain: string }>(
  'set_recovery_address_by_rule',
)(({ db, place, organizationId }) =>
  db
    .updateTable('user')
    .set({ recovery_address: place('address'), recovery_shown_at: null })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id'))
    .where('recovery_address', 'is', null)
    .where(isProvedDomain(organizationId, place('domain'))),
)

const setBlock = organizationStatement<{ id: string; blockedAt: number | null; at: number }>(
  'set_user_block',
)(({ db, place, organizationId }) =>
  db
    .updateTable('user')
    .set({ blocked_at: place('blockedAt'), updated_at: place('at') })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

const setSignIn = organizationStatement<{ id: string; provedKey: string; at: number }>('set_user_sign_in')(
  ({ db, place, organizationId, dialect }) =>
    db
      .updateTable('user')
      .set({
        last_sign_in_at: place('at'),
        soft_key: sql<
          string | null
        >`CASE WHEN soft_key = ${dialect.text(place('provedKey'))} THEN NULL ELSE soft_key END`,
      })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

const setSoftKey = organizationStatement<{ id: string; key: string | null }>('set_user_soft_key')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('user')
      .set({ soft_key: place('key') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

const forgetSoftKeys = organizationStatement<{ ids: string }>('forget_soft_keys')(
  ({ db, place, organizationId, dialect }) =>
    db
      .updateTable('user')
      .set({ soft_key: null })
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids')))
      .where('soft_key', 'is not', null),
)

/** In the very words of the index of owners, and of those who run the settings: with a bound value neither is one. */
export const isOwner = sql<SqlBool>`role = 'owner'`
/** Owners and administrators. */
export const runsSettings = sql<SqlBool>`role IN ('owner', 'admin')`

const selectOtherOwner = organizationStatement<{ id: string }>('other_active_owner')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('user')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where(isOwner)
      .where('active', '=', 1)
      .where('blocked_at', 'is', null)
      .where('id', '<>', place('id'))
      .limit(1),
)

/**
 * Gives a role. Whoever becomes privileged by it, or an owner, is recovered from here on by the address that they have now:
 * whoever gives the role confirms it, and the names by which a first sign-in may find them. Where a rule gives it nobody does, and the address is the directory's or a sign-in's word: one
 * that is there stays, and a first one counts in a domain that the organization has proved. Nothing else writes that address but the
 * person, the operator and a restoration.
 */
export function writeRole(
  tx: OrganizationTx,
  user: {
    readonly id: string
    /** The role until now. */
    readonly before: string
    readonly role: Role
    readonly origin: UserTable['role_origin']
    /** The stored resource; the address is read from it. */
    readonly resource: string
    readonly at: number
  },
): void {
  const { id, before, role, origin, at } = user
  tx.write(setRole, { id, role, origin, at })
  if (!becomesPrivileged(before, role)) return
  const address = readRecoveryAddress(user.resource)
  if (origin !== 'hand') {
    writeRecoveryByRule(tx, id, address)
    return
  }
  writeRecoveryAddress(tx, id, address)
  tx.write(setAsGiven, { id })
}

/**
 * The role that somebody has, whoever gave it, is given by hand from now on. Of somebody privileged the names that they have now are
 * confirmed by it, and the address by which they are recovered where there was none: one that is there stays.
 */
export function writeRoleByHand(
  tx: OrganizationTx,
  { id, role, resource, at }: Readonly<Record<'id' | 'resource', string>> & { role: Role; at: number },
): void {
  tx.write(setRole, { id, role, origin: 'hand', at })
  if (!isPrivileged(role)) return
  tx.write(setFirstRecovery, { id, address: readRecoveryAddress(resource) })
  tx.write(setAsGiven, { id })
}

/** Of a restored person: what whoever gave the role saw, and not what the directory wrote since. */
export function writeNamesAsGiven(
  tx: OrganizationTx,
  id: string,
  names: { readonly externalId: string | null; readonly userNameKey: string | null },
): void {
  tx.write(restoreAsGiven, { id, ...names })
}

/** Whether a change of roles makes somebody privileged, or an owner: their present address is confirmed by it. */
export function becomesPrivileged(before: string, role: Role): boolean {
  return isPrivileged(role) && (!isPrivileged(before) || (role === 'owner' && before !== 'owner'))
}

/** The address of a stored resource that recovery goes to; null where there is none. */
export function readRecoveryAddress(resource: string): string | null {
  return toRecoveryAddress(readJson<Parameters<typeof toRecoveryAddress>[0]>(resource))
}

/** Of somebody who is privileged by a rule. */
export function writeRecoveryByRule(tx: OrganizationTx, id: string, address: string | null): void {
  if (address !== null) tx.write(setRecoveryByRule, { id, address, domain: domainOf(address) })
}

function domainOf(address: string | null): string {
  return (address === null ? undefined : domainOfAddress(address)) ?? ''
}

/** Of a restored person: the one that they had. */
export function writeRecoveryAddress(tx: OrganizationTx, id: string, address: string | null): void {
  tx.write(setRecovery, { id, address })
}

/** `blockedAt` null lifts the block. */
export function writeBlock(tx: OrganizationTx, id: string, blockedAt: number | null, at: number): void {
  tx.write(setBlock, { id, blockedAt, at })
}

/**
 * Not a change of the user: neither its version nor its time of change moves. `provedKey`: the address that was proved, as compared;
 * empty: none.
 */
export function writeSignIn(tx: OrganizationTx, id: string, provedKey: string, at: number): void {
  tx.write(setSignIn, { id, provedKey, at })
}

/** Of an account that was just made of an address that was only found: that address, as compared; null once a directory has claimed it. */
export function writeSoftKey(tx: OrganizationTx, id: string, key: string | null): void {
  tx.write(setSoftKey, { id, key })
}

/** Of everybody whom a key claimed, when it is confirmed. */
export function writeSoftKeysEnd(tx: OrganizationTx, ids: readonly string[]): void {
  tx.write(forgetSoftKeys, { ids: JSON.stringify(ids) })
}

/** Whether somebody else who can sign in is an owner. */
export async function hasOtherOwner(tx: OrganizationTx, id: string): Promise<boolean> {
  return (await tx.first(selectOtherOwner, { id })) !== undefined
}

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

const markShown = organizationStatement<{ id: string; at: number }>('recovery_shown')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('user')
      .set({ recovery_shown_at: place('at') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

/** The person saw the address by which they are recovered. */
export function writeRecoveryShown(tx: OrganizationTx, id: string, at: number): void {
  tx.write(markShown, { id, at })
}

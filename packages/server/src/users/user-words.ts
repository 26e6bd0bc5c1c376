// What is said of a user beside the resource: roles, recovery addresses, blocks, sign-ins and names as given.
import { type SqlBool, sql } from 'kysely'
import { domainOfAddress } from '../base/address.ts'
import { readJson } from '../base/json.ts'
import { isPrivileged, type Role } from '../base/rung.ts'
import { toRecoveryAddress } from '../mapping/user-state.ts'
import { isProvedDomain } from '../organizations/joined.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { UserTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'

/** Roles that run the settings, as SQL. */
export const privileged = sql`('owner', 'admin')`

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
 * whoever gives the role confirms it, and the names by which a first sign-in may find them. Where a rule gives it nobody does, and the
 * address is the directory's or a sign-in's word: one
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

/** Of an address, behind the last @. */
export function domainOf(address: string | null): string {
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

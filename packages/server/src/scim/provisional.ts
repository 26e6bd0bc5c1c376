// What a provisional key may see and do: one that a set-up contact made and no administrator has confirmed. Lists answer with what it
// made or claimed; a match by `eq` on anybody else shows who that is and nothing more; nobody privileged is claimed, changed or removed,
// and whom it did not make it neither deactivates nor reactivates.

import { type JsonObject, type ResolvedFilter, ScimError } from '@rollcall/scim'
import { readJson } from '../base/json.ts'
import { isPrivileged } from '../base/rung.ts'
import { toEmailKey, toUserColumns } from '../mapping/user-columns.ts'
import { toUserState } from '../mapping/user-state.ts'
import type { MemberStep } from '../provisioning/groups.ts'
import type { Condition } from '../resources/filter-sql.ts'
import { refuse } from '../resources/refusals.ts'
import { isOfNoUnconfirmed, isOwnOf } from '../resources/unconfirmed.ts'
import type { Database, OrganizationTx } from '../store/database.ts'
import { selectFacts } from '../users/counts.ts'
import { findForeignMembers, listPrivilegedMembers } from '../users/foreign-members.ts'
import type { GroupRow } from '../users/groups.ts'
import { hasKeptWord } from '../users/kept-conditions.ts'
import { selectIsUnconfirmed } from '../users/unconfirmed-keys.ts'
import type { RenderedRow, UserRow } from '../users/user-row.ts'
import type { ProvisioningClient } from './authenticate.ts'

/** The key's own id, undefined for one that reads and changes everybody. */
export function provisionalKeyOf(client: ProvisioningClient): string | undefined {
  return client.isProvisional ? client.keyId : undefined
}

/** Whether it was refused because nobody has confirmed the key. */
export function isProvisionalRefusal(error: unknown): error is ScimError {
  return error instanceof ScimError && error.status === 403 && error.sentences[0]?.code === 'provisional'
}

interface Owned {
  readonly provisional_key_id: string | null
  readonly directory_decides?: number
}

// Whom a directory has let in or out is the key's no longer, though the names are still its word.
function isOwn(row: Owned, keyId: string): boolean {
  return row.provisional_key_id === keyId && Number(row.directory_decides ?? 0) === 0
}

/** Whether the key made the user, rather than claimed it. */
function isMade(row: UserRow, keyId: string): boolean {
  return isOwn(row, keyId) && row.source === 'scim'
}

/** Before anything of the stored user is looked at, also the version of If-Match. Throws 403. */
export function assertMayChangeUser(client: ProvisioningClient, row: UserRow): void {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined) return
  if (isPrivileged(row.role)) throw refuse('provisional', { bound: 'no_privileged' })
  if (!isOwn(row, keyId) && row.managed_by !== null) throw refuse('provisional', { bound: 'only_own' })
}

/**
 * Throws 403 where the key would call somebody otherwise whom it did not make: their sign-ins would no longer find them, and somebody else's
 * would. Nor whom it made, once an administrator has said something of them: under the names of before a block, or a lower role, would be
 * passed over, and under others it would hold for somebody else.
 */
export function assertMayRename(
  client: ProvisioningClient,
  row: UserRow,
  before: JsonObject,
  after: JsonObject,
): void {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined) return
  if (!isMade(row, keyId) && !isFoundSame(before, after)) throw refuse('provisional', { bound: 'no_names' })
  if (hasKeptWord(row) && !isCalledSame(before, after)) throw refuse('provisional', { bound: 'no_rename' })
}

/**
 * Throws 403 where what an administrator said of somebody would come to hold for one whom the key did not make: an unconfirmed key blocks
 * nobody, and lowers nobody.
 */
export function assertMayBeCalled(client: ProvisioningClient, row: UserRow): void {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined || isMade(row, keyId)) return
  throw refuse('provisional', { bound: 'no_such_names' })
}

function isCalledSame(before: JsonObject, after: JsonObject): boolean {
  const names = (resource: JsonObject) => {
    const { userNameKey, externalId, emailKeys } = toUserColumns(resource)
    return JSON.stringify([userNameKey, externalId, emailKeys.toSorted()])
  }
  return names(before) === names(after)
}

// A first externalId is how a directory knows somebody again, and finds nobody until the key is confirmed. The address that the account is
// called by may be written down as one.
function isFoundSame(before: JsonObject, after: JsonObject): boolean {
  const [one, other] = [toUserColumns(before), toUserColumns(after)]
  if (one.userNameKey !== other.userNameKey) return false
  if (one.externalId !== null && one.externalId !== other.externalId) return false
  const own = [...one.emailKeys, toEmailKey(one.userName)]
  const isKept = one.emailKeys.every((key) => other.emailKeys.includes(key))
  if (!isKept || !other.emailKeys.every((key) => own.includes(key))) return false
  return one.emailKeys.length === 0 || mainAddress(before) === mainAddress(after)
}

function mainAddress(resource: JsonObject): string | null {
  const { email } = toUserState(resource, { role: 'member', isBlocked: false })
  return email === null ? null : toEmailKey(email)
}

/**
 * What a POST or PUT leaves unsaid of the names of somebody whom the key did not make stays: a directory that knows no addresses takes
 * none.
 */
export function withNamesOf(
  client: ProvisioningClient,
  row: UserRow,
  before: JsonObject,
  after: JsonObject,
): JsonObject {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined || isMade(row, keyId)) return after
  return { ...pick(before, ['externalId', 'emails']), ...after }
}

/** Throws 403 where somebody whom the key did not make would come in or go out. */
export function assertMaySwitch(client: ProvisioningClient, row: UserRow, isActive: boolean): void {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined || isMade(row, keyId) || (row.active === 1) === isActive) return
  throw refuse('provisional', { bound: 'no_switch' })
}

/** Refuses with 403 where an unconfirmed key did not make the account. */
export function assertMayRemoveUser(client: ProvisioningClient, row: UserRow): void {
  assertMayChangeUser(client, row)
  const keyId = provisionalKeyOf(client)
  if (keyId !== undefined && !isMade(row, keyId)) throw refuse('provisional', { bound: 'no_removal' })
}

const asTaken = ({ sentences }: ScimError): ScimError => new ScimError(409, 'uniqueness', sentences)

/** Of a POST: 409, as for a name that nobody may claim. */
export function refuseAsTaken(judge: () => void): void {
  try {
    judge()
  } catch (error) {
    throw isProvisionalRefusal(error) ? asTaken(error) : error
  }
}

/** Of a POST of a name that is taken: 409, as for a name that nobody may claim. */
export function assertMayLink(client: ProvisioningClient, row: UserRow, isActive: boolean): void {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined) return
  const isClaimable = row.managed_by === null || isMade(row, keyId)
  if (isPrivileged(row.role) || !isClaimable) throw asTaken(refuse('provisional', { bound: 'no_claim' }))
  assertMaySwitch(client, row, isActive)
}

/** Refuses with 403 where an unconfirmed key did not make the group. */
export function assertMayChangeGroup(client: ProvisioningClient, row: Owned): void {
  const keyId = provisionalKeyOf(client)
  if (keyId !== undefined && !isOwn(row, keyId)) throw refuse('provisional', { bound: 'own_groups' })
}

/** Throws 403 for members that are there and are not the key's. */
export async function assertOwnMembers(
  tx: OrganizationTx,
  client: ProvisioningClient,
  ids: readonly string[],
): Promise<void> {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined || ids.length === 0) return
  if (await findForeignMembers(tx, ids, keyId)) throw refuse('provisional', { bound: 'own_members' })
}

/**
 * Of a group that is the key's own. Throws 403 for members who come and are not the key's, and where an owner or administrator, whom it put
 * there before they became one, would go. Whoever of them is there may stay.
 */
export async function assertMayChangeMembers(
  tx: OrganizationTx,
  client: ProvisioningClient,
  groupId: string,
  steps: readonly MemberStep[],
): Promise<void> {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined || steps.length === 0) return
  const above = await listPrivilegedMembers(tx, groupId)
  if (above.size > 0 && steps.some((step) => takesOut(step, above)))
    throw refuse('provisional', { bound: 'keeps_privileged' })
  const coming = steps.flatMap((step) => (step.kind === 'add' || step.kind === 'replace' ? step.ids : []))
  await assertOwnMembers(
    tx,
    client,
    coming.filter((id) => !above.has(id)),
  )
}

function takesOut(step: MemberStep, above: ReadonlySet<string>): boolean {
  if (step.kind === 'clear') return true
  if (step.kind === 'remove') return step.ids.some((id) => above.has(id))
  return step.kind === 'replace' && [...above].some((id) => !step.ids.includes(id))
}

const matchedPaths: Readonly<Record<'user' | 'group', readonly string[]>> = {
  user: ['userName', 'externalId'],
  group: ['displayName', 'externalId'],
}

/** One comparison by a name that says who it is, and nothing beside it: whatever else would tell what others hold. */
export function isMatch(table: 'user' | 'group', filter: ResolvedFilter | undefined): boolean {
  return filter?.kind === 'compare' && filter.operator === 'eq' && matchedPaths[table].includes(filter.path)
}

/** Few satisfy it, whose rows tell whether anything of what was found is to be hidden: then nothing is asked before. */
export function isLookUp(table: 'user' | 'group', filter: ResolvedFilter | undefined): boolean {
  if (isMatch(table, filter)) return true
  return filter?.kind === 'compare' && filter.operator === 'eq' && filter.path === 'emails.value'
}

/** What a list is held to; undefined for a key that sees everybody, and for a match by `eq`. */
export function restrictionOf(
  client: ProvisioningClient,
  table: 'user' | 'group',
  filter: ResolvedFilter | undefined,
): Condition {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined || isMatch(table, filter)) return undefined
  return isOwnOf(table, keyId)
}

/** Whether the key that asks is confirmed, and the one that made or claimed this is not. */
export async function isOfUnconfirmed(
  tx: OrganizationTx,
  client: ProvisioningClient,
  { provisional_key_id: keyId }: Owned,
): Promise<boolean> {
  if (client.isProvisional || keyId === null) return false
  return (await tx.first(selectIsUnconfirmed, { keyId })) !== undefined
}

/** The same outside of a transaction. */
export async function isHidden(
  database: Database,
  client: ProvisioningClient,
  { provisional_key_id: keyId }: Owned,
): Promise<boolean> {
  if (client.isProvisional || keyId === null) return false
  return (await database.readOrganization(client.scope, selectIsUnconfirmed, { keyId })).length > 0
}

/**
 * Of a confirmed key: what an unconfirmed one made is nothing that it finds, and so nothing that it fills under the name that somebody else
 * chose. An account that has become privileged is an administrator's word by then.
 */
export function hiddenFrom(client: ProvisioningClient, table: 'user' | 'group'): Condition {
  if (client.isProvisional) return undefined
  return isOfNoUnconfirmed(table, client.scope.organizationId)
}

/** What holds for a list before it is looked for. */
export interface ListFacts {
  readonly hidden: Condition
  /** How many there are, where that was read. */
  readonly total: number | undefined
  /** Whether there is any group, where that was read. */
  readonly hasGroups: boolean | undefined
}

const nothingKnown: ListFacts = { hidden: undefined, total: undefined, hasGroups: undefined }

/**
 * The same where anything may be hidden at all: most organizations have no such key, and are asked as ever. A match by a name or an address
 * is not looked at before: what it finds tells.
 */
export async function findFacts(
  database: Database,
  client: ProvisioningClient,
  table: 'user' | 'group',
  filter: ResolvedFilter | undefined,
): Promise<ListFacts> {
  if (client.isProvisional || isLookUp(table, filter)) return nothingKnown
  const [facts] = await database.readOrganization(client.scope, selectFacts, {})
  const hidden = Number(facts?.has_unconfirmed) === 1 ? hiddenFrom(client, table) : undefined
  const groups = Number(facts?.groups ?? 0)
  return { hidden, total: table === 'user' ? Number(facts?.users ?? 0) : groups, hasGroups: groups > 0 }
}

/** Whether only who it is may be shown of a row. */
export function isForeign(row: Owned, keyId: string | undefined): boolean {
  return keyId !== undefined && !isOwn(row, keyId)
}

function pick(resource: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => (name in resource ? [[name, resource[name]]] : [])),
  ) as JsonObject
}

/** Without `meta`: not even when somebody changed. */
export function toForeignUser(row: RenderedRow): JsonObject {
  const { schemas, ...resource } = readJson(row.resource)
  const core = Array.isArray(schemas) ? schemas.slice(0, 1) : []
  return { schemas: core, ...pick(resource, ['userName', 'externalId', 'active']), id: row.id }
}

/** What an unconfirmed key sees of somebody else's group. */
export function toForeignGroup(row: GroupRow): JsonObject {
  const { schemas, ...resource } = readJson(row.resource)
  const core = Array.isArray(schemas) ? schemas.slice(0, 1) : []
  return { schemas: core, ...pick(resource, ['displayName', 'externalId']), id: row.id }
}

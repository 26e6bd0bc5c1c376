// A change of a user by SCIM, and the claim that may come with it: shared by creates, PUT and PATCH.
import { type Sentence, say } from '@rollcall/api/sentences'
import type { JsonObject, ScimError } from '@rollcall/scim'
import { readJson } from '../base/json.ts'
import { isPrivileged, rungOfRole } from '../base/rung.ts'
import { toUserColumns } from '../mapping/user-columns.ts'
import { changeUser } from '../provisioning/apply.ts'
import type { KnownUser } from '../provisioning/decide.ts'
import { catchUpUser } from '../provisioning/group-roles.ts'
import { isRecentLeave } from '../provisioning/ownership.ts'
import { forgetUnseenWord } from '../provisioning/unseen-words.ts'
import { refuseWith } from '../resources/refusals.ts'
import type { OrganizationTx } from '../store/database.ts'
import { findGained } from '../users/kept.ts'
import { releaseIdentities } from '../users/parked.ts'
import type { KeptWord } from '../users/said.ts'
import type { UserRow } from '../users/user-row.ts'
import { writeIdByClaim, writeProvisionalKey } from '../users/users.ts'
import { describeHolder } from './earlier.ts'
import type { ScimRequest } from './exchange.ts'
import { assertMayBeCalled, isOfUnconfirmed, provisionalKeyOf, refuseAsTaken } from './provisional.ts'
import { assertRoomForChange } from './unconfirmed-bounds.ts'

/** A create that takes an account over may let its person in, or take their access away. */
export function explainSwitch(
  before: Pick<UserRow, 'active'>,
  after: Pick<UserRow, 'active'>,
): readonly Sentence[] {
  if (before.active === after.active) return []
  return [say(after.active === 1 ? 'switched_on' : 'switched_off')]
}

/**
 * What a confirmed key says of an account that an unconfirmed one made or claimed is the first word that counts: it is a claim, and the
 * account is the unconfirmed key's no longer.
 */
export function takesOver(tx: OrganizationTx, client: ScimRequest['client'], row: UserRow): Promise<boolean> {
  return isPrivileged(row.role) ? Promise.resolve(false) : isOfUnconfirmed(tx, client, row)
}

/** Makes somebody the directory's who was not, in the transaction of the change. */
export async function claim(
  tx: OrganizationTx,
  request: ScimRequest,
  before: UserRow,
  row: UserRow,
  isTakenOver: boolean,
): Promise<{ readonly row: UserRow; readonly more: readonly Sentence[] }> {
  const claimed = markClaimed(tx, request, before, row, isTakenOver)
  if (!isTakenOver) return { row: claimed, more: [] }
  const free = await forgetUnseenWord(tx, request.act, claimed, before)
  await catchUpUser(tx, request.act, row.id)
  return free
}

/** A user after a change, and what activity says of it besides. */
export interface Changed {
  readonly row: UserRow
  /** To be said in activity as well. */
  readonly more?: readonly Sentence[]
  /** What an administrator said of another account, and holds for this one since it is called so, or is let in again. */
  readonly kept: KeptWord | undefined
}

/** Writes what a request makes of a locked user. */
export async function change(
  tx: OrganizationTx,
  { client, act }: ScimRequest,
  decision: Parameters<typeof changeUser>[2],
  row: UserRow,
  resource: JsonObject,
): Promise<Changed> {
  const before = parse(row)
  const [had, has] = [toUserColumns(before), toUserColumns(resource)]
  await assertRoomForChange(tx, client, row, had, has)
  const word = await findGained(tx, {
    row,
    before: had,
    after: has,
    isUnconfirmed: client.isProvisional,
    isReassigned: decision.kind !== 'link' && decision.isReassigned,
    losesOwnership: decision.losesOwnership,
  })
  const judge = () => assertMayBeCalled(client, row)
  if (word !== undefined && decision.kind === 'link') refuseAsTaken(judge)
  else if (word !== undefined) judge()
  const changed = await changeUser(tx, act, decision, {
    row,
    before,
    resource,
    word,
    ...standingOf(client),
  })
  if (client.isProvisional && row.source !== 'scim' && had.externalId !== has.externalId)
    writeIdByClaim(tx, row.id, client.keyId)
  const kept: KeptWord = {
    blockedAt: row.blocked_at === null ? (word?.blockedAt ?? null) : null,
    role: row.role_origin === 'hand' ? null : (word?.role ?? null),
  }
  if (word?.isWithheld === true) return { row: changed, kept: word }
  return { row: changed, kept: kept.blockedAt === null && kept.role === null ? undefined : kept }
}

function standingOf(client: ScimRequest['client']): { readonly isUnconfirmed: boolean } {
  return { isUnconfirmed: client.isProvisional }
}

/**
 * What a provisional key claims is its own from now on. What the directory claims is the person who was here under these names: nothing
 * that the removed account held keeps them out.
 */
function markClaimed(
  tx: OrganizationTx,
  { client }: ScimRequest,
  before: UserRow,
  row: UserRow,
  isTakenOver: boolean,
): UserRow {
  const keyId = provisionalKeyOf(client)
  const columns = toUserColumns(parse(row))
  if (before.managed_by === null || isTakenOver)
    releaseIdentities(tx, columns, keyId === undefined ? 'confirmed' : { unconfirmedKeyId: keyId })
  if (isTakenOver) {
    writeProvisionalKey(tx, row.id, null)
    return { ...row, provisional_key_id: null }
  }
  if (keyId === undefined || row.provisional_key_id === keyId) return row
  writeProvisionalKey(tx, row.id, keyId)
  return { ...row, provisional_key_id: keyId }
}

/** An administrator's block is not the directory's to lift. */
export function explainBlock(row: {
  readonly active: number
  readonly blocked_at: number | null
}): readonly Sentence[] {
  return row.active === 1 && row.blocked_at !== null ? [say('block_stands')] : []
}

/** The stored resource. */
export function parse(row: UserRow): JsonObject {
  return readJson(row.resource)
}

/** A row as decisions see it. */
export async function toKnown(
  tx: OrganizationTx,
  { act }: ScimRequest,
  row: UserRow,
  isTakenOver = false,
): Promise<KnownUser> {
  return {
    isActive: row.active === 1,
    externalId: row.external_id,
    managedBy: isTakenOver ? null : row.managed_by,
    rung: rungOfRole(row.role),
    isRecentLeave: await isRecentLeave(tx, row, act.at),
  }
}

/** As sentences are filled in. */
export const toNamed = (row: Pick<UserRow, 'user_name'>): { readonly name: string } => ({
  name: row.user_name,
})

/** Whole: the rest of the request is not carried out either. */
export function nameRecycled(row: UserRow): ScimError {
  return refuseWith([say('holder', describeHolder(row))], 'name_recycled')
}

// What an administrator does with a deprovision alert: bring everybody back in one act, or let them go for good.

import type { DeprovisionAlert, DeprovisionGuard } from '@rollcall/api'
import type { JsonObject } from '@rollcall/scim'
import { firstIdAt } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { isAbove, isPrivileged, type Role, rungOfRole } from '../base/rung.ts'
import { selectPeopleWhoLeft } from '../events/asked.ts'
import { type Act, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { isIndexable } from '../mapping/bounds.ts'
import { plainRole } from '../mapping/roles.ts'
import { toUserColumns, toUserNameKey, type UserColumns } from '../mapping/user-columns.ts'
import { toRecoveryAddress, toUserState } from '../mapping/user-state.ts'
import { lockAlert, toAlert, writeClosed } from '../notices/alerts.ts'
import { selectGuard } from '../organizations/own.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { StoreConflict, StoreUnavailable } from '../store/errors.ts'
import type { DeletedUserTable, DeprovisionAlertTable } from '../store/schema.ts'
import { selectDeleted } from '../users/asked.ts'
import {
  type FoundUser,
  findByName,
  isUnclaimed,
  isUnconfirmed,
  selectIdentitiesOfUser,
} from '../users/identities.ts'
import {
  findGained,
  findWordsSince,
  forgetDeletedEmails,
  readSpokenIdentities,
  toIdentityNames,
} from '../users/kept.ts'
import { removeDeleted } from '../users/purge-deleted.ts'
import { addSaid, type KeptWord, nothingSaid, saidOf, toPassedOn, writeSaid } from '../users/said.ts'
import {
  lockUserToEnd,
  writeBlock,
  writeIdByClaim,
  writeNamesAsGiven,
  writeNewUser,
  writeProvisionalKey,
  writeRecoveryAddress,
  writeRole,
} from '../users/users.ts'
import { changeUser } from './apply.ts'
import { listChanges } from './changes.ts'
import { ordinary } from './decide.ts'
import { findFreeName } from './free-name.ts'
import {
  findDefaultRole,
  isOwner,
  isRecentLeave,
  isWithinReturn,
  mayGiveOwnership,
  noteOwned,
  recordOwnershipWithheld,
} from './ownership.ts'
import { noteReturning, rejoinGroups } from './rejoin.ts'
import { takeIdentitiesBack } from './take-back.ts'

const peopleAtOnce = 16

async function lockOpen(tx: OrganizationTx, id: string): Promise<DeprovisionAlertTable> {
  const row = await tx.first(lockAlert, { id })
  if (row === undefined) throw new Problem('not_found', 'There is no such alert')
  if (row.state !== 'open') throw new Problem('alert_closed', `This alert was ${row.state} before`)
  return row
}

/** They were meant to leave. Throws 404, 409 `alert_closed`. */
export async function dismissAlert(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  id: string,
): Promise<DeprovisionAlert> {
  return database.inOrganization(scope, async (tx) => {
    const row = await lockOpen(tx, id)
    writeClosed(tx, { id, state: 'dismissed', restored: 0, skipped: 0 })
    const subject = { type: 'organization', id: tx.organizationId } as const
    record(tx, act, {
      type: 'provisioning.alert_dismissed',
      subject,
      data: { alertId: id, people: row.people },
    })
    return toAlert({ ...row, state: 'dismissed' })
  })
}

/**
 * Everybody comes back as they were: whom the batch let go is active, deleted people are there under their old id, in the groups that
 * still are, with a role that was given by hand, and blocked or out where they were that before the batch. Who was back and let go anew
 * since is skipped. A person at a time, and groups in slices, so that nobody else waits; called again after a failure it goes on.
 */
export async function restoreAlert(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  id: string,
): Promise<DeprovisionAlert> {
  const alert = await database.inOrganization(scope, (tx) => lockOpen(tx, id))
  // Those of this alert, and nobody who was let go since.
  const [startedAt, endedAt] = [Number(alert.started_at), Number(alert.ended_at)]
  const range = { from: firstIdAt('evt', startedAt), until: firstIdAt('evt', endedAt + 1) }
  // A directory that deactivates everybody and then deletes them, or lets them flicker, does so within a window: all of it is the batch.
  const windowMs = await findWindow(database, scope)
  const batch = { from: startedAt - windowMs, until: endedAt + windowMs }
  let restored = 0
  let skipped = 0
  let failure: Error | undefined
  for (let after = ''; ; ) {
    const page = await database.readOrganization(scope, selectPeopleWhoLeft, { ...range, after })
    const known = await readSpokenIdentities(database, scope)
    for (let start = 0; start < page.length; start += peopleAtOnce) {
      const outcomes = await Promise.all(
        page
          .slice(start, start + peopleAtOnce)
          .map(({ subject_id }) => restoreOne(database, scope, act, subject_id, batch, known)),
      )
      failure ??= outcomes.find((one) => one instanceof Error)
      // The store does not answer: nobody else would be restored either.
      if (failure !== undefined && outcomes.every((one) => one instanceof StoreUnavailable)) throw failure
      restored += outcomes.filter((one) => one === 'restored').length
      skipped += outcomes.filter((one) => one === 'skipped').length
      await rejoinGroups(database, scope, act).catch((error: unknown) => {
        failure ??= toError(error)
      })
    }
    const last = page.at(-1)
    if (last === undefined) break
    after = last.subject_id
  }
  // Everybody else is back; the alert stays open for whoever is not.
  if (failure !== undefined) throw failure
  return database.inOrganization(scope, async (tx) => {
    const row = await lockOpen(tx, id)
    writeClosed(tx, { id, state: 'restored', restored, skipped })
    const subject = { type: 'organization', id: tx.organizationId } as const
    const data = { alertId: id, restored, skipped }
    record(tx, act, { type: 'provisioning.batch_restored', subject, data })
    return toAlert({ ...row, state: 'restored', restored, skipped })
  })
}

/** Between which moments whoever left is of the batch. */
interface Batch {
  readonly from: number
  readonly until: number
}

/** By what identity providers know those of whom an administrator has said something. */
type Spoken = Awaited<ReturnType<typeof readSpokenIdentities>>

/** Where the guard has been switched off meanwhile. */
const usualWindowSeconds = 3_600

async function findWindow(database: Database, scope: OrganizationScope): Promise<number> {
  const [own] = await database.readOrganization(scope, selectGuard, {})
  const guard = readJson<DeprovisionGuard | null>(own?.deprovision_guard ?? 'null')
  return (guard?.windowSeconds ?? usualWindowSeconds) * 1_000
}

type Outcome = 'restored' | 'skipped' | 'unchanged'

// One person's failure ends nobody else's restoration. Whose name was taken while it was looked at is looked at once more.
async function restoreOne(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  id: string,
  batch: Batch,
  known: Spoken,
): Promise<Outcome | Error> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.inOrganization(scope, (tx) => restorePerson(tx, act, id, batch, known))
    } catch (error) {
      const isTaken = error instanceof StoreConflict && error.constraint === 'user_name'
      if (!isTaken || attempt === 2) return toError(error)
    }
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

async function restorePerson(
  tx: OrganizationTx,
  act: Act,
  id: string,
  batch: Batch,
  known: Spoken,
): Promise<Outcome> {
  const row = await lockUserToEnd(tx, id)
  if (row === undefined) return restoreDeleted(tx, act, id, batch, known)
  if (row.active === 1) return 'unchanged'
  if (isSince(batch, row.deactivated_at)) return 'skipped'
  const before = readJson(row.resource)
  const losesOwnership =
    isOwner(row.role) && !mayGiveOwnership(act) && !(await isRecentLeave(tx, row, act.at))
  const decision = { kind: 'reactivate', ...ordinary, losesOwnership } as const
  const resource = { ...before, active: true }
  const called = { before: toUserColumns(before), after: toUserColumns(resource) }
  const word = await findGained(tx, { row, ...called, losesOwnership })
  await changeUser(tx, act, decision, { row, before, resource, managedBy: row.managed_by, word })
  return 'restored'
}

// Whoever is out was let go by something later than the batch.
function isSince({ until }: Batch, leftAt: number | null): boolean {
  return leftAt !== null && Number(leftAt) > until
}

// A removal is of the batch, or of whoever the batch had deactivated. Who was out before it was only cleared away by it: they are not let
// in. Since when is not known of those who were removed by an earlier version: they stay out until somebody says otherwise.
function wasInBefore({ from }: Batch, wasActive: boolean, leftAt: number | null): boolean {
  return wasActive || (leftAt !== null && Number(leftAt) >= from)
}

async function restoreDeleted(
  tx: OrganizationTx,
  act: Act,
  id: string,
  batch: Batch,
  known: Spoken,
): Promise<Outcome> {
  const deleted = await tx.first(selectDeleted, { id })
  if (deleted === undefined) return 'skipped'
  const before = readJson(deleted.resource)
  const wasActive = toUserColumns(before).isActive
  if (isSince(batch, wasActive ? deleted.deleted_at : deleted.deactivated_at)) return 'skipped'
  const isIn = wasInBefore(batch, wasActive, deleted.deactivated_at)
  // Before the name is freed, by which the account may be known in which they came back meanwhile.
  const former = deleted.role_origin === 'hand' ? deleted.role : null
  const isOwnerAgain =
    former !== null && isOwner(former) && (await mayOwnAgain(tx, act, { ...deleted, id, wasActive }))
  const word = await findWordOn(tx, id, deleted, known, isOwnerAgain)
  const standing = deleted.role === 'owner' && !isOwnerAgain ? 'admin' : deleted.role
  if (!(await freeFormerName(tx, act, id, toUserColumns(before), standing))) return 'skipped'
  const resource: JsonObject = { ...before, active: isIn }
  const columns = toUserColumns(resource)
  const text = JSON.stringify(resource)
  const recoveryAddress = toRecoveryAddress(resource)
  writeNewUser(tx, {
    id,
    columns,
    resource: text,
    at: act.at,
    deactivatedAt: deleted.deactivated_at,
    source: deleted.source ?? 'scim',
    managedBy: 'scim',
    recoveryAddress,
    // A default role that was withheld from them is not given by bringing them back.
    mayGivePrivileges: deleted.role === null || isPrivileged(deleted.role),
  })
  // What an unconfirmed key made is still that.
  if (deleted.provisional_key_id !== null)
    writeProvisionalKey(tx, id, deleted.provisional_key_id, Number(deleted.directory_decides) === 1 ? 1 : 0)
  if (deleted.id_by_claim !== null) writeIdByClaim(tx, id, deleted.id_by_claim)
  noteReturning(tx, act, id)
  removeDeleted(tx, id)
  forgetDeletedEmails(tx, [id])
  // A role that came from groups comes back with them.
  const lowered = word?.role ?? null
  const isKept = former === null || !isOwner(former) || (lowered === null && isOwnerAgain)
  const role = lowered ?? (isKept ? former : null)
  await takeIdentitiesBack(tx, act, { id, role: role ?? plainRole })
  const blockedAt = deleted.blocked_at ?? word?.blockedAt ?? null
  const passed = word === undefined ? nothingSaid : toPassedOn(word, columns.userNameKey)
  if (role !== null)
    writeRole(tx, { id, before: plainRole, role, origin: 'hand', resource: text, at: act.at })
  if (role === 'owner' && isIn && blockedAt === null) noteOwned(tx)
  // Confirmed by whoever made them privileged, and not anew by a restoration: nor is there one where there was none.
  if (role !== null || deleted.recovery_address !== null)
    writeRecoveryAddress(tx, id, deleted.recovery_address)
  if (role !== null) {
    const { given_external_id: externalId, given_name_key: userNameKey } = deleted
    writeNamesAsGiven(tx, id, { externalId, userNameKey })
  }
  if (!isKept)
    recordOwnershipWithheld(
      tx,
      act,
      { id, userName: columns.userName },
      lowered ?? (await findDefaultRole(tx)),
      'restored',
    )
  if (blockedAt !== null) writeBlock(tx, id, blockedAt, act.at)
  const takes = { takesBlock: deleted.blocked_at === null && blockedAt !== null, takesRole: lowered !== null }
  writeSaid(tx, id, addSaid(saidOf(deleted), { ...passed, ...takes }))
  const state = toUserState(resource, { role, isBlocked: blockedAt !== null })
  const changes = listChanges({ ...before, active: isIn }, resource)
  const data = { reason: 'restored', changes, state } as const
  record(tx, act, { type: 'user.linked', subject: { type: 'user', id }, data })
  const came = { userName: columns.userName, reason: 'came_back', state } as const
  if (blockedAt !== null && deleted.blocked_at === null)
    record(tx, act, { type: 'user.blocked', subject: { type: 'user', id }, data: came })
  return 'restored'
}

// What was said of the account in which they came back, or of another one of theirs, holds for them.
async function findWordOn(
  tx: OrganizationTx,
  id: string,
  deleted: Pick<
    DeletedUserTable,
    'resource' | 'role' | 'role_origin' | 'deleted_at' | 'provisional_key_id' | 'source'
  >,
  known: Spoken,
  isOwnerAgain: boolean,
): Promise<KeptWord | undefined> {
  const columns = toUserColumns(readJson(deleted.resource))
  const identities = toIdentityNames(await tx.all(selectIdentitiesOfUser, { userId: id }))
  const names = { ...columns, emailKeys: [...columns.emailKeys, ...identities] }
  const called = [columns.externalId ?? '', columns.userNameKey, ...names.emailKeys]
  const knownBy = new Set(called.flatMap((one) => [...(known.get(one) ?? [])]))
  const own = deleted.role_origin === 'hand' ? deleted.role : null
  return findWordsSince(
    tx,
    { ...names, id, knownBy, isOwner: isOwnerAgain },
    { ...deleted, leftAt: Number(deleted.deleted_at), own },
  )
}

/**
 * The name may be somebody else's by now, perhaps the same person's new account: then it stays theirs. An account that says less yields
 * it, and goes on under a name that is told apart: whoever comes back is who they were.
 */
async function freeFormerName(
  tx: OrganizationTx,
  act: Act,
  id: string,
  { userName, userNameKey }: Pick<UserColumns, 'userName' | 'userNameKey'>,
  role: Role | null,
): Promise<boolean> {
  const namesake = await findByName(tx, userNameKey)
  if (namesake === undefined) return true
  if (!yieldsName(namesake, role ?? plainRole)) return false
  const freed = await findFreeName(tx, userName, act.at)
  const row = await lockUserToEnd(tx, namesake.id)
  if (row === undefined || !isIndexable(toUserNameKey(freed))) return false
  const before = readJson(row.resource)
  const decision = { kind: 'update', ...ordinary } as const
  const resource = { ...before, userName: freed }
  await changeUser(tx, act, decision, { row, before, resource, managedBy: row.managed_by })
  const data = { before: row.user_name, after: freed, restoredId: id }
  record(tx, act, { type: 'user.name_yielded', subject: { type: 'user', id: row.id }, data })
  return true
}

// What an unconfirmed key says yields, unless somebody came to it while nobody who administers is brought back. To whoever administered
// an account yields as well that a sign-in alone made, unless it stands as high by now: nobody above an identity provider has said that the
// name is theirs.
function yieldsName(namesake: FoundUser, role: Role): boolean {
  if (isUnconfirmed(namesake)) return namesake.last_sign_in_at === null || isPrivileged(role)
  const isBySignIn = namesake.source === 'sso' && isUnclaimed(namesake)
  return isBySignIn && isAbove(rungOfRole(role), rungOfRole(namesake.role))
}

// A removal is a deactivation: within the days of its return an owner comes back as one, later only an owner gives that. Whoever was out
// before it is counted from then on: what was removed later had gone already. Since when is not known of those who were removed by an
// earlier version: nothing is given back then.
async function mayOwnAgain(
  tx: OrganizationTx,
  act: Act,
  of: { id: string; wasActive: boolean; deleted_at: number; deactivated_at: number | null },
): Promise<boolean> {
  if (mayGiveOwnership(act)) return true
  if (of.wasActive) return isWithinReturn(of.deleted_at, act.at)
  return isRecentLeave(tx, { ...of, role: 'owner', active: 0 }, act.at)
}

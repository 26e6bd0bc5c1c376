// What an administrator does with a deprovision alert: bring everybody back in one act, or let them go for good.

import type { DeprovisionAlert, DeprovisionGuard } from '@rollcall/api'
import { firstIdAt } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { lookThrough, readsOf } from '../events/look-through.ts'
import { type Act, type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { toUserColumns } from '../mapping/user-columns.ts'
import {
  claimRestored,
  countBroughtBack,
  leaveRestored,
  lockAlert,
  toAlert,
  writeClosed,
} from '../notices/alerts.ts'
import { selectGuard } from '../organizations/own.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { StoreConflict, StoreUnavailable } from '../store/errors.ts'
import type { DeprovisionAlertTable } from '../store/schema.ts'
import { selectUnsaidOfUnconfirmed } from '../users/confirmed-people.ts'
import { findGained } from '../users/kept.ts'
import { readSpokenIdentities } from '../users/kept-names.ts'
import { lockUserToEnd } from '../users/lock-users.ts'
import type { UserRow } from '../users/user-row.ts'
import { changeUser } from './apply.ts'
import { ordinary } from './decide.ts'
import { isOwner, isRecentLeave, mayGiveOwnership } from './ownership.ts'
import { forgetReturningOf, rejoinGroups } from './rejoin.ts'
import { type Batch, isSince, type Outcome, restoreDeleted, type Spoken } from './restore-deleted.ts'

const peopleAtOnce = 16

async function lockOpen(tx: OrganizationTx, id: string): Promise<DeprovisionAlertTable> {
  const row = await tx.first(lockAlert, { id })
  if (row === undefined) throw new Problem('not_found', 'There is no such alert')
  if (row.state !== 'open') throw createClosed(row.state)
  return row
}

function createClosed(state: DeprovisionAlertTable['state']): Problem {
  return new Problem('alert_closed', `This alert was ${state} before`)
}

/**
 * They were meant to leave. A restoration that is under way ends with this: whom it has brought back by then stays, and is counted. Throws
 * 404, 409 `alert_closed`.
 */
export async function dismissAlert(
  { database, scope, act }: OrganizationAct,
  id: string,
): Promise<DeprovisionAlert> {
  return database.inOrganization(scope, async (tx) => {
    const row = await lockOpen(tx, id)
    const restored = await countBroughtBack(tx, id)
    writeClosed(tx, { id, state: 'dismissed', restored, skipped: 0 })
    forgetReturningOf(tx, id)
    const subject = { type: 'organization', id: tx.organizationId } as const
    record(tx, act, {
      type: 'provisioning.alert_dismissed',
      subject,
      data: { alertId: id, people: row.people, restored },
    })
    return toAlert({ ...row, state: 'dismissed', restored })
  })
}

/**
 * Everybody comes back as they were: whom the batch let go is active, deleted people are there under their old id, in the groups that
 * still are, with a role that was given by hand, and blocked or out where they were that before the batch. Who was back and let go anew
 * since is skipped, and whom this alert had brought back before is left as they are. A person at a time, and groups in slices, so that
 * nobody else waits; called again after a failure it goes on. Throws 404, and 409 `alert_closed` where somebody decided otherwise, also
 * meanwhile.
 */
export async function restoreAlert(
  { database, scope, act }: OrganizationAct,
  id: string,
): Promise<DeprovisionAlert> {
  const alert = await database.inOrganization(scope, (tx) => lockOpen(tx, id))
  // Those of this alert, and nobody who was let go since.
  const [startedAt, endedAt] = [Number(alert.started_at), Number(alert.ended_at)]
  const range = { from: firstIdAt('evt', startedAt), until: firstIdAt('evt', endedAt + 1) }
  // A directory that deactivates everybody and then deletes them, or lets them flicker, does so within a window: all of it is the batch.
  const windowMs = await findWindow(database, scope)
  const batch = { alertId: id, from: startedAt - windowMs, until: endedAt + windowMs }
  let skipped = 0
  let failure: Error | undefined
  const left = await listPeopleWhoLeft(database, scope, range)
  const known = await readSpokenIdentities(database, scope)
  for (let at = 0; at < left.length; at += peopleAtOnce) {
    const some = await leaveUnconfirmed(database, scope, left.slice(at, at + peopleAtOnce))
    const outcomes = await Promise.all(
      some.map((person) => restoreOne({ database, scope, act }, person, batch, known)),
    )
    failure ??= outcomes.find((one) => one instanceof Error)
    // The store does not answer: nobody else would be restored either.
    if (failure !== undefined && outcomes.every((one) => one instanceof StoreUnavailable)) throw failure
    if (outcomes.includes('closed')) {
      failure = undefined
      break
    }
    skipped += outcomes.filter((one) => one === 'skipped').length
    await rejoinGroups({ database, scope, act }, id).catch((error: unknown) => {
      failure ??= toError(error)
    })
  }
  // Everybody else is back; the alert stays open for whoever is not.
  if (failure !== undefined) throw failure
  return database.inOrganization(scope, async (tx) => {
    const row = await lockOpen(tx, id)
    const restored = await countBroughtBack(tx, id)
    writeClosed(tx, { id, state: 'restored', restored, skipped })
    const subject = { type: 'organization', id: tx.organizationId } as const
    const data = { alertId: id, restored, skipped }
    record(tx, act, { type: 'provisioning.batch_restored', subject, data })
    return toAlert({ ...row, state: 'restored', restored, skipped })
  })
}

// In the order of their ids. What else happened in the batch may be very much: it is looked through once.
async function listPeopleWhoLeft(
  database: Database,
  scope: OrganizationScope,
  { from, until: before }: { readonly from: string; readonly until: string },
): Promise<readonly string[]> {
  const left = new Set<string>()
  const wanted = { from, before, types: ['user.deactivated', 'user.deprovisioned'], order: 'asc' } as const
  for await (const { rows } of lookThrough(readsOf(database, scope), wanted))
    for (const row of rows) left.add(row.subject_id)
  return [...left].sort()
}

// Whom an unconfirmed key made, and let go, is no part of any batch, unless an administrator has blocked that very account.
async function leaveUnconfirmed(
  database: Database,
  scope: OrganizationScope,
  people: readonly string[],
): Promise<readonly string[]> {
  const rows = await database.readOrganization(scope, selectUnsaidOfUnconfirmed, {
    ids: JSON.stringify(people),
  })
  const unsaid = new Set(rows.map(({ id }) => id))
  return people.filter((id) => !unsaid.has(id))
}

/** Where the guard has been switched off meanwhile. */
const usualWindowSeconds = 3_600

async function findWindow(database: Database, scope: OrganizationScope): Promise<number> {
  const [own] = await database.readOrganization(scope, selectGuard, {})
  const guard = readJson<DeprovisionGuard | null>(own?.deprovision_guard ?? 'null')
  return (guard?.windowSeconds ?? usualWindowSeconds) * 1_000
}

// One person's failure ends nobody else's restoration. Whose name was taken while it was looked at is looked at once more.
async function restoreOne(
  { database, scope, act }: OrganizationAct,
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
  if (row?.active === 1) return 'unchanged'
  const of = { id: batch.alertId, userId: id }
  const claim = await claimRestored(tx, of)
  if (claim === 'closed') return 'closed'
  // Brought back by this alert before, they are counted; where they are out again it is what somebody has said since.
  if (claim === 'done') return 'unchanged'
  const outcome =
    row === undefined
      ? await restoreDeleted(tx, act, id, batch, known)
      : await restoreInactive(tx, act, row, batch)
  if (outcome !== 'restored') leaveRestored(tx, of)
  return outcome
}

/** Somebody who is there, and out. */
async function restoreInactive(tx: OrganizationTx, act: Act, row: UserRow, batch: Batch): Promise<Outcome> {
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

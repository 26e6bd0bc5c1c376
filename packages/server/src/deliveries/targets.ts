// Where deliveries go: each target with its pauses and failures, as rows.
import type { Database, InstallationTx } from '../store/database.ts'
import type { DeliveryTargetTable } from '../store/schema.ts'
import { installationStatement } from '../store/statement.ts'
import type { DueTarget } from './queue.ts'
import { failuresBeforePause, refusalsBeforeFailing } from './retry.ts'

/** Of a target that takes what it is sent. */
const unfailing = {
  failures: 0,
  failing_since: null,
  refusals: 0,
  refused_since: null,
  told_at: null,
} as const

const noteSuccess = installationStatement<{ id: string; now: number; before: number }>('target_success')(
  ({ db, place }) =>
    db
      .updateTable('delivery_target')
      .set({ ...unfailing, paused_until: null, last_delivered_at: place('now') })
      .where('id', '=', place('id'))
      .where((on) =>
        on.or([
          on('failures', '>', 0),
          on('refusals', '>', 0),
          on('last_delivered_at', 'is', null),
          on('last_delivered_at', '<', place('before')),
        ]),
      ),
)

const wakeBacklog = installationStatement<{ id: string; now: number }>('target_backlog')(({ db, place }) =>
  db
    .updateTable('delivery')
    .set({ next_at: place('now') })
    .where('target_id', '=', place('id'))
    .where('state', '=', 'pending')
    .where('next_at', '>', place('now')),
)

const endPause = installationStatement<{ id: string }>('end_pause')(({ db, place }) =>
  db.updateTable('delivery_target').set({ paused_until: null }).where('id', '=', place('id')),
)

/** Whatever it waits for, it waits for it from now. */
export async function wakeTarget(database: Database, id: string, now: number): Promise<void> {
  await database.inInstallation('deliveries', async (tx) => {
    tx.write(endPause, { id })
    tx.write(wakeBacklog, { id, now })
  })
}

/** The target takes deliveries. If it did not before, its whole backlog may go at once. */
export function writeTargetSuccess(tx: InstallationTx, target: DueTarget, now: number): void {
  // One row for all of a target's deliveries: written when it says something new.
  tx.write(noteSuccess, { id: target.id, now, before: now - 10_000 })
  if (target.failures >= failuresBeforePause) tx.write(wakeBacklog, { id: target.id, now })
}

const noteFailure = installationStatement<{ id: string; now: number }>('target_failure')(
  ({ db, place, dialect }) =>
    db
      .updateTable('delivery_target')
      .set((on) => ({
        failures: on('failures', '+', 1),
        failing_since: on.fn.coalesce('failing_since', dialect.bigint(place('now'))),
      }))
      .where('id', '=', place('id'))
      .where('is_enabled', '=', 1)
      .returning(['failures', 'failing_since', 'told_at']),
)

const noteRefusal = installationStatement<{ id: string; now: number }>('target_refusal')(
  ({ db, place, dialect }) =>
    db
      .updateTable('delivery_target')
      .set((on) => ({
        refusals: on('refusals', '+', 1),
        refused_since: on.fn.coalesce('refused_since', dialect.bigint(place('now'))),
      }))
      .where('id', '=', place('id'))
      .where('is_enabled', '=', 1)
      .returning(['refusals', 'refused_since', 'failures', 'told_at']),
)

// From here one delivery at a time knocks, as at a target that does not answer.
const noteRefusing = installationStatement<{ id: string; failures: number; since: number }>('target_refuses')(
  ({ db, place, dialect }) =>
    db
      .updateTable('delivery_target')
      .set((on) => ({
        failures: place('failures'),
        failing_since: on.fn.coalesce('failing_since', dialect.bigint(place('since'))),
      }))
      .where('id', '=', place('id')),
)

const noteTold = installationStatement<{ id: string; now: number }>('target_told')(({ db, place }) =>
  db
    .updateTable('delivery_target')
    .set({ told_at: place('now') })
    .where('id', '=', place('id')),
)

const pause = installationStatement<{ id: string; until: number }>('pause_target')(({ db, place }) =>
  db
    .updateTable('delivery_target')
    .set({ paused_until: place('until') })
    .where('id', '=', place('id')),
)

/** Counts a failure of the target itself; returns how it stands, undefined where it is off already. */
export async function writeTargetFailure(
  tx: InstallationTx,
  id: string,
  now: number,
): Promise<Standing | undefined> {
  const [row] = await tx.change(noteFailure, { id, now })
  return row === undefined
    ? undefined
    : {
        failures: Number(row.failures),
        failingSince: Number(row.failing_since ?? now),
        isTold: row.told_at !== null,
      }
}

/** How a target that fails stands. */
export interface Standing {
  /** In a row. */
  readonly failures: number
  /** Milliseconds since 1970. */
  readonly failingSince: number
  /** Whether it was announced. */
  readonly isTold: boolean
}

/**
 * Counts an answer of 4xx. One of them is its delivery's own affair; many, and nothing accepted between them, are the target's: then
 * returns how it stands, undefined otherwise.
 */
export async function writeTargetRefusal(
  tx: InstallationTx,
  id: string,
  now: number,
): Promise<Standing | undefined> {
  const [row] = await tx.change(noteRefusal, { id, now })
  if (row === undefined || Number(row.refusals) < refusalsBeforeFailing) return undefined
  const failures = Math.max(failuresBeforePause, Number(row.failures) + 1)
  const failingSince = Number(row.refused_since ?? now)
  tx.write(noteRefusing, { id, failures, since: failingSince })
  return { failures, failingSince, isTold: row.told_at !== null }
}

/** It is announced once, until the target takes something again. */
export function writeTold(tx: InstallationTx, id: string, now: number): void {
  tx.write(noteTold, { id, now })
}

/** Until then nothing is sent to the target. */
export function writePause(tx: InstallationTx, id: string, until: number): void {
  tx.write(pause, { id, until })
}

const insertTarget = installationStatement<{ id: string; kind: DeliveryTargetTable['kind'] }>(
  'insert_delivery_target',
)(({ db, place }) =>
  db
    .insertInto('delivery_target')
    .values({
      id: place('id'),
      kind: place('kind'),
      is_enabled: 1,
      failures: 0,
      failing_since: null,
      paused_until: null,
      last_delivered_at: null,
      refusals: 0,
      refused_since: null,
      told_at: null,
    })
    .onConflict((on) => on.column('id').doNothing()),
)

const switchTarget = installationStatement<{ id: string; isEnabled: 0 | 1 }>('switch_delivery_target')(
  ({ db, place }) =>
    db
      .updateTable('delivery_target')
      .set({ ...unfailing, is_enabled: place('isEnabled'), paused_until: null })
      .where('id', '=', place('id')),
)

const deleteTarget = installationStatement<{ id: string }>('delete_delivery_target')(({ db, place }) =>
  db.deleteFrom('delivery_target').where('id', '=', place('id')),
)

const deleteOfTarget = installationStatement<{ id: string }>('delete_deliveries_of_target')(({ db, place }) =>
  db.deleteFrom('delivery').where('target_id', '=', place('id')),
)

/** Adds a target, so that deliveries to it are taken up. */
export function writeNewTarget(tx: InstallationTx, id: string, kind: 'webhook' | 'logout' | 'mail'): void {
  tx.write(insertTarget, { id, kind })
}

/** Off: nothing is sent. On: it begins as one that never failed, and what waits goes at once. */
export function writeTargetSwitch(tx: InstallationTx, id: string, isEnabled: boolean, now: number): void {
  tx.write(switchTarget, { id, isEnabled: isEnabled ? 1 : 0 })
  if (isEnabled) tx.write(wakeBacklog, { id, now })
}

/** With everything that waits for it, and its log. */
export function writeTargetEnd(tx: InstallationTx, id: string): void {
  tx.write(deleteOfTarget, { id })
  tx.write(deleteTarget, { id })
}

// Deprovision alerts as rows: more people left than the guard expects. How they are raised and restored is provisioning's.
import type { DeprovisionAlert } from '@rollcall/api'
import { sql } from 'kysely'
import { toTime } from '../base/clock.ts'
import { clearNeed, noteNeed } from '../organizations/needs.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { DeprovisionAlertTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { selectWorking } from '../users/asked.ts'

const selectAlerts = organizationStatement('deprovision_alerts')(({ db, organizationId }) =>
  db
    .selectFrom('deprovision_alert')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy(sql`CASE WHEN state = 'open' THEN 0 ELSE 1 END`)
    .orderBy('id', 'desc')
    .limit(100),
)

/** The newest open one: a later batch has an alert of its own. */
export const selectOpenAlert = organizationStatement('open_deprovision_alert')(({ db, organizationId }) =>
  db
    .selectFrom('deprovision_alert')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('state', '=', 'open')
    .orderBy('id', 'desc')
    .limit(1),
)

/** Those that are open first, so that later batches hide none; each the newest first, 100 in all. */
export async function listAlerts(database: Database, scope: OrganizationScope): Promise<DeprovisionAlert[]> {
  const rows = await database.readOrganization(scope, selectAlerts, {})
  // One after the other: an organization takes no more than one read of the store at a time.
  const alerts: DeprovisionAlert[] = []
  for (const row of rows) alerts.push(await withOut(database, scope, row))
  return alerts
}

/** The alert that nobody has dealt with; null where there is none. */
export async function findOpenAlert(
  database: Database,
  scope: OrganizationScope,
): Promise<DeprovisionAlert | null> {
  const [row] = await database.readOrganization(scope, selectOpenAlert, {})
  return row === undefined ? null : withOut(database, scope, row)
}

const slice = 500
/** What is counted in one look, departures of other alerts among them. */
const maxSlices = 20

const selectDepartures = organizationStatement<{ after: string }>('departures_in_order')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('departure')
      .select(['user_id', 'alert_id'])
      .where('organization_id', '=', organizationId)
      .where('user_id', '>', place('after'))
      .orderBy('user_id')
      .limit(slice),
)

// People come back by themselves, too: who is out is counted when it is asked, in slices.
async function withOut(
  database: Database,
  scope: OrganizationScope,
  row: DeprovisionAlertTable,
): Promise<DeprovisionAlert> {
  if (row.state !== 'open') return toAlert(row)
  let [listed, out, after] = [0, 0, '']
  for (let slices = 0; slices < maxSlices; slices += 1) {
    const rows = await database.readOrganization(scope, selectDepartures, { after })
    const own = rows.filter(({ alert_id }) => alert_id === row.id).map(({ user_id }) => user_id)
    const working = await database.readOrganization(scope, selectWorking, { ids: JSON.stringify(own) })
    listed += own.length
    out += own.length - working.length
    // A list of an earlier version, or of a month ago, is not whole.
    if (rows.length < slice) return { ...toAlert(row), out: listed < row.people ? null : out }
    after = rows.at(-1)?.user_id ?? after
  }
  return { ...toAlert(row), out: null }
}

/** An alert as the API shows it. */
export function toAlert(row: DeprovisionAlertTable): DeprovisionAlert {
  return {
    id: row.id,
    state: row.state,
    startedAt: toTime(row.started_at),
    endedAt: toTime(row.ended_at),
    people: row.people,
    restored: row.restored,
    skipped: row.skipped,
  }
}

const insertAlert = organizationStatement<{ id: string; first: number; last: number; people: number }>(
  'insert_deprovision_alert',
)(({ db, place, organizationId }) =>
  db.insertInto('deprovision_alert').values({
    organization_id: organizationId,
    id: place('id'),
    state: 'open',
    started_at: place('first'),
    ended_at: place('last'),
    people: place('people'),
    restored: 0,
    skipped: 0,
  }),
)

const growAlert = organizationStatement<{ id: string; first: number; last: number; people: number }>(
  'grow_deprovision_alert',
)(({ db, place, organizationId }) =>
  db
    .updateTable('deprovision_alert')
    .set({ started_at: place('first'), ended_at: place('last'), people: place('people') })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

const closeAlert = organizationStatement<{
  id: string
  state: DeprovisionAlertTable['state']
  restored: number
  skipped: number
}>('close_deprovision_alert')(({ db, place, organizationId }) =>
  db
    .updateTable('deprovision_alert')
    .set({ state: place('state'), restored: place('restored'), skipped: place('skipped') })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

/** When the batch began, when it ended so far, and how many left. */
export interface AlertBatch {
  readonly id: string
  readonly first: number
  readonly last: number
  readonly people: number
}

/** Adds an alert in this transaction. */
export function writeAlert(tx: OrganizationTx, batch: AlertBatch): void {
  tx.write(insertAlert, batch)
  noteNeed(tx, { kind: 'many_left', subjectId: batch.id }, {}, batch.last)
}

/** More have left since. */
export function writeGrown(tx: OrganizationTx, batch: AlertBatch): void {
  tx.write(growAlert, batch)
}

const claimPerson = organizationStatement<{ id: string; userId: string }>('claim_restored_user')(
  ({ db, place, organizationId, dialect }) => {
    const alert = dialect.lock(
      db
        .selectFrom('deprovision_alert')
        .select((on) => [
          'organization_id',
          'id',
          on.cast<string>(on.val(place('userId')), 'text').as('user_id'),
        ])
        .where('organization_id', '=', organizationId)
        .where('id', '=', place('id'))
        .where('state', '=', 'open'),
      'to keep the key',
    )
    return db
      .insertInto('restored_user')
      .columns(['organization_id', 'alert_id', 'user_id'])
      .expression(alert)
      .onConflict((on) => on.doNothing())
      .returning('user_id')
  },
)

const selectIsOpen = organizationStatement<{ id: string }>('is_open_deprovision_alert')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('deprovision_alert')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
      .where('state', '=', 'open'),
)

const leavePerson = organizationStatement<{ id: string; userId: string }>('leave_restored_user')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('restored_user')
      .where('organization_id', '=', organizationId)
      .where('alert_id', '=', place('id'))
      .where('user_id', '=', place('userId')),
)

const countRestored = organizationStatement<{ id: string }>('count_restored_users')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('restored_user')
      .select((on) => on.cast<number>(on.fn.countAll(), 'bigint').as('people'))
      .where('organization_id', '=', organizationId)
      .where('alert_id', '=', place('id')),
)

const forgetRestored = organizationStatement<{ id: string }>('forget_restored_users')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('restored_user')
      .where('organization_id', '=', organizationId)
      .where('alert_id', '=', place('id')),
)

/** One person of an alert: in whose unit of work it is holds the alert open until COMMIT. */
export interface OfAlert {
  readonly id: string
  readonly userId: string
}

/**
 * Notes that the alert brings the person back in this unit. `closed`: somebody has decided otherwise; whoever decides while the unit is
 * under way waits for it. `done`: the alert had brought them back before.
 */
export async function claimRestored(tx: OrganizationTx, of: OfAlert): Promise<'claimed' | 'done' | 'closed'> {
  if ((await tx.change(claimPerson, of)).length > 0) return 'claimed'
  return (await tx.first(selectIsOpen, { id: of.id })) === undefined ? 'closed' : 'done'
}

/** The person is not brought back after all. */
export function leaveRestored(tx: OrganizationTx, of: OfAlert): void {
  tx.write(leavePerson, of)
}

/** How many an open alert has brought back so far, however often it was begun. */
export async function countBroughtBack(tx: OrganizationTx, id: string): Promise<number> {
  return Number((await tx.first(countRestored, { id }))?.people ?? 0)
}

/** Somebody has decided: it brings nobody back any more. */
export function writeClosed(
  tx: OrganizationTx,
  end: Pick<DeprovisionAlertTable, 'id' | 'restored' | 'skipped'> & {
    readonly state: 'restored' | 'dismissed'
  },
): void {
  tx.write(closeAlert, end)
  tx.write(forgetRestored, { id: end.id })
  clearNeed(tx, { kind: 'many_left', subjectId: end.id })
}

/** One alert, for whoever decides about it: whoever is being brought back by it is waited for. */
export const lockAlert = organizationStatement<{ id: string }>('deprovision_alert_for_update')(
  ({ db, place, organizationId, dialect }) => {
    const one = db
      .selectFrom('deprovision_alert')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
    return dialect.lock(one, 'to end')
  },
)

// The deprovision guard: every deactivation takes effect at once; when more people leave within a window than the organization
// expects, it alerts, and the final purge waits. Looks behind the feed, so that no request pays for it.
import type { DeprovisionGuard } from '@rollcall/api'
import { createId, firstIdAt } from '../base/id.ts'
import { selectOpenAlert } from '../directory/alerts.ts'
import type { Act } from '../events/record.ts'
import { createScope, type Database, type OrganizationTx } from '../store/database.ts'
import type { DeprovisionAlertTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { selectCounts } from '../users/counts.ts'
import { followEvents } from './follow.ts'
import { type NoticeRules, notify } from './notify.ts'

const watched = ['user.deactivated', 'user.deprovisioned'] as const
const watchedTypes = new Set<string>(watched)

const selectGuard = organizationStatement('own_deprovision_guard')(({ db, organizationId }) =>
  db
    .selectFrom('organization')
    .select('deprovision_guard')
    .where('id', '=', organizationId)
    .where('deleted_at', 'is', null),
)
const countLeft = organizationStatement<{ from: string; until: string }>('count_people_who_left')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('event')
      .select((on) => [
        on.cast<number>(on.fn.count('subject_id').distinct(), 'bigint').as('people'),
        on.fn.min('occurred_at').as('first'),
        on.fn.max('occurred_at').as('last'),
      ])
      .where('organization_id', '=', organizationId)
      .where('id', '>=', place('from'))
      .where('id', '<', place('until'))
      .where('type', 'in', watched),
)
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
const growAlert = organizationStatement<{ id: string; last: number; people: number }>(
  'grow_deprovision_alert',
)(({ db, place, organizationId }) =>
  db
    .updateTable('deprovision_alert')
    .set({ ended_at: place('last'), people: place('people') })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

/** Looks at every organization that people left since the last look. */
export async function checkGuards(
  database: Database,
  rules: NoticeRules,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  await followEvents(database, { name: 'guard', types: watchedTypes }, isStopping, async (events) => {
    const ids = new Set(events.flatMap(({ organization }) => organization?.id ?? []))
    for (const id of ids) await database.inOrganization(createScope(id), (tx) => checkGuard(tx, now, rules))
  })
}

interface Left {
  readonly people: number
  readonly first: number
  readonly last: number
}

/** Those who left between two times, both included. */
async function countPeople(tx: OrganizationTx, from: number, until: number): Promise<Left> {
  const range = { from: firstIdAt('evt', from), until: firstIdAt('evt', until + 1) }
  const row = await tx.first(countLeft, range)
  return {
    people: Number(row?.people ?? 0),
    first: Number(row?.first ?? until),
    last: Number(row?.last ?? from),
  }
}

// A batch goes on as long as nobody waits longer than the window: it began when it began. Returns when it ended; whoever leaves
// later is no part of it.
async function grow(tx: OrganizationTx, alert: DeprovisionAlertTable, windowMs: number): Promise<number> {
  const startedAt = Number(alert.started_at)
  for (let last = Number(alert.ended_at); ; ) {
    const left = await countPeople(tx, startedAt, last + windowMs)
    if (left.last <= last) {
      tx.write(growAlert, { id: alert.id, last, people: left.people })
      return last
    }
    last = left.last
  }
}

async function checkGuard(tx: OrganizationTx, now: number, rules: NoticeRules): Promise<void> {
  const row = await tx.first(selectGuard, {})
  const guard = row === undefined ? null : (JSON.parse(row.deprovision_guard) as DeprovisionGuard | null)
  if (guard === null) return
  const windowMs = guard.windowSeconds * 1_000
  const open = await tx.first(selectOpenAlert, {})
  const grown = open === undefined ? 0 : await grow(tx, open, windowMs)
  // Whoever is on an alert's list already is not counted towards another.
  const from = Math.max(now - windowMs, grown + 1)
  const left = await countPeople(tx, from, now)
  const { people } = left
  const active = Number((await tx.first(selectCounts, {}))?.active_users ?? 0)
  const percent = (people * 100) / Math.max(1, active + people)
  // Past both: as many as the guard names are still expected.
  if (people <= guard.people || percent <= guard.percent) return
  const id = createId('alr', now)
  tx.write(insertAlert, { id, first: left.first, last: left.last, people })
  const act: Act = {
    actor: { kind: 'system', job: 'deprovision guard' },
    rung: 'connection',
    at: now,
    context: null,
  }
  const subject = { type: 'organization', id: tx.organizationId } as const
  const data = {
    alertId: id,
    people,
    percent: Math.round(percent * 10) / 10,
    windowSeconds: guard.windowSeconds,
  }
  const words = {
    subject: `${people} people were deactivated`,
    text: `Your directory deactivated or deleted ${people} people (${data.percent} %) within ${Math.round(guard.windowSeconds / 60)} minutes. They are signed out and cannot sign in. Nothing of them is removed for good until you say so: restore them all in one act, or confirm that they were meant to leave.`,
    page: 'security/user-provisioning',
  }
  await notify(tx, act, { type: 'provisioning.guard_reached', subject, data }, words, rules)
}

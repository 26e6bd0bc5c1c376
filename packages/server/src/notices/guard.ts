// The deprovision guard: every deactivation takes effect at once; when more people leave within a window than the organization
// expects, it alerts, and the final purge waits. Looks behind the feed, so that no request pays for it.

import type { DeprovisionGuard } from '@rollcall/api'
import { sql } from 'kysely'
import { dayMs } from '../base/clock.ts'
import { createId, firstIdAt } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { type Followed, followEach } from '../events/follow.ts'
import { eventRows } from '../events/joined.ts'
import { actOfJob } from '../events/record.ts'
import { selectLivingGuard } from '../organizations/own.ts'
import { sayInMail } from '../pages/mail-words.ts'
import { createScope, type Database, type OrganizationTx } from '../store/database.ts'
import type { DeprovisionAlertTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { countConfirmedPeople, listOfUnconfirmed } from '../users/confirmed-people.ts'
import { selectCounts } from '../users/counts.ts'
import { selectOpenAlert, writeAlert, writeGrown } from './alerts.ts'
import { type NoticeRules, type NoticeWords, notify } from './notify.ts'

const watched = ['user.deactivated', 'user.deprovisioned'] as const
const watchedTypes = new Set<string>(watched)
const slice = 250
/** Longer than any window, and than an alert that grows. */
const keptMs = 31 * dayMs

// An event that was counted before changes nothing: a page that failed comes again. Whoever is on the open alert's list stays there.
const noteDeparture = organizationStatement<{
  userId: string
  position: number
  leftAt: number
  openId: string
}>('note_departure')(({ db, place, organizationId }) =>
  db
    .insertInto('departure')
    .values({
      organization_id: organizationId,
      user_id: place('userId'),
      position: place('position'),
      left_at: place('leftAt'),
      alert_id: null,
    })
    .onConflict((on) =>
      on
        .columns(['organization_id', 'user_id'])
        .doUpdateSet((set) => ({
          position: set.ref('excluded.position'),
          left_at: set.ref('excluded.left_at'),
          alert_id: set
            .case()
            .when('departure.alert_id', '=', place('openId'))
            .then(set.ref('departure.alert_id'))
            .else(null)
            .end(),
        }))
        .where((is) => is('departure.position', '<', is.ref('excluded.position'))),
    ),
)
const forgetDepartures = organizationStatement<{ before: number }>('forget_departures')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('departure')
      .where('organization_id', '=', organizationId)
      .where('left_at', '<', place('before')),
)
/** Those whom no alert counts. */
const countLeft = organizationStatement<{ from: number }>('count_departures')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('departure')
      .select((on) => [
        on.cast<number>(on.fn.countAll(), 'bigint').as('people'),
        on.fn.min('left_at').as('first'),
        on.fn.max('left_at').as('last'),
      ])
      .where('organization_id', '=', organizationId)
      .where('left_at', '>=', place('from'))
      .where('alert_id', 'is', null),
)
const joinAlert = organizationStatement<{ alertId: string; from: number; until: number }>('join_alert')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('departure')
      .set({ alert_id: place('alertId') })
      .where('organization_id', '=', organizationId)
      .where('left_at', '>=', place('from'))
      .where('left_at', '<=', place('until'))
      .where('alert_id', 'is', null)
      .returning('left_at'),
)
const listAlert = organizationStatement<{ alertId: string; from: number }>('list_alert')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('departure')
      .set({ alert_id: place('alertId') })
      .where('organization_id', '=', organizationId)
      .where('left_at', '>=', place('from'))
      .where('alert_id', 'is', null),
)
const hasList = organizationStatement<{ alertId: string; from: number }>('alert_has_list')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('departure')
      .select('user_id')
      .where('organization_id', '=', organizationId)
      .where('left_at', '>=', place('from'))
      .where('alert_id', '=', place('alertId'))
      .limit(1),
)
// The list of an alert that an earlier version raised: as that one counted it.
const adoptList = organizationStatement<{ alertId: string; from: string; until: string }>('adopt_alert_list')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('departure')
      .columns(['organization_id', 'user_id', 'position', 'left_at', 'alert_id'])
      .expression((on) =>
        on
          .selectFrom(eventRows)
          .select((of) => [
            'organization_id',
            'subject_id',
            sql<number>`0`.as('position'),
            of.fn.max('occurred_at').as('left_at'),
            of.cast<string>(of.val(place('alertId')), 'text').as('alert_id'),
          ])
          .where('organization_id', '=', organizationId)
          .where('id', '>=', place('from'))
          .where('id', '<', place('until'))
          .where('type', 'in', watched)
          .groupBy(['organization_id', 'subject_id']),
      )
      .onConflict((on) => on.doNothing()),
)
/**
 * Looks at every organization that people left since the last look, and counts from what it reads of the feed. One where that fails keeps
 * no other one waiting.
 */
export async function checkGuards(
  database: Database,
  rules: NoticeRules,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  await followEach(database, { name: 'guard', types: watchedTypes, now }, isStopping, async (id, own) => {
    for (let at = 0; at < own.length && !isStopping(); at += slice) {
      const some = own.slice(at, at + slice)
      await database.inOrganization(createScope(id), (tx) => checkGuard(tx, some, now, rules))
    }
  })
}

// A batch goes on as long as nobody waits longer than the window: it began when it began. Whoever leaves later is no part of it.
async function grow(tx: OrganizationTx, alert: DeprovisionAlertTable, windowMs: number): Promise<void> {
  let [first, last, people] = [Number(alert.started_at), Number(alert.ended_at), alert.people]
  for (;;) {
    const range = { alertId: alert.id, from: first - windowMs, until: last + windowMs }
    const joined = (await tx.change(joinAlert, range)).map((row) => Number(row.left_at))
    if (joined.length === 0) break
    people += joined.length
    first = Math.min(first, ...joined)
    last = Math.max(last, ...joined)
  }
  if (people !== alert.people) writeGrown(tx, { id: alert.id, first, last, people })
}

async function adopt(tx: OrganizationTx, alert: DeprovisionAlertTable): Promise<void> {
  const alertId = alert.id
  const from = Number(alert.started_at)
  if ((await tx.first(hasList, { alertId, from })) !== undefined) return
  const until = firstIdAt('evt', Number(alert.ended_at) + 1)
  tx.write(adoptList, { alertId, from: firstIdAt('evt', from), until })
}

/** Of a window: departures closer together are judged as one. */
const steps = 60

// Split where time went on: a look that comes late finds the window in which people left, and no longer one around itself.
function toRuns(events: readonly Followed[], stepMs: number): readonly (readonly Followed[])[] {
  const runs: Followed[][] = []
  let began = 0
  for (const event of events) {
    const run = runs.at(-1)
    if (run !== undefined && Math.abs(event.occurredAt - began) <= stepMs) run.push(event)
    else {
      runs.push([event])
      began = event.occurredAt
    }
  }
  return runs
}

// Whom an unconfirmed key made, and let go, is nobody's departure: such a key neither raises an alert nor keeps one growing.
async function checkGuard(
  tx: OrganizationTx,
  all: readonly Followed[],
  now: number,
  rules: NoticeRules,
): Promise<void> {
  const unsaid = await listOfUnconfirmed(
    tx,
    all.map(({ subjectId }) => subjectId),
  )
  const events = all.filter(({ subjectId }) => !unsaid.has(subjectId))
  if (events.length === 0) return
  const row = await tx.first(selectLivingGuard, {})
  const guard = row === undefined ? null : readJson(row.deprovision_guard)
  const open = await tx.first(selectOpenAlert, {})
  if (open !== undefined) await adopt(tx, open)
  if (guard === null) note(tx, events, open)
  else
    for (const run of toRuns(events, (guard.windowSeconds * 1_000) / steps))
      await judge(tx, run, guard, now, rules)
  tx.write(forgetDepartures, { before: now - keptMs })
}

function note(
  tx: OrganizationTx,
  events: readonly Followed[],
  open: DeprovisionAlertTable | undefined,
): void {
  for (const { subjectId: userId, position, occurredAt: leftAt } of events)
    tx.write(noteDeparture, { userId, position, leftAt, openId: open?.id ?? '' })
}

// Of all, where that is more than the guard expects; else of those whom somebody above a set-up link has said. These are counted only as
// far as it takes to know that they are enough.
async function findPercent(tx: OrganizationTx, people: number, expected: number): Promise<number> {
  const active = Number((await tx.first(selectCounts, {}))?.active_users ?? 0)
  const toPercent = (staying: number): number => (people * 100) / Math.max(1, staying + people)
  if (toPercent(active) > expected) return toPercent(active)
  const enough = Math.ceil((people * 100) / Math.max(0.01, expected)) - people
  return toPercent(Math.min(active, await countConfirmedPeople(tx, enough)))
}

async function judge(
  tx: OrganizationTx,
  events: readonly Followed[],
  guard: DeprovisionGuard,
  now: number,
  rules: NoticeRules,
): Promise<void> {
  const open = await tx.first(selectOpenAlert, {})
  note(tx, events, open)
  const windowMs = guard.windowSeconds * 1_000
  if (open !== undefined) await grow(tx, open, windowMs)
  // Whoever is on an alert's list already is not counted towards another.
  const from = Math.max(...events.map(({ occurredAt }) => occurredAt)) - windowMs
  const counted = await tx.first(countLeft, { from })
  const people = Number(counted?.people ?? 0)
  const [first, last] = [Number(counted?.first ?? now), Number(counted?.last ?? now)]
  // Past both: as many as the guard names are still expected.
  if (people <= guard.people) return
  const percent = await findPercent(tx, people, guard.percent)
  if (percent <= guard.percent) return
  const id = createId('alr', now)
  writeAlert(tx, { id, first, last, people })
  tx.write(listAlert, { alertId: id, from })
  const act = actOfJob('deprovision guard', now)
  const subject = { type: 'organization', id: tx.organizationId } as const
  const data = {
    alertId: id,
    people,
    percent: Math.round(percent * 10) / 10,
    windowSeconds: guard.windowSeconds,
  }
  const words = {
    subject: sayInMail('mail.guard.subject', { people }),
    text: [
      sayInMail('mail.guard.text', {
        people,
        percent: data.percent,
        minutes: Math.round(guard.windowSeconds / 60),
      }),
      sayInMail('mail.guard.advice'),
    ],
    page: 'security/user-provisioning',
    kind: 'guard',
  } satisfies NoticeWords
  await notify(tx, act, { type: 'provisioning.guard_reached', subject, data }, words, rules)
}

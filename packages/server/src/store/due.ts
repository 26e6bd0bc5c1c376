// When a job is to look after an organization again: so that an idle organization costs nothing, however many there are.
// A job claims who is due before it looks, and says afterwards when to come back; whoever writes something that will have to be
// looked after sooner marks it. Somebody who is marked between the claim and the look is looked at once more.
import { dayMs } from '../base/clock.ts'
import { forEachOf } from '../base/few.ts'
import {
  createScope,
  type Database,
  type InstallationTx,
  type OrganizationScope,
  type OrganizationTx,
} from './database.ts'
import { installationStatement, organizationStatement } from './statement.ts'

/** A job that visits organizations when they are due. */
export type DueJob =
  | 'fill display names'
  | 'look for domains'
  | 'prune activity'
  | 'prune sign-ins'
  | 'refresh metadata'
  | 'tend frames'

const organizationsPerClaim = 50
/** Where nobody said when to come back, and where a node fell over what it had claimed. */
const againMs = dayMs
const maxRemembered = 50_000

const mark = organizationStatement<{ job: string; at: number }>('mark_job_due')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('job_due')
      .values({ job: place('job'), organization_id: organizationId, due_at: place('at') })
      .onConflict((on) =>
        on
          .columns(['job', 'organization_id'])
          .doUpdateSet({ due_at: place('at') })
          .where((is) => is('job_due.due_at', '>', is.ref('excluded.due_at'))),
      ),
)
const selectDue = installationStatement<{ job: string; now: number }>('due_organizations')(({ db, place }) =>
  db
    .selectFrom('job_due')
    .select('organization_id as id')
    .where('job', '=', place('job'))
    .where('due_at', '<=', place('now'))
    .orderBy('due_at')
    .limit(organizationsPerClaim),
)
const claim = installationStatement<{ job: string; now: number; again: number }>('claim_due_organizations')(
  ({ db, place, dialect }) => {
    const due = db
      .selectFrom('job_due')
      .select('organization_id')
      .where('job', '=', place('job'))
      .where('due_at', '<=', place('now'))
      .orderBy('due_at')
      .limit(organizationsPerClaim)
    return db
      .updateTable('job_due')
      .set({ due_at: place('again') })
      .where('job', '=', place('job'))
      .where('organization_id', 'in', dialect.lockFree(due))
      .returning('organization_id as id')
  },
)
// Only where nobody marked it meanwhile.
const settle = installationStatement<{ job: string; id: string; claimed: number; next: number }>(
  'settle_due',
)(({ db, place }) =>
  db
    .updateTable('job_due')
    .set({ due_at: place('next') })
    .where('job', '=', place('job'))
    .where('organization_id', '=', place('id'))
    .where('due_at', '=', place('claimed')),
)
const noteAll = installationStatement<{ job: string }>('note_due_organizations')(({ db, place }) =>
  db
    .insertInto('job_due')
    .columns(['job', 'organization_id', 'due_at'])
    .expression((on) =>
      on
        .selectFrom('organization')
        .select((of) => [
          of.cast<string>(of.val(place('job')), 'text').as('job'),
          'id',
          of.lit(0).as('due_at'),
        ])
        // Without a condition SQLite reads ON CONFLICT as the join's ON.
        .where('id', '>', ''),
    )
    .onConflict((on) => on.doNothing()),
)
const noteConnected = installationStatement<{ job: string }>('note_due_connections')(({ db, place }) =>
  db
    .insertInto('job_due')
    .columns(['job', 'organization_id', 'due_at'])
    .expression((on) =>
      on
        .selectFrom('connection_place')
        .select((of) => [
          of.cast<string>(of.val(place('job')), 'text').as('job'),
          'organization_id',
          of.lit(0).as('due_at'),
        ])
        .distinct()
        .where('organization_id', '>', ''),
    )
    .onConflict((on) => on.doNothing()),
)

/** What this process has marked, so that a busy organization is marked once in a while and not with each row. */
const remembered = new Map<string, number>()

/** Wants the organization looked after at a time (milliseconds since 1970), or sooner where it is due sooner already. */
export function markDue(tx: OrganizationTx, job: DueJob, at: number, now: number): void {
  const key = `${job} ${tx.organizationId}`
  const before = remembered.get(key)
  if (before !== undefined && before > now && before <= at) return
  remembered.delete(key)
  remembered.set(key, at)
  if (remembered.size > maxRemembered) remembered.delete(remembered.keys().next().value!)
  tx.write(mark, { job, at })
}

const wantEach = installationStatement<{ job: string; at: number }>('want_job_everywhere')(({ db, place }) =>
  db
    .updateTable('job_due')
    .set({ due_at: place('at') })
    .where('job', '=', place('job'))
    .where('due_at', '>', place('at')),
)

/** Wants each organization that the job knows looked after at once: what all of them hang on has changed. */
export function wantAll(tx: InstallationTx, job: DueJob, at: number): void {
  tx.write(wantEach, { job, at })
}

async function* claimDue(
  database: Database,
  job: DueJob,
  now: number,
  isStopping: () => boolean,
): AsyncGenerator<string> {
  const again = now + againMs
  for (let count = organizationsPerClaim; count === organizationsPerClaim && !isStopping(); ) {
    const due = await database.inInstallation('jobs', async (tx) => {
      // What a change returns is in no order: who has waited longest is the first.
      const order = new Map((await tx.all(selectDue, { job, now })).map(({ id }, at) => [id, at]))
      const placeOf = ({ id }: { readonly id: string }): number => order.get(id) ?? order.size
      return (await tx.change(claim, { job, now, again })).toSorted((a, b) => placeOf(a) - placeOf(b))
    })
    for (const { id } of due) yield id
    count = due.length
  }
}

/**
 * Visits each organization that is due, so many at once; `visit` says when to come back (milliseconds since 1970), or that a day's
 * time will do. Ends early when the service stops: what it had not come to stays due, and is the first of the next run. A visit that fails
 * keeps no other one.
 */
export async function visitDue(
  database: Database,
  job: DueJob,
  now: number,
  isStopping: () => boolean,
  visit: (scope: OrganizationScope) => Promise<number | undefined>,
  atOnce = 1,
): Promise<void> {
  const claimed = now + againMs
  await forEachOf(claimDue(database, job, now, isStopping), atOnce, async (id) => {
    // Before those that were visited and are not done with, so that nobody who takes long keeps the same ones waiting for ever.
    const next = isStopping() ? now - 1 : await visit(createScope(id))
    if (next === undefined) return
    await database.inInstallation('jobs', async (tx) => tx.write(settle, { job, id, claimed, next }))
  })
}

/** Whoever is new, or was made by a node of an earlier version, which knew of none of this. */
export async function noteDue(database: Database): Promise<void> {
  await database.inInstallation('jobs', async (tx) => {
    for (const job of ['prune activity', 'fill display names']) tx.write(noteAll, { job })
    for (const job of ['prune sign-ins', 'refresh metadata']) tx.write(noteConnected, { job })
  })
}

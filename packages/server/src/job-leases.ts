// Leases of jobs: of all nodes one carries a job out, and another takes over where it stops.
import { sql } from 'kysely'
import { installationStatement } from './store/statement.ts'

/** How long a node that fell over keeps its job from the others; who runs one renews the lease. */
export const leaseMs = 30_000

/** Whose lease of which job; times in milliseconds since 1970. */
export interface LeaseArgs {
  readonly name: string
  readonly owner: string
  readonly now: number
}

/** A time further ahead than anybody sets it is one of before the clock was set back. */
export const takeLease = installationStatement<LeaseArgs & { longest: number; rest: number }>(
  'take_job_lease',
)(({ db, place, dialect }) => {
  const now = dialect.now(place('now'))
  return db
    .insertInto('job_lease')
    .values({
      name: place('name'),
      owner: place('owner'),
      expires_at: sql`${now} + ${sql.lit(leaseMs)}`,
      next_at: 0,
    })
    .onConflict((on) =>
      on
        .column('name')
        .doUpdateSet({ owner: place('owner'), expires_at: sql`${now} + ${sql.lit(leaseMs)}` })
        .where((set) =>
          set.and([
            set.or([
              set('job_lease.expires_at', '<=', now),
              set('job_lease.expires_at', '>', sql<number>`${now} + ${place('longest')}`),
              set('job_lease.owner', '=', place('owner')),
            ]),
            set.or([
              set('job_lease.next_at', '<=', now),
              set('job_lease.next_at', '>', sql<number>`${now} + ${place('rest')}`),
            ]),
          ]),
        ),
    )
    .returning('owner')
})

/** Goes on with a lease. */
export const renewLease = installationStatement<LeaseArgs>('renew_job_lease')(({ db, place, dialect }) =>
  db
    .updateTable('job_lease')
    .set({ expires_at: sql<number>`${dialect.now(place('now'))} + ${sql.lit(leaseMs)}` })
    .where('name', '=', place('name'))
    .where('owner', '=', place('owner'))
    .returning('owner'),
)

/** Gives a lease back. */
export const endLease = installationStatement<LeaseArgs & { rest: number }>('end_job_lease')(
  ({ db, place, dialect }) =>
    db
      .updateTable('job_lease')
      .set({ expires_at: 0, next_at: sql<number>`${dialect.now(place('now'))} + ${place('rest')}` })
      .where('name', '=', place('name'))
      .where('owner', '=', place('owner')),
)

/** Gives all leases of a node back. */
export const endLeases = installationStatement('end_job_leases')(({ db }) =>
  db.updateTable('job_lease').set({ expires_at: 0 }),
)

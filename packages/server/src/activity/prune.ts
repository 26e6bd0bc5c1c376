// Keeps activity bounded: rows for 30 days and a number for each organization, bodies for refusals and the newest ones.
import { sql } from 'kysely'
import type { Clock } from '../base/clock.ts'
import { firstIdAt } from '../base/id.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { visitDue } from '../store/due.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'

export const keptDays = 30

/** Of one organization, the newest of each kind. */
export interface KeptActivity {
  readonly rows: number
  /** Of sign-ins that were refused or thrown away, which anybody can send: they take nothing from the others' place. */
  readonly refusedSignIns: number
  readonly bodies: number
}

const kept: KeptActivity = { rows: 200_000, refusedSignIns: 20_000, bodies: 10_000 }
const rowsPerSlice = 1_000

const selectRowAt = organizationStatement<{ skipped: number }>('activity_at')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('activity')
      .select('id')
      .where('organization_id', '=', organizationId)
      .orderBy('id', 'desc')
      .limit(1)
      .offset(place('skipped')),
)

/** Said with literals, as the index says it. */
const isRefusedSignIn = sql<boolean>`kind = 'sign_in' AND code IS NOT NULL`

const selectRefusedAt = organizationStatement<{ skipped: number }>('refused_sign_in_at')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('activity')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where(isRefusedSignIn)
      .orderBy('id', 'desc')
      .limit(1)
      .offset(place('skipped')),
)

const selectBodyAt = organizationStatement<{ skipped: number }>('activity_body_at')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('activity_body')
      .select('activity_id as id')
      .where('organization_id', '=', organizationId)
      .orderBy('activity_id', 'desc')
      .limit(1)
      .offset(place('skipped')),
)

/** Visits the organizations that were active since, and each once a day; stops early when `isStopping` says so. */
export async function pruneActivity(
  database: Database,
  clock: Clock,
  isStopping: () => boolean,
  wanted = kept,
): Promise<void> {
  await visitDue(database, 'prune activity', clock(), isStopping, async (scope) => {
    await pruneOrganization(database, scope, clock(), isStopping, wanted)
    return undefined
  })
}

async function pruneOrganization(
  database: Database,
  scope: OrganizationScope,
  now: number,
  isStopping: () => boolean,
  wanted: KeptActivity,
): Promise<void> {
  const oldest = firstIdAt('act', now - keptDays * 86_400_000)
  // First what strangers left behind: what is over their own allowance must not count in the next one.
  const [refused] = await database.readOrganization(scope, selectRefusedAt, {
    skipped: wanted.refusedSignIns - 1,
  })
  const isOver = refused !== undefined && refused.id > oldest
  while (isOver && !isStopping() && (await deleteRows(database, scope, refused.id, true)) === rowsPerSlice);
  const skipped = wanted.rows + wanted.refusedSignIns - 1
  const [overflow] = await database.readOrganization(scope, selectRowAt, { skipped })
  const before = overflow !== undefined && overflow.id > oldest ? overflow.id : oldest
  const [lastBody] = await database.readOrganization(scope, selectBodyAt, { skipped: wanted.bodies - 1 })
  const bodiesBefore = lastBody !== undefined && lastBody.id > before ? lastBody.id : before
  while (!isStopping() && (await deleteBodies(database, scope, before, false)) === rowsPerSlice);
  while (!isStopping() && (await deleteBodies(database, scope, bodiesBefore, true)) === rowsPerSlice);
  while (!isStopping() && (await deleteRows(database, scope, before, false)) === rowsPerSlice);
}

async function deleteRows(
  database: Database,
  scope: OrganizationScope,
  before: string,
  isRefusedOnly: boolean,
): Promise<number> {
  const statement = organizationQuery(({ db, organizationId }) =>
    db
      .deleteFrom('activity')
      .where('organization_id', '=', organizationId)
      .where('id', 'in', (on) => {
        const old = on
          .selectFrom('activity')
          .select('id')
          .where('organization_id', '=', organizationId)
          .where('id', '<', before)
        return (isRefusedOnly ? old.where(isRefusedSignIn) : old).orderBy('id').limit(rowsPerSlice)
      })
      .returning('id'),
  )
  return database.inOrganization(scope, async (tx) => (await tx.change(statement, {})).length)
}

async function deleteBodies(
  database: Database,
  scope: OrganizationScope,
  before: string,
  isSparingRefusals: boolean,
): Promise<number> {
  const statement = organizationQuery(({ db, organizationId }) =>
    db
      .deleteFrom('activity_body')
      .where('organization_id', '=', organizationId)
      .where('activity_id', 'in', (on) => {
        const old = on
          .selectFrom('activity_body')
          .select('activity_id')
          .where('organization_id', '=', organizationId)
          .where('activity_id', '<', before)
        return (isSparingRefusals ? old.where('is_refusal', '=', 0) : old)
          .orderBy('activity_id')
          .limit(rowsPerSlice)
      })
      .returning('activity_id'),
  )
  return database.inOrganization(scope, async (tx) => (await tx.change(statement, {})).length)
}

// Keeps activity bounded: rows for 30 days and a number for each organization, bodies for refusals and the newest ones.
import type { Clock } from '../base/clock.ts'
import { firstIdAt } from '../base/id.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'
import { visitOrganizations } from '../store/visit.ts'

export const keptDays = 30
export const keptRows = 200_000
export const keptBodies = 10_000
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

/** Visits every organization once; stops early when `isStopping` says so. */
export async function pruneActivity(
  database: Database,
  clock: Clock,
  isStopping: () => boolean,
): Promise<void> {
  for await (const scope of visitOrganizations(database, 'all', isStopping))
    await pruneOrganization(database, scope, clock(), isStopping)
}

async function pruneOrganization(
  database: Database,
  scope: OrganizationScope,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  const oldest = firstIdAt('act', now - keptDays * 86_400_000)
  const [overflow] = await database.readOrganization(scope, selectRowAt, { skipped: keptRows })
  const before = overflow !== undefined && overflow.id > oldest ? overflow.id : oldest
  const [lastBody] = await database.readOrganization(scope, selectRowAt, { skipped: keptBodies })
  const bodiesBefore = lastBody !== undefined && lastBody.id > before ? lastBody.id : before
  while (!isStopping() && (await deleteBodies(database, scope, before, false)) === rowsPerSlice);
  while (!isStopping() && (await deleteBodies(database, scope, bodiesBefore, true)) === rowsPerSlice);
  while (!isStopping() && (await deleteRows(database, scope, before)) === rowsPerSlice);
}

async function deleteRows(database: Database, scope: OrganizationScope, before: string): Promise<number> {
  const statement = organizationQuery(({ db, organizationId }) =>
    db
      .deleteFrom('activity')
      .where('organization_id', '=', organizationId)
      .where('id', 'in', (on) =>
        on
          .selectFrom('activity')
          .select('id')
          .where('organization_id', '=', organizationId)
          .where('id', '<', before)
          .orderBy('id')
          .limit(rowsPerSlice),
      )
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

// The rows of `activity_day`: what was counted of each day, kept for 90 days.
import { sql } from 'kysely'
import { ofOrganization } from '../organizations/joined.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { DayKind } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import type { DayCount } from './day-counts.ts'

/** For how many days counts are kept. */
export const keptCountDays = 90

const isThere = (organizationId: unknown) =>
  sql`${ofOrganization<number>(organizationId, sql`CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END`)} = 1`

// That an organization is gone is still delivered when it is: nothing is counted of it any more.
const addCounts = organizationStatement<{ counts: string }>('add_to_activity_days')(
  ({ db, place, organizationId, dialect }) => {
    const columns = ['day', 'kind', 'code', 'count', 'sentences'] as const
    const statement = sql`INSERT INTO activity_day (organization_id, day, kind, code, count, sentences)
      SELECT ${dialect.text(organizationId)}, wanted.day, wanted.kind, wanted.code, cast(wanted.count AS bigint), wanted.sentences
      FROM ${dialect.unfoldRows(place('counts'), columns)} WHERE ${isThere(organizationId)}
      ON CONFLICT (organization_id, day, kind, code) DO UPDATE SET count = activity_day.count + excluded.count,
        sentences = coalesce(excluded.sentences, activity_day.sentences)`
    return { compile: () => statement.compile(db) }
  },
)

/** Adds to what was counted, all of it by one statement; `counts` has each key once, in their order. */
export function writeCounts(tx: OrganizationTx, counts: readonly DayCount[]): void {
  if (counts.length === 0) return
  const rows = counts.map(({ day, kind, code, count, sentences }) => [
    day,
    kind,
    code,
    String(count),
    sentences,
  ])
  tx.write(addCounts, { counts: JSON.stringify(rows) })
}

/** What was counted since a day, by day and kind. */
export const selectDays = organizationStatement<{ from: string }>('activity_days')(
  ({ db, place, organizationId }) => {
    const statement = sql<{
      day: string
      kind: DayKind
      count: number
    }>`SELECT day, kind, cast(sum(count) AS bigint) AS count
      FROM activity_day WHERE organization_id = ${organizationId} AND day >= ${place('from')} GROUP BY day, kind ORDER BY day, kind`
    return { compile: () => statement.compile(db) }
  },
)

/** What was refused since a day, by day and why. */
export const selectRefusals = organizationStatement<{ from: string }>('refusals_by_day')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('activity_day')
      .select(['day', 'kind', 'code', 'count', 'sentences'])
      .where('organization_id', '=', organizationId)
      .where('day', '>=', place('from'))
      .where('kind', 'in', ['scim_refused', 'sign_in_refused'])
      .orderBy('day'),
)

const deleteBefore = organizationStatement<{ before: string }>('delete_activity_days')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('activity_day')
      .where('organization_id', '=', organizationId)
      .where('day', '<', place('before')),
)

/** Takes away what is older than it is kept; a few rows for each day. */
export function dropCountsBefore(tx: OrganizationTx, before: string): void {
  tx.write(deleteBefore, { before })
}

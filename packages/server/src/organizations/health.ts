// How the provisioning of an organization fares, from the small row that activity keeps. Counts nothing itself.
import type { OrganizationSummary } from '@rollcall/api'
import { sql } from 'kysely'
import { toNullableTime } from '../base/clock.ts'
import type { OrganizationTable } from '../store/schema.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'

/** The newest requests that decide between active and failing. */
export const judgedRequests = 20

/** As `health` is joined. */
export const healthColumns = [
  'health.requests',
  'health.outcomes',
  'health.last_request_at',
  'health.last_refusal_at',
  'health.connected_at',
  'health.user_at',
  'health.group_at',
] as const

/** What activity counts of an organization. */
export interface HealthRow {
  readonly requests: number | null
  readonly outcomes: number | null
  readonly last_request_at: number | null
  readonly last_refusal_at: number | null
  readonly connected_at: number | null
  readonly user_at: number | null
  readonly group_at: number | null
}

/** How provisioning of an organization fares. */
export const selectHealth = organizationStatement('organization_health')(({ db, organizationId }) =>
  db
    .selectFrom('organization_health as health')
    .select(healthColumns)
    .where('health.organization_id', '=', organizationId),
)

/** A set-up that begins anew: what was reached in an earlier one no longer counts. */
export const resetHealth = organizationStatement('organization_health_reset')(({ db, organizationId }) =>
  db
    .updateTable('organization_health')
    .set({ requests: 0, outcomes: 0, connected_at: null, user_at: null, group_at: null })
    .where('organization_id', '=', organizationId),
)

/** What a batch of requests of a provisioning client came to. `shift`: two to the power of how many they are. */
export interface ServedRequests {
  readonly shift: number
  readonly bits: number
  readonly requests: number
  readonly at: number
  readonly refusedAt: number | null
  readonly connectedAt: number | null
  readonly userAt: number | null
  readonly groupAt: number | null
}

const outcomeSpan = 2 ** judgedRequests

/** One row for each organization; activity writes it with each batch. */
export const touchHealth = organizationStatement<ServedRequests>('touch_organization_health')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('organization_health')
      .values({
        organization_id: organizationId,
        requests: place('requests'),
        outcomes: place('bits'),
        last_request_at: place('at'),
        last_refusal_at: place('refusedAt'),
        connected_at: place('connectedAt'),
        user_at: place('userAt'),
        group_at: place('groupAt'),
      })
      .onConflict((on) =>
        on.column('organization_id').doUpdateSet((set) => ({
          requests: set('organization_health.requests', '+', set.ref('excluded.requests')),
          outcomes: sql<number>`(${set.ref('organization_health.outcomes')} * ${place('shift')}
            + ${set.ref('excluded.outcomes')}) % ${sql.lit(outcomeSpan)}`,
          last_request_at: set.ref('excluded.last_request_at'),
          last_refusal_at: set.fn.coalesce('excluded.last_refusal_at', 'organization_health.last_refusal_at'),
          connected_at: set.fn.coalesce('organization_health.connected_at', 'excluded.connected_at'),
          user_at: set.fn.coalesce('organization_health.user_at', 'excluded.user_at'),
          group_at: set.fn.coalesce('organization_health.group_at', 'excluded.group_at'),
        })),
      ),
)

/** How it fares, as the API shows it. */
export function toHealth(
  row: Pick<OrganizationTable, 'provisioning_mode'>,
  health: HealthRow | undefined,
): Omit<OrganizationSummary['health'], 'hasOpenAlert'> {
  const judged = Math.min(Number(health?.requests ?? 0), judgedRequests)
  const refused = countBits(Number(health?.outcomes ?? 0))
  const hasWritten = (health?.user_at ?? health?.group_at ?? null) !== null
  const isFailing = refused * 2 > judged
  return {
    status:
      row.provisioning_mode !== 'scim' ? 'off' : isFailing ? 'failing' : hasWritten ? 'active' : 'connecting',
    lastRequestAt: toNullableTime(health?.last_request_at ?? null),
    lastRefusalAt: toNullableTime(health?.last_refusal_at ?? null),
    refused,
    judged,
  }
}

function countBits(bits: number): number {
  let count = 0
  for (let rest = bits; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2
  return count
}

/** Whose newest refusal is of this time, in the order of their ids. */
export const selectTroubled = installationStatement<{ after: string; since: number }>(
  'organizations_in_trouble',
)(({ db, place }) =>
  db
    .selectFrom('organization_health as health')
    .innerJoin('organization', 'organization.id', 'health.organization_id')
    .select(['organization.id', 'organization.provisioning_mode'])
    .select(healthColumns)
    .where('organization.deleted_at', 'is', null)
    .where('organization.id', '>', place('after'))
    .where('health.last_refusal_at', '>=', place('since'))
    .orderBy('organization.id')
    .limit(500),
)

// The SCIM side of an organization: its mode, and how its provisioning client is doing.
import type { Provisioning, ProvisioningMode, ProvisioningStatus } from '@rollcall/api'
import { toNullableTime } from '../base/clock.ts'
import { firstIdAt } from '../base/id.ts'
import { type Act, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { getOwnForUpdate } from '../organizations/organizations.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { OrganizationTable } from '../store/schema.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'
import { listKeys } from './keys.ts'

/** The newest requests that decide between active and failing. */
const judged = 20

const selectNewest = organizationStatement('activity_newest')(({ db, organizationId }) =>
  db
    .selectFrom('activity')
    .select(['occurred_at', 'outcome', 'method'])
    .where('organization_id', '=', organizationId)
    .orderBy('id', 'desc')
    .limit(judged),
)

const selectFirstWrite = organizationStatement<{ from: string }>('activity_first_write')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('event')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('actor_kind', '=', 'api_key')
      .where('id', '>=', place('from'))
      .limit(1),
)

/** Mode, status, base URL, keys; nothing secret. */
export async function getProvisioning(
  database: Database,
  found: { readonly scope: OrganizationScope; readonly row: OrganizationTable },
  scimBaseUrl: string,
  now: number,
): Promise<Provisioning> {
  const { scope, row } = found
  const [keys, newest] = await Promise.all([
    listKeys(database, scope, now),
    database.readOrganization(scope, selectNewest, {}),
  ])
  const hasWritten =
    row.scim_since !== null &&
    (await database.readOrganization(scope, selectFirstWrite, { from: firstIdAt('evt', row.scim_since) }))
      .length > 0
  return {
    mode: row.provisioning_mode as ProvisioningMode,
    scimBaseUrl,
    scimEnabled: row.scim_enabled === 1,
    status: toStatus(row, hasWritten, newest),
    lastRequestAt: toNullableTime(newest[0]?.occurred_at ?? null),
    keys,
  }
}

function toStatus(
  row: OrganizationTable,
  hasWritten: boolean,
  newest: readonly { readonly outcome: string }[],
): ProvisioningStatus {
  if (row.provisioning_mode !== 'scim') return 'off'
  const bad = newest.filter(({ outcome }) => outcome !== 'ok').length
  if (newest.length > 0 && bad * 2 > newest.length) return 'failing'
  return hasWritten ? 'active' : 'connecting'
}

/** Throws 409 `scim_not_enabled`, or `sso_required` where the operator did not waive it. */
export async function changeMode(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  mode: ProvisioningMode,
): Promise<OrganizationTable> {
  return database.inOrganization(scope, async (tx) => {
    const row = await getOwnForUpdate(tx)
    if (row.provisioning_mode === mode) return row
    if (mode === 'scim') assertMayUseScim(row)
    const changed = {
      provisioning_mode: mode,
      scim_since: mode === 'scim' ? act.at : row.scim_since,
      updated_at: act.at,
    }
    tx.write(
      organizationQuery(({ db, organizationId }) =>
        db.updateTable('organization').set(changed).where('id', '=', organizationId),
      ),
      {},
    )
    const data = { before: row.provisioning_mode, after: mode }
    record(tx, act, {
      type: 'provisioning.mode_changed',
      subject: { type: 'organization', id: row.id },
      data,
    })
    return { ...row, ...changed }
  })
}

function assertMayUseScim(row: OrganizationTable): void {
  if (row.scim_enabled !== 1) {
    throw new Problem(
      409,
      'scim_not_enabled',
      'SCIM provisioning is not enabled for this organization: the operator sets scimEnabled',
    )
  }
  if (row.require_sso === 1) {
    const detail =
      'SCIM provisioning needs an active SSO connection, so that provisioned people can sign in: this version has none yet, and the operator waives it with requireSso: false'
    throw new Problem(409, 'sso_required', detail)
  }
}

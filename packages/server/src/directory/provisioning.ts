// The SCIM side of an organization: its mode, and how its provisioning client is doing.

import type {
  Provisioning,
  ProvisioningChange,
  ProvisioningMode,
  ProvisioningPreview,
  ProvisioningStatus,
} from '@rollcall/api'
import { listNewestRequests } from '../activity/query.ts'
import { toNullableTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import { hasUsableConnection } from '../connections/find.ts'
import type { Change } from '../events/catalog.ts'
import { type Act, type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { assertBeforeHandOver } from '../organizations/hand-over.ts'
import { resetHealth, selectHealth, toHealth } from '../organizations/health.ts'
import { writeProvisioning } from '../organizations/marks.ts'
import { getOwnForUpdate } from '../organizations/organizations.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { OrganizationTable } from '../store/schema.ts'
import { selectCounts } from '../users/counts.ts'
import { findFrequentRefusal } from './frequent-refusal.ts'
import { listKeys } from './keys.ts'
import { countUnclaimed } from './unclaimed.ts'
import { selectUnheard } from './unheard-keys.ts'

/** The newest requests that decide between active and failing. */
const judged = 20

/** Mode, status, base URL, keys; nothing secret. Of people who left, notices/alerts knows, and of roles under way provisioning. */
export async function getProvisioning(
  database: Database,
  found: { readonly scope: OrganizationScope; readonly row: OrganizationTable },
  scimBaseUrl: string,
  now: number,
): Promise<Omit<Provisioning, 'alert' | 'rolesUnderWay'>> {
  const { scope, row } = found
  const [keys, [health], [counts], newest, unheard] = await Promise.all([
    listKeys(database, scope, now),
    database.readOrganization(scope, selectHealth, {}),
    database.readOrganization(scope, selectCounts, {}),
    listNewestRequests(database, scope, judged),
    database.readOrganization(scope, selectUnheard, { at: now }),
  ])
  // Beside keys that are confirmed others say nothing: then what was counted without them decides.
  const isFailing = unheard.length > 0 ? toHealth(row, health).status === 'failing' : isMostlyRefused(newest)
  // Of this set-up: it is counted anew from the switch on.
  const hasWritten = (health?.user_at ?? health?.group_at ?? null) !== null
  const status = toStatus(row, hasWritten, isFailing)
  return {
    mode: row.provisioning_mode,
    unknownSignIns: row.unknown_sign_ins,
    scimBaseUrl,
    isScimEnabled: row.scim_enabled === 1,
    setup: {
      connectedAt: toNullableTime(health?.connected_at ?? null),
      userAt: toNullableTime(health?.user_at ?? null),
      groupAt: toNullableTime(health?.group_at ?? null),
      startedAt: toNullableTime(row.scim_since),
    },
    counts: {
      users: Number(counts?.users ?? 0),
      active: Number(counts?.active_users ?? 0),
      groups: Number(counts?.groups ?? 0),
    },
    status,
    lastRequestAt: newest[0]?.occurredAt ?? null,
    frequentRefusal: status === 'failing' ? findFrequentRefusal(newest) : null,
    keys,
    unclaimedDelete: row.unclaimed_delete ?? 'refuse',
    isUnclaimedDeleteChosen: row.unclaimed_delete !== null,
    sameAddress: row.same_address,
    deprovisionGuard: readJson(row.deprovision_guard),
  }
}

function toStatus(row: OrganizationTable, hasWritten: boolean, isFailing: boolean): ProvisioningStatus {
  if (row.provisioning_mode !== 'scim') return 'off'
  if (isFailing) return 'failing'
  return hasWritten ? 'active' : 'connecting'
}

function isMostlyRefused(newest: readonly { readonly outcome: string; readonly status: number }[]): boolean {
  const bad = newest.filter(({ outcome }) => outcome !== 'ok').length
  // A credential that is refused is refused for every request that follows.
  return newest[0]?.status === 401 || (newest.length > 0 && bad * 2 > newest.length)
}

/**
 * Switches the mode, or what becomes of unknown people. A switch to SCIM begins as a connecting phase, in which a sign-in
 * still creates. Throws 409 `scim_not_enabled`, or `sso_required` where the operator did not waive it.
 */
export async function changeProvisioning(
  { database, scope, act }: OrganizationAct,
  change: ProvisioningChange,
): Promise<OrganizationTable> {
  return database.inOrganization(scope, async (tx) => {
    const row = await getOwnForUpdate(tx)
    await assertMayChange(tx, act, row, change)
    const mode = change.mode ?? row.provisioning_mode
    const isSwitch = mode !== row.provisioning_mode
    if (isSwitch && mode === 'scim') await assertMayUseScim(tx, row)
    const unknownSignIns =
      change.unknownSignIns ?? (isSwitch && mode === 'scim' ? 'create' : row.unknown_sign_ins)
    const guard =
      change.deprovisionGuard === undefined ? row.deprovision_guard : JSON.stringify(change.deprovisionGuard)
    const unclaimedDelete = change.unclaimedDelete ?? row.unclaimed_delete
    const sameAddress = change.sameAddress ?? row.same_address
    const isSame =
      unknownSignIns === row.unknown_sign_ins &&
      guard === row.deprovision_guard &&
      unclaimedDelete === row.unclaimed_delete &&
      sameAddress === row.same_address
    if (!isSwitch && isSame) return row
    const changed = {
      deprovision_guard: guard,
      provisioning_mode: mode,
      unknown_sign_ins: unknownSignIns,
      unclaimed_delete: unclaimedDelete,
      same_address: sameAddress,
      scim_since: isSwitch && mode === 'scim' ? act.at : row.scim_since,
      updated_at: act.at,
    }
    writeProvisioning(tx, changed)
    if (isSwitch && mode === 'scim') tx.write(resetHealth, {})
    recordChange(tx, act, row, changed, isSwitch)
    return { ...row, ...changed }
  })
}

// The first switch to SCIM is part of a set-up; what is in force after hand-over is an administrator's.
async function assertMayChange(
  tx: OrganizationTx,
  act: Act,
  row: OrganizationTable,
  change: ProvisioningChange,
): Promise<void> {
  const isFirstSwitch =
    change.mode === 'scim' && row.scim_since === null && row.provisioning_mode === 'manual'
  const asksMode = change.mode !== undefined && change.mode !== row.provisioning_mode && !isFirstSwitch
  const asksMore =
    (change.unknownSignIns !== undefined && change.unknownSignIns !== row.unknown_sign_ins) ||
    (change.unclaimedDelete !== undefined && change.unclaimedDelete !== row.unclaimed_delete) ||
    (change.sameAddress !== undefined && change.sameAddress !== row.same_address) ||
    (change.deprovisionGuard !== undefined &&
      JSON.stringify(change.deprovisionGuard) !== row.deprovision_guard)
  if (asksMode) await assertBeforeHandOver(tx, act, 'change the provisioning mode', row)
  if (asksMore) await assertBeforeHandOver(tx, act, 'change how people are provisioned', row)
}

type Settings = 'unknown_sign_ins' | 'unclaimed_delete' | 'same_address' | 'deprovision_guard'

function recordChange(
  tx: OrganizationTx,
  act: Act,
  row: OrganizationTable,
  changed: Pick<OrganizationTable, 'provisioning_mode' | Settings>,
  isSwitch: boolean,
): void {
  const subject = { type: 'organization', id: row.id } as const
  if (isSwitch) {
    const data = { before: row.provisioning_mode, after: changed.provisioning_mode }
    record(tx, act, { type: 'provisioning.mode_changed', subject, data })
  }
  const changes: Change[] = []
  if (changed.unknown_sign_ins !== row.unknown_sign_ins)
    changes.push({
      attribute: 'unknownSignIns',
      before: row.unknown_sign_ins,
      after: changed.unknown_sign_ins,
    })
  if (changed.unclaimed_delete !== row.unclaimed_delete)
    changes.push({
      attribute: 'unclaimedDelete',
      before: row.unclaimed_delete,
      after: changed.unclaimed_delete,
    })
  if (changed.same_address !== row.same_address)
    changes.push({ attribute: 'sameAddress', before: row.same_address, after: changed.same_address })
  if (changed.deprovision_guard !== row.deprovision_guard)
    changes.push({
      attribute: 'deprovisionGuard',
      before: JSON.parse(row.deprovision_guard),
      after: JSON.parse(changed.deprovision_guard),
    })
  if (changes.length === 0) return
  record(tx, act, { type: 'provisioning.settings_changed', subject, data: { changes } })
}

type Missing = ProvisioningPreview['missing'][number]

async function listMissing(tx: OrganizationTx, row: OrganizationTable): Promise<Missing[]> {
  const missing: Missing[] = []
  if (row.scim_enabled !== 1) missing.push('scim_not_enabled')
  if (row.require_sso === 1 && !(await hasUsableConnection(tx))) missing.push('sso_required')
  return missing
}

const refusals: Readonly<Record<Missing, () => Problem>> = {
  scim_not_enabled: () =>
    new Problem(
      'scim_not_enabled',
      'SCIM provisioning is not enabled for this organization: the operator sets isScimEnabled',
    ),
  sso_required: () =>
    new Problem(
      'sso_required',
      'SCIM provisioning needs an SSO connection that is set up and active, so that provisioned people can sign in; the operator waives it with requireSso: false',
    ),
}

async function assertMayUseScim(tx: OrganizationTx, row: OrganizationTable): Promise<void> {
  const [first] = await listMissing(tx, row)
  if (first !== undefined) throw refusals[first]()
}

/** What a switch to `mode` would change; changes nothing. */
export async function previewProvisioning(
  database: Database,
  scope: OrganizationScope,
  mode: ProvisioningMode,
  now: number,
): Promise<ProvisioningPreview> {
  const keys = (await listKeys(database, scope, now)).filter(({ isActive }) => isActive).length
  const unclaimed = await countUnclaimed(database, scope, now)
  return database.inOrganization(scope, async (tx) => {
    const row = await getOwnForUpdate(tx)
    const missing = mode === 'scim' ? await listMissing(tx, row) : []
    return {
      mode,
      isPossible: missing.length === 0,
      missing,
      keysThatStop: mode === 'manual' && row.provisioning_mode === 'scim' ? keys : 0,
      users: Number((await tx.first(selectCounts, {}))?.users ?? 0),
      unclaimed,
      signIns:
        mode === 'manual'
          ? 'An unknown person of a verified domain gets an account at the first sign-in. SCIM requests are refused; users and keys stay.'
          : 'While the set-up is connecting, an unknown person of a verified domain still gets an account; once the first sync is confirmed, only provisioned people get in.',
    }
  })
}

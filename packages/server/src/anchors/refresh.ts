// Fetches metadata again, on demand and once a day. What worked stays when it cannot be had. New certificates alone hold at once,
// where whoever stands behind the place vouches for what is in place; any other difference is staged, because nobody has looked at it.

import type { Connection } from '@rollcall/api'
import { dayMs } from '../base/clock.ts'
import { createTimeLimit, roundLimits } from '../base/few.ts'
import { readJson } from '../base/json.ts'
import { isAbove } from '../base/rung.ts'
import { type Anchor, digestOf, isRollover, withAnchor } from '../connections/anchor.ts'
import { selectWithdrawnAs } from '../connections/anchor-rows.ts'
import { fetchMetadata } from '../connections/metadata-source.ts'
import {
  getForUpdate,
  noConnection,
  selectConnection,
  selectConnections,
  toConnection,
  writeRow,
} from '../connections/rows.ts'
import { ofOrganization } from '../connections/spending.ts'
import { type Act, actOfJob, type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import type { IdentityProviderMetadata } from '../saml/idp-metadata.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { visitDue } from '../store/due.ts'
import type { ConnectionTable } from '../store/schema.ts'
import type { Changed } from './change.ts'
import { putInPlace } from './place.ts'
import { type AnchorRules, requireAnchor } from './rules.ts'
import { stage } from './stage.ts'
import { describeStaged } from './staged.ts'

/**
 * Fetches the metadata again. Throws 409 `no_metadata_url`, 400 when it cannot be had, 409 `staged_exists` where it differs and
 * something else is staged; what worked stays.
 */
export async function refreshMetadata(
  { database, scope, act }: OrganizationAct,
  id: string,
  rules: AnchorRules,
): Promise<Changed> {
  const [row] = await database.readOrganization(scope, selectConnection, { id })
  if (row === undefined) throw noConnection()
  const url = row.metadata_url
  if (url === null) throw new Problem('no_metadata_url', 'This connection was set up without a metadata URL')
  const fetched = await tryFetch(url, rules)
  type Take = (tx: OrganizationTx, before: ConnectionTable) => Promise<Changed | Failed>
  const change = (take: Take): Promise<Changed | Failed> =>
    database.inOrganization(scope, async (tx) => {
      const before = await getForUpdate(tx, id)
      // Meanwhile somebody named another URL: what was fetched is no longer meant.
      return before.metadata_url === url ? take(tx, before) : toUnchanged(before)
    })
  // In a unit of its own: of what was refused half way nothing is written.
  const note = (failure: Problem) => change(async (tx, before) => noteFailure(tx, act, before, failure))
  const outcome =
    fetched instanceof Problem
      ? await note(fetched)
      : await change((tx, before) => takeIn(tx, act, before, fetched, rules)).catch((error: unknown) => {
          if (error instanceof Problem) return note(error)
          throw error
        })
  if (outcome.kind !== 'failed') return outcome
  if (act.actor.kind !== 'system') throw outcome.failure
  return { kind: 'changed', connection: outcome.connection }
}

async function tryFetch(url: string, rules: AnchorRules): Promise<IdentityProviderMetadata | Problem> {
  try {
    return await fetchMetadata(url, rules)
  } catch (error) {
    // Whoever has to wait has learned nothing of the address.
    if (error instanceof Problem && error.status !== 429) return error
    throw error
  }
}

function toUnchanged(row: ConnectionTable): Changed {
  return { kind: 'changed', connection: toConnection(row) }
}

interface Failed {
  readonly kind: 'failed'
  readonly connection: Connection
  readonly failure: Problem
}

async function takeIn(
  tx: OrganizationTx,
  act: Act,
  before: ConnectionTable,
  metadata: IdentityProviderMetadata,
  rules: AnchorRules,
): Promise<Changed> {
  const present = readBefore(requireAnchor(before), metadata)
  const anchor: Anchor = { ...present, metadata }
  const number = before.anchor_count + 1
  const next = { anchor, clientSecret: before.client_secret, number, fetchedAt: act.at }
  if (digestOf(present) === digestOf(anchor)) {
    const same = withAnchor(before, { ...next, number: before.anchor_number })
    writeRow(tx, same)
    return toUnchanged(same)
  }
  if (
    !isRollover(present, anchor) ||
    !isVouchedFor(before, anchor) ||
    (await wasWithdrawn(tx, before, digestOf(anchor)))
  )
    return stageInstead(tx, act, before, anchor, rules)
  const connection = await putInPlace(
    tx,
    act,
    {
      before,
      base: before,
      next,
      rung: before.anchor_rung,
      urlRung: before.anchor_url_rung,
      isCompromised: false,
      type: 'connection.anchor_refreshed',
    },
    rules,
  )
  return { kind: 'changed', connection }
}

// What was stored before the address of answers, or HTTP-POST, was read says nothing of it: that it is read now is no difference.
function readBefore(present: Anchor, next: IdentityProviderMetadata): Anchor {
  const { metadata } = present
  const { sloUrl, sloBinding, sloResponseUrl } = next
  if (metadata === null) return present
  const isPostUnread = metadata.sloBinding === undefined && metadata.sloUrl === null && sloBinding === 'post'
  if (isPostUnread) return { ...present, metadata: { ...metadata, sloUrl, sloBinding, ...toResponse(next) } }
  const isUnread = metadata.sloResponseUrl === undefined && metadata.sloUrl === sloUrl
  if (!isUnread || sloResponseUrl === undefined) return present
  return { ...present, metadata: { ...metadata, sloResponseUrl } }
}

function toResponse({ sloResponseUrl }: IdentityProviderMetadata): {
  readonly sloResponseUrl?: string | null
} {
  return sloResponseUrl === undefined ? {} : { sloResponseUrl }
}

// Whoever serves the metadata elsewhere is believed no more than whoever named the place: what they serve replaces nothing that somebody
// above vouches for.
function isVouchedFor(row: ConnectionTable, anchor: Anchor): boolean {
  return isOwnHost(anchor) || !isAbove(row.anchor_rung, row.anchor_url_rung)
}

function isOwnHost({ metadata, metadataUrl }: Anchor): boolean {
  return URL.parse(metadataUrl ?? '')?.host === URL.parse(metadata?.ssoUrl ?? '')?.host
}

// Somebody brought another one back over it, or called it compromised: it does not return by itself.
async function wasWithdrawn(tx: OrganizationTx, row: ConnectionTable, digest: string): Promise<boolean> {
  return (await tx.all(selectWithdrawnAs, { connectionId: row.id, digest })).some(
    (version) => version.is_compromised === 1 || isRestored(version.withdrawn),
  )
}

function isRestored(withdrawn: string | null): boolean {
  return withdrawn !== null && readJson<{ isRestore?: boolean }>(withdrawn).isRestore === true
}

async function stageInstead(
  tx: OrganizationTx,
  act: Act,
  before: ConnectionTable,
  anchor: Anchor,
  rules: AnchorRules,
): Promise<Changed> {
  const wanted = {
    anchor,
    clientSecret: before.client_secret,
    keepsSecret: true,
    secretMark: null,
    urlRung: before.anchor_url_rung,
  }
  // A refresh stands below everybody, whoever asked for it: it takes over nothing that somebody staged.
  const { version } = await stage(tx, { ...act, rung: 'connection' }, before, wanted, rules)
  const noted = {
    ...before,
    anchor_count: Math.max(before.anchor_count, version.number),
    metadata_fetched_at: act.at,
    metadata_error: null,
  }
  writeRow(tx, noted)
  return { kind: 'staged', staged: await describeStaged(tx, act, noted, version) }
}

// Recorded once, when it begins to fail; the list shows the reason until it works again.
function noteFailure(tx: OrganizationTx, act: Act, before: ConnectionTable, failure: Problem): Failed {
  const reason = failure.message
  const after = { ...before, metadata_error: reason, metadata_fetched_at: act.at }
  writeRow(tx, after)
  const subject = { type: 'connection', id: before.id } as const
  if (before.metadata_error === null)
    record(tx, act, { type: 'connection.metadata_failed', subject, data: { reason } })
  return { kind: 'failed', connection: toConnection(after), failure }
}

// Meanwhile somebody deleted it, or gave it metadata without an address.
function isGone(error: unknown): boolean {
  return error instanceof Problem && (error.status === 404 || error.code === 'no_metadata_url')
}

/**
 * Fetches each connection's metadata that was last fetched a day ago, of a few organizations at once. What is left of one whose
 * servers take their time is due at the next run.
 */
export async function refreshDueMetadata(
  database: Database,
  rules: AnchorRules,
  now: number,
  isStopping: () => boolean,
  { atOnce, organizationMs } = roundLimits,
): Promise<void> {
  const act = actOfJob('refresh metadata', now)
  const visit = async (scope: OrganizationScope): Promise<number | undefined> => {
    const isOver = createTimeLimit(organizationMs)
    const own = ofOrganization(rules, scope.organizationId)
    const rows = await database.readOrganization(scope, selectConnections, {})
    const fetched = rows.filter((row) => row.metadata_url !== null)
    const dueAt = (row: ConnectionTable): number => Number(row.metadata_fetched_at ?? 0) + dayMs
    const due = fetched.filter((row) => dueAt(row) <= now)
    const failures: unknown[] = []
    for (const [at, row] of due.entries()) {
      // Not in this run, which claims whoever is due now until there is nobody.
      if (at > 0 && (isStopping() || isOver())) return now + 1
      await refreshMetadata({ database, scope, act }, row.id, own).catch((error: unknown) => {
        if (!isGone(error)) failures.push(error)
      })
    }
    // None keeps another one of the organization from being looked at.
    if (failures.length > 0) throw failures[0]
    const later = fetched.map(dueAt).filter((at) => at > now)
    return later.length === 0 ? undefined : Math.min(...later)
  }
  await visitDue(database, 'refresh metadata', now, isStopping, visit, atOnce)
}

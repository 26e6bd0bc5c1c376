// What becomes of an anchor that stands staged: the difference is shown, and it is discarded, or put in place by the digest of what was
// shown. What was read when it was staged is what is put in place: nothing is fetched again.

import type { Connection, StagedAnchor } from '@rollcall/api'
import { toNullableTime } from '../base/clock.ts'
import { higherOf, isAbove, isAtLeast, type Rung, toAnchorRung } from '../base/rung.ts'
import {
  type Anchor,
  anchorOf,
  digestOf,
  isSameAnchor,
  listProposed,
  parseAnchor,
  secretChangeOf,
  secretOf,
  toHost,
  withAnchor,
} from '../connections/anchor.ts'
import { removeVersion, selectStaged } from '../connections/anchor-rows.ts'
import { signsOwnersIn } from '../connections/owners.ts'
import { getForUpdate, noConnection, selectConnection } from '../connections/rows.ts'
import { carryTest } from '../connections/tests.ts'
import type { Act, OrganizationAct } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import type { NoticeRules } from '../notices/notify.ts'
import { administratorRequired } from '../organizations/hand-over.ts'
import { clearNeed } from '../organizations/needs.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { AnchorVersionTable, ConnectionTable } from '../store/schema.ts'
import { inUnitOfLinked } from '../users/linked-people.ts'
import { describeRelinks } from './moves.ts'
import { listAsleep, maySeePeople, showWord } from './people.ts'
import { putInPlace, replaceBeside } from './place.ts'
import {
  mayApply,
  mayCallCompromised,
  notTested,
  requireAnchor,
  stagedChanged,
  toStagingRung,
  vouchedFor,
} from './rules.ts'

/** What stands staged; throws 404. */
export async function getStaged(
  database: Database,
  scope: OrganizationScope,
  asked: Asked,
  id: string,
): Promise<StagedAnchor> {
  return database.inOrganization(scope, async (tx) => {
    const row = await tx.first(selectConnection, { id })
    if (row === undefined) throw noConnection()
    const version = await tx.first(selectStaged, { connectionId: id })
    if (version === undefined) throw new Problem('not_found', 'Nothing is staged')
    return describeStaged(tx, asked, row, version)
  })
}

/** Nothing happens when nothing is staged. Throws 403 for what somebody above staged. */
export async function discardStaged({ database, scope, act }: OrganizationAct, id: string): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    await getForUpdate(tx, id)
    const version = await tx.first(selectStaged, { connectionId: id })
    if (version === undefined) return
    const refusal = refuseDiscard(version, act.rung)
    if (refusal === 'owner_required')
      throw new Problem(refusal, 'An owner, or the operator, staged this: only they discard it')
    if (refusal === 'administrator_required')
      throw administratorRequired('discard what somebody above has staged')
    removeVersion(tx, id, version.number)
    clearNeed(tx, { kind: 'staged', subjectId: id })
  })
}

// By what it takes: a contact is refused what an owner staged as well, and an administrator would be, too.
function refuseDiscard(version: AnchorVersionTable, rung: Rung): StagedAnchor['discard'] {
  if (!isAbove(version.rung, toStagingRung(rung))) return null
  return version.rung === 'owner' ? 'owner_required' : 'administrator_required'
}

/** What is to be put in place, by the digest of what was shown. */
export interface ApplyWanted {
  readonly digest: string
  readonly isCompromised: boolean
  /** By a link that was mailed to the actor. */
  readonly isByLink?: boolean
}

/** Puts in place exactly what was shown. */
export async function applyStaged(
  { database, scope, act }: OrganizationAct,
  id: string,
  wanted: ApplyWanted,
  rules: NoticeRules,
): Promise<Connection> {
  return inUnitOfLinked(database, scope, id, (tx) => applyStagedIn(tx, act, id, wanted, rules))
}

/** The same in the caller's transaction. */
export async function applyStagedIn(
  tx: OrganizationTx,
  act: Act,
  id: string,
  wanted: ApplyWanted,
  rules: NoticeRules,
): Promise<Connection> {
  const row = await getForUpdate(tx, id)
  if (!mayApply(row, act.rung)) throw administratorRequired('put a new trust anchor in place')
  const version = await tx.first(selectStaged, { connectionId: id })
  if (version?.digest !== wanted.digest) throw stagedChanged()
  const anchor = parseAnchor(version)
  if (wanted.isCompromised && !mayCallCompromised(row, act.rung)) throw vouchedFor(row)
  if (version.tested_at === null && (await needsTest(tx, act.rung, row, anchor))) throw notTested()
  removeVersion(tx, id, version.number)
  clearNeed(tx, { kind: 'staged', subjectId: id })
  const clientSecret = secretOf(row, version)
  const base = { ...row, tests: carryTest(row, version.digest, digestOf(anchor)) }
  if (isSameAnchor(anchorOf(row), anchor)) {
    const next = { anchor, clientSecret, number: row.anchor_number, fetchedAt: row.metadata_fetched_at }
    const placing = { before: row, after: withAnchor(base, next), isByLink: wanted.isByLink === true }
    return replaceBeside(tx, act, { ...placing, secret: secretChangeOf(row, version) }, rules)
  }
  const { number, staged_at: fetchedAt } = version
  return putInPlace(
    tx,
    act,
    {
      before: row,
      base,
      next: { anchor, clientSecret, number, fetchedAt },
      rung: toAnchorRung(act.rung),
      urlRung: version.url_rung,
      isCompromised: wanted.isCompromised,
      isByLink: wanted.isByLink === true,
      type: 'connection.anchor_applied',
    },
    rules,
  )
}

/**
 * Whether somebody of this rung puts it in place only once a test has passed: the anchor and its rung stay, so that nobody is put to sleep
 * by it, and a client secret that does not fit would take an owner's way in.
 */
export async function needsTest(
  tx: OrganizationTx,
  rung: Rung,
  row: ConnectionTable,
  anchor: Anchor,
): Promise<boolean> {
  return isSameAnchor(anchorOf(row), anchor) && !isAtLeast(rung, 'owner') && signsOwnersIn(tx, row.id)
}

/** Who looks, and when. */
export type Asked = Pick<Act, 'rung' | 'at'>

/** The difference, as somebody of this rung sees it. `isConfirmed`: whoever puts it in place confirms the anchor as well. */
export async function describeStaged(
  tx: OrganizationTx,
  { rung, at }: Asked,
  row: ConnectionTable,
  version: AnchorVersionTable,
  isConfirmed = false,
): Promise<StagedAnchor> {
  const [before, after] = [anchorOf(row), parseAnchor(version)]
  const isNamed = maySeePeople(rung)
  const own = toAnchorRung(rung)
  const kept = isConfirmed ? higherOf(row.anchor_rung, own) : row.anchor_rung
  const standing = isSameAnchor(before, after) ? kept : own
  return {
    digest: version.digest,
    number: version.number,
    host: toHost(after),
    changes: listProposed(before, after, secretChangeOf(row, version)),
    staged: await showWord(tx, version.put, rung),
    testedAt: toNullableTime(version.tested_at),
    mustBeTested: await needsTest(tx, rung, row, after),
    asleep: await listAsleep(tx, row.id, standing, isNamed),
    relink: before === null ? null : await describeRelinks(tx, version, { before, after }, { isNamed, at }),
    mayApply: mayApply(row, rung),
    mayCallCompromised: mayCallCompromised(row, rung),
    discard: refuseDiscard(version, rung),
  }
}

/** The same for an anchor that is in place already: no difference, and nothing was staged. */
export async function describePresent(
  tx: OrganizationTx,
  act: Act,
  row: ConnectionTable,
  present: Anchor,
): Promise<StagedAnchor> {
  return {
    digest: digestOf(present),
    number: null,
    host: toHost(requireAnchor(row)),
    changes: [],
    staged: null,
    testedAt: null,
    mustBeTested: false,
    asleep: await listAsleep(tx, row.id, row.anchor_rung, maySeePeople(act.rung)),
    relink: null,
    mayApply: false,
    mayCallCompromised: false,
    discard: null,
  }
}

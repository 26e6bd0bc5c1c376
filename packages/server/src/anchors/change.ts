// A change of a connection. What is no trust anchor holds at once; an anchor that is confirmed or in use is staged first, except
// by the operator's key, which applies at once.
import type { Connection, ConnectionChange, Relink, RelinkResult, StagedAnchor } from '@rollcall/api'
import { type AnchorRung, higherOf, isAtLeast, lowerOf, type Rung, toAnchorRung } from '../base/rung.ts'
import {
  type Anchor,
  anchorOf,
  digestOf,
  digestOfProposal,
  isSameAnchor,
  isSameKey,
  withAnchor,
} from '../connections/anchor.ts'
import { assertMayBeActive, assertProtocol, changePlain } from '../connections/connections.ts'
import { endThroughConnection } from '../connections/ends.ts'
import { readSource } from '../connections/metadata-source.ts'
import { readOpenIdSource } from '../connections/openid-source.ts'
import {
  getForUpdate,
  hasIdentity,
  noConnection,
  parseOpenId,
  selectConnection,
  writeChange,
} from '../connections/rows.ts'
import { changeFollows } from '../connections/ties.ts'
import type { Act, OrganizationAct } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { administratorRequired } from '../organizations/hand-over.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { inUnitOfLinked } from '../users/linked-people.ts'
import { listMoves, summariseMoves } from './moves.ts'
import { maySeePeople } from './people.ts'
import { putInPlace, replaceBeside } from './place.ts'
import { previewRelinks, withLook } from './relink-previews.ts'
import { type AnchorRules, incomplete, isAboveContact, isStagedFirst } from './rules.ts'
import { stage, toWanted, type Wanted } from './stage.ts'
import { describeStaged, needsTest } from './staged.ts'

/** A change that holds now, or one that is staged. */
export type Changed =
  | { readonly kind: 'changed'; readonly connection: Connection }
  | { readonly kind: 'staged'; readonly staged: StagedAnchor }

/** `isKey`: by the operator's key itself, not by a session. Throws 409 `relink_required` where people would be taken for strangers. */
export async function changeConnection(
  { database, scope, act }: OrganizationAct,
  id: string,
  change: ConnectionChange,
  rules: AnchorRules,
  isKey: boolean,
): Promise<Changed> {
  const [known] = await database.readOrganization(scope, selectConnection, { id })
  if (known === undefined) throw noConnection()
  assertProtocol(known.protocol === 'oidc', change)
  const metadata = await readSource(change, rules)
  const issuer = change.oidc === undefined ? undefined : await readOpenIdSource(change.oidc, known, rules)
  return inUnitOfLinked(database, scope, id, async (tx) => {
    if (change.followsDirectory !== undefined) await changeFollows(tx, act, id, change.followsDirectory)
    const before = await getForUpdate(tx, id)
    const isFirst = anchorOf(before) === null && metadata?.wantsSignedRequests === true
    const plain = await changePlain(tx, act, before, isFirst ? withSignedRequests(change) : change)
    if (before.active === 1 && plain.active === 0)
      await endThroughConnection(tx, act, { connectionId: id }, 'connection_switched_off')
    const { metadataUrl, options } = change
    const source = {
      metadataUrl,
      stableIdAttribute: options?.stableIdAttribute,
      nameIdFormat: options?.nameIdFormat,
    }
    const wanted = toWanted(before, act, { source, metadata, issuer })
    if (wanted === undefined) {
      const named = withNames(plain, options)
      assertMayBeActive(named)
      return { kind: 'changed', connection: writeChange(tx, act, before, named, 'connection.updated') }
    }
    const isNamed = metadata !== undefined || isOtherClient(before, wanted)
    return changeAnchor(tx, act, { before, plain, wanted, isNamed, isKey }, rules)
  })
}

// Discovery that is read again, for the same client of the same issuer, names nobody.
function isOtherClient(before: ConnectionTable, { anchor }: Wanted): boolean {
  const [old, fresh] = [parseOpenId(before), anchor.oidc]
  return old?.issuer !== fresh?.issuer || old?.clientId !== fresh?.clientId
}

// As where a connection is made with its metadata.
function withSignedRequests(change: ConnectionChange): ConnectionChange {
  return { ...change, options: { signRequests: true, ...change.options } }
}

// Until the identity provider is known there is no anchor: what names a person is an option like another.
function withNames(row: ConnectionTable, options: ConnectionChange['options']): ConnectionTable {
  if (anchorOf(row) !== null || options === undefined) return row
  return { ...row, options: JSON.stringify({ ...JSON.parse(row.options), ...options }) }
}

interface AnchorChange {
  readonly before: ConnectionTable
  /** With what else changes. */
  readonly plain: ConnectionTable
  readonly wanted: Wanted
  /** Whether the request names an identity provider. */
  readonly isNamed: boolean
  readonly isKey: boolean
}

async function changeAnchor(
  tx: OrganizationTx,
  act: Act,
  { before, plain, wanted, isNamed, isKey }: AnchorChange,
  rules: AnchorRules,
): Promise<Changed> {
  const present = anchorOf(before)
  const isBeside = isSameAnchor(present, wanted.anchor)
  if (isBeside) assertMayReplace(act, before, wanted)
  const isPlacedAtOnce = isBeside
    ? !(await mustBeTested(tx, act, before, wanted))
    : !isStagedFirst(before) || isKey
  if (!isPlacedAtOnce) {
    assertMayBeActive(plain)
    writeChange(tx, act, before, plain, 'connection.updated')
    const { version } = await stage(tx, act, plain, wanted, rules)
    return { kind: 'staged', staged: await describeStaged(tx, act, plain, version) }
  }
  if (isBeside)
    return { kind: 'changed', connection: await keepAnchor(tx, act, { before, plain, wanted }, rules) }
  if (present !== null) await assertIdentitiesHold(tx, before.id, present, wanted.anchor)
  return {
    kind: 'changed',
    connection: await placeAtOnce(tx, act, { before, plain, wanted, isNamed }, rules),
  }
}

// A new client secret, other scopes, the same metadata read again: the anchor is the same, and so is its rung.
function keepAnchor(
  tx: OrganizationTx,
  act: Act,
  { before, plain, wanted }: Pick<AnchorChange, 'before' | 'plain' | 'wanted'>,
  rules: AnchorRules,
): Promise<Connection> {
  const next = { ...wanted, number: before.anchor_number, fetchedAt: act.at }
  // A test said nothing of another client secret.
  const tests = isReplacing(before, wanted) ? null : before.tests
  const after = { ...withAnchor(plain, next), anchor_url_rung: wanted.urlRung, tests }
  const had = { before: before.client_secret !== null, after: wanted.clientSecret !== null }
  const secret = wanted.keepsSecret ? null : had
  assertMayBeActive(after)
  return replaceBeside(tx, act, { before, after, secret }, rules)
}

function isReplacing(before: ConnectionTable, wanted: Wanted): boolean {
  return digestOfProposal(anchorOf(before), wanted) !== digestOf(wanted.anchor)
}

async function mustBeTested(
  tx: OrganizationTx,
  act: Act,
  before: ConnectionTable,
  wanted: Wanted,
): Promise<boolean> {
  return isReplacing(before, wanted) && needsTest(tx, act.rung, before, wanted.anchor)
}

function assertMayReplace(act: Act, before: ConnectionTable, wanted: Wanted): void {
  if (isReplacing(before, wanted) && isAboveContact(before) && !isAtLeast(act.rung, 'administrator'))
    throw administratorRequired('change a connection that an administrator answers for')
}

/**
 * Who vouches for an anchor that is put in place without having been shown. Whoever names no identity provider has looked at none: their
 * word lifts nothing of what others said of the one that stays.
 */
function standingOf(before: ConnectionTable, rung: Rung, isNamed: boolean): AnchorRung {
  const own = toAnchorRung(rung)
  return isNamed || anchorOf(before) === null ? own : lowerOf(before.anchor_rung, own)
}

// In place without having been staged.
function placeAtOnce(
  tx: OrganizationTx,
  act: Act,
  { before, plain: base, wanted, isNamed }: Omit<AnchorChange, 'isKey'>,
  rules: AnchorRules,
): Promise<Connection> {
  const { anchor, clientSecret, urlRung } = wanted
  const number = anchorOf(before) === null ? before.anchor_number : before.anchor_count + 1
  const next = { anchor, clientSecret, number, fetchedAt: act.at }
  assertMayBeActive(withAnchor(base, next))
  return putInPlace(
    tx,
    act,
    {
      before,
      base,
      next,
      rung: standingOf(before, act.rung, isNamed),
      urlRung,
      isCompromised: false,
      type: 'connection.anchor_applied',
    },
    rules,
  )
}

// Linking rule 11: who a person is hangs on both, so a change is a relink of all, after a preview.
async function assertIdentitiesHold(
  tx: OrganizationTx,
  id: string,
  before: Anchor,
  after: Anchor,
): Promise<void> {
  if (isSameKey(before, after) || !(await hasIdentity(tx, id))) return
  throw new Problem(
    'relink_required',
    "People are linked by this connection's entity ID and stable-id attribute: stage the change (…/staged), or use …/relink, which shows first who would be affected",
  )
}

/** People who are recognised otherwise now, or an anchor that is staged to do that. */
export type Relinked =
  | { readonly kind: 'relinked'; readonly result: RelinkResult }
  | { readonly kind: 'staged'; readonly staged: StagedAnchor }

/** What people are recognised by: a preview, and then the same way that every new anchor goes. */
export async function relinkConnection(
  { database, scope, act }: OrganizationAct,
  id: string,
  input: Relink,
  rules: AnchorRules,
  isKey: boolean,
): Promise<Relinked> {
  const metadata = await readSource(input, rules)
  return database.inOrganization(scope, async (tx) => {
    const row = await getForUpdate(tx, id)
    const before = anchorOf(row)
    if (before === null) throw incomplete()
    const { metadataUrl, stableIdAttribute } = input
    const read = { source: { metadataUrl, stableIdAttribute }, metadata, issuer: undefined }
    const wanted = toWanted(row, act, read) ?? keep(row, before)
    const { dryRun } = input
    if (dryRun || digestOf(before) === digestOf(wanted.anchor))
      return {
        kind: 'relinked',
        result: { ...(await previewRelinks(tx, row, before, wanted, act)), isDryRun: dryRun },
      }
    if (isStagedFirst(row) && !isKey) {
      const { version } = await stage(tx, act, row, wanted, rules)
      return { kind: 'staged', staged: await describeStaged(tx, act, row, version) }
    }
    // Everybody is looked at, as for what is shown before: it is counted like it.
    const looked = withLook(row, act)
    const isNamed = metadata !== undefined
    const moves = isSameKey(before, wanted.anchor) ? [] : await listMoves(tx, id, before, wanted.anchor)
    await placeAtOnce(tx, act, { before: looked, plain: looked, wanted, isNamed }, rules)
    return {
      kind: 'relinked',
      result: { ...summariseMoves(moves, maySeePeople(act.rung)), isDryRun: dryRun },
    }
  })
}

function keep(row: ConnectionTable, anchor: Anchor): Wanted {
  return {
    anchor,
    clientSecret: row.client_secret,
    keepsSecret: true,
    secretMark: null,
    urlRung: higherOf(row.anchor_url_rung, 'contact'),
  }
}

// What becomes of the people of a connection whose anchor calls them otherwise (linking rule 11): another entity ID, issuer or
// stable-id attribute. Owners and administrators are moved by nobody: they prove themselves under the new anchor.

import type { RelinkPreview } from '@rollcall/api'
import { readJson } from '../base/json.ts'
import { isPrivileged } from '../base/rung.ts'
import { eachInTurns } from '../base/turns.ts'
import { type Anchor, digestOf, isSameKey, toEntityId } from '../connections/anchor.ts'
import { writePreview } from '../connections/anchor-rows.ts'
import { isIndexable } from '../mapping/bounds.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { AnchorVersionTable } from '../store/schema.ts'
import {
  type IdentitySlice,
  listKeys,
  selectIdentitiesOfConnection,
  selectLinkedOf,
} from '../users/identities.ts'
import {
  type KeyMove,
  keepIdentities,
  listLinkedIds,
  parkIdentities,
  withdrawnEntityPrefix,
  writeMovedIdentities,
} from '../users/linked-people.ts'

const rowsPerSlice = 500
/** Where what each sign-in said is read as well. */
const rowsPerReadSlice = 100
const sampled = 50
/** To count one takes a small part of that: however often somebody looks, most of the time nobody is counted. */
const restMsPerPerson = 20

type Sent = Record<string, readonly string[]>
type Found = Awaited<ReturnType<typeof listSlice>>[number]

function listSlice(tx: OrganizationTx, slice: IdentitySlice, limit: number) {
  return tx.all(selectIdentitiesOfConnection, { ...slice, limit })
}

/** What each of some people sent as the attribute at their latest sign-in. */
async function listSent(
  tx: OrganizationTx,
  connectionId: string,
  found: readonly Found[],
  attribute: string,
): Promise<ReadonlyMap<string, readonly string[] | undefined>> {
  const userIds = JSON.stringify(found.map((one) => one.user_id))
  const rows = await tx.all(selectLinkedOf, { userIds, connectionId })
  return new Map(rows.map((row) => [row.user_id, readJson<Sent>(row.attributes)[attribute]]))
}

export interface Move {
  readonly from: Found
  readonly isKept: boolean
  /** Null: kept, or not known, or not unique. */
  readonly to: string | null
}

/** Everybody who is linked, with the key that the new anchor would know them by. */
export async function listMoves(
  tx: OrganizationTx,
  connectionId: string,
  before: Anchor,
  after: Anchor,
): Promise<Move[]> {
  const wanted: Move[] = []
  const attribute = after.stableIdAttribute
  const limit = attribute === null ? rowsPerSlice : rowsPerReadSlice
  for (let slice: IdentitySlice = { connectionId, entityId: '', stableId: '' }; ; ) {
    const found = await listSlice(tx, slice, limit)
    const last = found.at(-1)
    if (last === undefined) break
    const sent = attribute === null ? undefined : await listSent(tx, connectionId, found, attribute)
    for (const from of found) {
      const isKept = isPrivileged(from.role)
      const to = sent === undefined ? from.name_id : toStableId(from, sent.get(from.user_id))
      wanted.push({ from, isKept, to: isKept || to === null || !isIndexable(to) ? null : to })
    }
    if (found.length < limit) break
    slice = { connectionId, entityId: last.idp_entity_id, stableId: last.stable_id }
  }
  const counts = new Map<string, number>()
  await eachInTurns(wanted, ({ to }) => {
    if (to !== null) counts.set(to, (counts.get(to) ?? 0) + 1)
  })
  const taken = await listTaken(tx, connectionId, before, after, wanted)
  const moves: Move[] = []
  await eachInTurns(wanted, (move) => {
    const { to } = move
    const isFree = to !== null && counts.get(to) === 1 && !taken.has(to)
    moves.push(isFree || to === null ? move : { ...move, to: null })
  })
  return moves
}

// Keys under the new entity ID that somebody keeps: left from when it was this connection's before.
async function listTaken(
  tx: OrganizationTx,
  connectionId: string,
  before: Anchor,
  after: Anchor,
  moves: readonly Omit<Move, 'to'>[],
): Promise<ReadonlySet<string>> {
  if (toEntityId(before) === toEntityId(after)) return new Set()
  const moving = new Set(moves.filter(({ isKept }) => !isKept).map(({ from }) => from.user_id))
  const keys = await listKeys(tx, connectionId, toEntityId(after))
  return new Set(keys.filter((key) => !moving.has(key.user_id)).map((key) => key.stable_id))
}

// What the last sign-in carried; else, for a new attribute, what the directory calls the person.
function toStableId(from: Found, values: readonly string[] | undefined): string | null {
  return values?.length === 1 ? (values[0] ?? null) : from.external_id
}

/** Carries the moves out. The keys of before are kept under `number`, the version that goes. */
export async function moveIdentities(
  tx: OrganizationTx,
  connectionId: string,
  number: number,
  anchors: { readonly before: Anchor; readonly after: Anchor },
  moves: readonly Move[],
): Promise<void> {
  const [old, fresh] = [toEntityId(anchors.before), toEntityId(anchors.after)]
  const parked = `${withdrawnEntityPrefix}${number}`
  await keepIdentities(tx, connectionId, number)
  const moving = moves.filter(({ isKept }) => !isKept)
  // Under one entity ID none of the old keys stays where it could be asserted: neither of those who prove themselves anew, nor of people
  // who were removed.
  if (old === fresh) {
    const own = new Set(moving.map(({ from }) => from.user_id))
    for await (const linked of listLinkedIds(tx, connectionId))
      parkIdentities(
        tx,
        connectionId,
        linked.filter((id) => !own.has(id)),
        { ofEntityId: old, parked },
      )
  }
  writeMovedIdentities(tx, connectionId, { aside: parked, toEntityId: fresh }, toKeyMoves(moving, fresh))
}

// Most new keys are nobody's: written once, each costs a half of what two writes do.
function toKeyMoves(moving: readonly Move[], fresh: string): readonly KeyMove[] {
  const wanted = new Set(moving.map(({ to }) => to))
  return moving.flatMap(({ from, to }) => {
    const isUnderFresh = from.idp_entity_id === fresh
    if (isUnderFresh && from.stable_id === to) return []
    return [{ userId: from.user_id, to, isInTheWay: isUnderFresh && wanted.has(from.stable_id) }]
  })
}

/** `isNamed`: with a sample of people. */
export function summariseMoves(moves: readonly Move[], isNamed: boolean): RelinkPreview {
  const kept = moves.filter(({ isKept }) => isKept).length
  const relinked = moves.filter(({ to }) => to !== null).length
  const sample = moves
    .filter(({ isKept }) => !isKept)
    .slice(0, isNamed ? sampled : 0)
    .map(({ from, to }) => ({
      userId: from.user_id,
      userName: from.user_name,
      before: from.stable_id,
      after: to,
    }))
  return { identities: moves.length, relinked, dropped: moves.length - relinked - kept, kept, sample }
}

/** As it is kept with what is staged: names and stable ids are read anew when it is shown. */
export interface CountedRelinks extends Omit<RelinkPreview, 'sample'> {
  /** When; not known of the first that were kept. */
  readonly at?: number
  /** Of the anchor that is in place. */
  readonly before: string
  /** People of the sample, and whether they are linked by their new stable id at once. */
  readonly sample: readonly (readonly [userId: string, isMoved: 0 | 1])[]
}

/** When an anchor is staged: what would become of the people who are linked, to be kept with it; null where nothing does. */
export async function countRelinks(
  tx: OrganizationTx,
  connectionId: string,
  anchors: { readonly before: Anchor | null; readonly after: Anchor },
  at: number,
): Promise<string | null> {
  const { before, after } = anchors
  return before === null || isSameKey(before, after)
    ? null
    : JSON.stringify(await countRelinksNow(tx, connectionId, { before, after }, at))
}

/** Looks at everybody who is linked, in slices. */
export async function countRelinksNow(
  tx: OrganizationTx,
  connectionId: string,
  { before, after }: { readonly before: Anchor; readonly after: Anchor },
  at: number,
): Promise<CountedRelinks> {
  const { sample, ...counts } = summariseMoves(await listMoves(tx, connectionId, before, after), true)
  return {
    ...counts,
    at,
    before: digestOf(before),
    sample: sample.map((one) => [one.userId, one.after === null ? 0 : 1]),
  }
}

/**
 * The same as it is shown with what is staged. Most looks read those of the sample alone, however many there are; people come and go, so it
 * is counted again from time to time.
 */
export async function describeRelinks(
  tx: OrganizationTx,
  version: Pick<AnchorVersionTable, 'connection_id' | 'number' | 'preview'>,
  anchors: { readonly before: Anchor; readonly after: Anchor },
  { isNamed, at }: { readonly isNamed: boolean; readonly at: number },
): Promise<RelinkPreview | null> {
  const { before, after } = anchors
  if (isSameKey(before, after)) return null
  const { connection_id: connectionId, number, preview } = version
  let counted = preview === null ? undefined : readJson<CountedRelinks>(preview)
  if (counted === undefined || isOutdated(counted, before, at)) {
    counted = await countRelinksNow(tx, connectionId, anchors, at)
    writePreview(tx, { connectionId, number, preview: JSON.stringify(counted) })
  }
  return showCounted(tx, connectionId, after, counted, isNamed)
}

/** What was counted, with its sample as it is now. */
export async function showCounted(
  tx: OrganizationTx,
  connectionId: string,
  after: Anchor,
  counted: CountedRelinks,
  isNamed: boolean,
): Promise<RelinkPreview> {
  const { before: _, at: __, sample, ...counts } = counted
  return { ...counts, sample: isNamed ? await showSample(tx, connectionId, after, sample) : [] }
}

/** Another anchor was put in place since; or so long ago that counting them again, as often as anybody looks, costs next to nothing. */
export function isOutdated(counted: CountedRelinks, before: Anchor, at: number): boolean {
  const { at: countedAt = 0, identities } = counted
  return counted.before !== digestOf(before) || at > countedAt + identities * restMsPerPerson
}

async function showSample(
  tx: OrganizationTx,
  connectionId: string,
  after: Anchor,
  sample: CountedRelinks['sample'],
): Promise<RelinkPreview['sample']> {
  const userIds = JSON.stringify(sample.map(([id]) => id))
  const rows = await tx.all(selectLinkedOf, { userIds, connectionId })
  const found = new Map(rows.map((row) => [row.user_id, row]))
  const attribute = after.stableIdAttribute
  return sample.flatMap(([id, isMoved]) => {
    const from = found.get(id)
    if (from === undefined || isPrivileged(from.role)) return []
    const to =
      attribute === null ? from.name_id : toStableId(from, readJson<Sent>(from.attributes)[attribute])
    const { user_name: userName, stable_id: before } = from
    return [{ userId: id, userName, before, after: isMoved === 1 ? to : null }]
  })
}

// What becomes of the people of a connection whose anchor calls them otherwise (linking rule 11): another entity ID, issuer or
// stable-id attribute. Owners and administrators are moved by nobody: they prove themselves under the new anchor.

import type { RelinkPreview } from '@rollcall/api'
import { readJson } from '../base/json.ts'
import { isPrivileged } from '../base/rung.ts'
import { type Anchor, toEntityId } from '../connections/anchor.ts'
import { isIndexable } from '../mapping/bounds.ts'
import type { OrganizationTx } from '../store/database.ts'
import {
  keepIdentities,
  listKeys,
  parkIdentities,
  removeIdentity,
  selectAttributesOfConnection,
  selectIdentitiesOfConnection,
  writeMovedIdentity,
} from '../users/identities.ts'

const rowsPerSlice = 500
/** Where what each sign-in said is read as well. */
const rowsPerReadSlice = 100
const sampled = 50

type Found = Awaited<ReturnType<typeof listSlice>>[number]

function listSlice(tx: OrganizationTx, connectionId: string, after: string, limit: number) {
  return tx.all(selectIdentitiesOfConnection, { connectionId, after, limit })
}

/** What each of a slice sent as the attribute at their latest sign-in. */
async function listSent(
  tx: OrganizationTx,
  connectionId: string,
  slice: { readonly after: string; readonly until: string },
  attribute: string,
): Promise<ReadonlyMap<string, readonly string[] | undefined>> {
  const rows = await tx.all(selectAttributesOfConnection, { connectionId, ...slice })
  return new Map(
    rows.map((row) => [row.user_id, readJson<Record<string, readonly string[]>>(row.attributes)[attribute]]),
  )
}

/** What becomes of one identity when its anchor calls people otherwise. */
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
  for (let last = ''; ; ) {
    const slice = await listSlice(tx, connectionId, last, limit)
    const end = slice.at(-1)
    if (end === undefined) break
    const range = { after: last, until: end.user_id }
    const sent = attribute === null ? undefined : await listSent(tx, connectionId, range, attribute)
    for (const from of slice) {
      const isKept = isPrivileged(from.role)
      const to = sent === undefined ? from.name_id : toStableId(from, sent.get(from.user_id))
      wanted.push({ from, isKept, to: isKept || to === null || !isIndexable(to) ? null : to })
    }
    if (slice.length < limit) break
    last = end.user_id
  }
  const counts = new Map<string, number>()
  for (const { to } of wanted) if (to !== null) counts.set(to, (counts.get(to) ?? 0) + 1)
  const taken = await listTaken(tx, connectionId, before, after, wanted)
  return wanted.map((move) => ({
    ...move,
    to: move.to !== null && counts.get(move.to) === 1 && !taken.has(move.to) ? move.to : null,
  }))
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
export function moveIdentities(
  tx: OrganizationTx,
  connectionId: string,
  number: number,
  anchors: { readonly before: Anchor; readonly after: Anchor },
  moves: readonly Move[],
): void {
  const [old, fresh] = [toEntityId(anchors.before), toEntityId(anchors.after)]
  const parked = `withdrawn ${number}`
  keepIdentities(tx, connectionId, number)
  // Under one entity ID a new key may be somebody's old one: none of the old keys stays where it could be asserted.
  if (old === fresh) parkIdentities(tx, connectionId, old, parked)
  const keyOf = ({ idp_entity_id: own, stable_id: stableId }: Found) => ({
    connectionId,
    idpEntityId: old === fresh && own === old ? parked : own,
    stableId,
  })
  const moving = moves.filter(({ isKept }) => !isKept)
  // Out of the way first: whoever is not moved, and keys of the new entity ID that change hands.
  for (const { from, to } of moving)
    if (to === null) removeIdentity(tx, keyOf(from))
    else writeMovedIdentity(tx, keyOf(from), { toEntityId: parked, toStableId: `moving ${from.user_id}` })
  for (const { from, to } of moving)
    if (to !== null)
      writeMovedIdentity(
        tx,
        { connectionId, idpEntityId: parked, stableId: `moving ${from.user_id}` },
        { toEntityId: fresh, toStableId: to },
      )
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

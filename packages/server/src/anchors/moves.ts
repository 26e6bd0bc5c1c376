// What becomes of the people of a connection whose anchor calls them otherwise (linking rule 11): another entity ID, issuer or
// stable-id attribute. Owners and administrators are moved by nobody: they prove themselves under the new anchor.
import type { RelinkPreview } from '@rollcall/api'
import { isPrivileged } from '../base/rung.ts'
import { type Anchor, toEntityId } from '../connections/anchor.ts'
import { isIndexable } from '../mapping/bounds.ts'
import type { OrganizationTx } from '../store/database.ts'
import {
  keepIdentities,
  listKeys,
  parkIdentities,
  removeIdentity,
  selectIdentitiesOfConnection,
  writeMovedIdentity,
} from '../users/identities.ts'

const rowsPerSlice = 500
const sampled = 50

type Found = Awaited<ReturnType<typeof listSlice>>[number]

function listSlice(tx: OrganizationTx, connectionId: string, after: string) {
  return tx.all(selectIdentitiesOfConnection, { connectionId, after, limit: rowsPerSlice })
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
  const found: Found[] = []
  for (let last = ''; ; ) {
    const slice = await listSlice(tx, connectionId, last)
    found.push(...slice)
    const end = slice.at(-1)
    if (slice.length < rowsPerSlice || end === undefined) break
    last = end.user_id
  }
  const wanted = found.map((from) => ({
    from,
    isKept: isPrivileged(from.role),
    to: isPrivileged(from.role) ? null : toStableId(from, after.stableIdAttribute),
  }))
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
function toStableId(from: Found, attribute: string | null): string | null {
  if (attribute === null) return from.name_id
  const values = (JSON.parse(from.attributes) as Record<string, string[]>)[attribute]
  const id = values?.length === 1 ? (values[0] ?? null) : from.external_id
  return id !== null && isIndexable(id) ? id : null
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

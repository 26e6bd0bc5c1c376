// Relinks everybody of a connection whose stable-id attribute or identity provider changes (linking rule 11): first what
// would happen, then the change and every identity in one transaction.
import type { Relink, RelinkResult } from '@rollcall/api'
import { getForUpdate, parseMetadata, parseOptions, writeRow } from '../connections/rows.ts'
import { type Act, record } from '../events/record.ts'
import { isIndexable } from '../mapping/bounds.ts'
import type { IdentityProviderMetadata } from '../saml/idp-metadata.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { removeIdentity, selectIdentitiesOfConnection, writeMovedIdentity } from '../users/identities.ts'

const rowsPerSlice = 500
const sampled = 50

interface Target {
  readonly entityId: string
  readonly stableIdAttribute: string | null
}

type Found = Awaited<ReturnType<typeof listSlice>>[number]

function listSlice(tx: OrganizationTx, connectionId: string, after: string) {
  return tx.all(selectIdentitiesOfConnection, { connectionId, after, limit: rowsPerSlice })
}

/** `metadata`: the identity provider's new one, read already; undefined when it stays. */
export async function relinkConnection(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  id: string,
  input: Pick<Relink, 'stableIdAttribute' | 'dryRun'>,
  metadata: IdentityProviderMetadata | undefined,
): Promise<RelinkResult> {
  return database.inOrganization(scope, async (tx) => {
    const row = await getForUpdate(tx, id)
    const options = parseOptions(row)
    const stableIdAttribute =
      input.stableIdAttribute === undefined ? options.stableIdAttribute : input.stableIdAttribute
    const entityId = metadata?.entityId ?? parseMetadata(row)?.entityId ?? ''
    const moves = await listMoves(tx, id, { entityId, stableIdAttribute })
    const result = summarise(moves, input.dryRun)
    if (input.dryRun) return result
    // Emptied first: a new id may be another person's old one.
    for (const { from } of moves)
      writeMovedIdentity(tx, keyOf(id, from), {
        toEntityId: from.idp_entity_id,
        toStableId: `moving ${from.user_id}`,
      })
    for (const { from, to } of moves) {
      const key = { ...keyOf(id, from), stableId: `moving ${from.user_id}` }
      if (to === null) removeIdentity(tx, key)
      else writeMovedIdentity(tx, key, { toEntityId: entityId, toStableId: to })
    }
    writeRow(tx, {
      ...row,
      options: JSON.stringify({ ...options, stableIdAttribute }),
      ...(metadata === undefined ? {} : { metadata: JSON.stringify(metadata) }),
      updated_at: act.at,
    })
    const data = { identities: result.identities, dropped: result.dropped }
    record(tx, act, { type: 'connection.relinked', subject: { type: 'connection', id }, data })
    return result
  })
}

interface Move {
  readonly from: Found
  /** Null: not known, or not unique. */
  readonly to: string | null
}

async function listMoves(tx: OrganizationTx, connectionId: string, target: Target): Promise<Move[]> {
  const found: Found[] = []
  for (let after = ''; ; ) {
    const slice = await listSlice(tx, connectionId, after)
    found.push(...slice)
    const last = slice.at(-1)
    if (slice.length < rowsPerSlice || last === undefined) break
    after = last.stable_id
  }
  const wanted = found.map((from) => ({ from, to: toStableId(from, target.stableIdAttribute) }))
  const counts = new Map<string, number>()
  for (const { to } of wanted) if (to !== null) counts.set(to, (counts.get(to) ?? 0) + 1)
  return wanted.map(({ from, to }) => ({ from, to: to !== null && counts.get(to) === 1 ? to : null }))
}

// What the last sign-in carried; else, for a new attribute, what the directory calls the person.
function toStableId(from: Found, attribute: string | null): string | null {
  if (attribute === null) return from.name_id
  const values = (JSON.parse(from.attributes) as Record<string, string[]>)[attribute]
  const id = values?.length === 1 ? (values[0] ?? null) : from.external_id
  return id !== null && isIndexable(id) ? id : null
}

function keyOf(
  connectionId: string,
  from: Found,
): { connectionId: string; idpEntityId: string; stableId: string } {
  return { connectionId, idpEntityId: from.idp_entity_id, stableId: from.stable_id }
}

function summarise(moves: readonly Move[], dryRun: boolean): RelinkResult {
  const dropped = moves.filter(({ to }) => to === null).length
  const sample = moves.slice(0, sampled).map(({ from, to }) => ({
    userId: from.user_id,
    userName: from.user_name,
    before: from.stable_id,
    after: to,
  }))
  return { dryRun, identities: moves.length, relinked: moves.length - dropped, dropped, sample }
}

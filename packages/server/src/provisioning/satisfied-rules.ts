// Which rules for roles people satisfy by their groups, also by groups in groups.
import { toGroupNameKey } from '../mapping/group-columns.ts'
import type { RoleMapping } from '../mapping/roles.ts'
import type { OrganizationTx } from '../store/database.ts'
import { type NamedGroup, type selectAroundPeople, selectBelow, selectNamed } from '../users/around.ts'

/** Names in rules that somebody satisfies: by groups that count whole, and by groups that a provisional key made. */
export interface Satisfied {
  readonly firm: Set<string>
  readonly provisional: Set<string>
}

/** Around one person, or the people of a slice together, so many groups are looked at, the nearest first; those beyond give no role. */
const maxAround = 10_000

/** Below a group that changes, or that a rule names, so many: whoever is in those beyond has their role from the next sign-in on. */
const maxBelow = 10_000

/** Members who are looked at before they count as many. */
export const maxMembersLookedAt = 5_000

/** What each satisfies; undefined where there is more around them than is looked at. */
export async function findSatisfied(
  tx: Pick<OrganizationTx, 'all'>,
  statement: typeof selectAroundPeople,
  mappings: readonly RoleMapping[],
  ids: readonly string[],
): Promise<{ readonly of: ReadonlyMap<string, Satisfied>; readonly isWhole: boolean }> {
  const found = new Map<string, Satisfied>()
  const named = new Set(mappings.map(({ group }) => group))
  if (named.size === 0 || ids.length === 0) return { of: found, isWhole: true }
  const rows = await tx.all(statement, {
    ids: JSON.stringify(ids),
    names: JSON.stringify([...named]),
    limit: maxAround,
  })
  let isWhole = true
  for (const row of rows) {
    // How many were looked at.
    if (row.root === '') isWhole = Number(row.is_provisional) < maxAround
    else note(found, row.root, row, named)
  }
  return { of: found, isWhole }
}

function note(
  found: Map<string, Satisfied>,
  root: string,
  row: {
    is_provisional: number
    is_unconfirmed: number | null
    display_name: string
    external_id: string | null
  },
  named: ReadonlySet<string>,
): void {
  const own = found.get(root) ?? toSatisfied()
  const isFirm = Number(row.is_provisional) !== 1 && Number(row.is_unconfirmed) !== 1
  for (const name of [row.display_name, row.external_id])
    if (name !== null && named.has(name)) (isFirm ? own.firm : own.provisional).add(name)
  found.set(root, own)
}

/** What nobody satisfies yet. */
export function toSatisfied(): Satisfied {
  return { firm: new Set(), provisional: new Set() }
}

/** As sentences are filled in. */
export function toNamed(mappings: readonly RoleMapping[]): { readonly names: string; readonly keys: string } {
  const names = [...new Set(mappings.map(({ group }) => group))]
  return { names: JSON.stringify(names), keys: JSON.stringify([...new Set(names.map(toGroupNameKey))]) }
}

/** These groups and whatever is inside them, the nearest first. */
export async function listBelow(tx: OrganizationTx, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 0) return []
  const rows = await tx.all(selectBelow, { ids: JSON.stringify(ids), limit: maxBelow })
  return rows.map(({ id }) => id)
}

/** The groups that rules name by display name or external id, and every group inside them. */
export async function listMapped(
  tx: OrganizationTx,
  mappings: readonly RoleMapping[],
): Promise<readonly string[]> {
  if (mappings.length === 0) return []
  const named = await listNamed(tx, mappings)
  return listBelow(
    tx,
    named.map(({ id }) => id),
  )
}

/** The groups themselves that rules name. */
export function listNamed(
  tx: Pick<OrganizationTx, 'all'>,
  mappings: readonly RoleMapping[],
): Promise<readonly NamedGroup[]> {
  return tx.all(selectNamed, { ...toNamed(mappings), limit: maxBelow })
}

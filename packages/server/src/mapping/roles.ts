// Which role a person has after a sign-in. Pure: ordered rules from groups to roles, never to owner, and never over a role
// that somebody gave by hand.
import { isPrivileged } from '../base/rung.ts'

/** The first rule whose group the person is in gives the role. Groups are compared exactly. */
export interface RoleMapping {
  readonly group: string
  readonly role: string
}

export type RoleOrigin = 'default' | 'group' | 'hand'

export interface RoleFacts {
  readonly current: { readonly role: string; readonly origin: RoleOrigin }
  /** Null: the assertion carried no groups claim. */
  readonly groups: readonly string[] | null
  /** Whether this connection has ever sent a groups claim; then a missing one means no groups. */
  readonly hasSentGroups: boolean
  /** Entra: more groups than fit, so the claim says nothing. */
  readonly hasGroupsLink: boolean
  readonly mappings: readonly RoleMapping[]
  readonly defaultRole: string
}

/** The role to have, with where it comes from. */
export function decideRole(facts: RoleFacts): { readonly role: string; readonly origin: RoleOrigin } {
  const { current, groups, mappings, defaultRole } = facts
  if (current.origin === 'hand' || current.role === 'owner') return current
  const isSilent = groups === null && (facts.hasGroupsLink || !facts.hasSentGroups)
  if (isSilent) return current
  const known = new Set(groups ?? [])
  const match = mappings.find(({ group, role }) => role !== 'owner' && known.has(group))
  if (match !== undefined) return { role: match.role, origin: 'group' }
  return current.origin === 'group' ? { role: defaultRole, origin: 'default' } : current
}

/**
 * The same where groups of a provisional key have a say: they give no privileged role, and take none away that the other groups give
 * or leave.
 */
export function decideRoleBeside(
  facts: RoleFacts,
  provisional: readonly string[],
): ReturnType<typeof decideRole> {
  const firm = decideRole(facts)
  if (provisional.length === 0 || isPrivileged(firm.role)) return firm
  const mappings = facts.mappings.filter(({ role }) => !isPrivileged(role))
  return decideRole({ ...facts, groups: [...(facts.groups ?? []), ...provisional], mappings })
}

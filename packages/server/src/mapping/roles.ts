// Which role a person has after a sign-in. Pure: ordered rules from groups to roles, never to owner, and never over a role
// that somebody gave by hand.

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

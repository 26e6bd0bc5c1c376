// Which role a person has after a sign-in or a change of groups. Pure: ordered rules from groups to roles, never to owner, never
// over a role that somebody gave by hand, and never above what whoever says so may give.
import { isAbove, isPrivileged, type Role, type Rung, rungOfRole } from '../base/rung.ts'

/** The first rule whose group the person is in gives the role. Groups are compared exactly. */
export interface RoleMapping {
  readonly group: string
  readonly role: Role
}

/** Where somebody's role comes from. */
export type RoleOrigin = 'default' | 'group' | 'hand'

/** What a role is decided by. */
export interface RoleFacts {
  readonly current: { readonly role: Role; readonly origin: RoleOrigin }
  /** Null: the assertion carried no groups claim. */
  readonly groups: readonly string[] | null
  /** Whether this connection has ever sent a groups claim; then a missing one means no groups. */
  readonly hasSentGroups: boolean
  /** Entra: more groups than fit, so the claim says nothing. */
  readonly hasGroupsLink: boolean
  readonly mappings: readonly RoleMapping[]
  readonly defaultRole: Role
  /** The rung that vouches for what is said: a role above it is withheld. */
  readonly ceiling: Rung
}

/** A role, and what stood above what may be given. */
export interface DecidedRole {
  readonly role: Role
  readonly origin: RoleOrigin
  /** The role that a rule, or the default, names, where it stands above what may be given. */
  readonly withheld?: { readonly role: Role; readonly reason: 'group' | 'default' }
}

/** The role to have, with where it comes from. */
export function decideRole(facts: RoleFacts): DecidedRole {
  const { current, mappings, defaultRole } = facts
  if (current.origin === 'hand' || current.role === 'owner')
    return { role: current.role, origin: current.origin }
  if (isSilent(facts)) return cap(facts, current.role, current.origin)
  const known = new Set(facts.groups ?? [])
  const matching = mappings.filter(({ group, role }) => role !== 'owner' && known.has(group))
  const given = matching.find(({ role }) => mayGive(facts, role))
  const [first] = matching
  const withheld =
    first === undefined || first === given ? undefined : ({ role: first.role, reason: 'group' } as const)
  if (given !== undefined) return withWithheld({ role: given.role, origin: 'group' }, withheld)
  return current.origin === 'group'
    ? cap(facts, defaultRole, 'default', withheld)
    : cap(facts, current.role, current.origin, withheld)
}

/**
 * The same where groups of a provisional key have a say: they give no privileged role, and take none away that the other groups give
 * or leave.
 */
export function decideRoleBeside(facts: RoleFacts, provisional: readonly string[]): DecidedRole {
  const firm = decideRole(facts)
  if (provisional.length === 0 || isPrivileged(firm.role)) return firm
  const mappings = facts.mappings.filter(({ role }) => !isPrivileged(role))
  const { role, origin } = decideRole({
    ...facts,
    groups: [...(facts.groups ?? []), ...provisional],
    mappings,
  })
  const named = facts.mappings.find(
    (rule) => rule.role !== 'owner' && isPrivileged(rule.role) && provisional.includes(rule.group),
  )
  const isNamed = named !== undefined && facts.current.origin !== 'hand'
  return withWithheld(
    { role, origin },
    firm.withheld ?? (isNamed ? { role: named.role, reason: 'group' } : undefined),
  )
}

function isSilent({ groups, hasGroupsLink, hasSentGroups }: RoleFacts): boolean {
  return groups === null && (hasGroupsLink || !hasSentGroups)
}

function mayGive({ ceiling }: RoleFacts, role: Role): boolean {
  return !isAbove(rungOfRole(role), ceiling)
}

// A default role is a rule like any other: who may not give it gives the one that opens nothing.
function cap(
  facts: RoleFacts,
  role: Role,
  origin: RoleOrigin,
  withheld?: DecidedRole['withheld'],
): DecidedRole {
  if (origin !== 'default' || mayGive(facts, role)) return withWithheld({ role, origin }, withheld)
  return { role: plainRole, origin, withheld: withheld ?? { role, reason: 'default' } }
}

function withWithheld(given: DecidedRole, withheld: DecidedRole['withheld']): DecidedRole {
  return withheld === undefined ? given : { ...given, withheld }
}

/** The role that opens nothing: what is left where no other may be given. */
export const plainRole = 'member'

// What a sign-in changes of somebody who is known: values, roles and what is withheld.
import { isJsonEqual, type JsonObject } from '@rollcall/scim'
import { readJson } from '../base/json.ts'
import { type AnchorRung, isPrivileged, type Role, rungOfRole } from '../base/rung.ts'
import { type Act, record } from '../events/record.ts'
import { layOver } from '../mapping/assertion-user.ts'
import { areGroupsElsewhere, type MappedProfile, type SentAttributes } from '../mapping/attribute-rules.ts'
import { fitProfile } from '../mapping/bounds.ts'
import { toKeptAttributes } from '../mapping/kept-attributes.ts'
import { type DecidedRole, decideRoleBeside, type RoleOrigin } from '../mapping/roles.ts'
import { toEmailKey, toUserColumns } from '../mapping/user-columns.ts'
import { toAttributeRules } from '../organizations/mappings.ts'
import { noteNeed } from '../organizations/needs.ts'
import { endSessions } from '../sessions/end.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { findGained } from '../users/kept.ts'
import { findByAddress, isBySoft } from '../users/met.ts'
import type { UserRow } from '../users/user-row.ts'
import { writeRole } from '../users/user-words.ts'
import { changeUser } from './apply.ts'
import { ordinary } from './decide.ts'
import { type DirectoryRules, listRulesOfUser, type RoleRules } from './group-roles.ts'
import { leaveBehind } from './maker-leaves.ts'
import { type Known, provedKeyOf } from './sign-in-facts.ts'
import { assertInTurn, noteSignIn, type Outcome } from './sign-in-result.ts'
import type { SignInVisit } from './sign-in-visit.ts'
import { takeBack } from './soft-names.ts'

/** What a sign-in shows of a person. */
export interface Seen {
  readonly nameId: string
  readonly format: string | null
  readonly attributes: string
  readonly provedKey: string
}

/** What an identity keeps of its latest sign-in. */
export function seenOf({ assertion, organization }: SignInVisit, known: Known): Seen {
  return {
    nameId: assertion.nameId,
    format: assertion.nameIdFormat,
    attributes: toKeptAttributes(assertion.attributes, toAttributeRules(organization)),
    provedKey: provedKeyOf(known),
  }
}

/** In manual mode the assertion is the newest word on a person; in SCIM mode the directory's attributes win. */
export async function refresh(
  tx: OrganizationTx,
  act: Act,
  visit: SignInVisit,
  known: Known,
  row: UserRow,
  isFirst: boolean,
): Promise<Outcome> {
  const isTaken = visit.organization.provisioning_mode === 'manual'
  const withheld = isTaken
    ? [...(known.profile.tooLong ?? []), ...(await updateProfile(tx, act, visit, known, row))]
    : []
  const current = { role: row.role, origin: row.role_origin }
  const directory = await directoryRules(tx, visit, row.id)
  const role = decideAtSignIn(saidBy(visit), known.profile, current, directory)
  if (role.role !== current.role) assertInTurn(visit)
  if (role.role !== current.role || role.origin !== current.origin) {
    giveRole(tx, act, { id: row.id, before: current.role, resource: row.resource }, role)
    const data = { before: current.role, after: role.role, origin: role.origin }
    if (!isPrivileged(role.role)) await leaveBehind(tx, act, row)
    if (role.role !== current.role) {
      record(tx, act, { type: 'user.role_changed', subject: { type: 'user', id: row.id }, data })
      // The sessions of before carry the role of before; the one that this sign-in opens comes after.
      await endSessions(tx, act, { userIds: [row.id], cause: 'role_changed' })
    }
  }
  noteWithheld(tx, act, visit, row.id, role)
  noteSignIn(tx, act, visit, known, isFirst)
  return { user: { id: row.id, userName: row.user_name, role: role.role }, withheld }
}

/** Gives somebody a role by rules, as far as the connection may. */
export function giveRole(
  tx: OrganizationTx,
  { at }: Act,
  user: { readonly id: string; readonly before: string; readonly resource: string },
  { role, origin }: DecidedRole,
): void {
  writeRole(tx, { ...user, role, origin, at })
}

/** A connection gives nobody a role above whoever vouches for what it trusts. */
export function ceilingOf({ connection }: SignInVisit): AnchorRung {
  return connection.anchor_rung
}

/** `invited`: the role of an invitation that was not consumed. */
export function noteWithheld(
  tx: OrganizationTx,
  act: Act,
  visit: SignInVisit,
  userId: string,
  { role: given, withheld }: DecidedRole,
  invited?: string,
): void {
  const subject = { type: 'user', id: userId } as const
  const common = { given, connectionId: visit.connection.id, rung: ceilingOf(visit) }
  if (withheld !== undefined)
    record(tx, act, { type: 'user.role_withheld', subject, data: { ...common, ...withheld } })
  const asked = withheld?.role ?? invited
  if (asked !== undefined) {
    const { id: connectionId, name } = visit.connection
    const detail = { connectionId, connection: name, role: asked }
    noteNeed(tx, { kind: 'role_withheld', subjectId: userId }, detail, act.at)
  }
  if (invited === undefined) return
  const data = { ...common, role: invited, reason: 'invitation' } as const
  record(tx, act, { type: 'user.role_withheld', subject, data })
}

// What does not fit is left as it was: nobody is kept out for it.
async function updateProfile(
  tx: OrganizationTx,
  act: Act,
  visit: SignInVisit,
  known: Known,
  row: UserRow,
): Promise<readonly string[]> {
  const before = readJson(row.resource)
  const email = await findNewAddress(tx, act, visit, known, row, before)
  const { resource, withheld } = fitProfile(known.profile, (one) => layOver(before, one, email), before)
  if (resource === undefined || isJsonEqual(before, resource)) return withheld
  await changeUser(
    tx,
    act,
    { kind: 'update', ...ordinary },
    { row, before, resource, managedBy: row.managed_by },
  )
  return withheld
}

// Linking rule 12: inside proved domains, not somebody else's, never an owner's.
async function findNewAddress(
  tx: OrganizationTx,
  act: Act,
  visit: SignInVisit,
  known: Known,
  row: UserRow,
  before: JsonObject,
): Promise<string | null> {
  const { email, facts } = known
  const rung = rungOfRole(row.role)
  if (email === null || facts.address?.isTied !== true || rung === 'owner') return null
  const { emailKeys } = toUserColumns(before)
  // What only seems to be an address takes the place of none, and none at all where people may write it themselves.
  const { isSoft, isGoverned } = facts.address
  if (isSoft === true && (isGoverned !== true || rung !== 'person' || emailKeys.length > 0)) return null
  const emailKey = toEmailKey(email)
  if (emailKeys.includes(emailKey)) return null
  const holders = (await findByAddress(tx, emailKey)).filter(({ id }) => id !== row.id)
  // Where it was only found it is whose it is who says it plainly.
  const soft = isSoft === true ? [] : holders.filter((one) => isBySoft(one, emailKey))
  if (soft.length < holders.length) return null
  // Nor is anybody called by it as whom an administrator has kept out, or given a lower role.
  const columns = toUserColumns(before)
  const after = { ...columns, emailKeys: [...emailKeys, emailKey] }
  if ((await findGained(tx, { row, before: columns, after })) !== undefined) return null
  const ids = soft.map(({ id }) => id)
  if (ids.length > 0) assertInTurn(visit)
  await takeBack(tx, act, { email, name: '' }, ids)
  return email
}

/** What a role hangs on at a sign-in, besides whose it is: by which connection, what it brought, and the rules. */
export interface SaidAtSignIn {
  readonly connection: Pick<ConnectionTable, 'anchor_rung' | 'has_sent_groups'>
  readonly attributes: SentAttributes['attributes']
  readonly rules: RoleRules
}

/** The same of somebody who comes. */
export function saidBy({ connection, assertion, organization }: SignInVisit): SaidAtSignIn {
  const rules = {
    mappings: readJson(organization.role_mappings),
    defaultRole: organization.default_role,
  }
  return { connection, attributes: assertion.attributes, rules }
}

/** No group of the directory says anything. */
export const noDirectoryRules: DirectoryRules = { firm: null, provisional: [] }

/**
 * The role that somebody has after a sign-in. Groups under a name that only looks like theirs give no privileged role, and take none
 * away. Pure.
 */
export function decideAtSignIn(
  { connection, attributes, rules }: SaidAtSignIn,
  profile: Pick<MappedProfile, 'groups' | 'soft'>,
  current: { readonly role: Role; readonly origin: RoleOrigin },
  { firm, provisional }: DirectoryRules,
): DecidedRole {
  const isSoft = profile.soft?.includes('groups') === true
  const sent = isSoft ? null : profile.groups
  const facts = {
    current,
    groups: firm === null ? sent : [...(sent ?? []), ...firm],
    ceiling: connection.anchor_rung,
    hasSentGroups: connection.has_sent_groups === 1,
    hasGroupsLink: areGroupsElsewhere(attributes),
    ...rules,
  }
  return decideRoleBeside(facts, [...provisional, ...(isSoft ? (profile.groups ?? []) : [])])
}

// In SCIM mode a person is in the groups of the directory too, whatever the assertion says or leaves out.
async function directoryRules(
  tx: OrganizationTx,
  { organization }: SignInVisit,
  userId: string,
): Promise<DirectoryRules> {
  if (organization.provisioning_mode !== 'scim') return noDirectoryRules
  return listRulesOfUser(tx, readJson(organization.role_mappings), userId)
}

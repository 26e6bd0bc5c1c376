// Who would gain and who would lose by rules for roles that are not kept yet: judged by the functions that keep and follow them, over
// everybody, in slices that let others have their turn. It changes nothing.
import type { RoleMappings, RoleMappingsPreview } from '@rollcall/api'
import { readJson } from '../base/json.ts'
import type { Role } from '../base/rung.ts'
import { createTurns } from '../base/turns.ts'
import { selectConnections } from '../connections/rows.ts'
import { readsOf } from '../events/look-through.ts'
import { mapGroups } from '../mapping/attribute-rules.ts'
import type { RoleMapping } from '../mapping/roles.ts'
import { toAttributeRules, toRoleMappings } from '../organizations/mappings.ts'
import type { FoundOrganization } from '../organizations/organizations.ts'
import type { Database, OrganizationTx } from '../store/database.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { selectAroundPeople } from '../users/around.ts'
import {
  type LastSignIn,
  type RoleHolder,
  selectLastSignIns,
  selectRoleHolders,
} from '../users/role-holders.ts'
import { selectUserNames } from '../users/shown-names.ts'
import { decideByGroups, isNamedFirm, type RoleRules, toDirectoryRules } from './group-roles.ts'
import { decideAtSignIn, noDirectoryRules, type SaidAtSignIn } from './refresh-person.ts'
import { findSatisfied, listNamed, type Satisfied, toSatisfied } from './satisfied-rules.ts'

/** So many people are looked at by one statement. */
const peoplePerSlice = 200
/** So many of each change are named; all are counted. */
const maxNamed = 20
const turnMs = 5

type Reads = Pick<OrganizationTx, 'all'>
type Change = RoleMappingsPreview['changes'][number]

/** Rules, and what is known of them once for everybody. */
interface Known extends RoleRules {
  readonly names: ReadonlySet<string>
  /** Whether any rule names a group of the directory that counts whole. */
  readonly isFirm: boolean
}

interface Ground {
  readonly reads: Reads
  readonly before: Known
  readonly after: Known
  /** By which people can sign in. */
  readonly connections: ReadonlyMap<string, ConnectionTable>
  readonly attributeRules: ReturnType<typeof toAttributeRules>
  readonly hasDirectory: boolean
  /** Names in rules that some sign-in has sent. */
  readonly sent: Set<string>
}

/** What keeping these rules would do: to whom the directory's groups decide at once, to others at their next sign-in. */
export async function previewRoleMappings(
  database: Database,
  { scope, row }: FoundOrganization,
  mappings: RoleMappings['mappings'],
): Promise<RoleMappingsPreview> {
  const reads: Reads = { all: readsOf(database, scope) }
  const know = async (rules: readonly RoleMapping[]): Promise<Known> => ({
    mappings: rules,
    defaultRole: row.default_role,
    names: new Set(rules.map(({ group }) => group)),
    isFirm: await isNamedFirm(reads, rules),
  })
  const rows = await reads.all(selectConnections, {})
  const ground: Ground = {
    reads,
    before: await know(toRoleMappings(row).mappings),
    after: await know(mappings),
    connections: new Map(rows.filter(({ active }) => active === 1).map((one) => [one.id, one])),
    attributeRules: toAttributeRules(row),
    hasDirectory: row.provisioning_mode === 'scim',
    sent: new Set(),
  }
  const found = await lookAtAll(ground)
  const inDirectory = await listNamed(reads, mappings)
  const known = new Set([
    ...ground.sent,
    ...inDirectory.flatMap((one) => [one.display_name, one.external_id]),
  ])
  return {
    ...found,
    changes: await nameThem(reads, found.changes),
    unknownGroups: [...ground.after.names].filter((name) => !known.has(name)),
  }
}

interface Counted {
  readonly people: number
  readonly withheld: number
  readonly changes: readonly Tally[]
}

interface Tally extends Pick<Change, 'when' | 'before' | 'after'> {
  count: number
  readonly ids: string[]
}

async function lookAtAll(ground: Ground): Promise<Counted> {
  const takeTurn = createTurns(turnMs)
  const named = [...ground.before.mappings, ...ground.after.mappings]
  const isInDirectory = (await listNamed(ground.reads, named)).length > 0
  const tallies = new Map<string, Tally>()
  let [people, withheld] = [0, 0]
  for (let after = ''; ; ) {
    const slice = await ground.reads.all(selectRoleHolders, { after, limit: peoplePerSlice })
    const last = slice.at(-1)
    if (last === undefined) break
    people += slice.length
    after = last.id
    // What was given by hand, and ownership, follows no rule.
    const movable = slice.filter(({ role, role_origin: origin }) => role !== 'owner' && origin !== 'hand')
    const ids = movable.map(({ id }) => id)
    const [satisfied, signIns] = await Promise.all([
      satisfiedOf(ground.reads, named, isInDirectory ? ids : []),
      newestSignIns(ground, ids),
    ])
    for (const user of movable) {
      await takeTurn()
      const judged = judge(ground, user, satisfied.get(user.id), signIns.get(user.id))
      withheld += judged.isWithheld ? 1 : 0
      for (const one of judged.changes) tally(tallies, user.id, one)
    }
    await takeTurn()
  }
  return { people, withheld, changes: [...tallies.values()] }
}

function tally(tallies: Map<string, Tally>, id: string, change: Omit<Tally, 'count' | 'ids'>): void {
  const key = `${change.when} ${change.before} ${change.after}`
  const own = tallies.get(key) ?? { ...change, count: 0, ids: [] }
  own.count += 1
  if (own.ids.length < maxNamed) own.ids.push(id)
  tallies.set(key, own)
}

/** As the job has it: where there is more around several of them than one statement looks at, fewer are asked for at once. */
async function satisfiedOf(
  reads: Reads,
  named: readonly RoleMapping[],
  ids: readonly string[],
): Promise<ReadonlyMap<string, Satisfied>> {
  if (ids.length === 0) return new Map()
  const { of, isWhole } = await findSatisfied(reads, selectAroundPeople, named, ids)
  if (isWhole || ids.length === 1) return of
  const half = Math.ceil(ids.length / 2)
  const parts = [ids.slice(0, half), ids.slice(half)]
  const found = await Promise.all(parts.map((some) => satisfiedOf(reads, named, some)))
  return new Map(found.flatMap((one) => [...one]))
}

async function newestSignIns(
  { reads, connections }: Ground,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LastSignIn>> {
  const newest = new Map<string, LastSignIn>()
  if (ids.length === 0 || connections.size === 0) return newest
  for (const one of await reads.all(selectLastSignIns, { ids: JSON.stringify(ids) })) {
    const other = newest.get(one.user_id)
    const isNewer = other === undefined || Number(one.last_sign_in_at) > Number(other.last_sign_in_at)
    if (connections.has(one.connection_id) && isNewer) newest.set(one.user_id, one)
  }
  return newest
}

interface Judgement {
  readonly changes: readonly Omit<Tally, 'count' | 'ids'>[]
  /** Whether the next sign-in would be given less than a rule says, because nobody has confirmed its connection. */
  readonly isWithheld: boolean
}

function judge(
  ground: Ground,
  user: RoleHolder,
  satisfied: Satisfied | undefined,
  signIn: LastSignIn | undefined,
): Judgement {
  // Keeping rules touches those alone who are in a group of the directory that the old or the new ones name.
  const saved =
    satisfied === undefined
      ? { role: user.role, origin: user.role_origin }
      : decideByGroups(user, satisfied, ground.after).next
  const changes: Omit<Tally, 'count' | 'ids'>[] = []
  if (saved.role !== user.role) changes.push({ when: 'saved', before: user.role, after: toGiven(saved.role) })
  const connection = signIn === undefined ? undefined : ground.connections.get(signIn.connection_id)
  if (signIn === undefined || connection === undefined || user.active === 0 || user.blocked_at !== null)
    return { changes, isWithheld: false }
  const sent = toSent(signIn)
  const profile = mapGroups(sent, ground.attributeRules)
  for (const name of profile.groups ?? []) if (ground.after.names.has(name)) ground.sent.add(name)
  const decideBy = (rules: Known, current: Parameters<typeof decideAtSignIn>[2]) => {
    const said: SaidAtSignIn = { connection, attributes: sent.attributes, rules }
    const directory = ground.hasDirectory
      ? toDirectoryRules(namedBy(rules, satisfied ?? toSatisfied()), rules.isFirm)
      : noDirectoryRules
    return decideAtSignIn(said, profile, current, directory)
  }
  const next = decideBy(ground.after, saved)
  // What a sign-in would change without these rules as well does not come from them.
  const without = decideBy(ground.before, { role: user.role, origin: user.role_origin })
  const isByRules = saved.role !== user.role || next.role !== without.role
  if (isByRules && next.role !== saved.role)
    changes.push({ when: 'signed_in', before: saved.role, after: toGiven(next.role) })
  return { changes, isWithheld: next.withheld?.reason === 'group' && without.withheld === undefined }
}

// No rule gives ownership, and nobody who has it is judged.
function toGiven(role: Role): Change['after'] {
  return role === 'admin' ? 'admin' : 'member'
}

function namedBy({ names }: Known, { firm, provisional }: Satisfied): Satisfied {
  const among = (all: ReadonlySet<string>) => new Set([...all].filter((name) => names.has(name)))
  return { firm: among(firm), provisional: among(provisional) }
}

function toSent({ name_id: nameId, attributes }: LastSignIn): Parameters<typeof mapGroups>[0] {
  const read = readJson<Record<string, string[]>>(attributes)
  return { nameId, attributes: Object.assign(Object.create(null), read) }
}

async function nameThem(reads: Reads, tallies: readonly Tally[]): Promise<Change[]> {
  const ids = [...new Set(tallies.flatMap((one) => one.ids))]
  const rows = ids.length === 0 ? [] : await reads.all(selectUserNames, { ids: JSON.stringify(ids) })
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return tallies.map(({ ids: own, ...change }) => ({
    ...change,
    people: own.map((id) => ({ id, name: names.get(id) ?? id })),
  }))
}

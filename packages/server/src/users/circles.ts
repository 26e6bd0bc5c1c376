// Groups are in groups, and none is inside itself (RFC 7643 §4.2 leaves circles open; whoever walks groups would never end). Whoever puts a
// group into a group is asked first. What versions of before left is found by one walk over the memberships of groups in groups, however
// many there are and however deep they lie.
import { unconfirmedBounds } from '@rollcall/api'
import { sql } from 'kysely'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import type { MemberChange } from './members.ts'
import { unconfirmedKeys, unconfirmedKeysBeside } from './unconfirmed-keys.ts'

/** A group, and one that is in it. */
export interface GroupEdge {
  readonly group_id: string
  readonly member_id: string
}

/** Each as a number, so that many are held: whom a group holds, by its place among `ids`. */
interface Graph {
  readonly ids: readonly string[]
  readonly members: readonly (readonly number[])[]
}

/** Whoever puts a group into a group walks over those that are there, and everybody else waits meanwhile. */
export const maxNested = 10_000
/**
 * So many are in those of the unconfirmed keys of one set-up link, and twice as many in those of all. They have places of their own, and
 * take nobody else's.
 */
const maxOfMaker = unconfirmedBounds.nested
const maxOfUnconfirmed = 2 * maxOfMaker
/** Of so many it is looked up who made their groups: twice as many as there may be. */
const maxCounted = 2 * (maxNested + maxOfUnconfirmed)
const edgesPerPage = 1_000
/** So many the walk goes in one piece: less than a millisecond. */
const stepsPerSlice = 5_000

/**
 * Those of the list in which the group of the other list would be inside itself: it, and whatever it lies in, however deep. CROSS JOIN:
 * SQLite would hold each against every membership.
 */
const selectCircular = organizationStatement<{ from: string; ids: string }>('circular_groups')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql<{ id: string }>`WITH RECURSIVE above(id) AS (
        SELECT wanted.value FROM ${dialect.unfold(place('from'))}
        UNION
        SELECT m.group_id FROM above CROSS JOIN group_member AS m
          WHERE m.organization_id = ${organizationId} AND m.member_id = above.id
      ) SELECT id FROM above WHERE ${dialect.isIn('id', place('ids'))}`
    return { compile: () => statement.compile(db) }
  },
)

const nestedOf = (organizationId: string) =>
  sql`FROM group_member AS m WHERE m.organization_id = ${organizationId} AND m.member_id >= 'grp_' AND m.member_id < 'grp\`'`

/** How many memberships of groups in groups there are, but no more than `limit`. */
const countNested = organizationStatement<{ limit: number }>('count_nested_groups')(
  ({ db, place, organizationId }) => {
    const statement = sql<{ count: number }>`SELECT count(*) AS count
      FROM (SELECT 1 ${nestedOf(organizationId)} LIMIT ${place('limit')}) AS nested`
    return { compile: () => statement.compile(db) }
  },
)

/** The same, and how many of them are in groups that unconfirmed keys made: each group is looked up by its id. */
const countNestedByMaker = organizationStatement<{ limit: number; keyId: string | null }>(
  'count_nested_groups_by_maker',
)(({ db, place, organizationId, dialect }) => {
  const madeBy = sql`(SELECT g.provisional_key_id FROM "group" AS g WHERE g.organization_id = ${organizationId} AND g.id = m.group_id)`
  const own = unconfirmedKeysBeside(organizationId, dialect.text(place('keyId')))
  const statement = sql<{ count: number; of_unconfirmed: number; of_maker: number }>`SELECT count(*) AS count,
        count(CASE WHEN made_by IN (${unconfirmedKeys(organizationId)}) THEN 1 END) AS of_unconfirmed,
        count(CASE WHEN made_by IN (${own}) THEN 1 END) AS of_maker
      FROM (SELECT ${madeBy} AS made_by ${nestedOf(organizationId)} LIMIT ${place('limit')}) AS nested`
  return { compile: () => statement.compile(db) }
})

// Whoever puts a group into a group looks at groups that others are putting into groups: one after the other in an organization.
const holdGraph = organizationStatement('hold_group_graph')(({ db, organizationId, dialect }) => {
  const statement = sql`SELECT ${dialect.hold(sql`${organizationId} || ' groups'`)} AS held`
  return { compile: () => statement.compile(db) }
})

const selectEdges = organizationStatement<{ memberId: string; groupId: string; limit: number }>(
  'group_edges',
)(({ db, place, organizationId }) => {
  const statement = sql<GroupEdge>`SELECT group_id, member_id FROM group_member
    WHERE organization_id = ${organizationId} AND member_id < 'grp\`'
      AND (member_id, group_id) > (${place('memberId')}, ${place('groupId')})
    ORDER BY member_id, group_id LIMIT ${place('limit')}`
  return { compile: () => statement.compile(db) }
})

/** Those of the ids that would put the group inside itself. Until COMMIT nobody puts a group into one of this organization. */
export async function findCircular(
  tx: OrganizationTx,
  groupId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const groups = [...new Set(ids)].filter(isGroupId)
  if (groups.length === 0) return []
  await tx.first(holdGraph, {})
  const found = await tx.all(selectCircular, { from: JSON.stringify([groupId]), ids: JSON.stringify(groups) })
  const circular = new Set(found.map(({ id }) => id))
  return groups.filter((id) => circular.has(id))
}

/**
 * Whether a change, which has put groups into one, is one too many: what was in before and stays is not its doing. Those of unconfirmed
 * keys and all others have each places of their own. `keyId`: of an unconfirmed key.
 */
export async function isTooManyNested(
  tx: OrganizationTx,
  { added, removed }: Pick<MemberChange, 'added' | 'removed'>,
  keyId: string | undefined,
): Promise<boolean> {
  if (countGroupIds(added) <= countGroupIds(removed)) return false
  await tx.first(holdGraph, {})
  const most = keyId === undefined ? maxNested : maxOfMaker
  // Where all together are no more than these nobody's group is looked up.
  const all = await tx.first(countNested, { limit: most + 1 })
  if (Number(all?.count ?? 0) <= most) return false
  const counted = await tx.first(countNestedByMaker, { limit: maxCounted, keyId: keyId ?? null })
  const [count, ofUnconfirmed] = [Number(counted?.count ?? 0), Number(counted?.of_unconfirmed ?? 0)]
  if (keyId === undefined) return count - ofUnconfirmed > most
  // Where a version of before let in more than are looked at, an unconfirmed key has no place.
  return Number(counted?.of_maker ?? 0) > most || ofUnconfirmed > maxOfUnconfirmed || count === maxCounted
}

const countGroupIds = (ids: readonly string[]): number => ids.filter(isGroupId).length

const isGroupId = (id: string): boolean => id.startsWith('grp_')

/**
 * Memberships without which no group is inside itself: those of a circle by which a group that was made later holds one that was made
 * before it. Every circle has such a one, and what is left goes one way. Others are served between two slices; none of it is locked.
 */
export async function listCircles(
  database: Database,
  scope: OrganizationScope,
  isStopping: () => boolean,
): Promise<readonly GroupEdge[]> {
  const graph = await readGraph(database, scope, isStopping)
  if (graph.ids.length === 0) return []
  const circles = await numberCircles(graph)
  return graph.members
    .flatMap((members, group) =>
      members
        .filter((member) => circles[member] === circles[group])
        .map((member) => ({ group_id: nameOf(graph, group), member_id: nameOf(graph, member) })),
    )
    .filter((edge) => edge.group_id >= edge.member_id)
}

/** Whether the membership still puts the group inside itself. Until COMMIT nobody makes another. */
export async function isCircle(tx: OrganizationTx, edge: GroupEdge): Promise<boolean> {
  return (await findCircular(tx, edge.group_id, [edge.member_id])).length > 0
}

const nameOf = ({ ids }: Graph, at: number): string => ids[at]!

async function readGraph(
  database: Database,
  scope: OrganizationScope,
  isStopping: () => boolean,
): Promise<Graph> {
  const numbers = new Map<string, number>()
  const ids: string[] = []
  const members: number[][] = []
  const toNumber = (id: string): number => {
    const known = numbers.get(id)
    if (known !== undefined) return known
    numbers.set(id, ids.length)
    members.push([])
    return ids.push(id) - 1
  }
  for (let after: GroupEdge = { member_id: 'grp_', group_id: '' }; !isStopping(); ) {
    const from = { memberId: after.member_id, groupId: after.group_id, limit: edgesPerPage }
    const page = await database.readOrganization(scope, selectEdges, from)
    for (const edge of page) members[toNumber(edge.group_id)]?.push(toNumber(edge.member_id))
    if (page.length < edgesPerPage) return { ids, members }
    after = page.at(-1)!
    await yieldTurn()
  }
  return { ids: [], members: [] }
}

/** Of each group the number of the circle that it is in, which is its own where it is in none (Tarjan, without recursion). */
async function numberCircles({ members }: Graph): Promise<Int32Array> {
  const count = members.length
  const circle = new Int32Array(count).fill(-1)
  const order = new Int32Array(count).fill(-1)
  const lowest = new Int32Array(count)
  /** How far each group on the path has been looked at. */
  const looked = new Int32Array(count)
  const open: number[] = []
  const path: number[] = []
  let met = 0
  let steps = 0
  const enter = (group: number) => {
    order[group] = lowest[group] = met
    met += 1
    open.push(group)
    path.push(group)
  }
  const lower = (group: number, to: number) => {
    lowest[group] = Math.min(lowest[group]!, to)
  }
  const close = (group: number) => {
    for (let last = open.pop(); last !== undefined; last = last === group ? undefined : open.pop())
      circle[last] = group
  }
  for (let start = 0; start < count; start += 1) {
    if (order[start] === -1) enter(start)
    for (let group = path.at(-1); group !== undefined; group = path.at(-1)) {
      steps += 1
      if (steps % stepsPerSlice === 0) await yieldTurn()
      const at = looked[group]!
      looked[group] = at + 1
      const member = members[group]?.[at]
      if (member === undefined) {
        path.pop()
        const above = path.at(-1)
        if (above !== undefined) lower(above, lowest[group]!)
        if (lowest[group] === order[group]) close(group)
      } else if (order[member] === -1) enter(member)
      else if (circle[member] === -1) lower(group, order[member]!)
    }
  }
  return circle
}

function yieldTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

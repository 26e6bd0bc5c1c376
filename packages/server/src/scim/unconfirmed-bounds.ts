// What keys that nobody has confirmed may hold. Whatever they make is there for sign-ins, for what administrators said of somebody and for
// whoever is brought back, and very much of it would hide people, keep them out and hold everybody up; so it has bounds, which end when an
// administrator confirms the key. Judged in the unit that writes, and only where a number would go up: what is there from before stays.
import { unconfirmedBounds } from '@rollcall/api'
import { say } from '@rollcall/api/sentences'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { spellingsOf } from '../base/address.ts'
import { makeRoom } from '../base/bounded.ts'
import type { UserColumns } from '../mapping/user-columns.ts'
import type { OrganizationTx } from '../store/database.ts'
import { type Dialect, organizationStatement } from '../store/statement.ts'
import { isTooManyNested } from '../users/circles.ts'
import type { MemberChange } from '../users/members.ts'
import { removedPrefix } from '../users/removed-addresses.ts'
import { makerOf, unconfirmedKeys, unconfirmedKeysBeside } from '../users/unconfirmed-keys.ts'
import type { ProvisioningClient } from './authenticate.ts'
import { provisionalKeyOf } from './provisional.ts'
import { refuseWith } from './refusals.ts'

/** One set-up link takes no more than half of what there is for all, so that another one has places. */
const shares = 2
/** Where so few have a name it is not looked up whose they are. */
const fewOfName = 5
/** So many who have one name are looked at, by each way; where there are more, an unconfirmed key adds none. */
const mostLookedAt = 200
const namesAtOnce = 20
/** Characters of a name. */
const maxTold = 200
const idsAtOnce = 1_000

const hints = [say('advise_confirm_key')]

/** Held by whoever counts until COMMIT: of one name there are never more. Nobody waits long, for each name is held by itself. */
const holdNames = organizationStatement<{ names: string }>('hold_unconfirmed_names')(
  ({ db, place, organizationId, dialect }) => {
    const name = sql`${organizationId} || ' unconfirmed ' || wanted.value`
    const statement = sql`SELECT ${dialect.hold(name)} AS held FROM ${dialect.unfold(place('names'))}`
    return { compile: () => statement.compile(db) }
  },
)

type People = 'user' | 'deleted_user'
type Kind = 'names' | 'externalIds'
interface Way {
  readonly from: People | 'user_email' | 'deleted_email'
  /** Unsaid: the primary key. */
  readonly index?: string
  readonly key: 'value_key' | 'user_name_key' | 'external_id'
  /** Before the value. */
  readonly prefix?: string
}

/** How people are found by what is compared. Nobody who is there has another one's userName. */
const ways: Readonly<Record<Kind, Readonly<Record<People, readonly Way[]>>>> = {
  names: {
    user: [{ from: 'user_email', key: 'value_key' }],
    deleted_user: [
      { from: 'deleted_email', key: 'value_key' },
      { from: 'deleted_email', key: 'value_key', prefix: removedPrefix },
      { from: 'deleted_user', index: 'deleted_user_user_name', key: 'user_name_key' },
    ],
  },
  externalIds: {
    user: [{ from: 'user', index: 'user_external_id', key: 'external_id' }],
    deleted_user: [{ from: 'deleted_user', index: 'deleted_user_external_id', key: 'external_id' }],
  },
}

/** Who has `wanted.value` by one of the ways, no more than so many by each. */
const holdersOf = (
  dialect: Dialect,
  organizationId: string,
  some: readonly Way[],
  most: number,
): RawBuilder<unknown> =>
  sql.join(
    some.map(({ from, index, key, prefix }) => {
      const of = (column: string) => sql.ref(`${from}.${column}`)
      const id = of(from === 'user' || from === 'deleted_user' ? 'id' : 'user_id')
      const value = prefix === undefined ? sql`wanted.value` : sql`${sql.lit(prefix)} || wanted.value`
      return sql`SELECT * FROM (SELECT ${id} AS id FROM ${index === undefined ? sql.table(from) : dialect.byIndex(from, index)}
        WHERE ${of('organization_id')} = ${organizationId} AND ${of(key)} = ${value} LIMIT ${sql.lit(most)}) AS of_way`
    }),
    sql` UNION `,
  )

const createCrowded = (kind: Kind) =>
  organizationStatement<{ values: string }>(`crowded ${kind}`)(({ db, place, organizationId, dialect }) => {
    const count = (people: People) =>
      sql`(SELECT count(*) FROM (${holdersOf(dialect, organizationId, ways[kind][people], fewOfName)}) AS held)`
    const statement = sql<{
      value: string
    }>`SELECT wanted.value AS value FROM ${dialect.unfold(place('values'))}
      WHERE ${count('user')} + ${count('deleted_user')} >= ${sql.lit(fewOfName)}`
    return { compile: () => statement.compile(db) }
  })

const createCount = (kind: Kind) =>
  organizationStatement<{ values: string; keyId: string }>(`unconfirmed of ${kind}`)(
    ({ db, place, organizationId, dialect }) => {
      const held = (people: People) => holdersOf(dialect, organizationId, ways[kind][people], mostLookedAt)
      const looked = (people: People) => sql`(SELECT count(*) FROM (${held(people)}) AS held)`
      const isKey = sql<SqlBool>`one.organization_id = ${organizationId} AND one.id = held.id`
      const count = (people: People, keys: RawBuilder<unknown>) =>
        sql`(SELECT count(*) FROM ${dialect.lookUpEach(sql`(${held(people)}) AS held`, people, isKey)}
          WHERE one.provisional_key_id IN (${keys}))`
      const both = (of: (people: People) => RawBuilder<unknown>) => sql`${of('user')} + ${of('deleted_user')}`
      const own = unconfirmedKeysBeside(organizationId, place('keyId'))
      const statement = sql<{
        value: string
        looked: number
        in_all: number
        own: number
      }>`SELECT wanted.value AS value, ${both(looked)} AS looked,
          ${both((people) => count(people, unconfirmedKeys(organizationId)))} AS in_all, ${both((people) => count(people, own))} AS own
        FROM ${dialect.unfold(place('values'))}`
      return { compile: () => statement.compile(db) }
    },
  )

const crowded = { names: createCrowded('names'), externalIds: createCrowded('externalIds') }
const counted = { names: createCount('names'), externalIds: createCount('externalIds') }

async function assertFewOf(
  tx: OrganizationTx,
  kind: Kind,
  values: readonly string[],
  keyId: string,
): Promise<void> {
  if (values.length === 0) return
  const some = (await tx.all(crowded[kind], { values: JSON.stringify(values) })).map(({ value }) => value)
  for (let start = 0; start < some.length; start += namesAtOnce) {
    const slice = JSON.stringify(some.slice(start, start + namesAtOnce))
    const most = unconfirmedBounds.ofOneName
    for (const found of await tx.all(counted[kind], { values: slice, keyId })) {
      const isFull = Number(found.own) >= most || Number(found.in_all) >= shares * most
      if (!isFull && Number(found.looked) < mostLookedAt) continue
      const what = kind === 'names' ? 'name' : 'id'
      const value = found.value.slice(0, maxTold)
      throw refuseWith(hints, 'provisional_limit_names', { most, what, value })
    }
  }
}

async function assertFew(
  tx: OrganizationTx,
  names: readonly string[],
  externalIds: readonly string[],
  keyId: string,
): Promise<void> {
  // In one order, so that no two wait for each other.
  const held = [...names.map((name) => `name ${name}`), ...externalIds.map((id) => `id ${id}`)].toSorted()
  if (held.length === 0) return
  await tx.all(holdNames, { names: JSON.stringify(held) })
  await assertFewOf(tx, 'names', names, keyId)
  await assertFewOf(tx, 'externalIds', externalIds, keyId)
}

/** By what somebody is found. */
type Names = Pick<UserColumns, 'userNameKey' | 'emailKeys' | 'externalId'>

const spell = ({ userNameKey, emailKeys }: Names): ReadonlySet<string> =>
  new Set([userNameKey, ...emailKeys].flatMap((one) => [one, ...spellingsOf(one)]))

// Each name is looked up by each way in which somebody may have it.
function assertFewAddresses({ emailKeys }: Names, known: number): void {
  const most = unconfirmedBounds.addresses
  if (emailKeys.length > most && emailKeys.length > known)
    throw refuseWith(hints, 'provisional_limit_addresses', { most })
}

const selectNamed = organizationStatement<{ key: string }>('some_user_of_name')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('user')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('user_name_key', '=', place('key')),
)

const createPeople = (table: People) =>
  organizationStatement<{ keyId: string }>(`count_unconfirmed ${table}`)(
    ({ db, place, organizationId, dialect }) => {
      const count = (keys: RawBuilder<unknown>) =>
        sql`(SELECT count(*) FROM ${dialect.byIndex(table, `${table}_provisional_key`)}
          WHERE organization_id = ${organizationId} AND provisional_key_id IN (${keys}))`
      const own = unconfirmedKeysBeside(organizationId, place('keyId'))
      const maker = sql`(SELECT maker FROM (${makerOf(organizationId, place('keyId'))}) AS made LIMIT 1)`
      const statement = sql<{
        in_all: number
        own: number
        maker: string | null
      }>`SELECT ${count(unconfirmedKeys(organizationId))} AS in_all, ${count(own)} AS own, ${maker} AS maker`
      return { compile: () => statement.compile(db) }
    },
  )
const countPeople = [createPeople('user'), createPeople('deleted_user')]

/** So many nodes together pass no bound where each of them counts anew after its part of what was left. */
const nodes = 20
const maxRemembered = 10_000
/** Key -> whoever made it, which stays so. */
const makers = new Map<string, string>()
/** By maker: how many more their keys make here before all are counted again, which are very many. */
const countedAgainAfter = new Map<string, number>()

async function assertRoomForOne(tx: OrganizationTx, keyId: string): Promise<void> {
  const known = makers.get(keyId)
  const left = known === undefined ? 0 : (countedAgainAfter.get(known) ?? 0)
  if (known !== undefined && left > 0) {
    countedAgainAfter.set(known, left - 1)
    return
  }
  const most = unconfirmedBounds.people
  let room: number = most
  let maker = keyId
  for (const statement of countPeople) {
    const found = await tx.first(statement, { keyId })
    const rest = [most - Number(found?.own), shares * most - Number(found?.in_all)]
    room = Math.min(room, ...rest)
    maker = found?.maker ?? maker
  }
  makeRoom(makers, maxRemembered)
  makers.set(keyId, maker)
  makeRoom(countedAgainAfter, maxRemembered)
  countedAgainAfter.set(maker, Math.max(0, Math.floor((room - 1) / nodes)))
  if (room <= 0) throw refuseWith(hints, 'provisional_limit_people', { most })
}

/** Of an account that an unconfirmed key is about to make. Throws 403. */
export async function assertRoomForUser(
  tx: OrganizationTx,
  client: ProvisioningClient,
  columns: Names,
): Promise<void> {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined) return
  // No account more: whoever has the name is claimed, or it is refused.
  if ((await tx.first(selectNamed, { key: columns.userNameKey })) !== undefined) return
  assertFewAddresses(columns, 0)
  await assertRoomForOne(tx, keyId)
  await assertFew(tx, [...spell(columns)], columns.externalId === null ? [] : [columns.externalId], keyId)
}

/** Of one that it claims, or calls otherwise. Throws 403. */
export async function assertRoomForChange(
  tx: OrganizationTx,
  client: ProvisioningClient,
  row: { readonly provisional_key_id: string | null },
  before: Names,
  after: Names,
): Promise<void> {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined) return
  assertFewAddresses(after, before.emailKeys.length)
  if (row.provisional_key_id !== keyId) await assertRoomForOne(tx, keyId)
  const known = spell(before)
  const gained = [...spell(after)].filter((name) => !known.has(name))
  const { externalId } = after
  const isGained = externalId !== null && externalId !== before.externalId
  await assertFew(tx, gained, isGained ? [externalId] : [], keyId)
}

const countGroups = organizationStatement<{ keyId: string }>('count_unconfirmed_groups')(
  ({ db, place, organizationId }) => {
    const count = (keys: RawBuilder<unknown>, most: number) =>
      sql`(SELECT count(*) FROM (SELECT 1 FROM "group" WHERE organization_id = ${organizationId}
        AND provisional_key_id IN (${keys}) LIMIT ${sql.lit(most)}) AS made)`
    const own = unconfirmedKeysBeside(organizationId, place('keyId'))
    const most = unconfirmedBounds.groups
    const statement = sql<{ in_all: number; own: number }>`SELECT
      ${count(unconfirmedKeys(organizationId), shares * most)} AS in_all, ${count(own, most)} AS own`
    return { compile: () => statement.compile(db) }
  },
)

/** Of a group that an unconfirmed key is about to make. Throws 403. */
export async function assertRoomForGroup(tx: OrganizationTx, client: ProvisioningClient): Promise<void> {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined) return
  const found = await tx.first(countGroups, { keyId })
  const most = unconfirmedBounds.groups
  if (Number(found?.own) >= most || Number(found?.in_all) >= shares * most)
    throw refuseWith(hints, 'provisional_limit_groups', { most })
}

const selectTooOften = organizationStatement<{ ids: string }>('members_of_too_many_groups')(
  ({ db, place, organizationId, dialect }) => {
    const most = unconfirmedBounds.groupsOfOne
    const isKey = sql<SqlBool>`g.organization_id = ${organizationId} AND g.id = m.group_id`
    const own = sql`SELECT 1 FROM group_member AS m ${dialect.beside('group', 'g', isKey)}
      WHERE m.organization_id = ${organizationId} AND m.member_id = wanted.value
        AND g.provisional_key_id IN (${unconfirmedKeys(organizationId)}) LIMIT ${sql.lit(most + 1)}`
    const statement = sql<{ id: string }>`SELECT wanted.value AS id FROM ${dialect.unfold(place('ids'))}
      WHERE (SELECT count(*) FROM (${own}) AS held) > ${sql.lit(most)} LIMIT 1`
    return { compile: () => statement.compile(db) }
  },
)

/** After members came into a group of an unconfirmed key. Throws 403. */
export async function assertFewMemberships(
  tx: OrganizationTx,
  client: ProvisioningClient,
  { added, removed }: Pick<MemberChange, 'added' | 'removed'>,
): Promise<void> {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined || added.length === 0) return
  if (await isTooManyNested(tx, { added, removed }, keyId))
    throw refuseWith(hints, 'provisional_limit_nested', { most: unconfirmedBounds.nested })
  // Nobody is in more groups than there are.
  const most = unconfirmedBounds.groupsOfOne
  if (Number((await tx.first(countGroups, { keyId }))?.in_all) <= most) return
  for (let start = 0; start < added.length; start += idsAtOnce) {
    const ids = JSON.stringify(added.slice(start, start + idsAtOnce))
    if ((await tx.first(selectTooOften, { ids })) !== undefined)
      throw refuseWith(hints, 'provisional_limit_memberships', { most })
    await new Promise((resolve) => setImmediate(resolve))
  }
}

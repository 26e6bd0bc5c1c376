// How much keys that nobody has confirmed have made, counted in one round trip each; what is too much is judged by the SCIM door.
import { unconfirmedBounds } from '@rollcall/api'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Dialect, organizationStatement } from '../store/statement.ts'
import { removedPrefix } from './removed-addresses.ts'
import { makerOf, unconfirmedKeys, unconfirmedKeysBeside } from './unconfirmed-keys.ts'

/** One set-up link takes no more than half of what there is for all, so that another one has places. */
export const shares = 2
/** Where so few have a name it is not looked up whose they are. */
const fewOfName = 5
/** So many who have one name are looked at, by each way; where there are more, an unconfirmed key adds none. */
export const mostLookedAt = 200

/** Held by whoever counts until COMMIT: of one name there are never more. Nobody waits long, for each name is held by itself. */
export const holdNames = organizationStatement<{ names: string }>('hold_unconfirmed_names')(
  ({ db, place, organizationId, dialect }) => {
    const name = sql`${organizationId} || ' unconfirmed ' || wanted.value`
    const statement = sql`SELECT ${dialect.hold(name)} AS held FROM ${dialect.unfold(place('names'))}`
    return { compile: () => statement.compile(db) }
  },
)

type People = 'user' | 'deleted_user'
/** By what people are found. */
export type Kind = 'names' | 'externalIds'
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

/** Those of these values that several have. */
export const crowded = { names: createCrowded('names'), externalIds: createCrowded('externalIds') }
/** Of each: how many have it, and of those how many are by keys that nobody confirmed, and by keys of the same maker. */
export const counted = { names: createCount('names'), externalIds: createCount('externalIds') }

/** Whoever has a userName. */
export const selectHolder = organizationStatement<{ key: string }>('some_user_of_name')(
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
/** How many people keys that nobody confirmed have, those that they removed lately apart. */
export const countPeople = [createPeople('user'), createPeople('deleted_user')]

/** How many groups they have. */
export const countGroups = organizationStatement<{ keyId: string }>('count_unconfirmed_groups')(
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

/**
 * One of a list who is in more of their groups than one may be. These are found once, and each membership is looked for among them: where
 * nobody has counted the groups, PostgreSQL finds one of a few hundred by its key no better than all of the organization.
 */
export const selectTooOften = organizationStatement<{ ids: string }>('members_of_too_many_groups')(
  ({ db, place, organizationId, dialect }) => {
    const most = unconfirmedBounds.groupsOfOne
    const own = sql`SELECT id FROM "group" WHERE organization_id = ${organizationId}
      AND provisional_key_id IN (${unconfirmedKeys(organizationId)})`
    const held = sql`SELECT 1 FROM group_member AS m WHERE m.organization_id = ${organizationId} AND m.member_id = wanted.value
      AND (m.group_id IN (SELECT own.id FROM own)) IS TRUE LIMIT ${sql.lit(most + 1)}`
    const statement = sql<{ id: string }>`WITH own AS MATERIALIZED (${own})
      SELECT wanted.value AS id FROM ${dialect.unfold(place('ids'))}
      WHERE (SELECT count(*) FROM (${held}) AS held) > ${sql.lit(most)} LIMIT 1`
    return { compile: () => statement.compile(db) }
  },
)

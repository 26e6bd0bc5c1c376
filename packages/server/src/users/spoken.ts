// By what accounts are found of which something was said, whether they are there or removed. Very many accounts may have one name: an
// administrator can import them, and a key can make them. Of a name that few have each is read; of others the words are looked for from
// their own end, in the order in which they decide, so that nobody's names make anybody wait.

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { readJson } from '../base/json.ts'
import type { OrganizationTx } from '../store/database.ts'
import { type Dialect, organizationStatement } from '../store/statement.ts'

/** So many accounts of one name are read one by one. */
export const lookedAt = 50

type Table = 'user' | 'deleted_user'

/** A way from a name to accounts. */
interface Path {
  readonly table: Table
  /** What of the comer is looked up in it. */
  readonly of: 'names' | 'externalIds'
  readonly from: 'user' | 'deleted_user' | 'user_email' | 'deleted_email' | 'identity'
  /** Unsaid: it is found by the primary key. */
  readonly index?: string
  readonly key: 'external_id' | 'user_name_key' | 'value_key' | 'proved_key'
  readonly id: 'id' | 'user_id'
}

// Nobody who is there has another one's userName: it is looked up beside these.
const paths = {
  addresses: { table: 'user', of: 'names', from: 'user_email', key: 'value_key', id: 'user_id' },
  proofs: {
    table: 'user',
    of: 'names',
    from: 'identity',
    index: 'identity_proved',
    key: 'proved_key',
    id: 'user_id',
  },
  externalIds: {
    table: 'user',
    of: 'externalIds',
    from: 'user',
    index: 'user_external_id',
    key: 'external_id',
    id: 'id',
  },
  lostNames: { table: 'deleted_user', of: 'names', from: 'deleted_email', key: 'value_key', id: 'user_id' },
  removedNames: {
    table: 'deleted_user',
    of: 'names',
    from: 'deleted_user',
    index: 'deleted_user_user_name',
    key: 'user_name_key',
    id: 'id',
  },
  removedExternalIds: {
    table: 'deleted_user',
    of: 'externalIds',
    from: 'deleted_user',
    index: 'deleted_user_external_id',
    key: 'external_id',
    id: 'id',
  },
} as const satisfies Record<string, Path>

type PathName = keyof typeof paths
const pathNames = Object.keys(paths) as PathName[]

/** JSON lists: what is looked up by each path, `names` by userName, and ids of accounts that are known already. */
export type Lists = Readonly<Record<PathName | 'names' | 'ids', string>>

/** Names and addresses as compared, externalIds, and accounts that are known already. */
export interface Asked {
  readonly names: readonly string[]
  readonly externalIds: readonly string[]
  readonly ids: readonly string[]
}

const rowsOf = (dialect: Dialect, { from, index }: Path): RawBuilder<unknown> =>
  index === undefined ? sql.table(from) : dialect.byIndex(from, index)

const column = (path: Path, name: 'key' | 'id'): RawBuilder<unknown> => sql.ref(`${path.from}.${path[name]}`)

/**
 * What a path finds: 2 where that is more than are looked at one by one, counted no further; else 1 where something was said, as `is` puts
 * it, of one of them; else 0. Each account is looked up by its key, whatever the database knows of its tables.
 */
function stateOf(
  dialect: Dialect,
  organizationId: string,
  path: Path,
  by: { readonly isKey: RawBuilder<SqlBool>; readonly is: RawBuilder<SqlBool> },
): RawBuilder<number> {
  const said = sql`CASE WHEN ${by.is} THEN 1 ELSE 0 END`
  const isOwn = path.from === path.table
  const ofOwner = sql`(SELECT ${said} FROM ${sql.table(path.table)} AS one
    WHERE one.organization_id = ${organizationId} AND one.id = met.id)`
  return sql<number>`(SELECT CASE WHEN count(*) > ${sql.lit(lookedAt)} THEN 2
      WHEN max(${isOwn ? sql`met.said` : ofOwner}) = 1 THEN 1 ELSE 0 END
    FROM (SELECT ${isOwn ? sql`${said} AS said` : sql`${column(path, 'id')} AS id`} FROM ${rowsOf(dialect, path)}
      WHERE ${sql.ref(`${path.from}.organization_id`)} = ${organizationId} AND ${by.isKey} LIMIT ${sql.lit(lookedAt + 1)}) AS met)`
}

// Found by an index each, however many people there are; a union without doubles would have the store read everybody in order.
const selectBy = (
  dialect: Dialect,
  organizationId: string,
  path: Path,
  values: RawBuilder<unknown>,
): RawBuilder<unknown> => sql`SELECT ${sql.ref(path.id)} AS id FROM ${rowsOf(dialect, path)}
  WHERE organization_id = ${organizationId} AND ${dialect.isAmong(path.key, values)}`

const pathsTo = (table: Table): readonly PathName[] => pathNames.filter((one) => paths[one].table === table)

const unionAll = (parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> =>
  sql.join([...parts], sql` UNION ALL `)

/** The ids of accounts of one of the tables that the lists name. */
export function selectListed(
  dialect: Dialect,
  organizationId: string,
  table: Table,
  place: (name: keyof Lists) => unknown,
): RawBuilder<unknown> {
  const valuesOf = (list: unknown) => sql`SELECT wanted.value FROM ${dialect.unfold(list)}`
  const byPath = pathsTo(table).map((name) =>
    selectBy(dialect, organizationId, paths[name], valuesOf(place(name))),
  )
  const byName = sql`SELECT id FROM "user" WHERE organization_id = ${organizationId} AND ${dialect.isIn('user_name_key', place('names'))}`
  return unionAll([...byPath, ...(table === 'user' ? [byName] : []), valuesOf(place('ids'))])
}

type Place = (name: 'names' | 'externalIds') => unknown

/** Each name that finds somebody of whom something was said, as `is` puts it, and each that many have, with the path by which they do. */
export function selectMet(
  dialect: Dialect,
  organizationId: string,
  place: Place,
  is: RawBuilder<SqlBool>,
): RawBuilder<unknown> {
  const each = pathNames.map((name) => {
    const path: Path = paths[name]
    const isKey = sql<SqlBool>`${column(path, 'key')} = wanted.value`
    return sql`SELECT ${sql.lit(name)} AS path, wanted.value AS value, ${stateOf(dialect, organizationId, path, { isKey, is })} AS state
      FROM ${dialect.unfold(place(path.of))}`
  })
  return sql`SELECT path, value, state FROM (${unionAll(each)}) AS met WHERE state > 0`
}

/**
 * Whether somebody who is about to be made may be one of whom something was said, by the paths of accounts that are there and of names that
 * were lost: also where many have a name, of whom it is not asked.
 */
export function mayBeSaid(
  dialect: Dialect,
  organizationId: string,
  by: {
    readonly isName: (column: string) => RawBuilder<SqlBool>
    readonly isId: (column: string) => RawBuilder<SqlBool>
    /** Whether they have other names than the one that they are made with, which nobody else has. */
    readonly hasOthers: boolean
    readonly is: RawBuilder<SqlBool>
  },
): RawBuilder<SqlBool> {
  const names: readonly PathName[] = ['addresses', 'proofs', 'externalIds', 'lostNames']
  const states = [...names, ...(by.hasOthers ? (['removedNames'] as const) : [])].map((name) => {
    const path: Path = paths[name]
    const isKey = (path.of === 'names' ? by.isName : by.isId)(`${path.from}.${path.key}`)
    return sql`${stateOf(dialect, organizationId, path, { isKey, is: by.is })} > 0`
  })
  const others = sql`EXISTS (SELECT 1 FROM "user" WHERE organization_id = ${organizationId} AND ${by.isName('user_name_key')} AND ${by.is})`
  return sql<SqlBool>`(${sql.join([...states, ...(by.hasOthers ? [others] : [])], sql` OR `)})`
}

const classOf = (said: 'blocked_as' | 'given_as') =>
  sql.raw(`(CASE WHEN provisional_key_id IS NULL THEN 0 WHEN coalesce(${said}, '') = '[]' THEN 4 ELSE 2 END
    + CASE WHEN external_id IS NULL THEN 0 ELSE 1 END)`)
const classes = [0, 1, 2, 3, 4, 5]

/**
 * Of accounts of unconfirmed keys the latest may be said of others: so many are looked at of each class, and more where none is enough. Of
 * one name they are few (unconfirmedBounds); a version before let keys make more.
 */
export const depths = [5, 40, 1_000] as const
type Depth = (typeof depths)[number]

/** Those that may be said of others: what a key made that nobody has confirmed is judged otherwise than what it made and was confirmed. */
const isMixed = (one: number): boolean => one >= 2

/** What decides: of each kind of word the latest, by the index that has them in that order. */
const kinds = [
  { index: 'blocked', is: 'blocked_at IS NOT NULL', of: 'blocked_as', order: 'blocked_at' },
  {
    index: 'blocked_by_owner',
    is: 'blocked_by_owner_at IS NOT NULL',
    of: 'blocked_as',
    order: 'blocked_by_owner_at',
  },
  {
    index: 'given',
    is: `role_origin = 'hand' AND role NOT IN ('owner', 'admin')`,
    of: 'given_as',
    order: undefined,
  },
  { index: 'given_by_owner', is: 'role_by_owner IS NOT NULL', of: 'given_as', order: undefined },
] as const

const wordsOf = (dialect: Dialect, table: Table, kind: (typeof kinds)[number]) =>
  dialect.byIndex(table, `${table}_word_${kind.index}`)

// In the very words of the index that holds them alone (migration 83).
const isAny = sql.raw(
  `CASE WHEN ${kinds.map(({ is }) => (is.includes(' AND ') ? `(${is})` : is)).join(' OR ')} THEN 1 ELSE 0 END = 1`,
)

/**
 * Whether anything was said of anybody, of those who are there and those who were removed: a look at the beginning of an index each, which
 * holds nobody else.
 */
export function isAnySaid(dialect: Dialect, organizationId: string): RawBuilder<SqlBool> {
  const of = (table: Table) => sql`EXISTS (SELECT 1 FROM ${dialect.byIndex(table, `${table}_word`)}
    WHERE organization_id = ${organizationId} AND ${isAny})`
  return sql<SqlBool>`(${of('user')} OR ${of('deleted_user')})`
}

// Not as EXISTS, of which PostgreSQL would make a join.
function holds(organizationId: string, path: Path): RawBuilder<SqlBool> {
  if (path.from === path.table) return sql<SqlBool>`${column(path, 'key')} = wanted.value`
  const of = (name: string) => sql.ref(`held.${name}`)
  return sql<SqlBool>`(SELECT 1 FROM ${sql.table(path.from)} AS held WHERE ${of('organization_id')} = ${organizationId}
    AND ${of(path.key)} = wanted.value AND ${of(path.id)} = ${sql.ref(`${path.table}.id`)} LIMIT 1) = 1`
}

const createDeciding = (name: PathName, depth: Depth) =>
  organizationStatement<{ values: string }>(`deciding_words ${name} ${depth}`)(
    ({ db, place, organizationId, dialect }) => {
      const path: Path = paths[name]
      const { table } = path
      const latestOf = (kind: (typeof kinds)[number], one: number) => {
        const order = kind.order ?? (table === 'user' ? 'id' : 'deleted_at')
        return sql`SELECT (SELECT ${dialect.gather('id')} FROM (SELECT ${sql.ref(`${table}.id`)} AS id FROM ${wordsOf(dialect, table, kind)}
          WHERE organization_id = ${organizationId} AND ${sql.raw(kind.is)} AND ${classOf(kind.of)} = ${sql.lit(one)}
            AND ${holds(organizationId, path)}
          ORDER BY ${sql.ref(`${table}.${order}`)} DESC LIMIT ${sql.lit(depth)}) AS latest) AS ids,
            ${sql.lit(isMixed(one) ? 1 : 0)} AS is_mixed FROM ${dialect.unfold(place('values'))}`
      }
      const all = kinds.flatMap((kind) => classes.map((one) => latestOf(kind, one)))
      const statement = sql<{ ids: string | null; is_mixed: number }>`${unionAll(all)}`
      return { compile: () => statement.compile(db) }
    },
  )

const createDepths = (name: PathName) => new Map(depths.map((depth) => [depth, createDeciding(name, depth)]))

/** Of names that many have, by path and by how many are looked at: the accounts that decide. */
export const deciding = new Map(pathNames.map((name) => [name, createDepths(name)]))

/** A name that many have, and by which path. */
export interface Crowd {
  readonly path: PathName
  readonly value: string
}

/** What is looked up one by one, and of names that many have the accounts that decide. */
export interface Deciding {
  readonly lists: Lists
  /** Of a class that may be said of others there is more than was looked at. */
  readonly isCut: boolean
}

/** The words that decide, of those that were said under these names. */
export async function listDeciding(
  tx: OrganizationTx,
  asked: Asked,
  crowds: readonly Crowd[],
  depth: Depth,
): Promise<Deciding> {
  const ids = new Set(asked.ids)
  let isCut = false
  for (const [name, byDepth] of deciding) {
    const values = crowds.filter(({ path }) => path === name).map(({ value }) => value)
    const statement = byDepth.get(depth)
    if (values.length === 0 || statement === undefined) continue
    for (const found of await tx.all(statement, { values: JSON.stringify(values) })) {
      const some = readJson<string[]>(found.ids ?? '[]')
      for (const id of some) ids.add(id)
      if (Number(found.is_mixed) === 1 && some.length === depth) isCut = true
    }
  }
  return { lists: toLists({ ...asked, ids: [...ids] }, crowds), isCut }
}

/** All of them, however many have a name: for whoever ends what was said of somebody. */
export function listWhole(asked: Asked): Lists {
  return toLists(asked, [])
}

function toLists(asked: Asked, crowds: readonly Crowd[]): Lists {
  const byPath = pathNames.map((name) => {
    const left = new Set(crowds.filter(({ path }) => path === name).map(({ value }) => value))
    return [name, JSON.stringify(asked[paths[name].of].filter((value) => !left.has(value)))]
  })
  return {
    ...(Object.fromEntries(byPath) as Record<PathName, string>),
    names: JSON.stringify(asked.names),
    ids: JSON.stringify(asked.ids),
  }
}

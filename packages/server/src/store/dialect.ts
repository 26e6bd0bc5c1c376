// The words in which the two databases differ, as one interface: whoever adds a third is asked by the compiler for each of them.
// Rooms above write `dialect.lock(…)` and never ask which one it is.
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'

/** Which database it is. */
export type DialectName = 'sqlite' | 'postgres'

/** A query of Kysely's that rows can be locked by. */
type Lockable<Q> = Readonly<
  Record<'forUpdate' | 'forNoKeyUpdate' | 'forShare' | 'forKeyShare' | 'skipLocked', () => Q>
>

const toLockable = <Q>(query: Q): Lockable<Q> => query as Lockable<Q>

/** How a store keeps the feed. */
export interface FeedWords {
  /**
   * Whether it is rows beside the audit log, which get their numbers behind the commit. Else it is the audit log itself: units commit
   * one after another there, so an event has its number from the insert.
   */
  readonly isApart: boolean
  /** What can be followed, as a table. */
  readonly rows: RawBuilder<FeedRow>
  /**
   * The same for who says behind which number to begin. SQLite begins at one of two lower bounds, whichever it meets first, and walks to
   * the other: it must be the reader's, or each page walks through all that is before it.
   */
  readonly rowsBehind: RawBuilder<FeedRow>
  /** The newest number. */
  readonly head: RawBuilder<number>
  /** When the oldest event was recorded that has no number yet; null without one. */
  readonly unnumberedSince: RawBuilder<number | null>
  /** From here on numbers have no gap but that of an event that was taken away; null where that cannot be said. */
  readonly unbrokenFrom: RawBuilder<number | null>
}

/** An event in the feed. */
export interface FeedRow {
  /** In the order of inserts. */
  readonly number: number
  /** In the order of commits; null until the sequencer saw it. */
  readonly position: number | null
  readonly event_id: string
  /** Empty for what happened to the installation. */
  readonly organization_id: string
  readonly type: string
  readonly subject_id: string
  readonly occurred_at: number
  /** JSON: actor, subject, data, requestId. */
  readonly payload: string
}

/**
 * What a row is locked for. `to change`: what it says; it waits for nobody who only keeps its key. `to end`: it goes, or gets another
 * key, or whoever keeps its key is waited for: the first that a unit locks, for it then waits and holds nothing.
 */
export type LockPurpose = 'to change' | 'to end' | 'to keep' | 'to keep the key'

/** The words of one database. */
export interface Dialect {
  /** The last word on a statement's text: what it is prepared as, once, whatever is bound to its places later. */
  settle(text: string): string
  readonly feed: FeedWords
  /**
   * Locks what a query finds until COMMIT: to change it, to end it, to keep others from changing it, or to keep its key. The first and the
   * last do not wait for each other. Of several rows those come first that the query has first: in the order of their ids, so that two who
   * lock the same wait for each other in no circle (decision 042). The embedded store runs one unit at a time: there it is locked already.
   */
  lock<Q>(query: Q, how?: LockPurpose): Q
  /** Locks what nobody else has locked, and passes over the rest; to end it, unless another purpose is named. */
  lockFree<Q>(query: Q, how?: 'to change' | 'to end'): Q
  /** The same as `lock`, to change, at the end of a statement that is written as text; `of` is one of its tables. */
  lockText(of?: string): RawBuilder<unknown>
  /** A value whose making waits until nobody else holds this name, and holds it until COMMIT; nothing where there is one writer. */
  hold(name: unknown): RawBuilder<unknown>
  /** The same for those who may hold it together. Whoever wants it alone comes before those who come later: there is one queue. */
  holdTogether(name: unknown): RawBuilder<unknown>
  /** A list as one bound value, JSON text of strings, unfolded to rows: the table `wanted` has the column `value`. */
  unfold(list: unknown): RawBuilder<unknown>
  /** The same of a list of lists of texts, of which the table `wanted` has one column each. */
  unfoldRows(list: unknown, columns: readonly string[]): RawBuilder<unknown>
  /**
   * The same beside `table AS one`, each of the list looked up by a key of it, whatever the database believes of the table's size;
   * `isKey` compares all of a unique key, with `wanted.value` for one of its columns; with `most` 'many' the beginning of an index.
   */
  lookUp(list: unknown, table: string, isKey: RawBuilder<SqlBool>, most?: 'one' | 'many'): RawBuilder<unknown>
  /** The same of rows of another table. */
  lookUpEach(
    rows: RawBuilder<unknown>,
    table: string,
    isKey: RawBuilder<SqlBool>,
    most?: 'one' | 'many',
  ): RawBuilder<unknown>
  /** Rows `one` of a table by their ids, which `query` finds as `id`: what follows FROM, and nothing follows it. */
  byIds(table: string, organizationId: unknown, query: RawBuilder<unknown>): RawBuilder<unknown>
  /** A table whose rows are found by this index of it, whatever SQLite takes another one for. */
  byIndex(table: string, index: string): RawBuilder<unknown>
  /**
   * One more table of a join, looked up by a key of it for each row of what stands to the left, whatever the database believes of the
   * table's size; `isKey` compares columns of an index.
   */
  beside(table: string, as: string, isKey: RawBuilder<SqlBool>): RawBuilder<unknown>
  /** The same where there may be none. */
  besideOrNone(table: string, as: string, isKey: RawBuilder<SqlBool>): RawBuilder<unknown>
  /**
   * At the end of what repeats: no more rows than these are made. Whoever reads it says LIMIT too, by which alone PostgreSQL stops, that
   * makes a row when it is read.
   */
  stopAt(limit: unknown): RawBuilder<unknown>
  /** Whether a column holds one of such a list. */
  isIn(column: string, list: unknown): RawBuilder<SqlBool>
  /** Whether a column holds one of what a query finds, which is looked up first. */
  isAmong(column: string, query: RawBuilder<unknown>): RawBuilder<SqlBool>
  /** Whether a column holds one of a list of numbers. */
  isInNumbers(column: string, list: unknown): RawBuilder<SqlBool>
  /** JSON text: a column over all rows that a query finds; NULL or `[]` without any. */
  gather(column: string): RawBuilder<string | null>
  /** JSON text: some columns of each row, as a list, in the order of the first. */
  gatherRows(columns: readonly string[]): RawBuilder<string | null>
  /** Text: a column over all rows that a query finds, one behind the other as they come; NULL without any. */
  joinTexts(column: string): RawBuilder<string | null>
  /** What a bound JSON object of texts has under a key. */
  valueOf(object: unknown, key: RawBuilder<unknown>): RawBuilder<string>
  /** A bound value in a place where the database cannot tell its type. */
  text(value: unknown): RawBuilder<string>
  bigint(value: unknown): RawBuilder<number>
  integer(value: unknown): RawBuilder<number>
  least(one: RawBuilder<unknown>, other: RawBuilder<unknown>): RawBuilder<number>
  greatest(one: RawBuilder<unknown>, other: RawBuilder<unknown>): RawBuilder<number>
  contains(column: Expression<unknown>, part: string): RawBuilder<SqlBool>
  /** A comparison that few rows pass, of which SQLite would expect a quarter. */
  rarely(comparison: RawBuilder<SqlBool>): RawBuilder<SqlBool>
  /** `end` is not empty. */
  endsWith(column: Expression<unknown>, end: string): RawBuilder<SqlBool>
  /** Milliseconds since 1970 by the clock that all nodes share; `own` is this process's. */
  now(own: unknown): RawBuilder<number>
}

const refs = (columns: readonly string[]): RawBuilder<unknown> =>
  sql.join(columns.map((column) => sql.ref(column)))

const unfoldRows = (lists: RawBuilder<unknown>, columns: readonly string[]): RawBuilder<unknown> => {
  const named = columns.map((column, at) => sql`value ->> ${sql.lit(at)} AS ${sql.ref(column)}`)
  return sql`(SELECT ${sql.join(named)} FROM ${lists}) AS wanted`
}

const both = {
  text: (value: unknown) => sql<string>`cast(${value} as text)`,
  bigint: (value: unknown) => sql<number>`cast(${value} as bigint)`,
  integer: (value: unknown) => sql<number>`cast(${value} as integer)`,
}

// What may leave the house, as `record` writes it for the other store.
const payload = sql`'{"actor":{"kind":' || json_quote(actor_kind) || ',"id":' || json_quote(actor_id)
  || '},"subject":{"type":' || json_quote(subject_type) || ',"id":' || json_quote(subject_id)
  || '},"requestId":' || json_quote(request_id) || ',"data":' || data || '}'`

const feedRows = (number: RawBuilder<unknown>) =>
  sql<FeedRow>`(SELECT number, number AS position, id AS event_id, organization_id, type, subject_id, occurred_at, ${payload} AS payload
    FROM event WHERE ${number} > (SELECT pruned FROM event_sequence WHERE name = 'feed'))`

const sqlite: Dialect = {
  ...both,
  // SQLite plans for the number that is bound to a LIMIT, and so prepares the statement anew each time that one is bound, for ten times
  // what most of them cost. Of a sum it knows nothing.
  settle: (text) => text.replaceAll(/\blimit \?/gi, 'LIMIT (? + 0)'),
  feed: {
    isApart: false,
    rows: feedRows(sql`number`),
    // With a sign it is no bound to begin at.
    rowsBehind: feedRows(sql`+number`),
    // Also of rows that are gone since, so that a number is given once.
    head: sql`(SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name IN ('event', 'event_entry'))`,
    unnumberedSince: sql`NULL`,
    unbrokenFrom: sql`(SELECT position FROM event_sequence WHERE name = 'feed')`,
  },
  lock: (query) => query,
  lockFree: (query) => query,
  lockText: () => sql``,
  hold: () => sql`1`,
  holdTogether: () => sql`1`,
  unfold: (list) => sql`json_each(${list}) AS wanted`,
  unfoldRows: (list, columns) => unfoldRows(sql`json_each(${list})`, columns),
  lookUp: (list, table, isKey) => sqlite.lookUpEach(sqlite.unfold(list), table, isKey),
  // CROSS JOIN: SQLite takes the tables in the order written.
  lookUpEach: (rows, table, isKey) => sql`${rows} CROSS JOIN ${sql.table(table)} AS one ON ${isKey}`,
  byIds: (table, organizationId, query) =>
    sql`(${query}) AS wanted CROSS JOIN ${sql.table(table)} AS one ON one.organization_id = ${organizationId} AND one.id = wanted.id`,
  byIndex: (table, index) => sql`${sql.table(table)} INDEXED BY ${sql.ref(index)}`,
  beside: (table, as, isKey) => sql`CROSS JOIN ${sql.table(table)} AS ${sql.ref(as)} ON ${isKey}`,
  besideOrNone: (table, as, isKey) => sql`LEFT JOIN ${sql.table(table)} AS ${sql.ref(as)} ON ${isKey}`,
  stopAt: (limit) => sql`LIMIT ${limit}`,
  isIn: (column, list) => sql`${sql.ref(column)} IN (SELECT wanted.value FROM ${sqlite.unfold(list)})`,
  isAmong: (column, query) => sql`${sql.ref(column)} IN (${query})`,
  isInNumbers: (column, list) => sql`${sql.ref(column)} IN (SELECT value FROM json_each(${list}))`,
  gather: (column) => sql`json_group_array(${sql.ref(column)})`,
  gatherRows: (columns) => sql`json_group_array(json_array(${refs(columns)}))`,
  joinTexts: (column) => sql`group_concat(${sql.ref(column)}, '')`,
  valueOf: (object, key) => sql`(${object} ->> ${key})`,
  least: (one, other) => sql`min(${one}, ${other})`,
  greatest: (one, other) => sql`max(${one}, ${other})`,
  rarely: (comparison) => sql`likelihood(${comparison}, 0.001)`,
  contains: (column, part) => sql`(instr(${column}, ${part}) > 0)`,
  endsWith: (column, end) => sql`(substr(${column}, ${-[...end].length}) = ${end})`,
  now: (own) => sql`${own}`,
}

const postgres: Dialect = {
  ...both,
  settle: (text) => text,
  feed: {
    isApart: true,
    rows: sql`event_feed`,
    rowsBehind: sql`event_feed`,
    head: sql`(SELECT position FROM event_sequence WHERE name = 'feed')`,
    unnumberedSince: sql`(SELECT occurred_at FROM event_feed WHERE position IS NULL ORDER BY number LIMIT 1)`,
    unbrokenFrom: sql`cast(NULL as bigint)`,
  },
  lock(query, how = 'to change') {
    const lockable = toLockable(query)
    if (how === 'to keep the key') return lockable.forKeyShare()
    if (how === 'to keep') return lockable.forShare()
    return how === 'to end' ? lockable.forUpdate() : lockable.forNoKeyUpdate()
  },
  lockFree(query, how = 'to end') {
    const lockable = toLockable(query)
    const locked = how === 'to end' ? lockable.forUpdate() : lockable.forNoKeyUpdate()
    return toLockable(locked).skipLocked()
  },
  hold: (name) => sql`pg_advisory_xact_lock(hashtextextended(cast(${name} AS text), 0))`,
  holdTogether: (name) => sql`pg_advisory_xact_lock_shared(hashtextextended(cast(${name} AS text), 0))`,
  lockText: (of) => (of === undefined ? sql` FOR NO KEY UPDATE` : sql` FOR NO KEY UPDATE OF ${sql.ref(of)}`),
  unfold: (list) =>
    sql`(SELECT value COLLATE "C" AS value FROM json_array_elements_text(cast(${list} AS json))) AS wanted`,
  unfoldRows: (list, columns) => unfoldRows(sql`json_array_elements(cast(${list} AS json))`, columns),
  lookUp: (list, table, isKey, most) => postgres.lookUpEach(postgres.unfold(list), table, isKey, most),
  // LIMIT and OFFSET: PostgreSQL makes no other join of it, which without statistics would read the whole table.
  lookUpEach: (rows, table, isKey, most = 'one') =>
    sql`${rows} CROSS JOIN LATERAL (SELECT * FROM ${sql.table(table)} AS one WHERE ${isKey} ${most === 'one' ? sql`LIMIT 1` : sql`OFFSET 0`}) AS one`,
  byIndex: (table) => sql`${sql.table(table)}`,
  // OFFSET: as it does with LIMIT.
  beside: (table, as, isKey) =>
    sql`CROSS JOIN LATERAL (SELECT * FROM ${sql.table(table)} AS ${sql.ref(as)} WHERE ${isKey} OFFSET 0) AS ${sql.ref(as)}`,
  besideOrNone: (table, as, isKey) =>
    sql`LEFT JOIN LATERAL (SELECT * FROM ${sql.table(table)} AS ${sql.ref(as)} WHERE ${isKey} OFFSET 0) AS ${sql.ref(as)} ON true`,
  stopAt: () => sql``,
  // As an array PostgreSQL looks each up by its key, however large the table is.
  byIds: (table, organizationId, query) =>
    sql`${sql.table(table)} AS one WHERE one.organization_id = ${organizationId} AND one.id = ANY (ARRAY(${query}))`,
  isIn: (column, list) =>
    sql`${sql.ref(column)} = ANY (ARRAY(SELECT wanted.value FROM ${postgres.unfold(list)}))`,
  isAmong: (column, query) => sql`${sql.ref(column)} = ANY (ARRAY(${query}))`,
  isInNumbers: (column, list) =>
    sql`${sql.ref(column)} = ANY (ARRAY(SELECT value::bigint FROM json_array_elements_text(cast(${list} AS json))))`,
  gather: (column) => sql`json_agg(${sql.ref(column)})::text`,
  gatherRows: (columns) =>
    sql`json_agg(json_build_array(${refs(columns)}) ORDER BY ${sql.ref(columns[0]!)})::text`,
  joinTexts: (column) => sql`string_agg(${sql.ref(column)}, '')`,
  // By itself it would be read as JSON again for each row.
  valueOf: (object, key) => sql`((SELECT cast(${object} AS jsonb)) ->> ${key})`,
  least: (one, other) => sql`least(${one}, ${other})`,
  greatest: (one, other) => sql`greatest(${one}, ${other})`,
  rarely: (comparison) => comparison,
  contains: (column, part) => sql`(strpos(${column}, ${part}) > 0)`,
  endsWith: (column, end) => sql`(right(${column}, ${[...end].length}) = ${end})`,
  now: () => sql`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`,
}

/** The words of both. */
export const dialects: Readonly<Record<DialectName, Dialect>> = { sqlite, postgres }

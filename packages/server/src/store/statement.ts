// Statements: written with Kysely's types, compiled once for each dialect, prepared once for each connection, run with bound values.
// A statement belongs to an organization or to the installation; the compiler keeps them apart.
import { createHash } from 'node:crypto'
import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { type Dialect, type DialectName, dialects } from './dialect.ts'
import type { InstallationTables, OrganizationTables } from './schema.ts'

export type { Dialect, LockPurpose } from './dialect.ts'
/** Whether a statement sees one organization or all. */
export type Reach = 'organization' | 'installation'
/** What can be bound to a place. */
export type Value = string | number | Uint8Array | null

interface Tables {
  organization: OrganizationTables
  installation: InstallationTables
}

interface Compilable<Row> {
  compile(): CompiledQuery<Row>
}

/** A place for a value that is bound when the statement runs. */
export type Place<Args> = <K extends keyof Args>(name: K) => Args[K]

/** What a statement is written with: the typed tables, places for values, and the words in which dialects differ. */
export interface Words<R extends Reach, Args> {
  readonly db: Kysely<Tables[R]>
  readonly place: Place<Args>
  /** The organization that the unit of work was opened for: never an argument of the caller. */
  readonly organizationId: string
  /** The words in which the two databases differ. */
  readonly dialect: Dialect
}

declare const phantom: unique symbol

/** A statement of either dialect. */
export interface Statement<R extends Reach, Args, Row> {
  readonly name: string
  readonly [phantom]?: { readonly reach: R; readonly args: Args; readonly row: Row }
  compile(dialect: DialectName): PreparedStatement
}

/** What a statement's rows hold. */
export type RowOf<S> = S extends Statement<Reach, unknown, infer Row> ? Row : never

/** SQL with numbered or questioned places, and which value goes where. */
export interface PreparedStatement {
  readonly name: string
  readonly sql: string
  readonly slots: readonly Slot[]
  /** Of a query whose text was met before: what is kept as prepared for all of that text. */
  readonly shape?: PreparedStatement
}

type Slot =
  | { readonly kind: 'place'; readonly name: string }
  | { readonly kind: 'organization' }
  | { readonly kind: 'value'; readonly value: Value }

class PlaceMarker {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}
const organizationMarker = new PlaceMarker('')

const compilers = {
  sqlite: new Kysely<never>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  postgres: new Kysely<never>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
}

function place(name: string): never {
  return new PlaceMarker(name) as never
}

function createStatement<R extends Reach, Args, Row>(
  name: string,
  write: (words: Words<R, Args>) => Compilable<Row>,
): Statement<R, Args, Row> {
  const prepared: Partial<Record<DialectName, PreparedStatement>> = {}
  const statement = {
    name,
    compile(dialect: DialectName) {
      prepared[dialect] ??= prepare(name, dialect, write)
      return prepared[dialect]
    },
  }
  written.push(statement)
  return statement
}

const written: Pick<Statement<Reach, unknown, unknown>, 'name' | 'compile'>[] = []

/** Every statement of the modules that are loaded: for the test that asks how both databases carry each of them out. */
export function listStatements(): readonly (typeof written)[number][] {
  return written
}

function prepare<R extends Reach, Args, Row>(
  name: string,
  dialect: DialectName,
  write: (words: Words<R, Args>) => Compilable<Row>,
): PreparedStatement {
  const db = compilers[dialect] as unknown as Kysely<Tables[R]>
  const query = write({
    db,
    place: place as Place<Args>,
    organizationId: organizationMarker as never,
    dialect: dialects[dialect],
  }).compile()
  return { name, sql: dialects[dialect].settle(query.sql), slots: query.parameters.map(toSlot) }
}

function toSlot(parameter: unknown): Slot {
  if (parameter === organizationMarker) return { kind: 'organization' }
  if (parameter instanceof PlaceMarker) return { kind: 'place', name: parameter.name }
  return { kind: 'value', value: parameter as Value }
}

/** A statement of one organization; `name` is for readers: each store tells statements apart by what they are. */
export function organizationStatement<Args = Record<never, never>>(name: string) {
  return <Row>(
    write: (words: Words<'organization', Args>) => Compilable<Row>,
  ): Statement<'organization', Args, Row> => createStatement(name, write)
}

/** A statement on the tables of the installation. */
export function installationStatement<Args = Record<never, never>>(name: string) {
  return <Row>(
    write: (words: Words<'installation', Args>) => Compilable<Row>,
  ): Statement<'installation', Args, Row> => createStatement(name, write)
}

/**
 * A statement whose text depends on what was asked (a SCIM filter): compiled at each use, and kept as prepared by its text once that
 * has come again. Values go into the query itself; Kysely binds them.
 */
export function organizationQuery<Row>(
  write: (words: Words<'organization', Record<never, never>>) => Compilable<Row>,
): Statement<'organization', Record<never, never>, Row> {
  return { name: '', compile: (dialect) => withShape(prepare('', dialect, write)) }
}

/** Texts that are kept as prepared; whoever asks in ever new forms fills no more than this. */
const maxShapes = 128
const maxMet = 512
/** How often a text is met before it is kept. */
const metOften = 3

/** Makes a memory of texts: what it is given comes back with the shape that is kept for its text, once there is one. */
export function createShapes(): (statement: PreparedStatement) => PreparedStatement {
  const shapes = new Map<string, PreparedStatement>()
  const met = new Map<string, number>()
  return (statement) => {
    const { sql, slots } = statement
    const known = shapes.get(sql)
    if (known !== undefined) return { ...known, slots, shape: known }
    if (shapes.size >= maxShapes) return statement
    const times = (met.get(sql) ?? 0) + 1
    met.delete(sql)
    if (times < metOften) {
      const [oldest] = met.keys()
      if (met.size >= maxMet && oldest !== undefined) met.delete(oldest)
      met.set(sql, times)
      return statement
    }
    const shape = { name: 'query', sql, slots: [] }
    shapes.set(sql, shape)
    return { ...shape, slots, shape }
  }
}

const withShape = createShapes()

/** What a store keeps as prepared. */
export function identityOf(statement: PreparedStatement): PreparedStatement {
  return statement.shape ?? statement
}

const names = new WeakMap<PreparedStatement, string>()

/**
 * The name of a prepared statement on the server, made from its text: behind a pooler a server may know names from other
 * processes, of another version too, and never runs another text for one.
 */
export function nameOf(statement: PreparedStatement): string {
  let name = names.get(statement)
  if (name === undefined) {
    name = `rc_${createHash('sha256').update(statement.sql).digest('hex').slice(0, 32)}`
    names.set(statement, name)
  }
  return name
}

/** The values of one run, in the order of the places. */
export function bindValues(statement: PreparedStatement, args: unknown, organizationId: string): Value[] {
  const { slots } = statement
  const values: Value[] = []
  for (let at = 0; at < slots.length; at += 1) {
    const slot = slots[at]!
    if (slot.kind === 'place') values.push((args as Record<string, Value>)[slot.name] ?? null)
    else values.push(slot.kind === 'organization' ? organizationId : slot.value)
  }
  return values
}

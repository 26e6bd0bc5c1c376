// A stretch of statements on one connection: written at once, ended by one Sync, answered in one go. Without BEGIN such a stretch is
// a transaction by itself (PostgreSQL's implicit one): what fails undoes all of it, and its answer comes after the commit. The driver's
// own queries have a Sync for each statement, and so an answer of the server and a look of both sides for each.
import { type Client, Query } from 'pg'
import type { PreparedStatement, Value } from './statement.ts'

/** A statement with its values. `name` undefined: not kept as prepared. */
export interface Step {
  readonly statement: PreparedStatement
  readonly name: string | undefined
  readonly values: readonly Value[]
}

/** What came of a stretch: the rows of its last step, and the last command's tag. */
export interface Answer<Row = object> {
  readonly rows: readonly Row[]
  readonly tag: string
}

interface Field {
  readonly name: string
  readonly parse: ((text: string) => unknown) | undefined
}

/** Of a text without values. */
export function toStep(sql: string, name?: string): Step {
  return { statement: { name: name ?? '', sql, slots: [] }, name, values: [] }
}

/** What the server was told of a statement on one connection, before it said that it had heard. */
interface Known {
  isParsed: boolean
  /** A stretch that parsed it failed: the name may be there or not. */
  isDoubtful: boolean
  fields: readonly Field[]
}

/** By their names: statements of one text, wherever they are written, have one. */
type Told = Map<string, Known>
const toldOf = new WeakMap<Client, Told>()

/** Types that come as the text that they are. */
const textOids = new Set([25, 1043, 19])

/** The part of the driver's connection that writes. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void }
  parse(message: { readonly name: string; readonly text: string }): void
  bind(message: { readonly statement: string; readonly values: readonly (string | Buffer | null)[] }): void
  describe(message: { readonly type: 'P'; readonly name: string }): void
  execute(message: undefined): void
  close(message: { readonly type: 'S'; readonly name: string }): void
  sync(): void
}

type Answered<Row> = (error: Error | undefined, answer: Answer<Row>) => void

/** `answered` is told once: what came of it, or the first failure. */
export function sendStretch<Row = object>(
  client: Client,
  steps: readonly Step[],
  answered: Answered<Row>,
): void {
  let told = toldOf.get(client)
  if (told === undefined) {
    told = new Map()
    toldOf.set(client, told)
  }
  client.query(new Stretch(client, told, steps, answered) as never)
}

// The driver takes no other class while it pipelines, and asks of a query what stands here.
const Base = Query as unknown as new (text: string) => object

class Stretch<Row> extends Base {
  readonly #client: Client
  readonly #told: Told
  readonly #steps: readonly Step[]
  readonly #answered: Answered<Row>
  /** Where the answers are. */
  #at = 0
  #rows: Row[] = []
  #tag = ''
  readonly #known: Known[] = []
  readonly #parsed: Known[] = []
  #fault: Error | undefined

  constructor(client: Client, told: Told, steps: readonly Step[], answered: Answered<Row>) {
    super('')
    this.#client = client
    this.#told = told
    this.#steps = steps
    this.#answered = answered
  }

  submit(wire: Wire): undefined {
    wire.stream.cork()
    for (const step of this.#steps) this.#write(wire, step)
    wire.sync()
    wire.stream.uncork()
  }

  #write(wire: Wire, { statement, name = '', values }: Step): void {
    const known = this.#find(name)
    this.#known.push(known)
    const isNew = !known.isParsed
    if (isNew) {
      if (known.isDoubtful) wire.close({ type: 'S', name })
      wire.parse({ name, text: statement.sql })
      known.isParsed = true
      this.#parsed.push(known)
    }
    wire.bind({ statement: name, values: values.map(toWire) })
    // What its rows look like is asked once.
    if (isNew) wire.describe({ type: 'P', name: '' })
    wire.execute(undefined)
  }

  #find(name: string): Known {
    if (name === '') return { isParsed: false, isDoubtful: false, fields: [] }
    let known = this.#told.get(name)
    if (known === undefined) {
      known = { isParsed: false, isDoubtful: false, fields: [] }
      this.#told.set(name, known)
    }
    return known
  }

  handleRowDescription({
    fields,
  }: {
    readonly fields: readonly { name: string; dataTypeID: number }[]
  }): void {
    const known = this.#known[this.#at]
    if (known === undefined) return
    known.fields = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: textOids.has(dataTypeID) ? undefined : this.#client.getTypeParser(dataTypeID, 'text'),
    }))
  }

  // Of the last step alone: nobody asks for what the others return.
  handleDataRow({ fields: values }: { readonly fields: readonly (string | null)[] }): void {
    if (this.#at !== this.#steps.length - 1) return
    const fields = this.#known[this.#at]?.fields ?? []
    const row: Record<string, unknown> = {}
    for (let at = 0; at < fields.length; at += 1) {
      const { name, parse } = fields[at]!
      const value = values[at] ?? null
      row[name] = value === null || parse === undefined ? value : parse(value)
    }
    // What the statement's text asks for is what its type says.
    this.#rows.push(row as Row)
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#at += 1
    this.#tag = text
  }

  handleEmptyQuery(): void {
    this.#at += 1
  }

  /** Told of a lost connection as well. */
  handleError(error: Error): void {
    if (this.#fault !== undefined) return
    this.#fault = error
    for (const known of this.#parsed) {
      known.isParsed = false
      known.isDoubtful = true
    }
    this.#answered(error, { rows: [], tag: '' })
  }

  handleReadyForQuery(): void {
    for (const known of this.#parsed) known.isDoubtful = false
    this.#answered(undefined, { rows: this.#rows, tag: this.#tag })
  }
}

/** Bytes go as they are, all else as text. */
function toWire(value: Value): string | Buffer | null {
  if (value === null) return null
  return typeof value === 'object'
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : String(value)
}

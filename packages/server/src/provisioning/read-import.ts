// Reads an import as it comes in: the body is JSON with a list of people, or with a CSV text inside, and is never whole in memory.
// Each part is a few milliseconds of work, and others are served in between. Owns the form of the body, not what a row means.

import { parsePlainJson, RepeatedNameError } from '@rollcall/scim'
import { parse } from 'csv-parse'
import { codeOf } from '../base/unknown.ts'
import { Problem } from '../http/problem.ts'
import { findHeadFault, type Head, readHead, toColumn } from './csv-head.ts'

/** One row, as it was sent. */
export type Row = Readonly<Record<string, unknown>>

/** An import that was read whole. */
export interface ReadImport {
  readonly rows: readonly Row[]
  readonly dryRun: boolean
}

/** The most rows of one import. */
export const maxImportRows = 100_000
/** Of one row: a line of the CSV, or one person of the list. */
export const maxRowBytes = 65_536
/** Characters that are worked through at a stretch. */
const charactersPerPart = 65_536
const maxDepth = 32
const maxSmallValue = 100

/** `text` is the body, decoded. Throws 400 with the row that cannot be read, as soon as it is met. */
export async function readImport(text: AsyncIterable<string>): Promise<ReadImport> {
  const rows: Row[] = []
  const csv = createCsv(rows)
  const scanner = new Scanner(rows)
  for await (const whole of text) {
    for (let start = 0; start < whole.length; start += charactersPerPart) {
      for (const piece of scanner.take(whole.slice(start, start + charactersPerPart))) await csv.write(piece)
      assertCount(rows)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const { format = 'json', dryRun = true, hasUsers, hasCsv } = scanner.end()
  await csv.end()
  assertCount(rows)
  const headFault = csv.fault()
  if (typeof dryRun !== 'boolean') throw invalid('dryRun: must be true or false')
  if (format !== 'json' && format !== 'csv') throw invalid('format: must be csv or json')
  if (format === 'csv' ? !hasCsv || hasUsers : !hasUsers || hasCsv)
    throw invalid('Send users with format json, or csv with format csv')
  if (headFault !== undefined) throw invalid(headFault)
  return { rows, dryRun }
}

function assertCount(rows: readonly Row[]): void {
  if (rows.length > maxImportRows) throw invalid(`An import takes at most ${maxImportRows} people`)
}

function invalid(detail: string): Problem {
  return new Problem('invalid_request', detail)
}

interface Csv {
  write(text: string): Promise<void>
  end(): Promise<void>
  /** What is wrong with the names of its columns. */
  fault(): string | undefined
}

// The parser throws away nothing that is too long before it is whole, unless it is told to.
function createCsv(rows: Row[]): Csv {
  let fault: Error | undefined
  let headFault: string | undefined
  /** What came before the separator was known. */
  let held = ''
  let parser: ReturnType<typeof parse> | undefined
  const begin = ({ separator, rest }: Head): void => {
    parser = parse({
      delimiter: separator,
      columns: (names: readonly string[]) => {
        const known = names.map(toColumn)
        headFault = findHeadFault(known, separator)
        return known
      },
      skip_empty_lines: true,
      trim: true,
      bom: true,
      relax_column_count: false,
      max_record_size: maxRowBytes,
    })
    parser.on('data', (row: Row) => rows.push(row))
    parser.on('error', (error: Error) => {
      fault ??= error
    })
    held = rest
  }
  const judge = (): void => {
    if (fault === undefined) return
    if (codeOf(fault) === 'CSV_MAX_RECORD_SIZE') throw tooLong(rows.length + 1)
    // Names that nobody knows say more than a row that has another number of columns.
    throw invalid(headFault ?? `csv: ${fault.message.slice(0, 200)}`)
  }
  const put = async (text: string): Promise<void> => {
    judge()
    await new Promise<void>((resolve) => parser?.write(text, () => resolve()))
    judge()
  }
  return {
    async write(text) {
      if (parser !== undefined) return put(text)
      held += text
      const head = readHead(held, held.length > maxRowBytes)
      if (head === undefined) return
      begin(head)
      await put(held)
    },
    async end() {
      if (parser === undefined) {
        begin(readHead(held, true))
        if (held !== '') await put(held)
      }
      judge()
      await new Promise<void>((resolve) => {
        parser?.once('error', () => resolve())
        parser?.once('end', resolve)
        parser?.end()
      })
      judge()
    },
    fault: () => headFault,
  }
}

function tooLong(row: number): Problem {
  return invalid(`Row ${row} is longer than ${maxRowBytes / 1_024} KB`)
}

interface Members {
  readonly dryRun?: unknown
  readonly format?: unknown
  readonly hasUsers: boolean
  readonly hasCsv: boolean
}

type Place =
  | 'start'
  | 'first key'
  | 'key'
  | 'colon'
  | 'value'
  | 'small value'
  | 'csv'
  | 'first element'
  | 'element'
  | 'behind value'
  | 'end'

const refusals: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  users: 'users: must be a list',
  csv: 'csv: must be a text',
})
const blank = /[ \t\r\n]/

/** The text of the member `csv`, as it comes in. */
class CsvText {
  /** What was cut off because it was not whole. */
  #held = ''
  /** Up to where what is held is whole. */
  #whole = 0
  #isEscaped = false
  /** An escape by number under way. */
  #hexLeft = 0
  #hex = ''

  /**
   * Up to the end of the CSV, or of the part: an escape that is not whole, or half of a surrogate pair, waits for the next part. Returns
   * where it stopped, at the closing quote or behind the part.
   */
  take(text: string, from: number, pieces: string[]): number {
    let at = from
    for (; at < text.length; at += 1) {
      const behind = this.#held.length + at - from + 1
      if (this.#isEndAt(text, at, behind)) break
    }
    this.#held += text.slice(from, at)
    const cut = at < text.length ? this.#held.length : this.#whole
    pieces.push(parseText(this.#held.slice(0, cut), 'csv'))
    this.#held = this.#held.slice(cut)
    this.#whole = 0
    return at
  }

  #isEndAt(text: string, at: number, behind: number): boolean {
    const unit = text.charCodeAt(at)
    if (this.#hexLeft > 0) {
      this.#hex += text[at]
      this.#hexLeft -= 1
      if (this.#hexLeft === 0 && !isHighSurrogate(Number.parseInt(this.#hex, 16))) this.#whole = behind
    } else if (this.#isEscaped) {
      this.#isEscaped = false
      if (unit === letterU) [this.#hexLeft, this.#hex] = [4, '']
      else this.#whole = behind
    } else if (unit === backslash) this.#isEscaped = true
    else if (unit === quote) return true
    else if (!isHighSurrogate(unit)) this.#whole = behind
    return false
  }
}

const [quote, backslash, letterU] = [0x22, 0x5c, 0x75]

/** A reader of one JSON object, RFC 8259, a character at a time: what lies inside an element is cut out and parsed by itself. */
class Scanner {
  readonly #rows: Row[]
  readonly #small: Record<string, unknown> = {}
  readonly #seen = new Set<string>()
  readonly #csv = new CsvText()
  #place: Place = 'start'
  #key = ''
  /** What is held of the token under way. */
  #held = ''
  #depth = 0
  #isQuoted = false
  #isEscaped = false

  constructor(rows: Row[]) {
    this.#rows = rows
  }

  /** Pushes the people that became whole; returns pieces of the CSV text. */
  take(text: string): readonly string[] {
    const pieces: string[] = []
    for (let at = 0; at < text.length; at += 1) {
      if (this.#place === 'csv') {
        at = this.#csv.take(text, at, pieces)
        if (at < text.length) this.#place = 'behind value'
      } else this.#step(text[at]!)
    }
    return pieces
  }

  end(): Members {
    if (this.#place !== 'end') throw invalid('The body is not JSON, or is not whole')
    return { ...this.#small, hasUsers: this.#seen.has('users'), hasCsv: this.#seen.has('csv') }
  }

  #step(character: string): void {
    if (this.#place === 'element') this.#stepElement(character)
    else if (this.#place === 'small value') this.#stepSmall(character)
    else if (this.#place === 'key') this.#stepKey(character)
    else if (this.#place !== 'first element') this.#stepBetween(character)
    else if (character === ']') this.#place = 'behind value'
    else if (!blank.test(character)) {
      this.#place = 'element'
      this.#stepElement(character)
    }
  }

  #stepBetween(character: string): void {
    if (blank.test(character)) return
    const place = this.#place
    if (place === 'start' && character === '{') this.#place = 'first key'
    else if (place === 'first key' && character === '}') this.#place = 'end'
    else if (place === 'first key' && character === '"') [this.#place, this.#held] = ['key', '']
    else if (place === 'colon' && character === ':') this.#place = 'value'
    else if (place === 'value') this.#enterValue(character)
    else if (place === 'behind value' && character === ',') this.#place = 'first key'
    else if (place === 'behind value' && character === '}') this.#place = 'end'
    else throw invalid('The body is not JSON')
  }

  #stepKey(character: string): void {
    if (character === '"' && !this.#isEscaped) {
      this.#key = parseText(this.#held, 'The body')
      this.#place = 'colon'
      return
    }
    this.#isEscaped = !this.#isEscaped && character === '\\'
    this.#held += character
    if (this.#held.length > maxSmallValue) throw invalid('The body has a name that is too long')
  }

  #enterValue(character: string): void {
    const key = this.#key
    if (this.#seen.has(key)) throw invalid(`${key}: is there more than once`)
    this.#seen.add(key)
    this.#held = ''
    if (key === 'users' && character === '[') this.#place = 'first element'
    else if (key === 'csv' && character === '"') this.#place = 'csv'
    else if (key === 'dryRun' || key === 'format') {
      this.#place = 'small value'
      this.#stepSmall(character)
    } else throw invalid(refusals[key] ?? `Unrecognized key: ${JSON.stringify(key)}`)
  }

  #stepSmall(character: string): void {
    if (!this.#isQuoted && (character === ',' || character === '}')) {
      this.#small[this.#key] = parseJson(this.#held, this.#key)
      this.#place = 'behind value'
      this.#step(character)
      return
    }
    if (character === '"') this.#isQuoted = !this.#isQuoted
    this.#held += character
    if (this.#held.length > maxSmallValue) throw invalid(`${this.#key}: is too long`)
  }

  #stepElement(character: string): void {
    if (!this.#isQuoted && this.#depth === 0 && (character === ',' || character === ']')) {
      this.#rows.push(readElement(this.#held, this.#rows.length))
      this.#held = ''
      this.#place = character === ',' ? 'element' : 'behind value'
      return
    }
    this.#held += character
    if (this.#held.length > maxRowBytes) throw tooLong(this.#rows.length + 1)
    if (this.#isEscaped) this.#isEscaped = false
    else if (this.#isQuoted && character === '\\') this.#isEscaped = true
    else if (character === '"') this.#isQuoted = !this.#isQuoted
    else if (!this.#isQuoted && (character === '{' || character === '[')) this.#depth += 1
    else if (!this.#isQuoted && (character === '}' || character === ']')) this.#depth -= 1
    if (this.#depth > maxDepth || this.#depth < 0)
      throw invalid('The body is not JSON, or is nested too deeply')
  }
}

function readElement(text: string, at: number): Row {
  const element = parseJson(text, `users.${at}`)
  if (!isObject(element)) throw invalid(`users.${at}: must be an object`)
  return element
}

const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

/** What lies between quotes. */
function parseText(text: string, what: string): string {
  return String(parseJson(`"${text}"`, what))
}

function parseJson(text: string, what: string): unknown {
  try {
    return parsePlainJson(text, maxDepth + 1)
  } catch (error) {
    if (error instanceof RepeatedNameError) throw invalid(`${what}: ${error.detail}`)
    throw invalid(`${what}: is not JSON`)
  }
}

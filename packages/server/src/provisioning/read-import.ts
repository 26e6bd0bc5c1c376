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
  const scanner = createScanner(rows)
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
        begin(readHead(held, true) as Head)
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

interface Scanner {
  /** Pushes the people that became whole; returns pieces of the CSV text. */
  take(text: string): readonly string[]
  end(): Members
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

// A reader of one JSON object, RFC 8259, a character at a time: what lies inside an element is cut out and parsed by itself.
function createScanner(rows: Row[]): Scanner {
  const small: Record<string, unknown> = {}
  const seen = new Set<string>()
  let place: Place = 'start'
  let key = ''
  /** What is held of the token under way. */
  let held = ''
  let [depth, isQuoted, isEscaped] = [0, false, false]
  /** Of the CSV: an escape by number under way, and up to where what is held is whole. */
  let [hexLeft, hex, whole] = [0, '', 0]

  const enterValue = (character: string): void => {
    if (seen.has(key)) throw invalid(`${key}: is there more than once`)
    seen.add(key)
    held = ''
    if (key === 'users' && character === '[') place = 'first element'
    else if (key === 'csv' && character === '"') place = 'csv'
    else if (key === 'dryRun' || key === 'format') {
      place = 'small value'
      stepSmall(character)
    } else throw invalid(refusals[key] ?? `Unrecognized key: ${JSON.stringify(key)}`)
  }
  const stepSmall = (character: string): void => {
    if (!isQuoted && (character === ',' || character === '}')) {
      small[key] = parseJson(held, key)
      place = 'behind value'
      step(character)
      return
    }
    if (character === '"') isQuoted = !isQuoted
    held += character
    if (held.length > maxSmallValue) throw invalid(`${key}: is too long`)
  }
  const stepElement = (character: string): void => {
    if (!isQuoted && depth === 0 && (character === ',' || character === ']')) {
      const element = parseJson(held, `users.${rows.length}`)
      if (typeof element !== 'object' || element === null || Array.isArray(element))
        throw invalid(`users.${rows.length}: must be an object`)
      rows.push(element as Row)
      held = ''
      place = character === ',' ? 'element' : 'behind value'
      return
    }
    held += character
    if (held.length > maxRowBytes) throw tooLong(rows.length + 1)
    if (isEscaped) isEscaped = false
    else if (isQuoted && character === '\\') isEscaped = true
    else if (character === '"') isQuoted = !isQuoted
    else if (!isQuoted && (character === '{' || character === '[')) depth += 1
    else if (!isQuoted && (character === '}' || character === ']')) depth -= 1
    if (depth > maxDepth || depth < 0) throw invalid('The body is not JSON, or is nested too deeply')
  }
  const stepKey = (character: string): void => {
    if (character === '"' && !isEscaped) {
      key = parseJson(`"${held}"`, 'The body') as string
      place = 'colon'
      return
    }
    isEscaped = !isEscaped && character === '\\'
    held += character
    if (held.length > maxSmallValue) throw invalid('The body has a name that is too long')
  }
  const step = (character: string): void => {
    if (place === 'element') stepElement(character)
    else if (place === 'small value') stepSmall(character)
    else if (place === 'key') stepKey(character)
    else if (place !== 'first element') stepBetween(character)
    else if (character === ']') place = 'behind value'
    else if (!blank.test(character)) {
      place = 'element'
      stepElement(character)
    }
  }
  const stepBetween = (character: string): void => {
    if (blank.test(character)) return
    if (place === 'start' && character === '{') place = 'first key'
    else if (place === 'first key' && character === '}') place = 'end'
    else if (place === 'first key' && character === '"') [place, held] = ['key', '']
    else if (place === 'colon' && character === ':') place = 'value'
    else if (place === 'value') enterValue(character)
    else if (place === 'behind value' && character === ',') place = 'first key'
    else if (place === 'behind value' && character === '}') place = 'end'
    else throw invalid('The body is not JSON')
  }
  // Up to the end of the CSV, or of the part: an escape that is not whole, or half of a surrogate pair, waits for the next part.
  const takeCsv = (text: string, from: number, pieces: string[]): number => {
    let at = from
    for (; at < text.length; at += 1) {
      const character = text[at]!
      if (hexLeft > 0) {
        hex += character
        hexLeft -= 1
        if (hexLeft === 0 && !isHighSurrogate(Number.parseInt(hex, 16))) whole = held.length + at - from + 1
      } else if (isEscaped) {
        isEscaped = false
        if (character === 'u') [hexLeft, hex] = [4, '']
        else whole = held.length + at - from + 1
      } else if (character === '\\') isEscaped = true
      else if (character === '"') break
      else if (!isHighSurrogate(character.charCodeAt(0))) whole = held.length + at - from + 1
    }
    held += text.slice(from, at)
    const cut = at < text.length ? held.length : whole
    pieces.push(parseJson(`"${held.slice(0, cut)}"`, 'csv') as string)
    held = held.slice(cut)
    whole = 0
    if (at < text.length) place = 'behind value'
    return at
  }
  return {
    take(text) {
      const pieces: string[] = []
      for (let at = 0; at < text.length; at += 1) {
        if (place === 'csv') at = takeCsv(text, at, pieces)
        else step(text[at]!)
      }
      return pieces
    },
    end() {
      if (place !== 'end') throw invalid('The body is not JSON, or is not whole')
      return { ...small, hasUsers: seen.has('users'), hasCsv: seen.has('csv') }
    },
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function parseJson(text: string, what: string): unknown {
  try {
    return parsePlainJson(text, maxDepth + 1)
  } catch (error) {
    if (error instanceof RepeatedNameError) throw invalid(`${what}: ${error.detail}`)
    throw invalid(`${what}: is not JSON`)
  }
}

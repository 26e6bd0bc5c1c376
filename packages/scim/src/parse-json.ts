// The only parse of untrusted text, behind a scan of its depth.

import { ScimError } from './error.ts'
import { isJsonObject, type JsonValue, NumberLiteral } from './json.ts'
import { refuse, toRefusalSentence } from './refusals.ts'
import { toName } from './tolerance.ts'

const quote = 0x22
const backslash = 0x5c
const minus = 0x2d
const colon = 0x3a
const byteOrderMark = 0xfeff

// The position of the quotation mark that closes a string; a mark behind an odd number of backslashes does not.
function endOfString(text: string, start: number): number {
  let close = text.indexOf('"', start)
  while (close >= 0) {
    let first = close
    while (first > start && text.charCodeAt(first - 1) === backslash) first -= 1
    if ((close - first) % 2 === 0) return close
    close = text.indexOf('"', close + 1)
  }
  return text.length
}

/** What one pass over a text counts before any parse. */
interface Scan {
  /** Colons outside of strings: in what is JSON, the members of its objects. */
  readonly members: number
  /** Numbers that a double does not write as they were. */
  readonly losing: number
}

// The position behind a number; digits and their signs stand outside of strings in nothing else.
function endOfNumber(text: string, start: number): number {
  let end = start + 1
  for (let code = text.charCodeAt(end); isOfNumber(code); code = text.charCodeAt(end)) end += 1
  return end
}

function isOfNumber(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x65 || code === 0x45 || isSign(code)
}

function isSign(code: number): boolean {
  return code === 0x2b || code === minus
}

// More than 15 digits, a fraction, an exponent, or the zero that has a sign.
function mayLose(text: string, start: number, end: number): boolean {
  const number = text.slice(start, end)
  if (number.length > (text.charCodeAt(start) === minus ? 16 : 15)) return true
  return number === '-0' || number.includes('.') || number.includes('e') || number.includes('E')
}

function scan(text: string, maxDepth: number): Scan {
  let depth = 0
  let members = 0
  let losing = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === quote) {
      index = endOfString(text, index + 1)
    } else if (code === colon) {
      members += 1
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1
      if (depth > maxDepth) throw refuse('json_too_deep', { most: maxDepth })
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1
    } else if ((code >= 0x30 && code <= 0x39) || code === minus) {
      const end = endOfNumber(text, index)
      if (mayLose(text, index, end)) losing += 1
      index = end - 1
    }
  }
  return { members, losing }
}

/** One pass over the text before any parse; throws ScimError 400 invalidSyntax above `maxDepth` open brackets. */
export function assertJsonDepth(text: string, maxDepth: number): void {
  scan(text, maxDepth)
}

/** A body that is meant has fewer: each is kept as an object, and the parse that finds them is a slow one. */
const maxKept = 10_000

interface Source {
  readonly source?: string
}

function keepDigits(_key: string, value: unknown, context?: Source): unknown {
  if (typeof value !== 'number') return value
  const source = context?.source
  const isSafe = Number.isSafeInteger(value) || !Number.isInteger(value)
  return source === undefined || (isSafe && String(value) === source) ? value : new NumberLiteral(source)
}

function countMembers(value: JsonValue): number {
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[])
      if (typeof item === 'object') count += countMembers(item)
  } else if (isJsonObject(value)) {
    for (const name in value) {
      const member = value[name]
      count += typeof member === 'object' ? 1 + countMembers(member) : 1
    }
  }
  return count
}

// A string of a text that is JSON is a name where a colon follows it.
function isName(text: string, end: number): boolean {
  let next = end + 1
  while (text.charCodeAt(next) <= 0x20) next += 1
  return text.charCodeAt(next) === colon
}

// Of a text that is JSON: the first name that stands twice in its object.
function findTwin(text: string): string | undefined {
  const open: Set<string>[] = []
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 0x7b || code === 0x5b) open.push(new Set())
    else if (code === 0x7d || code === 0x5d) open.pop()
    else if (code === quote) {
      const end = endOfString(text, index + 1)
      const names = open.at(-1)
      if (names !== undefined && isName(text, end)) {
        const name = JSON.parse(text.slice(index, end + 1)) as string
        if (names.has(name)) return name
        names.add(name)
      }
      index = end
    }
  }
  return undefined
}

/** The latter of two members of one name would undo the former without a word (RFC 8259 §4). */
export class RepeatedNameError extends ScimError {
  constructor(name: string) {
    super(400, 'invalidSyntax', [toRefusalSentence('name_twice', { name: toName(name) })])
  }
}

// The names of what was parsed are as many as the text has, or one stands twice.
function assertUnique(parsed: JsonValue, json: string, { members }: Scan): JsonValue {
  if (countMembers(parsed) < members) throw new RepeatedNameError(findTwin(json) ?? '')
  return parsed
}

/**
 * Parses after one pass over the text; throws ScimError 400 invalidSyntax where it is no JSON, has more than `maxDepth` open brackets, or a
 * name twice in one object (RepeatedNameError). Numbers are doubles.
 */
export function parsePlainJson(text: string, maxDepth: number): JsonValue {
  const scanned = scan(text, maxDepth)
  return assertUnique(parse(text, false), text, scanned)
}

/**
 * Parses after one pass over the text, without the byte order mark that a body may begin with (RFC 8259 §8.1). Throws ScimError 400
 * invalidSyntax without echoing any value of the text; a name that stands twice in one object is named. Numbers come with the digits that
 * they were sent with, at no cost where a double has them.
 */
export function parseJson(text: string, maxDepth: number): JsonValue {
  const json = text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text
  const scanned = scan(json, maxDepth)
  const { losing } = scanned
  if (losing > maxKept) throw refuse('numbers_too_many', { most: maxKept })
  return assertUnique(parse(json, losing > 0), json, scanned)
}

function parse(json: string, isKeeping: boolean): JsonValue {
  try {
    return JSON.parse(json, isKeeping ? keepDigits : undefined) as JsonValue
  } catch {
    throw refuse('body_not_json')
  }
}

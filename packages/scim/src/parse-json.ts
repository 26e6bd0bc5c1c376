// The only parse of untrusted text, behind a scan of its depth.

import { ScimError } from './error.ts'
import { type JsonValue, NumberLiteral } from './json.ts'

const quote = 0x22
const backslash = 0x5c
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

/** One pass over the text before any parse; throws ScimError 400 invalidSyntax above `maxDepth` open brackets. */
export function assertJsonDepth(text: string, maxDepth: number): void {
  let depth = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === quote) {
      index = endOfString(text, index + 1)
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1
      if (depth > maxDepth)
        throw new ScimError(400, 'invalidSyntax', `JSON may be nested at most ${maxDepth} levels deep.`)
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1
    }
  }
}

/** Whether there are more brackets than may be open at once: most bodies have too few to be too deep, and this is far quicker. */
function hasBrackets(text: string, most: number): boolean {
  let found = 0
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      found += 1
      if (found > most) return true
    }
  }
  return false
}

/**
 * Whether there may be a number that a double does not write as it was; what looks like one in a string counts too. A number ends where
 * its place in the text does: the 2.0 of a schema's URN is none.
 */
const losing = /[[:,]\s*(?:-0|-?(?:\d{16,}|\d+\.\d+|\d+(?:\.\d+)?[eE][+-]?\d+))(?=\s*[,}\]])/g

/** A body that is meant has fewer: each is kept as an object, and the parse that finds them is a slow one. */
const maxKept = 10_000

function mayLoseDigits(text: string): boolean {
  losing.lastIndex = 0
  if (!losing.test(text)) return false
  let found = 1
  while (losing.test(text)) {
    found += 1
    if (found > maxKept)
      throw new ScimError(
        400,
        'invalidSyntax',
        `At most ${maxKept} numbers of a body may have more than 15 digits, a fraction or an exponent.`,
      )
  }
  return true
}

interface Source {
  readonly source?: string
}

function keepDigits(_key: string, value: unknown, context?: Source): unknown {
  if (typeof value !== 'number') return value
  const source = context?.source
  const isSafe = Number.isSafeInteger(value) || !Number.isInteger(value)
  return source === undefined || (isSafe && String(value) === source) ? value : new NumberLiteral(source)
}

/**
 * Parses after the depth scan, without the byte order mark that a body may begin with (RFC 8259 §8.1). Throws ScimError 400 invalidSyntax
 * without echoing any of the text. Numbers come with the digits that they were sent with, at no cost where a double has them.
 */
export function parseJson(text: string, maxDepth: number): JsonValue {
  if (hasBrackets(text, maxDepth)) assertJsonDepth(text, maxDepth)
  const json = text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text
  const revive = mayLoseDigits(json) ? keepDigits : undefined
  try {
    return JSON.parse(json, revive) as JsonValue
  } catch {
    throw new ScimError(400, 'invalidSyntax', 'The body is not valid JSON.')
  }
}

// The only parse of untrusted text, behind a scan of its depth.

import { ScimError } from './error.ts'
import type { JsonValue } from './json.ts'

const quote = 0x22
const backslash = 0x5c

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

/** Parses after the depth scan; throws ScimError 400 invalidSyntax without echoing any of the text. */
export function parseJson(text: string, maxDepth: number): JsonValue {
  if (hasBrackets(text, maxDepth)) assertJsonDepth(text, maxDepth)
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    throw new ScimError(400, 'invalidSyntax', 'The body is not valid JSON.')
  }
}

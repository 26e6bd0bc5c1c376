// The only parse of untrusted text, behind a scan of its depth.

import { ScimError } from './error.ts'
import type { JsonValue } from './json.ts'

const quote = 0x22
const backslash = 0x5c

/** One pass over the text before any parse; throws ScimError 400 invalidSyntax above `maxDepth` open brackets. */
export function assertJsonDepth(text: string, maxDepth: number): void {
  let depth = 0
  let isInString = false
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (isInString) {
      if (code === backslash) index += 1
      else if (code === quote) isInString = false
    } else if (code === quote) {
      isInString = true
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1
      if (depth > maxDepth)
        throw new ScimError(400, 'invalidSyntax', `JSON may be nested at most ${maxDepth} levels deep.`)
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1
    }
  }
}

/** Parses after the depth scan; throws ScimError 400 invalidSyntax without echoing any of the text. */
export function parseJson(text: string, maxDepth: number): JsonValue {
  assertJsonDepth(text, maxDepth)
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    throw new ScimError(400, 'invalidSyntax', 'The body is not valid JSON.')
  }
}

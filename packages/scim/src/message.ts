// The members of a message: of a PATCH and its operations, of a bulk request and its, of a search.

import type { ScimError } from './error.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { refuse } from './refusals.ts'

/** The members of a message by their names in lower case; `fault` where two are one name. */
export interface Members {
  readonly members: ReadonlyMap<string, JsonValue>
  readonly fault: ScimError | undefined
}

/** Names of messages are attribute names too, and so in any case (RFC 7643 §2.1). Of two of one name the first is there. */
export function foldMembers(raw: JsonObject): Members {
  const members = new Map<string, JsonValue>()
  let fault: ScimError | undefined
  for (const key of Object.keys(raw)) {
    const name = key.toLowerCase()
    if (members.has(name)) fault ??= refuse('name_repeated', { name: key })
    else members.set(name, raw[key]!)
  }
  return { members, fault }
}

/** As foldMembers, but throws ScimError 400 for a name that is there twice: one of the two would be lost without a word. */
export function membersOf(raw: JsonObject): ReadonlyMap<string, JsonValue> {
  const { members, fault } = foldMembers(raw)
  if (fault !== undefined) throw fault
  return members
}

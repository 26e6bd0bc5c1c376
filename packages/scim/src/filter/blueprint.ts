// The one value that a filter in brackets describes, where it does.

import type { JsonObject, JsonValue } from '../json.ts'
import type { ResolvedFilter } from './syntax.ts'

/** `type eq "work" and primary eq true` describes {type: "work", primary: true}; any other operator describes no one value. */
export function toBlueprint(filter: ResolvedFilter): JsonObject | undefined {
  const terms = filter.kind === 'and' ? filter.operands : [filter]
  const blueprint: Record<string, JsonValue> = {}
  for (const term of terms) {
    if (term.kind !== 'compare' || term.operator !== 'eq' || term.attribute.mutability === 'readOnly')
      return undefined
    blueprint[term.attribute.name] = term.value
  }
  return blueprint
}

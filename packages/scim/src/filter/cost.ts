// What it takes to compare values with a filter, in visits: so that a request that would keep all others waiting is refused before it does.
import { isJsonObject, type JsonValue } from '../json.ts'
import type { ResolvedFilter } from './syntax.ts'

/** 500 operations on a group of 10,000 members; beyond that one request would keep all others waiting. */
export const maxVisits = 5_000_000

// A comparison reads all the text of a value: a few long ones, compared a hundred times by each of hundreds of operations, are minutes.
const freeCharacters = 256
const charactersPerVisit = 16

/** How many visits it takes to look at each value once: one, and more for much text. */
export function weigh(elements: readonly JsonValue[]): number {
  let visits = elements.length
  for (const element of elements) {
    const characters = countCharacters(element)
    if (characters > freeCharacters) visits += Math.ceil((characters - freeCharacters) / charactersPerVisit)
  }
  return visits
}

function countCharacters(value: JsonValue): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 0
  let characters = 0
  if (Array.isArray(value)) for (const inner of value) characters += countCharacters(inner)
  else if (isJsonObject(value)) for (const name in value) characters += countCharacters(value[name] ?? null)
  return characters
}

/** How many times a filter looks at one value, at least 1. */
export function costOf(filter: ResolvedFilter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.operands.reduce((sum, operand) => sum + costOf(operand), 0)
    case 'not':
      return costOf(filter.operand)
    case 'compare':
      // What is looked for inside of a text is compared at each place of it.
      return 1 + (filter.operator === 'co' ? Math.floor(String(filter.key).length / 64) : 0)
    default:
      return 1
  }
}

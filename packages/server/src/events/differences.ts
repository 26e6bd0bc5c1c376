// What differs between two views of one thing, for the record. Pure.
import type { Change } from '@rollcall/api'
import { maskUrl } from '../base/masked-url.ts'

/** The attributes among `names` whose values are not the same, in that order. */
export function listDifferences<T extends object>(
  before: T,
  after: T,
  names: readonly (keyof T & string)[],
): Change[] {
  return names.flatMap((attribute) =>
    JSON.stringify(before[attribute]) === JSON.stringify(after[attribute])
      ? []
      : [{ attribute, before: before[attribute], after: after[attribute] }],
  )
}

/** The same with addresses among them masked: events go to others than whoever gave the address. */
export function maskChanges(changes: readonly Change[], addresses: readonly string[]): Change[] {
  const mask = (value: unknown): unknown => (typeof value === 'string' ? maskUrl(value) : value)
  return changes.map((change) =>
    addresses.includes(change.attribute)
      ? { ...change, before: mask(change.before), after: mask(change.after) }
      : change,
  )
}

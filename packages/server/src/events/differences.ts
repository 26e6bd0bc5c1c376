// What differs between two views of one thing, for the record. Pure.
import type { Change } from '@rollcall/api'

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

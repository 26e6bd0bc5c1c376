// Which entry of a file is which noun that is there: by its id where it names one, else by its name, which has to be one's alone.
import type { Place } from './file.ts'
import type { Planning } from './step.ts'

interface Entry {
  readonly id?: string | undefined
}

export interface Matched<E, N> {
  readonly entry: E
  readonly place: Place
  /** Undefined: it is to be created. */
  readonly found: N | undefined
}

export interface Matches<E, N> {
  readonly entries: readonly Matched<E, N>[]
  /** Those that are there and not in the file. */
  readonly rest: readonly N[]
}

/** `what` is one of them in words, such as `connection`. */
export function matchEntries<E extends Entry, N extends { readonly id: string }>(
  planning: Planning,
  entries: readonly E[],
  place: Place,
  present: readonly N[],
  by: { readonly what: string; ofEntry(entry: E): string; ofNoun(noun: N): string },
): Matches<E, N> {
  const taken = new Set<N>()
  const seen = new Set<string>()
  const matched = entries.map((entry, at) => {
    const own = [...place, at]
    const name = by.ofEntry(entry)
    const refuse = (message: string, isOfPresent = false): void =>
      void planning.faults.push({ place: own, message, isOfPresent })
    const named = present.filter((one) => by.ofNoun(one) === name)
    const ids = entries.flatMap(({ id }) => id ?? [])
    const free = named.filter(({ id }) => !ids.includes(id))
    let found: N | undefined
    if (entry.id !== undefined) {
      found = present.find(({ id }) => id === entry.id)
      if (found === undefined) refuse(`there is no ${by.what} with the id ${entry.id} here`, true)
      else if (taken.has(found)) refuse(`the ${by.what} ${entry.id} is named twice`)
    } else {
      if (seen.has(name)) refuse(`this ${by.what} is named twice: tell them apart by id`)
      if (free.length > 1)
        refuse(
          `${free.length} are called so: name one by its id (${free.map(({ id }) => id).join(', ')})`,
          true,
        )
      seen.add(name)
      found = free[0]
    }
    if (found !== undefined) taken.add(found)
    return { entry, place: own, found }
  })
  return { entries: matched, rest: present.filter((one) => !taken.has(one)) }
}

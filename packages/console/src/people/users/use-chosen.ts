// Who is chosen in the list of users: by their rows, over several pages, or everybody whom the list finds.
import { useState } from 'react'

/** Who is chosen, and how that changes. */
export interface ChosenPeople {
  readonly ids: ReadonlySet<string>
  /** Everybody whom the list finds, on whatever page. */
  readonly isEverybody: boolean
  has(id: string): boolean
  /** Chooses these, or no longer where all of them are. */
  toggle(ids: readonly string[]): void
  chooseEverybody(): void
  clear(): void
}

/** Nobody, until somebody is chosen or `filter`, what narrows the list, is another one. */
export function useChosen(filter: string): ChosenPeople {
  const [state, setState] = useState({ filter, ids: new Set<string>(), isEverybody: false })
  const { ids, isEverybody } =
    state.filter === filter ? state : { ids: new Set<string>(), isEverybody: false }
  const set = (next: ReadonlySet<string>, all = false) =>
    setState({ filter, ids: new Set(next), isEverybody: all })
  return {
    ids,
    isEverybody,
    has: (id) => isEverybody || ids.has(id),
    toggle(some) {
      const next = new Set(ids)
      const isOn = some.every((id) => ids.has(id))
      for (const id of some) isOn ? next.delete(id) : next.add(id)
      set(next)
    },
    chooseEverybody: () => set(new Set(), true),
    clear: () => set(new Set()),
  }
}

// Notes that wait to be packed, by organization and class. Those of one that asks much are packed as soon as there are enough for a row:
// what waits for the next flush outlives the collector's nursery, and is copied by it time and again.
import type { Noted } from './batch.ts'
import { toClass } from './batch.ts'
import type { EntryClass } from './entry.ts'
import { maxEntries, maxTextCharacters } from './pack.ts'

interface Stretch {
  notes: Noted[]
  /** Of their bodies. */
  characters: number
}

/** Nobody has noted anything. */
export class Gathered {
  #count = 0
  readonly #organizations = new Map<string, Map<EntryClass, Stretch>>()

  get count(): number {
    return this.#count
  }

  /** Returns those of the same organization and class that are enough for a row without it; they are not here any more. */
  add(note: Noted): readonly Noted[] | undefined {
    const stretch = this.#stretchOf(note)
    const characters = (note.requestBody?.length ?? 0) + (note.responseBody?.length ?? 0)
    const isFull = stretch.notes.length >= maxEntries || stretch.characters + characters > maxTextCharacters
    const full = isFull && stretch.notes.length > 0 ? stretch.notes : undefined
    if (full !== undefined) {
      this.#count -= full.length
      stretch.notes = []
      stretch.characters = 0
    }
    stretch.notes.push(note)
    stretch.characters += characters
    this.#count += 1
    return full
  }

  /** All, by organization; none is here any more. */
  takeAll(): readonly (readonly Noted[])[] {
    const all = [...this.#organizations.values()].map((own) =>
      [...own.values()].flatMap(({ notes }) => notes),
    )
    this.#organizations.clear()
    this.#count = 0
    return all
  }

  /** Leaves so many at most: what strangers sent goes first, then the oldest. */
  drop(most: number): void {
    const known = this.takeAll()
      .flat()
      .filter(({ kind, code = null }) => kind !== 'sign_in' || code === null)
      .toSorted((left, right) => (left.id < right.id ? -1 : 1))
    const kept = most <= 0 ? [] : known.slice(-most)
    // A class with more than a row's worth of them has the rest as one row, which is split where it is packed.
    for (const note of kept) {
      this.#stretchOf(note).notes.push(note)
      this.#count += 1
    }
  }

  #stretchOf(note: Noted): Stretch {
    let own = this.#organizations.get(note.organizationId)
    if (own === undefined) {
      own = new Map()
      this.#organizations.set(note.organizationId, own)
    }
    const name = toClass(note)
    let stretch = own.get(name)
    if (stretch === undefined) {
      stretch = { notes: [], characters: 0 }
      own.set(name, stretch)
    }
    return stretch
  }
}

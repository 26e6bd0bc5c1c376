// The shapes of a sentence before it has words, and of a catalogue that gives it some.

/**
 * What a place is filled in with: a text or number, or several; a number or null at their end says that there are so many more, or some.
 */
export type Value = string | number | readonly (string | number | null)[]
/** What the places of a sentence are filled in with, by name. */
export type Parameters = Readonly<Record<string, Value>>

/** One sentence, in no language yet. */
export interface Sentence {
  readonly code: string
  readonly parameters: Parameters
}

/** The words of one language by code; a code that is not there was written by a later version. */
export interface Catalogue {
  /** As Intl has it. */
  readonly locale: string
  readonly texts: Readonly<Record<string, string>>
  /** Why the management API refuses something, by code; none in English, which `detail` is written in. */
  readonly refusals?: Readonly<Record<string, string>>
  /** How several values stand beside each other, and how what is left out of them is told: `#` of them, or some. */
  readonly list: {
    readonly open: string
    readonly close: string
    readonly between: string
    readonly more: string
    readonly some: string
  }
}

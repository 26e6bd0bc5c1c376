// The room `console/i18n`: the shape of a catalogue of words, and the language that is shown. Every text of the console is a key here.
//
// The shape of a catalogue: every key of the English one, and plural forms that English lacks.
import type { en } from './en/index.ts'

/** The name of a text, as `users.none`; `key#one` and `key#other` are the plural forms of `key`. */
export type WordKey = keyof typeof en
/** A whole catalogue of another language. */
export type Words = Readonly<Record<WordKey, string>>
/** One file of a catalogue: the keys of the English file of the same name, and more plural forms. */
export type WordsLike<English> = Readonly<Record<keyof English, string>> &
  Readonly<Record<`${string}#${string}`, string>>

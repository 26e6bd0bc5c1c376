// The room `console/i18n`: the shape of a catalogue of words, and the language that is shown. Every text of the console is a key here.
//
// `catalogues` has a row for each language; `language` loads the one that is shown, and gives its words, numbers and times.
// `explanation` shows what the service says of a request, and `refusal` why it refused something, from the sentences of `@rollcall/api`.
// `pseudo` makes a language for development and tests of the English words, to find what is in no catalogue.
// `en`, `ar` and `de` are the words; here is their shape: every key of the English ones, and plural forms that English lacks.
import type { en } from './en/index.ts'

/** The name of a text, as `users.none`; `key#one` and `key#other` are the plural forms of `key`. */
export type WordKey = keyof typeof en
/** A whole catalogue of another language. */
export type Words = Readonly<Record<WordKey, string>>
/** One file of a catalogue: the keys of the English file of the same name, and more plural forms. */
export type WordsLike<English> = Readonly<Record<keyof English, string>> &
  Readonly<Record<`${string}#${string}`, string>>

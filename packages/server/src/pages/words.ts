// What can be said on a page: the keys of the English words, which every other language has as well.
import type { en } from './en/index.ts'

/** What can be said. */
export type WordKey = keyof typeof en
/** All words of a language: what is missing does not compile. */
export type Words = Readonly<Record<WordKey, string>>
/** One file of another language: the keys of the English file of the same name. */
export type WordsLike<English> = Readonly<Record<keyof English, string>>

// The room `console/i18n`: the shape of a catalogue of words, and the language that is shown. Every text of the console is a key here.
//
// The shape of a catalogue: every key of the English one, and plural forms that English lacks.
import type { en } from './en/index.ts'

export type WordKey = keyof typeof en
export type Words = Readonly<Record<WordKey, string>>

// The languages of the pages: which there are, how each runs, and which of them somebody is spoken to in. A page is given one with its
// look.
import { type LanguageCode, languageCodes } from '@rollcall/api'
import { type Catalogue, english as inEnglish } from '@rollcall/api/sentences'
import { catalogue as inArabic } from '@rollcall/api/sentences/ar'
import { catalogue as inGerman } from '@rollcall/api/sentences/de'
import { readAcceptLanguage } from '../http/accept-language.ts'
import { ar } from './ar/index.ts'
import { de } from './de/index.ts'
import { en } from './en/index.ts'
import type { Words } from './words.ts'

/** A language, and what is said in it. */
export interface Language {
  /** The primary subtag of RFC 5646. */
  readonly code: string
  readonly direction: 'ltr' | 'rtl'
  /** For plural forms, numbers and times: Latin digits, since references and addresses stand beside them. */
  readonly locale: string
  readonly words: Words
  /** What is said of requests and sign-ins. */
  readonly sentences: Catalogue
}

/** What is spoken to whoever wants nothing that we speak. */
export const english: Language = {
  code: 'en',
  direction: 'ltr',
  locale: 'en',
  words: en,
  sentences: inEnglish,
}

/** All of them. */
export const languages: readonly Language[] = [
  english,
  { code: 'ar', direction: 'rtl', locale: 'ar-u-nu-latn-ca-gregory', words: ar, sentences: inArabic },
  { code: 'de', direction: 'ltr', locale: 'de', words: de, sentences: inGerman },
]

/**
 * RFC 4647 §3.4, of the first range that is spoken: `de-AT` is answered in `de`. Undefined where none is; `*` takes the first language.
 */
export function findLanguage(spoken: readonly Language[], wanted: readonly string[]): Language | undefined {
  for (const range of wanted) {
    const [primary] = range.split('-')
    const found = range === '*' ? spoken[0] : spoken.find(({ code }) => code === primary)
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * What somebody's record says of the languages that they read, the most wanted first: `preferredLanguage`, then `locale` (RFC 7643
 * §4.1.1). Directories write the latter as `de_AT`, too.
 */
export function listOfRecord(record: {
  readonly preferredLanguage?: unknown
  readonly locale?: unknown
}): readonly string[] {
  return [record.preferredLanguage, record.locale].flatMap((field) =>
    typeof field === 'string' ? readAcceptLanguage(field.replaceAll('_', '-')) : [],
  )
}

/** In which language somebody who wants these is written to; English where none of them is spoken. */
export function toMailLanguage(wanted: readonly string[]): LanguageCode {
  const { code } = findLanguage(languages, wanted) ?? english
  return languageCodes.find((one) => one === code) ?? 'en'
}

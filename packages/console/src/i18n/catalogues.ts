// Every language of the console, in one row each: how its speakers call it, which way it runs, and where its words are. A catalogue is
// loaded when its language is chosen; only the English words are always there.
import type { Catalogue } from '@rollcall/api/sentences'
import { en } from './en/index.ts'
import type { Words } from './words.ts'

interface LanguageRow {
  /** Whether somebody may choose it. */
  readonly isOffered: boolean
  readonly name: string
  /** Said beside the name, in the language itself, while nobody who grew up with it has read the words; else null. */
  readonly draft: string | null
  readonly direction: 'ltr' | 'rtl'
  /** For numbers, times and plural forms: the Gregorian calendar and Latin digits, since they are compared with other systems' logs. */
  readonly locale: () => string
  /** The words of the console. */
  readonly words: () => Promise<Words>
  /** What the service says of requests and sign-ins. */
  readonly sentences: () => Promise<Catalogue>
}

/** Its times have no Latin letter, so that one on a screen is none of ours. */
const pseudoLocale = 'ja-u-nu-latn-ca-gregory'

/** By the code of the language. */
export const catalogues = {
  en: {
    isOffered: true,
    name: 'English',
    draft: null,
    direction: 'ltr',
    locale: () => (navigator.language.startsWith('en') ? navigator.language : 'en'),
    words: () => Promise.resolve(en),
    sentences: () => import('@rollcall/api/sentences/en').then(({ english }) => english),
  },
  ar: {
    isOffered: true,
    name: 'العربية',
    draft: 'مسودة',
    direction: 'rtl',
    locale: () => 'ar-u-nu-latn-ca-gregory',
    words: () => import('./ar/index.ts').then(({ ar }) => ar),
    sentences: () => import('@rollcall/api/sentences/ar').then(({ catalogue }) => catalogue),
  },
  de: {
    isOffered: true,
    name: 'Deutsch',
    draft: 'Entwurf',
    direction: 'ltr',
    locale: () => (navigator.language.startsWith('de') ? navigator.language : 'de'),
    words: () => import('./de/index.ts').then(({ de }) => de),
    sentences: () => import('@rollcall/api/sentences/de').then(({ catalogue }) => catalogue),
  },
  // For development; the tests choose it by what a browser keeps.
  'en-XA': {
    isOffered: import.meta.env.DEV,
    name: 'Pseudo',
    draft: null,
    direction: 'ltr',
    locale: () => pseudoLocale,
    words: () => import('./pseudo.ts').then(({ toPseudoWords }) => toPseudoWords(en)),
    sentences: async () => {
      const [{ toPseudoCatalogue }, { english, refusals }] = await Promise.all([
        import('./pseudo.ts'),
        import('@rollcall/api/sentences/en'),
      ])
      return toPseudoCatalogue({ ...english, refusals }, pseudoLocale)
    },
  },
} as const satisfies Readonly<Record<string, LanguageRow>>

/** The code of a language. */
export type Language = keyof typeof catalogues

/** Whether it is the code of a language of ours. */
export function isLanguage(code: string): code is Language {
  return Object.hasOwn(catalogues, code)
}

/** The codes of the languages that are offered. */
export const languages = Object.keys(catalogues)
  .filter(isLanguage)
  .filter((code) => catalogues[code].isOffered)

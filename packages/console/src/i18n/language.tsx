// Words, dates and numbers in the reader's language. English is always there; others are loaded when they are chosen.
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react'
import { catalogues, isLanguage, type Language } from './catalogues.ts'
import { en } from './en/index.ts'
import type { WordKey, Words } from './words.ts'

export { catalogues, isLanguage, type Language, languages } from './catalogues.ts'
export type { WordKey } from './words.ts'

type Counted = { [K in WordKey]: K extends `${infer Base}#other` ? Base : never }[WordKey]
type Values = Readonly<Record<string, string | number>>

/** Words, numbers and times in one language. */
export interface Translator {
  readonly language: Language
  readonly direction: 'ltr' | 'rtl'
  choose(language: Language): void
  /** `{name}` in the text is replaced by the value of that name. */
  t(key: WordKey, values?: Values): string
  /** The form that the language has for `count`. */
  n(key: Counted, count: number, values?: Values): string
  number(value: number): string
  /** Several words one after another: "a, b and c". */
  list(values: readonly string[]): string
  /** Day and time. */
  time(value: string): string
  day(value: string): string
  /** A day as YYYY-MM-DD, whose name is the same everywhere: in full, and as short as it is understood. */
  date(value: string): string
  shortDate(value: string): string
  /** Such as "3 minutes ago". */
  ago(value: string, now?: number): string
}

const Context = createContext<Translator | undefined>(undefined)
const storageKey = 'rollcall.language'

/** The words of the language that was chosen; throws where no LanguageProvider is above. */
export function useWords(): Translator {
  const words = use(Context)
  if (words === undefined) throw new Error('There is no LanguageProvider above')
  return words
}

/** Who says the language, where it is not the person: the page around a frame. */
export interface LanguageSource {
  /** Undefined: the browser's. */
  now(): string | undefined
  /** Calls back when it changes; returns how to stop. */
  watch(changed: () => void): () => void
}

// A frame keeps nothing, and some browsers let it reach no store of its own.
function chooseFirst(source: LanguageSource | undefined): Language {
  const kept = source === undefined ? localStorage.getItem(storageKey) : (source.now() ?? null)
  if (kept !== null && isLanguage(kept)) return kept
  const wanted = navigator.languages.map((tag) => tag.split('-')[0] ?? '')
  return wanted.find(isLanguage) ?? 'en'
}

/** Gives everything inside the words of the language that was chosen before, or of the browser. */
export function LanguageProvider({
  source,
  children,
}: {
  readonly source?: LanguageSource | undefined
  readonly children: ReactNode
}): ReactNode {
  const [language, setLanguage] = useState(() => chooseFirst(source))
  const [words, setWords] = useState<{ of: Language; words: Words }>({ of: 'en', words: en })
  useEffect(() => {
    let isGone = false
    void catalogues[language].words().then((loaded) => isGone || setWords({ of: language, words: loaded }))
    return () => {
      isGone = true
    }
  }, [language])
  useEffect(() => source?.watch(() => setLanguage(chooseFirst(source))), [source])
  const translator = useMemo(
    () =>
      createTranslator(words.of, words.words, (chosen) => {
        if (source === undefined) localStorage.setItem(storageKey, chosen)
        setLanguage(chosen)
      }),
    [words, source],
  )
  useEffect(() => {
    document.documentElement.lang = translator.language
    document.documentElement.dir = translator.direction
  }, [translator])
  return words.of === language ? <Context value={translator}>{children}</Context> : null
}

/** Fills texts in and chooses plural forms; times are shown in the Gregorian calendar and Latin digits. */
export function createTranslator(
  language: Language,
  words: Words,
  choose: (language: Language) => void,
): Translator {
  const locale = catalogues[language].locale()
  const plural = new Intl.PluralRules(locale)
  const numbers = new Intl.NumberFormat(locale)
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' })
  const times = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' })
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  const shortDates = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const { direction } = catalogues[language]
  // A name in Latin script keeps its own order, with what stands at its ends, inside a sentence that goes the other way.
  const isolate = (value: string): string => (direction === 'rtl' ? `\u2068${value}\u2069` : value)
  const fill = (text: string, values: Values = {}): string =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name]
      return value === undefined ? whole : typeof value === 'number' ? numbers.format(value) : isolate(value)
    })
  return {
    language,
    direction,
    choose,
    t: (key, values) => fill(words[key], values),
    n(key, count, values) {
      const exact = `${key}#${plural.select(count)}` as WordKey
      return fill(words[exact] ?? words[`${key}#other` as WordKey], { count, ...values })
    },
    number: (value) => numbers.format(value),
    list: (values) => lists.format(values),
    time: (value) => times.format(new Date(value)),
    day: (value) => days.format(new Date(value)),
    date: (value) => dates.format(new Date(value)),
    shortDate: (value) => shortDates.format(new Date(value)),
    ago(value, now = Date.now()) {
      const seconds = (new Date(value).getTime() - now) / 1_000
      const [unit, size] = unitOf(Math.abs(seconds))
      return relative.format(Math.round(seconds / size), unit)
    },
  }
}

function unitOf(seconds: number): [Intl.RelativeTimeFormatUnit, number] {
  if (seconds < 60) return ['second', 1]
  if (seconds < 3_600) return ['minute', 60]
  if (seconds < 86_400) return ['hour', 3_600]
  return ['day', 86_400]
}

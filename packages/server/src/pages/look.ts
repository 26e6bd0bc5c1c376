// How pages look and in which words they speak: one value, which a door passes to each page that it shows.
import { type ShownBrand, unbranded } from '@rollcall/api'
import type { Site } from '../http/site.ts'
import { en } from './en.ts'
import { type Html, html, type Part } from './html.ts'

/** What can be said. */
export type WordKey = keyof typeof en

/** The catalogues by language. English has every key; another one has the same. */
const catalogues = { en } as const satisfies Readonly<Record<string, Readonly<Record<WordKey, string>>>>

/** What a page depends on beside what it shows: where the service is, and for whom it speaks. */
export interface Look extends Site {
  readonly language: keyof typeof catalogues
  readonly brand: ShownBrand
}

/** The look of a service at this public URL; `current` is asked for the brand of each page. */
export function lookOf({ isSecure, basePath }: Site, current?: { readonly now: ShownBrand }): Look {
  return {
    isSecure,
    basePath,
    language: 'en',
    get brand() {
      return current?.now ?? unbranded
    },
  }
}

/** The places of a sentence: what stands between braces. */
type PlacesOf<Text> = Text extends `${string}{${infer Place}}${infer Rest}` ? Place | PlacesOf<Rest> : never
type Filling<Key extends WordKey> = [PlacesOf<(typeof en)[Key]>] extends [never]
  ? []
  : [Readonly<Record<PlacesOf<(typeof en)[Key]>, Part>>]

/** Says a sentence of the catalogue; the compiler asks for what its places are filled with. */
export type Say = <Key extends WordKey>(key: Key, ...filling: Filling<Key>) => Html

/** The voice of a look. */
export function wordsOf({ language }: Look): Say {
  return (key, ...[filling]) => {
    const [first = '', ...rest] = catalogues[language][key].split(/\{(\w+)\}/)
    const places: Readonly<Record<string, Part>> = filling ?? {}
    const parts = rest.map((text, at) => (at % 2 === 0 ? html`${places[text] ?? ''}` : html`${text}`))
    return html`${first}${parts}`
  }
}

/** Keys of sentences without places, which need nothing to be said. */
export type PlainKey = { [Key in WordKey]: Filling<Key> extends [] ? Key : never }[WordKey]

/** As text, for scripts, which fill its places by themselves and put it into the page as text. */
export function textOf({ language }: Look, key: WordKey): string {
  return catalogues[language][key]
}

/** One form for one, another for more: the endings of a key by the language's own rule. */
export function formOf({ language }: Look, count: number): 'one' | 'other' {
  return new Intl.PluralRules(language).select(count) === 'one' ? 'one' : 'other'
}

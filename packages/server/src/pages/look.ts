// How pages look and in which words they speak: one value, which a door passes to each page that it shows.
import { type OrganizationLogo, type ShownBrand, unbranded } from '@rollcall/api'
import { type Sentence, SentenceWriter } from '@rollcall/api/sentences'
import { escapeUnseen } from '@rollcall/api/unseen'
import type { Site } from '../http/site.ts'
import type { en } from './en/index.ts'
import { type Html, html, type Part } from './html.ts'
import { english, findLanguage, type Language, languages } from './language.ts'
import type { WordKey } from './words.ts'

/** What a page depends on beside what it shows: where the service is, for whom it speaks, and in which language. */
export interface Look extends Site {
  /** Of whoever looks. */
  readonly language: Language
  /** That pages can be shown in. */
  readonly spoken: readonly Language[]
  readonly brand: ShownBrand
  /** The organization whose sign-in it is, where it has a logo of its own. */
  readonly beside: { readonly name: string; readonly logo: OrganizationLogo } | null
}

/** The look of a service at this public URL, in English; `current` is asked for the brand of each page. */
export function lookOf(
  { isSecure, basePath }: Site,
  current?: { readonly now: ShownBrand },
  spoken: readonly Language[] = languages,
): Look {
  return {
    isSecure,
    basePath,
    language: english,
    spoken,
    beside: null,
    get brand() {
      return current?.now ?? unbranded
    },
  }
}

/** The same for whoever wants these languages, the most wanted first. */
export function lookFor(look: Look, wanted: readonly string[]): Look {
  return { ...look, language: findLanguage(look.spoken, wanted) ?? english }
}

/** The places of a sentence: what stands between braces. Of a choice a number is asked for. */
type PlacesOf<Text, Filled> = Text extends `${string}{${infer Place}}${infer Rest}`
  ? (Place extends `${infer Name}?${string}`
      ? { readonly [K in Name]: number }
      : { readonly [K in Place]: Filled }) &
      PlacesOf<Rest, Filled>
  : unknown
/** What a sentence is said with, where its places take this. */
export type Filling<Text, Filled = Part> =
  unknown extends PlacesOf<Text, Filled> ? [] : [PlacesOf<Text, Filled>]

/** Says a sentence of these; the compiler asks for what its places are filled with. */
export type SayOf<English> = <Key extends keyof English>(key: Key, ...filling: Filling<English[Key]>) => Html
/** Says a sentence of the pages. */
export type Say = SayOf<typeof en>

/** The voice of a look. */
export function wordsOf({ language }: Pick<Look, 'language'>): Say {
  return createVoice<typeof en>(language.words, language.locale)
}

/** A voice that says these words; texts that are filled in are isolated, so that a name in another script turns nothing about. */
export function createVoice<English extends Readonly<Record<string, string>>>(
  words: Readonly<Record<keyof English, string>>,
  locale: string,
): SayOf<English> {
  return (key, ...[filling]) => {
    const [first = '', ...rest] = words[key].split(/\{(\w+)(?:\?([^}]*))?\}/)
    const places: Readonly<Record<string, Part>> = filling ?? {}
    const parts: Html[] = []
    for (let at = 0; at < rest.length; at += 3) {
      const [name = '', choice, after = ''] = rest.slice(at, at + 3)
      const value = places[name] ?? ''
      const filled = choice === undefined ? isolate(value) : html`${choose(choice, Number(value), locale)}`
      parts.push(html`${filled}${after}`)
    }
    return html`${first}${parts}`
  }
}

/** Sentences about a request or a sign-in, one after another. */
export function explain({ language }: Pick<Look, 'language'>, sentences: readonly Sentence[]): Html {
  const writer = new SentenceWriter(language.sentences)
  const said = sentences.map((one) => {
    const parts = writer
      .toParts(one)
      .map((part) => html`${typeof part === 'string' ? part : isolate(part.value)}`)
    return html`${parts} `
  })
  return html`${said}`
}

/**
 * Text by itself in a page whose direction may be another. It may be a stranger's, such as a NameID: what is not seen of it is written
 * out.
 */
export function isolate(part: Part): Part {
  return typeof part === 'string' ? html`<bdi>${escapeUnseen(part)}</bdi>` : part
}

/** `one:…|other:…`: the words for a number, by the language's own rule, with the number for `#`. */
export function choose(choice: string, count: number, locale: string): string {
  const form = new Intl.PluralRules(locale).select(count)
  const branches = new Map(
    choice.split('|').map((one) => [one.slice(0, one.indexOf(':')), one.slice(one.indexOf(':') + 1)]),
  )
  const text = branches.get(form) ?? branches.get('other') ?? ''
  return text.replaceAll('#', new Intl.NumberFormat(locale).format(count))
}

/** Keys of sentences without places, which need nothing to be said. */
export type PlainKey = {
  [Key in WordKey]: Filling<(typeof en)[Key]> extends [] ? Key : never
}[WordKey]

/** As text, for scripts, which fill its places by themselves and put it into the page as text. */
export function textOf({ language }: Pick<Look, 'language'>, key: WordKey): string {
  return language.words[key]
}

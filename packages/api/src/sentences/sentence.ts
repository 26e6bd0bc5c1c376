// A sentence before it has words: a code of the catalogue with what it is filled in with. What is needed is asked of the English text,
// by the compiler: `say('user_created', { name })`.
import { en } from './en/index.ts'
import type { Parameters, Sentence } from './shape.ts'

type Catalogue = typeof en
/** The code of a sentence. It is stable, and so are the names of its parameters. */
export type SentenceCode = keyof Catalogue

type Branches<Text> = Text extends `${infer First}|${infer More}`
  ? Branches<First> | Branches<More>
  : Text extends `${infer Key}:${string}`
    ? Key
    : never
type Chosen<Choice> = 'other' extends Branches<Choice> ? number : Branches<Choice>
type Place<Text extends string> = Text extends `${infer Name}?${infer Choice}`
  ? { readonly [K in Name]: Chosen<Choice> }
  : Text extends `${infer Name}[]${string}`
    ? { readonly [K in Name]: readonly (string | number | null)[] }
    : Text extends `${infer Name}()`
      ? { readonly [K in Name]: SentenceCode }
      : { readonly [K in Text]: string | number }
type Places<Text> = Text extends `${string}{${infer Inner}}${infer Rest}`
  ? Place<Inner> & Places<Rest>
  : unknown
/** What a sentence needs, as nothing or as one argument. */
export type Needs<Code extends SentenceCode> =
  unknown extends Places<Catalogue[Code]> ? [] : [parameters: Places<Catalogue[Code]>]

const needs = new Map<SentenceCode, readonly string[]>()

function listNeeds(code: SentenceCode): readonly string[] {
  const known = needs.get(code)
  if (known !== undefined) return known
  const names = [...en[code].matchAll(/\{(\w+)/g)].map(([, name = '']) => name)
  needs.set(code, names)
  return names
}

/** The sentence of that code; of `parameters` it keeps what its text asks for. */
export function say<Code extends SentenceCode>(code: Code, ...parameters: Needs<Code>): Sentence
export function say(code: SentenceCode, parameters: Parameters = {}): Sentence {
  return {
    code,
    parameters: Object.fromEntries(listNeeds(code).map((name) => [name, parameters[name] ?? ''])),
  }
}

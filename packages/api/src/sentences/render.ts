// A sentence in the words of one language. What is filled in stays apart from the words around it, so that whoever shows it can isolate
// it: a name in another script does not turn the sentence about.
//
// In a text stands `{name}`, or `{name[]}` for several, `{name[]: }` with what goes before them where there are any, `{name()}` for a part
// whose code is the value, and `{name?a:…|b:…}` for the words of the branch that the value names; of a number that is its plural form
// (`one`, `other`, … of Intl.PluralRules), with the number for `#`. Behind a quotation mark a value is escaped as in JSON; everywhere what
// of it is not seen, or would turn the sentence about.
import { escapeUnseen } from '../unseen.ts'
import type { Catalogue, Sentence, Value } from './shape.ts'

/** Words of the language, or a value that was filled in. */
export type SentencePart = string | { readonly value: string }

type Fill = (values: Sentence['parameters'], into: SentencePart[]) => void

/** Makes sentences of one catalogue; each text is read once. */
export class SentenceWriter {
  readonly #catalogue: Catalogue
  readonly #plural: Intl.PluralRules
  readonly #numbers: Intl.NumberFormat
  readonly #read = new Map<string, readonly Fill[]>()

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue
    this.#plural = new Intl.PluralRules(catalogue.locale)
    this.#numbers = new Intl.NumberFormat(catalogue.locale)
  }

  /** Whether the language has words for it. */
  knows({ code }: Sentence): boolean {
    return Object.hasOwn(this.#catalogue.texts, code)
  }

  /** Empty for a code that is not known. */
  toParts(sentence: Sentence): readonly SentencePart[] {
    const parts: SentencePart[] = []
    this.#write(sentence, parts)
    return parts
  }

  /** Several one after another, as plain text. */
  toText(sentences: readonly Sentence[]): string {
    return sentences
      .map((one) =>
        this.toParts(one)
          .map((part) => (typeof part === 'string' ? part : part.value))
          .join(''),
      )
      .join(' ')
  }

  #write({ code, parameters }: Sentence, into: SentencePart[]): void {
    let fills = this.#read.get(code)
    if (fills === undefined) {
      const { texts } = this.#catalogue
      fills = this.#readText(Object.hasOwn(texts, code) ? (texts[code] ?? '') : '')
      this.#read.set(code, fills)
    }
    for (const fill of fills) fill(parameters, into)
  }

  #readText(text: string): readonly Fill[] {
    return text.split(/(\{[^}]*\})/).flatMap((piece, at, all): Fill[] => {
      if (piece === '') return []
      if (at % 2 === 0) return [(_, into) => into.push(piece)]
      return [this.#readPlace(piece.slice(1, -1), all[at - 1]?.endsWith('"') === true)]
    })
  }

  #readPlace(place: string, isQuoted: boolean): Fill {
    const [, name = '', kind, rest = ''] = /^(\w+)(\?|\[\]|\(\))?(.*)$/s.exec(place) ?? []
    if (kind === '?') return this.#readChoice(name, rest)
    if (kind === '[]')
      return (values, into) => {
        const list = values[name]
        if (Array.isArray(list) && list.length > 0) this.#writeList(rest, list, into)
      }
    return (values, into) => {
      const value = values[name]
      if (kind === '()') this.#writePart(String(value), into)
      else into.push({ value: this.#toText(value, isQuoted) })
    }
  }

  // A name that is none, as "the identity provider", begins a sentence with a capital letter.
  #writePart(code: string, into: SentencePart[]): void {
    const text = Object.hasOwn(this.#catalogue.texts, code) ? (this.#catalogue.texts[code] ?? '') : ''
    const before = into.at(-1)
    const isFirst = before === undefined || (typeof before === 'string' && /[.?!] $/.test(before))
    into.push({ value: isFirst ? text.slice(0, 1).toUpperCase() + text.slice(1) : text })
  }

  #readChoice(name: string, choice: string): Fill {
    const branches = new Map(
      choice.split('|').map((one) => {
        const end = one.indexOf(':')
        return [one.slice(0, end), one.slice(end + 1)] as const
      }),
    )
    return (values, into) => {
      const value = values[name]
      const key = typeof value === 'number' ? this.#plural.select(value) : String(value)
      const text = branches.get(key) ?? branches.get('other') ?? ''
      if (typeof value !== 'number') into.push(text)
      else this.#writeCount(text, value, into)
    }
  }

  #writeCount(text: string, count: number, into: SentencePart[]): void {
    for (const [at, piece] of text.split('#').entries()) {
      if (at > 0) into.push({ value: this.#numbers.format(count) })
      if (piece !== '') into.push(piece)
    }
  }

  #writeList(before: string, list: readonly (string | number | null)[], into: SentencePart[]): void {
    const { open, close, between, more, some } = this.#catalogue.list
    into.push(before)
    for (const [at, item] of list.entries()) {
      if (typeof item === 'string')
        into.push(`${at === 0 ? '' : between}${open}`, { value: escapeText(item) }, close)
      else if (item === null) into.push(some)
      else this.#writeCount(more, item, into)
    }
  }

  #toText(value: Value | undefined, isQuoted: boolean): string {
    if (typeof value === 'number') return this.#numbers.format(value)
    const text = typeof value === 'string' ? value : ''
    return isQuoted ? escapeText(text) : escapeUnseen(text)
  }
}

const escapeText = (text: string): string => escapeUnseen(JSON.stringify(text).slice(1, -1))

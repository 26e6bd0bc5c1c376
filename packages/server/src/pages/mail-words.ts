// What a mail says, before anybody knows who reads it: keys of the catalogue with what fills their places, so that one notice is written to
// each of its readers in their own language, and may wait as it is.
import type { LanguageCode } from '@rollcall/api'
import type { en } from './en/index.ts'
import { english, type Language, languages } from './language.ts'
import { choose, type Filling } from './look.ts'
import type { WordKey } from './words.ts'

/** What fills a place: a name or another value, a number, or words of the catalogue; of several, a list. */
export type MailValue = string | number | MailSentence | readonly MailSentence[]

/** A sentence, or some paragraphs. As JSON it may be kept. */
export interface MailSentence {
  readonly key: WordKey
  readonly values: Readonly<Record<string, MailValue>>
}

/** A sentence; or several lines, of which each is an item. */
export type MailParagraph = MailSentence | readonly MailSentence[]

/** A sentence of a mail; the compiler asks for what its places are filled with. */
export function sayInMail<Key extends WordKey>(
  key: Key,
  ...[values]: Filling<(typeof en)[Key], MailValue>
): MailSentence {
  return { key, values: values ?? {} }
}

/** English where the code is none. */
export function languageOf(code: LanguageCode): Language {
  return languages.find((one) => one.code === code) ?? english
}

/** In this language. Of what an earlier version kept, and this one has no words for, nothing is said. */
export function renderSentence(code: LanguageCode, { key, values }: MailSentence): string {
  const language = languageOf(code)
  if (!Object.hasOwn(language.words, key)) return ''
  const [first = '', ...rest] = language.words[key].split(/\{(\w+)(?:\?([^}]*))?\}/)
  let text = first
  for (let at = 0; at < rest.length; at += 3) {
    const [name = '', choice, after = ''] = rest.slice(at, at + 3)
    const value = values[name] ?? ''
    // What has its line for itself, as an address has, needs no isolation from anything.
    const isAlone = /(^|\n)$/.test(text) && /^(\n|$)/.test(after)
    text +=
      choice === undefined
        ? renderValue(language, code, value, isAlone)
        : choose(choice, Number(value), language.locale)
    text += after
  }
  return text
}

function renderValue(language: Language, code: LanguageCode, value: MailValue, isAlone: boolean): string {
  if (typeof value === 'string') return isAlone ? value : isolate(language, value)
  if (typeof value === 'number') return new Intl.NumberFormat(language.locale).format(value)
  if ('key' in value) return renderSentence(code, value)
  return value.map((one) => renderSentence(code, one)).join(language.words['mail.between'])
}

const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

// UAX #9, FSI and PDI: where either runs from right to left. Elsewhere nothing is turned about, and old programs show these as boxes.
function isolate({ direction }: Language, value: string): string {
  return direction === 'rtl' || rightToLeft.test(value) ? `\u2068${value}\u2069` : value
}

/** A mail in this language: paragraphs between empty lines, and lines of a list each with a hyphen. */
export function renderInLanguage(
  language: LanguageCode,
  subject: MailSentence,
  ...text: readonly MailParagraph[]
): { readonly language: LanguageCode; readonly subject: string; readonly text: string } {
  const texts = text.map((one) =>
    'key' in one
      ? renderSentence(language, one).trimEnd()
      : one.map((line) => renderSentence(language, sayInMail('mail.item', { text: line }))).join('\n'),
  )
  return { language, subject: renderSentence(language, subject), text: `${texts.join('\n\n')}\n` }
}

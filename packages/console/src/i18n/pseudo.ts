// A language that nobody speaks, for development and tests: the English words with an accent on every letter. What stands on a screen
// without one is in no catalogue, or is data.
import type { Catalogue } from '@rollcall/api/sentences'
import type { en } from './en/index.ts'
import type { Words } from './words.ts'

const plain = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const accented = [...'àƀçđéƒĝĥîĵķļɱñöþɋŕšŧüṽŵẋýžÀƁÇĐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŦÜṼŴẊÝŽ']

const accent = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => accented[plain.indexOf(letter)] ?? letter)

// In a choice `{name?a:…|b:…}` what follows a colon is words, up to the next branch.
const accentPlace = (place: string): string =>
  place.includes('?') ? place.replace(/:[^|}]*/g, accent) : place

const accentText = (text: string): string =>
  text
    .split(/(\{[^}]*\})/)
    .map((piece, at) => (at % 2 === 0 ? accent(piece) : accentPlace(piece)))
    .join('')

const accentAll = <Texts extends Readonly<Record<string, string>>>(texts: Texts): Texts => {
  const result = { ...texts }
  for (const key in result) Object.assign(result, { [key]: accentText(result[key] ?? '') })
  return result
}

/** The words of the console with accents; their places stay. */
export function toPseudoWords(words: typeof en): Words {
  return accentAll<Words>(words)
}

/** What the service says with accents. Numbers and times are formatted as `locale` has them. */
export function toPseudoCatalogue(catalogue: Catalogue, locale: string): Catalogue {
  const { texts, refusals = {}, list } = catalogue
  return { locale, texts: accentAll(texts), refusals: accentAll(refusals), list: accentAll(list) }
}

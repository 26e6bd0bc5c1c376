// The words by which a person is searched, and those of a search. Both are folded alike, so that a search compares beginnings. Pure.
import { isJsonObject, type JsonObject } from '@rollcall/scim'

/** Characters of a word that are compared. */
const longestWord = 40
/** Places in one word at which a search may begin. */
const mostStarts = 24
/** Words of one person. */
const mostWords = 300
/** Words of a search that are looked for. */
const mostWanted = 8

// Letters that have no decomposition, by what people type instead.
const plainLetters: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ς: 'σ',
  ى: 'ي',
  ی: 'ي',
  ک: 'ك',
  ة: 'ه',
}
const withoutDecomposition = new RegExp(`[${Object.keys(plainLetters).join('')}]`, 'g')

// Digits of Arabic and of Persian.
const toDigit = (digit: string): string => String(((digit.codePointAt(0) ?? 0) & 0xf) % 10)

/** Without case, width, accents, vowel signs and joiners. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}\u0640]+/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replace(withoutDecomposition, (letter) => plainLetters[letter] ?? letter)
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, toDigit)
}

const cut = (word: string): string =>
  word.length <= longestWord ? word : [...word].slice(0, longestWord).join('')

/** What stands between spaces, dots, hyphens and other signs. */
function listRuns(text: string): readonly string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? []
}

// Between a digit and a letter, and before each character of what is written without spaces.
const starts =
  /(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})|(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])/gu

/** A run, and each part of it with which a search may begin. */
function listStarts(run: string): readonly string[] {
  const at = [0, ...[...run.matchAll(starts)].map(({ index }) => index)]
  return [...new Set(at)].slice(0, mostStarts).map((index) => run.slice(index))
}

/** Who somebody is, as their row says it. */
export interface Searchable {
  readonly id: string
  readonly userName: string
  readonly externalId: string | null
  readonly resource: JsonObject
}

/** Names and addresses as they are given. */
function* listNames({ userName, resource }: Searchable): Generator<unknown> {
  yield userName
  yield resource.displayName
  if (isJsonObject(resource.name)) yield* Object.values(resource.name)
  yield resource.nickName
  if (!Array.isArray(resource.emails)) return
  for (const email of resource.emails) if (isJsonObject(email)) yield email.value
}

const ownPrefix = /^usr_/

/** The words of a person, each once: of every name, address and id. An id has no beginnings inside of its parts. */
export function toSearchWords(user: Searchable): readonly string[] {
  const words = new Set<string>()
  for (const id of [user.id.replace(ownPrefix, ''), user.externalId ?? ''])
    for (const run of listRuns(id)) words.add(cut(run))
  for (const name of listNames(user))
    if (typeof name === 'string')
      for (const run of listRuns(name)) {
        if (words.size >= mostWords) return [...words].slice(0, mostWords)
        for (const word of listStarts(run)) words.add(cut(word))
      }
  return [...words].slice(0, mostWords)
}

/** What is looked for, as beginnings of words: all of them must be found. Empty where the search is nothing but signs. */
export function toWantedWords(search: string): readonly string[] {
  // Nobody has the prefix of our ids as a word.
  const runs = listRuns(search.replace(/\busr_(?=[0-9a-z])/gi, ' ')).map(cut)
  const wanted = [...new Set(runs)].slice(0, mostWanted)
  return wanted.filter((word) => !wanted.some((other) => other !== word && other.startsWith(word)))
}

/** The words of a person as one text, in which `isFoundIn` looks. */
export function toSearchText(words: readonly string[]): string {
  return words.map((word) => ` ${word}`).join('')
}

/** The words of such a text. */
export function readSearchText(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '')
}

/** A beginning of a word, as it stands in such a text. */
export function toBeginning(wanted: string): string {
  return ` ${wanted}`
}

/** Whether such a text has words that begin with all that is wanted. */
export function isFoundIn(text: string, wanted: readonly string[]): boolean {
  return wanted.every((word) => text.includes(toBeginning(word)))
}

// Characters that are not seen, or that turn about what stands around them: no name has any, whoever gives it, because what people read
// would be another name, or none. Imports nothing.

// Control, format and private characters, halves of pairs, ends of lines and paragraphs, what a renderer leaves out, and the empty
// pattern of Braille. U+200E and its kind, which turn a line about, are format characters.
const unseen = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]`

// Scripts whose letters join, or are kept from it, by U+200C and U+200D.
const joining = [
  'Arabic',
  'Bengali',
  'Devanagari',
  'Gujarati',
  'Gurmukhi',
  'Kannada',
  'Khmer',
  'Malayalam',
  'Mongolian',
  'Myanmar',
  'Nko',
  'Oriya',
  'Sinhala',
  'Syriac',
  'Tamil',
  'Telugu',
  'Tibetan',
]
const joined = String.raw`(?<=[${joining.map((script) => String.raw`\p{Script=${script}}`).join('')}])[\u200c\u200d](?=[\p{L}\p{M}])`
// Which form of a Chinese character a name is written with; which of a sign, as in ❤️.
const variants = String.raw`(?<=\p{Script=Han})[\ufe00-\ufe02\u{e0100}-\u{e01ef}]|(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]`

const isAny = new RegExp(unseen, 'u')
const pieces = new RegExp(String.raw`(?<seen>\p{RGI_Emoji}|${joined}|${variants})|${unseen}`, 'gv')

/** Whether a text has a character that is not seen. What languages and emoji are spelled with is seen: a name in Persian, a flag. */
export function hasUnseen(text: string): boolean {
  if (!isAny.test(text)) return false
  for (const { groups } of text.matchAll(pieces)) if (groups?.seen === undefined) return true
  return false
}

/** The same of what is compared to the letter, an address or an entity ID: with no exception, nor characters that nobody has assigned. */
export function hasAnyUnseen(text: string): boolean {
  return isAny.test(text) || /\p{Cn}/u.test(text)
}

/** The text with each of them as JSON writes it, such as `\u202e`. */
export function escapeUnseen(text: string): string {
  if (!isAny.test(text)) return text
  return text.replace(pieces, (piece: string, seen: string | undefined) =>
    seen === undefined ? piece.split('').map(escapeUnit).join('') : piece,
  )
}

const short: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }
const escapeUnit = (unit: string): string =>
  short[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** What a name is refused with that has one. */
export const unseenRefusal = 'has characters that are not seen, or that turn the text about'

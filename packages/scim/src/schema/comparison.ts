// How two strings of one attribute are the same, and which comes first. Stored keys are made by the same functions.

import type { Attribute } from './attribute.ts'

const wideSpace = '\u3000'

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false
  return true
}

// RFC 8265 §3.3 names this step width mapping: only fullwidth and halfwidth forms are decomposed.
function mapWidth(text: string): string {
  let mapped = ''
  for (const character of text) {
    const isWide = (character >= '\uff00' && character <= '\uffef') || character === wideSpace
    mapped += isWide ? character.normalize('NFKC') : character
  }
  return mapped
}

/** Two values of the attribute are equal exactly when their keys are: identity if caseExact, RFC 8265 §3.3
 * UsernameCaseMapped where the schema says so, else lower case and NFC. */
export function comparisonKey(attribute: Attribute, value: string): string {
  if (attribute.caseExact) return value
  if (isAscii(value)) return value.toLowerCase()
  const text = attribute.comparison === 'usernameCaseMapped' ? mapWidth(value) : value
  return text.toLowerCase().normalize('NFC')
}

// Surrogates sort above the rest of the plane in code points, below U+E000 in UTF-16 code units.
function orderOfUnit(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

/** Order by code point, which is the order of UTF-8 bytes; negative, zero or positive. */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [left.charCodeAt(index), right.charCodeAt(index)]
    if (one !== other) return orderOfUnit(one) - orderOfUnit(other)
  }
  return left.length - right.length
}

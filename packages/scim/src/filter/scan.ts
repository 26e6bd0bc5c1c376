// Characters of a filter or PATCH path to words and values, at a position that only moves forward.
// It knows where words end, not what may follow them.

import type { ScimType } from '../error.ts'
import { NumberLiteral } from '../json.ts'
import { type RefusalCode, refuse } from '../refusals.ts'
import type { AttributePath, CompareValue } from './syntax.ts'

/** A text being read; `scimType` is what a mistake found now is called. */
export interface Cursor {
  readonly text: string
  readonly allowUnquoted: boolean
  /** Called when an unquoted value was accepted. */
  readonly onUnquoted: () => void
  position: number
  scimType: ScimType
}

/** Throws ScimError 400 with the column (from 1) and without any of the text. */
export function failAt(cursor: Cursor, position: number, code: TextFault): never {
  throw refuse(code, toPlace(cursor, position)).withType(cursor.scimType)
}

/** Where it is wrong, as refusals say it. */
export function toPlace(cursor: Cursor, position: number): { what: 'path' | 'filter'; column: number } {
  return { what: cursor.scimType === 'invalidPath' ? 'path' : 'filter', column: position + 1 }
}

type Bound = 'text_too_long' | 'text_too_deep' | 'text_too_many'
type TextFault = Exclude<Extract<RefusalCode, `text_${string}`>, Bound>

/** The same of what is more than is read. */
export function failBeyond(cursor: Cursor, position: number, code: Bound, most: number): never {
  throw refuse(code, { ...toPlace(cursor, position), most }).withType(cursor.scimType)
}

function isWordCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x2d && code <= 0x3a && code !== 0x2f) ||
    code === 0x5f ||
    code === 0x24
  )
}

function isNameCode(code: number): boolean {
  return isWordCode(code) && code !== 0x2e && code !== 0x3a && code !== 0x24
}

function isLetter(code: number): boolean {
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

/** Moves past spaces and says what stands there; NaN at the end. */
export function peekCode(cursor: Cursor): number {
  while (cursor.text.charCodeAt(cursor.position) === 0x20) cursor.position += 1
  return cursor.text.charCodeAt(cursor.position)
}

/** Takes the longest run of name characters, dots and colons; empty if there is none. */
export function takeWord(cursor: Cursor): string {
  peekCode(cursor)
  const start = cursor.position
  while (isWordCode(cursor.text.charCodeAt(cursor.position))) cursor.position += 1
  return cursor.text.slice(start, cursor.position)
}

/** Whether the text is an ATTRNAME of RFC 7643 §2.1, or `$ref`. */
export function isAttributeName(text: string): boolean {
  const start = text.startsWith('$') ? 1 : 0
  if (!isLetter(text.charCodeAt(start))) return false
  for (let index = start; index < text.length; index += 1)
    if (!isNameCode(text.charCodeAt(index))) return false
  return true
}

/** `[urn:]name[.subName]` (RFC 7644 §3.4.2.2 attrPath); fails at the column where the word began. */
export function toAttributePath(cursor: Cursor, word: string): AttributePath {
  const start = cursor.position - word.length
  const colon = word.lastIndexOf(':')
  const urn = word.slice(0, Math.max(colon, 0))
  const local = word.slice(colon + 1)
  const dot = local.indexOf('.')
  const name = dot < 0 ? local : local.slice(0, dot)
  const subName = dot < 0 ? undefined : local.slice(dot + 1)
  if (colon >= 0 && !urn.toLowerCase().startsWith('urn:')) failAt(cursor, start, 'text_lacks_urn')
  // A URN that ends in a dot has its attribute there: urn:…:User.manager.value.
  const subNames = subName === undefined ? [] : urn === '' ? [subName] : subName.split('.')
  if (!isAttributeName(name) || !subNames.every(isAttributeName))
    failAt(cursor, start, 'text_lacks_attribute')
  return {
    ...(colon < 0 ? {} : { urn }),
    name,
    ...(subName === undefined ? {} : { subName }),
  }
}

function takeString(cursor: Cursor): string {
  const start = cursor.position
  let end = start + 1
  while (end < cursor.text.length && cursor.text[end] !== '"') end += cursor.text[end] === '\\' ? 2 : 1
  if (end >= cursor.text.length) failAt(cursor, start, 'text_quote_open')
  try {
    const value = JSON.parse(cursor.text.slice(start, end + 1)) as string
    cursor.position = end + 1
    return value
  } catch {
    return failAt(cursor, start, 'text_escape')
  }
}

function isJsonNumber(text: string): boolean {
  return (
    text.length <= 64 &&
    /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) &&
    Number.isFinite(Number(text))
  )
}

function isUnquotedCode(code: number): boolean {
  return (isWordCode(code) && code !== 0x24) || code === 0x40 || code === 0x2b
}

/** The one value with colons that is taken without quotation marks. */
const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?$/i

function toUnquotedValue(cursor: Cursor, start: number, text: string): CompareValue {
  if (text === 'true') return true
  if (text === 'false') return false
  if (text === 'null') return null
  // A long number would lose digits, and 007 is not one: as text both still find what they name.
  const isNumber = isJsonNumber(text)
  if (isNumber && String(Number(text)) === text) return Number(text)
  if (isNumber && !cursor.allowUnquoted) return new NumberLiteral(text)
  if (text === '') return failAt(cursor, start, 'text_lacks_value')
  if (!cursor.allowUnquoted || (/[+:]/.test(text) && !dateTime.test(text)))
    return failAt(cursor, start, 'text_lacks_quotes')
  cursor.onUnquoted()
  return text
}

/** A JSON string, number, true, false or null; `[A-Za-z0-9@._-]+` and dates with times without quotation marks where allowed. */
export function takeValue(cursor: Cursor): CompareValue {
  const code = peekCode(cursor)
  if (code === 0x22) return takeString(cursor)
  const start = cursor.position
  if (code === 0x27) failAt(cursor, start, 'text_single_quotes')
  while (isUnquotedCode(cursor.text.charCodeAt(cursor.position))) cursor.position += 1
  return toUnquotedValue(cursor, start, cursor.text.slice(start, cursor.position))
}

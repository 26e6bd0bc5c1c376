// One simple value of a client to a value of the attribute's own type (RFC 7643 §2.3). Complex and
// multi-valued attributes are put together from these elsewhere.

import type { JsonValue } from '../json.ts'
import { refuse } from '../refusals.ts'
import type { Attribute } from '../schema/attribute.ts'
import { toBoolean, toDateTime, toNumber, toText } from '../schema/convert.ts'
import { mayTolerate, type Reading } from '../tolerance.ts'

/** ScimError 400 invalidValue that names the attribute and never its value. */

function readText(path: string, raw: JsonValue, reading: Reading): string {
  const text = toText(raw, reading, path)
  if (text === undefined) throw refuse('value_not_string', { path })
  if (text.includes('\0') || !text.isWellFormed()) throw refuse('value_not_text', { path })
  return text
}

function readBoolean(path: string, raw: JsonValue, reading: Reading): boolean {
  const flag = toBoolean(raw, reading, path)
  if (flag === undefined) throw refuse('value_not_boolean', { path })
  return flag
}

function readNumber(path: string, raw: JsonValue, isInteger: boolean, reading: Reading): number {
  const number = toNumber(raw, reading, path)
  if (number === undefined) throw refuse('value_not_number', { path })
  if (isInteger && !Number.isSafeInteger(number)) throw refuse('value_not_integer', { path })
  return number
}

function readDateTime(path: string, raw: JsonValue, reading: Reading): string {
  const text = typeof raw === 'string' ? toDateTime(raw, reading, path) : undefined
  if (text === undefined) throw refuse('value_not_time', { path })
  return text
}

// RFC 7643 §2.3.6: base64 with padding (RFC 4648 §4); the URL-safe alphabet is also sent.
function isBase64(text: string): boolean {
  let end = text.length
  while (end > 0 && text.length - end < 2 && text[end - 1] === '=') end -= 1
  for (let index = 0; index < end; index += 1) {
    const code = text.charCodeAt(index)
    const isLetter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a
    const isOther = code === 0x2b || code === 0x2f || code === 0x2d || code === 0x5f
    if (!isLetter && !isOther && !(code >= 0x30 && code <= 0x39)) return false
  }
  return end % 4 !== 1
}

function readReference(path: string, text: string, reading: Reading): string {
  let hasSpace = false
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code < 0x20 || code === 0x7f) throw refuse('value_has_controls', { path })
    if (code === 0x20) hasSpace = true
  }
  if (hasSpace && !mayTolerate(reading, 'loose-references', path)) throw refuse('value_has_spaces', { path })
  return text
}

// MIME (RFC 2045 §6.8) breaks lines, which RFC 4648 does not.
function readBinary(path: string, raw: JsonValue, reading: Reading): string {
  const text = readText(path, raw, reading)
  const bare = text.replace(/\s+/g, '')
  const isSame = bare === text
  if (!isBase64(bare) || (!isSame && (bare === '' || !mayTolerate(reading, 'base64-line-breaks', path))))
    throw refuse('value_not_base64', { path })
  return bare
}

/** Throws ScimError 400 invalidValue; undefined is no value (RFC 7643 §2.5: null, and an empty string where tolerated). */
export function readSimple(
  attribute: Attribute,
  path: string,
  raw: JsonValue,
  reading: Reading,
): string | number | boolean | undefined {
  if (raw === null) return undefined
  // Whoever says nothing of whether somebody is active has not said that they are.
  const isOnlyEmpty = raw === '' && (attribute.type !== 'boolean' || attribute.defaultOnCreate === undefined)
  if (isOnlyEmpty && mayTolerate(reading, 'empty-string-clears', path)) return undefined
  switch (attribute.type) {
    case 'boolean':
      return readBoolean(path, raw, reading)
    case 'integer':
      return readNumber(path, raw, true, reading)
    case 'decimal':
      return readNumber(path, raw, false, reading)
    case 'dateTime':
      return readDateTime(path, raw, reading)
    case 'binary':
      return readBinary(path, raw, reading)
    case 'reference':
      return readReference(path, readText(path, raw, reading), reading)
    default:
      return readText(path, raw, reading)
  }
}

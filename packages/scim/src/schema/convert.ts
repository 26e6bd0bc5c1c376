// What a client may send for a value of a simple type beside the type's own JSON, in bodies and in filters alike. Undefined is what is
// no such value; what was sent in another form counts as a use of its tolerance.

import { type JsonValue, NumberLiteral } from '../json.ts'
import { mayTolerate, type Reading } from '../tolerance.ts'
import { findInstant } from './date-time.ts'

/** The digits of a number as they were sent, where a string is wanted. */
export function toText(raw: JsonValue, reading: Reading, name?: string): string | undefined {
  if (typeof raw === 'string') return raw
  if (typeof raw !== 'number' && !(raw instanceof NumberLiteral)) return undefined
  // Without the text that it was, a number beyond these is not what was sent.
  const isWhole =
    typeof raw !== 'number' || (Number.isFinite(raw) && Math.abs(raw) <= Number.MAX_SAFE_INTEGER)
  if (!isWhole || !mayTolerate(reading, 'numbers-as-strings', name)) return undefined
  return typeof raw === 'number' ? String(raw) : raw.source
}

const flags: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])
const bits: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['0', false],
])

/** `True`, 1 and their like, as numbers and as texts. */
export function toBoolean(raw: JsonValue, reading: Reading, name?: string): boolean | undefined {
  if (typeof raw === 'boolean') return raw
  if (typeof raw !== 'string' && typeof raw !== 'number') return undefined
  const text = typeof raw === 'string' && raw.length > 8 ? '' : String(raw).trim().toLowerCase()
  const flag = typeof raw === 'string' ? flags.get(text) : undefined
  if (flag !== undefined) return mayTolerate(reading, 'boolean-strings', name) ? flag : undefined
  const bit = bits.get(text)
  return bit !== undefined && mayTolerate(reading, 'boolean-numbers', name) ? bit : undefined
}

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Infinity is none. */
export function toNumber(raw: JsonValue, reading: Reading, name?: string): number | undefined {
  const value = toAnyNumber(raw, reading, name)
  return value !== undefined && Number.isFinite(value) ? value : undefined
}

function toAnyNumber(raw: JsonValue, reading: Reading, name: string | undefined): number | undefined {
  if (typeof raw === 'number') return raw
  if (raw instanceof NumberLiteral) return raw.value
  if (typeof raw !== 'string' || raw.length > 64) return undefined
  const text = raw.trim()
  return number.test(text) && mayTolerate(reading, 'number-strings', name) ? Number(text) : undefined
}

// A date alone, or with a space before its time, without seconds, or with a zone that has no colon.
const looseDate =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?)?\s?(z|Z|[+-]\d{2}(?::?\d{2})?)?$/

/** As XML Schema writes it; a date alone is its first moment. */
export function toDateTime(raw: string, reading: Reading, name?: string): string | undefined {
  if (findInstant(raw) !== undefined) return raw
  const parts = raw.length > 64 ? null : looseDate.exec(raw.trim())
  if (parts === null) return undefined
  const [, date, time = '00:00', seconds = ':00', zone = ''] = parts
  const text = `${date}T${time}${seconds}${toZone(zone)}`
  return findInstant(text) !== undefined && mayTolerate(reading, 'loose-dates', name) ? text : undefined
}

function toZone(zone: string): string {
  if (zone === '' || zone === 'z') return 'Z'
  return /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')
}

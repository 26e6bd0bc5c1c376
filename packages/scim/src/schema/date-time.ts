// The dateTime of RFC 7643 §2.3.5 as an instant. The one reader of dates, for values and for filters.

const daysInMonth: readonly number[] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function digits(text: string, start: number, end: number): number {
  let number = 0
  for (let index = start; index < end; index += 1) {
    const digit = text.charCodeAt(index) - 0x30
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    number = number * 10 + digit
  }
  return number
}

function endOfDigits(text: string, start: number): number {
  let end = start
  while (end < text.length && digits(text, end, end + 1) >= 0) end += 1
  return end
}

function offsetMinutes(zone: string): number | undefined {
  if (zone === '' || zone === 'Z' || zone === 'z') return 0
  if (zone.length !== 6 || zone[3] !== ':' || (zone[0] !== '+' && zone[0] !== '-')) return undefined
  const hours = digits(zone, 1, 3)
  const minutes = digits(zone, 4, 6)
  if (!(hours <= 14 && minutes <= 59)) return undefined
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes)
}

/** Milliseconds since 1970, finer fractions cut off; no zone means UTC; undefined if it is not an xsd:dateTime. */
export function findInstant(text: string): number | undefined {
  if (text.length < 19 || text.length > 64) return undefined
  if (text[4] !== '-' || text[7] !== '-' || text[10] !== 'T' || text[13] !== ':' || text[16] !== ':')
    return undefined
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 7)
  const day = digits(text, 8, 10)
  const hour = digits(text, 11, 13)
  const minute = digits(text, 14, 16)
  const second = digits(text, 17, 19)
  if (!(year >= 0 && hour <= 23 && minute <= 59 && second <= 59)) return undefined
  if (!(day >= 1 && day <= (daysInMonth[month - 1] ?? 0))) return undefined
  const fractionEnd = text[19] === '.' ? endOfDigits(text, 20) : 19
  if (fractionEnd === 20) return undefined
  const offset = offsetMinutes(text.slice(fractionEnd))
  if (offset === undefined) return undefined
  const milliseconds = fractionEnd > 20 ? Number(text.slice(20, Math.min(fractionEnd, 23)).padEnd(3, '0')) : 0
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCDate() !== day) return undefined
  return date.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + milliseconds
}

// Ids: a prefix that says what the thing is, then 26 characters that sort by the time of creation.
import { randomFillSync, randomInt } from 'node:crypto'

/** What the first letters of an id say that it names. */
export type IdPrefix =
  | 'org'
  | 'usr'
  | 'grp'
  | 'cli'
  | 'key'
  | 'evt'
  | 'act'
  | 'req'
  | 'dom'
  | 'conn'
  | 'cert'
  | 'ses'
  | 'link'
  | 'inv'
  | 'whe'
  | 'app'
  | 'alr'
  | 'sig'
  | 'mail'
  | 'rch'
  | 'end'
  | 'opl'
  | 'ops'
  | 'acf'
  | 'ret'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
/** Every pair of characters: ten random bits at a time. */
const pairs = Array.from({ length: 1_024 }, (_, at) => `${alphabet[at >> 5]}${alphabet[at & 31]}`)
const pool = Buffer.alloc(8_192)
let next = pool.length
let count = randomInt(0x10_0000)

/**
 * 48 bits of milliseconds, 20 bits that count on, then 60 random bits, in Crockford's base 32. They sort as they were
 * made, within a millisecond too, so that a list in the order of ids is stable while rows are added, and inserts land
 * beside one another in the index.
 */
export function createId(prefix: IdPrefix, nowMs: number): string {
  return `${prefix}_${timePart(nowMs)}${countPart()}${randomPart()}`
}

/** The smallest id of a moment: the lower bound of a range of ids. */
export function firstIdAt(prefix: IdPrefix, epochMs: number): string {
  return `${prefix}_${timePart(epochMs)}${'0'.repeat(16)}`
}

/** When something was made, in milliseconds since 1970; undefined for what is no id of that kind. */
export function timeOfId(prefix: IdPrefix, id: string): number | undefined {
  const { length } = prefix
  if (id.length !== length + 27 || !id.startsWith(`${prefix}_`)) return undefined
  let time = 0
  for (let at = length + 1; at < length + 11; at += 1) {
    const digit = alphabet.indexOf(id[at]!)
    if (digit < 0) return undefined
    time = time * 32 + digit
  }
  return time
}

// One request makes several of the same millisecond.
let last = { at: -1, text: '' }

function timePart(nowMs: number): string {
  if (nowMs !== last.at) last = { at: nowMs, text: renderTime(nowMs) }
  return last.text
}

function renderTime(nowMs: number): string {
  let rest = Math.max(0, Math.floor(nowMs))
  let text = ''
  for (let digit = 0; digit < 10; digit += 1) {
    text = alphabet[rest % 32] + text
    rest = Math.floor(rest / 32)
  }
  return text
}

function countPart(): string {
  count = (count + 1) & 0xf_ffff
  return `${pairs[count >> 10]}${pairs[count & 1_023]}`
}

function randomPart(): string {
  if (next + 12 > pool.length) {
    randomFillSync(pool)
    next = 0
  }
  let text = ''
  for (let pair = 0; pair < 6; pair += 1) {
    text += pairs[pool.readUInt16LE(next) & 1_023]
    next += 2
  }
  return text
}

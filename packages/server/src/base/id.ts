// Ids: a prefix that says what the thing is, then 26 characters that sort by the time of creation.
import { randomFillSync } from 'node:crypto'

export type IdPrefix = 'org' | 'usr' | 'key' | 'evt' | 'act' | 'req'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
/** Every pair of characters: ten random bits at a time. */
const pairs = Array.from({ length: 1_024 }, (_, at) => `${alphabet[at >> 5]}${alphabet[at & 31]}`)
const pool = Buffer.alloc(8_192)
let next = pool.length

/**
 * 48 bits of milliseconds, then 80 random bits, in Crockford's base 32. They sort as they were made, so that a list in
 * the order of ids is stable while rows are added, and inserts land beside one another in the index.
 */
export function createId(prefix: IdPrefix, nowMs: number): string {
  return `${prefix}_${timePart(nowMs)}${randomPart()}`
}

/** The smallest id of a moment: the lower bound of a range of ids. */
export function firstIdAt(prefix: IdPrefix, epochMs: number): string {
  return `${prefix}_${timePart(epochMs)}${'0'.repeat(16)}`
}

function timePart(nowMs: number): string {
  let rest = Math.max(0, Math.floor(nowMs))
  let text = ''
  for (let digit = 0; digit < 10; digit += 1) {
    text = alphabet[rest % 32] + text
    rest = Math.floor(rest / 32)
  }
  return text
}

function randomPart(): string {
  if (next + 16 > pool.length) {
    randomFillSync(pool)
    next = 0
  }
  let text = ''
  for (let pair = 0; pair < 8; pair += 1) {
    text += pairs[pool.readUInt16LE(next) & 1_023]
    next += 2
  }
  return text
}

// What a proof of a domain is worth: asked by everybody who reads domains, so that none of them counts what has lapsed.

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { dayMs } from '../base/clock.ts'

/** A record that has been gone for this long proves nothing until it is back. */
export const lostForMs = 14 * dayMs

/** Of a row of `domain`: it is proved, and its record was there later than `lostAfter`, which is `toLostAfter(now)`. */
export function holdsProof(lostAfter: unknown): RawBuilder<SqlBool> {
  return sql<SqlBool>`(domain.verified_at IS NOT NULL AND (domain.lost_at IS NULL OR domain.lost_at > ${lostAfter}))`
}

/** Since when a proof must have held to count at `now`, in milliseconds since 1970. */
export function toLostAfter(now: number): number {
  return now - lostForMs
}

/** Of a row of `domain`: it is proved, and its record was there when it was looked for last. What is given for good asks for this. */
export const isProvedAtLastLook = sql<SqlBool>`(domain.verified_at IS NOT NULL AND domain.lost_at IS NULL)`

/** The same of a row that was read. */
export function isProofHeld(
  row: { readonly verified_at: number | null; readonly lost_at: number | null },
  now: number,
): boolean {
  return row.verified_at !== null && (row.lost_at === null || Number(row.lost_at) > toLostAfter(now))
}

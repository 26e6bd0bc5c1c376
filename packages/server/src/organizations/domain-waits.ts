// How long a domain without proof is looked for by itself: for 14 days, after 5 minutes at first and then ever more seldom. Pure: what
// it says of a row is written by who asks.
import type { Domain } from '@rollcall/api'
import { dayMs, hourMs, minuteMs, toNullableTime, toTime } from '../base/clock.ts'
import { type Json, readJson } from '../base/json.ts'
import type { DomainTable, KeptFound } from '../store/schema.ts'

/** For so long a domain is looked for by itself, from when it was added or somebody asked again. */
export const waitMs = 14 * dayMs
const shortestMs = 5 * minuteMs
const longestMs = 6 * hourMs

type Waiting = Pick<DomainTable, 'waiting_since' | 'next_look_at'>

/** The columns of a domain that waits from now on. */
export function startWaiting(now: number): { readonly waiting_since: number; readonly next_look_at: number } {
  return { waiting_since: now, next_look_at: now + shortestMs }
}

/** The columns of one that waits for nothing: it is proved, or the operator took its proof back. */
export const notWaiting = { waiting_since: null, next_look_at: null, found: null } as const

/** The columns after a look that did not find the record; a look that somebody asked for begins the 14 days anew once they are over. */
export function waitOn(
  row: Waiting,
  found: Omit<KeptFound, 'at'>,
  now: number,
  isAsked: boolean,
): Waiting & { readonly found: Json<KeptFound> } {
  const kept: Json<KeptFound> = JSON.stringify({ ...found, at: now })
  if (row.waiting_since === null || (isAsked && row.next_look_at === null))
    return { ...startWaiting(now), found: kept }
  const waitedMs = now - row.waiting_since
  const pauseMs = Math.min(Math.max(waitedMs / 4, shortestMs), longestMs)
  const next = waitedMs >= waitMs ? null : Math.round(now + pauseMs)
  return { waiting_since: row.waiting_since, next_look_at: next, found: kept }
}

/** What the management API says of the looks; null where nothing is waited for. A proved one whose record is gone is looked for daily. */
export function toRecordCheck(row: DomainTable): Domain['recordCheck'] {
  if (row.verified_at !== null && row.lost_at === null) return null
  const { at, ...found }: Partial<KeptFound> = row.found === null ? {} : readJson(row.found)
  const daily = row.verified_at === null || row.checked_at === null ? null : row.checked_at + dayMs
  return {
    outcome: 'not_looked',
    values: [],
    dnsProvider: null,
    zone: null,
    host: null,
    ...found,
    checkedAt: at === undefined ? null : toTime(at),
    nextAt: toNullableTime(row.next_look_at ?? daily),
  }
}

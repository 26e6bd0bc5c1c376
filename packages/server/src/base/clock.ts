// Time as an argument. Nothing below main.ts reads the machine's clock.

/** A minute in milliseconds. */
export const minuteMs = 60_000
/** An hour in milliseconds. */
export const hourMs = 60 * minuteMs
/** A day in milliseconds. */
export const dayMs = 24 * hourMs

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Clock = () => number

/** RFC 3339 in UTC with milliseconds; null stays null. */
export function toTime(epochMs: number): string {
  const day = Math.floor(epochMs / dayMs)
  if (day !== lastDay) {
    lastDay = day
    lastDate = new Date(day * dayMs).toISOString().slice(0, 11)
  }
  const ms = epochMs - day * dayMs
  const seconds = Math.floor(ms / 1_000)
  return `${lastDate}${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${three(ms % 1_000)}Z`
}

// A list renders hundreds of times of few days: the date part is made once a day.
let lastDay = Number.NaN
let lastDate = ''

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

function three(value: number): string {
  return value < 10 ? `00${value}` : value < 100 ? `0${value}` : String(value)
}

/** A time as the API writes it (RFC 3339, UTC), or null. */
export function toNullableTime(epochMs: number | null): string | null {
  return epochMs === null ? null : toTime(epochMs)
}

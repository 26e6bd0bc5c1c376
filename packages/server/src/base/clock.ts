// Time as an argument. Nothing below main.ts reads the machine's clock.

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Clock = () => number

/** RFC 3339 in UTC with milliseconds; null stays null. */
export function toTime(epochMs: number): string {
  return new Date(epochMs).toISOString()
}

export function toNullableTime(epochMs: number | null): string | null {
  return epochMs === null ? null : toTime(epochMs)
}

// When a delivery that failed is tried again. Pure: randomness is an argument.

import { hourMs, minuteMs } from '../base/clock.ts'

const secondMs = 1_000
/** For so long a target that comes back is noticed within 15 seconds. */
const attentiveMs = 10 * minuteMs
const attentiveDelayMs = 15 * secondMs
/** Nothing waits longer than this for its next attempt. */
export const maxDelayMs = hourMs
/** After this a delivery is given up, and a target that took nothing is switched off. */
export const giveUpAfterMs = 72 * hourMs
/** So many failures in a row and only one delivery at a time knocks at the target. */
export const failuresBeforePause = 3
/** So many answers of 4xx, and nothing accepted between them, and it is the target that refuses. */
export const refusalsBeforeFailing = 10
/** A target that has failed for so long is announced. */
export const tellAfterMs = attentiveMs

/**
 * Milliseconds until the next attempt, after failing for `failingMs` and `attempts` times: 1, 2, 4, 8 and at most 15 seconds in the
 * first ten minutes, then a tenth of the time that it has failed, at most an hour; up to half of it is left to chance.
 * `retryAfterMs`: what the target asked for, which is honoured up to an hour.
 */
export function nextDelayMs(
  failingMs: number,
  attempts: number,
  random: number,
  retryAfterMs: number | null,
): number {
  const isAttentive = failingMs < attentiveMs
  const whole = isAttentive
    ? Math.min(attentiveDelayMs, secondMs * 2 ** Math.min(attempts - 1, 10))
    : Math.min(maxDelayMs, Math.max(failingMs / 10, attentiveDelayMs))
  const delay = whole * (0.5 + random / 2)
  return Math.round(Math.max(delay, Math.min(retryAfterMs ?? 0, maxDelayMs)))
}

/** RFC 9110 §10.2.3: seconds, or a date; null for neither. */
export function readRetryAfter(text: string | undefined, now: number): number | null {
  if (text === undefined) return null
  if (/^\d{1,7}$/.test(text.trim())) return Number(text) * secondMs
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

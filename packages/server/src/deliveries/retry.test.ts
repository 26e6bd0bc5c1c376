import { describe, expect, it } from 'vitest'
import { giveUpAfterMs, nextDelayMs, readRetryAfter } from './retry.ts'

/** The moments of all attempts at a target that never answers, in milliseconds after the first. */
function play(random: () => number): number[] {
  const moments = [0]
  for (let at = 0, attempts = 1; at < giveUpAfterMs; attempts += 1) {
    at += nextDelayMs(at, attempts, random(), null)
    moments.push(at)
  }
  return moments
}

describe('the schedule of attempts', () => {
  it('tries at most 15 seconds apart for ten minutes, at most an hour apart for three days', () => {
    for (const random of [() => 0, () => 1, Math.random]) {
      const moments = play(random)
      const gaps = moments
        .slice(1)
        .map((at, index) => ({ from: moments[index] as number, gap: at - (moments[index] as number) }))
      expect(
        Math.max(...gaps.filter(({ from }) => from < 600_000).map(({ gap }) => gap)),
      ).toBeLessThanOrEqual(15_000)
      expect(Math.max(...gaps.map(({ gap }) => gap))).toBeLessThanOrEqual(3_600_000)
      expect(moments.at(-1)).toBeGreaterThanOrEqual(72 * 3_600_000)
      expect(moments.length).toBeGreaterThan(100)
      expect(moments.length).toBeLessThan(400)
    }
  })

  it('leaves part of each delay to chance, so that many do not come at once', () => {
    expect(nextDelayMs(0, 4, 0, null)).toBe(4_000)
    expect(nextDelayMs(0, 4, 1, null)).toBe(8_000)
  })

  it('honours Retry-After in seconds and as a date, up to an hour', () => {
    expect(nextDelayMs(0, 1, 1, readRetryAfter('120', 0))).toBe(120_000)
    const date = new Date(90_000).toUTCString()
    expect(nextDelayMs(0, 1, 1, readRetryAfter(date, 30_000))).toBe(60_000)
    expect(nextDelayMs(0, 1, 1, readRetryAfter('999999', 0))).toBe(3_600_000)
    expect(readRetryAfter('soon', 0)).toBeNull()
  })
})

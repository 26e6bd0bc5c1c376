import { expect, it } from 'vitest'
import { tickMs, untilNextLook } from './pace.ts'

it('a node that finds nothing looks less often after a while, and in time for what will be due', () => {
  expect(untilNextLook(1, undefined, 0)).toBe(1_000)
  expect(untilNextLook(30, undefined, 0)).toBe(1_000)
  expect(untilNextLook(31, undefined, 0)).toBe(4_000)
  expect(untilNextLook(31, 3_000, 1_000)).toBe(2_000)
  expect(untilNextLook(31, 1_000, 1_000)).toBe(tickMs)
  expect(untilNextLook(1, 9_000, 1_000)).toBe(1_000)
})

import { expect, it } from 'vitest'
import { createRateLimit } from './rate-limit.ts'

const clock = (): number => 0

it('m14: whoever comes a little too soon waits, as many as pass within a second, and the others are refused at once', async () => {
  const limit = createRateLimit({ perSecond: 4, burst: 2 }, clock)
  const order: number[] = []
  const answers = Array.from({ length: 9 }, async (_, at) => {
    const wait = await limit.pass('acme')
    order.push(at)
    return wait
  })
  expect(await Promise.all(answers)).toEqual([0, 0, 0, 0, 0, 0, 2, 2, 2])
  // Those who are refused do not wait for those who wait.
  expect(order).toEqual([0, 1, 6, 7, 8, 2, 3, 4, 5])
  expect(limit.take('acme')).toBe(2)
  expect(await limit.pass('globex')).toBe(0)
})

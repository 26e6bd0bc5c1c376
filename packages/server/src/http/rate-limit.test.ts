import { expect, it } from 'vitest'
import { createRateLimit, createSharedRateLimit, type Sharer } from './rate-limit.ts'

const clock = (): number => 0
const directory: Sharer = { name: 'directory', downTo: 1 / 2, share: 1 / 2 }
const unconfirmed: Sharer = { name: 'unconfirmed', downTo: 3 / 4, share: 1 / 10 }

it('m14: whoever comes a little too soon waits, as many as pass within a second, and the others are refused at once', async () => {
  const limit = createSharedRateLimit({ perSecond: 4 }, clock)
  const order: number[] = []
  const answers = Array.from({ length: 20 }, async (_, at) => {
    const wait = await limit.pass('acme', directory)
    order.push(at)
    return wait
  })
  expect(await Promise.all(answers)).toEqual([...Array(18).fill(0), 2, 2])
  // Those who are refused do not wait for those who wait.
  expect(order).toEqual([...Array(16).keys(), 18, 19, 16, 17])
  expect(await limit.pass('globex', directory)).toBe(0)
})

it('a name has its burst, and then its rate', () => {
  let now = 0
  const limit = createRateLimit({ perSecond: 4, burst: 2 }, () => now)
  expect([limit.take('acme'), limit.take('acme'), limit.take('acme'), limit.take('globex')]).toEqual([
    0, 0, 1, 0,
  ])
  now = 250
  expect([limit.take('acme'), limit.take('acme')]).toEqual([0, 1])
})

it('R13-b2: one alone goes at the whole rate, and takes nothing that another one has a share in', async () => {
  let now = 0
  const limit = createSharedRateLimit({ perSecond: 100 }, () => now)
  /** How many of a hundred a second, one every ten milliseconds for so long, are let through at once or soon. */
  const flood = async (sharer: Sharer, seconds: number, each: (at: number) => void = () => undefined) => {
    const passed: Promise<number>[] = []
    for (let at = 0; at < seconds * 200; at += 1) {
      now += 5
      passed.push(limit.pass('acme', sharer))
      each(at)
    }
    return (await Promise.all(passed)).filter((wait) => wait === 0).length
  }
  // Twice the rate for ten seconds: the rate, what was there, and who waits at the end.
  const alone = await flood(unconfirmed, 10)
  expect(alone).toBeGreaterThan(1_190)
  expect(alone).toBeLessThan(1_360)
  // While it goes on, the directory has what it asks for: eighty a second.
  const served: Promise<number>[] = []
  await flood(unconfirmed, 10, (at) => {
    if (at % 5 < 2) served.push(limit.pass('acme', directory))
  })
  const waits = await Promise.all(served)
  expect(waits.filter((wait) => wait > 0)).toEqual([])
  // And what has a share goes on beside the directory.
  const beside = await flood(
    directory,
    10,
    (at) => void (at % 20 === 0 && served.push(limit.pass('acme', unconfirmed))),
  )
  expect(beside).toBeGreaterThan(800)
  expect((await Promise.all(served)).slice(waits.length).filter((wait) => wait === 0).length).toBeGreaterThan(
    90,
  )
})

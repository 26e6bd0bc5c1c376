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
  const limit = createSharedRateLimit(
    { perSecond: 100 },
    () => now,
    undefined,
    async () => undefined,
  )
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

/**
 * In simulated time: each comes so many times over, one request after another each, and whoever is refused comes again at once. How many of
 * each were served in ten seconds, after twenty in which what was there is used up and filled again.
 */
async function play(
  comers: readonly { readonly sharer: Sharer; readonly callers: number; readonly pauseMs: number }[],
): Promise<readonly number[]> {
  let now = 0
  const due = new Map<number, (() => void)[]>()
  const pause = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const at = Math.ceil(now + Math.max(1, milliseconds))
      due.set(at, [...(due.get(at) ?? []), resolve])
    })
  const limit = createSharedRateLimit({ perSecond: 100 }, () => now, undefined, pause)
  const [from, until] = [20_000, 30_000]
  const served = comers.map(() => 0)
  const call = async (at: number, { sharer, pauseMs }: (typeof comers)[number]): Promise<void> => {
    while (now < until) {
      const isServed = (await limit.pass('acme', sharer)) === 0
      if (isServed && now > from) served[at] = (served[at] ?? 0) + 1
      await pause(isServed ? pauseMs : Math.max(50, pauseMs))
    }
  }
  comers.forEach((comer, at) => {
    for (let caller = 0; caller < comer.callers; caller += 1) void call(at, comer)
  })
  for (; now < until; now += 1) {
    const turns = due.get(now) ?? []
    due.delete(now)
    for (const resolve of turns) resolve()
    await new Promise(setImmediate)
  }
  return served
}

const toKey = (name: string): Sharer => ({ ...directory, name })
const sequential = { sharer: directory, callers: 1, pauseMs: 25 }
const listGreedy = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ sharer: toKey(`greedy ${at}`), callers: 40, pauseMs: 0 }))

it.each([1, 2, 5])(
  'R15-8: beside %i keys that take all they get, one that asks one after another has its equal part',
  async (count) => {
    const [own = 0, ...others] = await play([sequential, ...listGreedy(count)])
    const part = 1_000 / (count + 1)
    // At most about thirty-eight a second are asked for. What it leaves is somebody else's: all together have the whole rate.
    expect(own).toBeGreaterThan(0.85 * Math.min(part, 380))
    for (const other of others) expect(other).toBeGreaterThan(0.85 * part)
    const all = others.reduce((sum, one) => sum + one, own)
    expect(all).toBeGreaterThan(970)
    expect(all).toBeLessThan(1_030)
  },
)

it('R15-8: so also beside unconfirmed keys, and those beside them have theirs', async () => {
  const crowd = { sharer: unconfirmed, callers: 200, pauseMs: 0 }
  const [own = 0, unconfirmedOnes = 0] = await play([sequential, crowd, ...listGreedy(2)])
  expect(own).toBeGreaterThan(0.85 * 250)
  expect(unconfirmedOnes).toBeGreaterThan(85)
  expect(unconfirmedOnes).toBeLessThan(150)
})

it('R15-8: at one request a second whoever comes again when told has its turn', async () => {
  let now = 0
  const limit = createSharedRateLimit(
    { perSecond: 1 },
    () => now,
    undefined,
    async () => undefined,
  )
  const count = async (sharer: Sharer) => Number((await limit.pass('acme', sharer)) === 0)
  let served = 0
  let comesAt = 0
  for (; now < 140_000; now += 100) {
    for (let at = 0; at < 5; at += 1) await count(toKey(`greedy ${at}`))
    if (now < comesAt) continue
    const wait = await limit.pass('acme', directory)
    if (wait === 0) served += 1
    comesAt = now + Math.max(1, wait) * 1_000
  }
  expect(served).toBeGreaterThan(15)
})

it('R15-8: keys that take turns at asking get no more than the rate, a burst and a second more', async () => {
  let now = 0
  const limit = createSharedRateLimit(
    { perSecond: 100 },
    () => now,
    undefined,
    async () => undefined,
  )
  let served = 0
  for (; now < 20_000; now += 5)
    for (let at = 0; at < 3; at += 1) {
      const name = `key ${(Math.floor(now / 1_000) % 20) * 3 + at}`
      served += Number((await limit.pass('acme', toKey(name))) === 0)
    }
  expect(served).toBeLessThan(2_000 + 500 + 100 + 60)
})

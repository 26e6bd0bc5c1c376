import { describe, expect, it } from 'vitest'
import type { Rung } from '../base/rung.ts'
import type { Comer } from './comer.ts'
import type { Line } from './database.ts'
import { createFairQueue, type FairLimits } from './fair-queue.ts'

const limits: FairLimits = {
  window: 16,
  reserve: 4,
  turnMs: 5,
  quantumMs: 10,
  littleShare: 1 / 8,
  debtMs: 50,
  aheadMs: 20,
  requests: 3,
}

const nobody: Comer = { rung: 'person', by: '' }

/** A queue whose time passes only by the work that is done in it. */
function createStage(bounds = limits) {
  let clock = 0
  const turns: (() => void)[] = []
  const queue = createFairQueue(bounds, { now: () => clock, next: (run) => void turns.push(run) })
  const order: string[] = []
  const used = new Map<string, number>()
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
  /** As the embedded store reads: the work is done when it is called. */
  const ask = (id: string, cost: number, comer = nobody): Promise<void> =>
    queue.run(id, comer, async () => {
      clock += cost
      order.push(comer.by === '' ? id : comer.by)
      used.set(id, (used.get(id) ?? 0) + cost)
    })
  return {
    queue,
    order,
    used,
    ask,
    pass: (milliseconds: number) => {
      clock += milliseconds
    },
    /** Turns of the event loop, until nothing waits or `isEnough`. */
    async run(isEnough: () => boolean = () => false) {
      await settled()
      while (turns.length > 0 && !isEnough()) {
        turns.shift()?.()
        await settled()
      }
    },
  }
}

describe('the fair queue', () => {
  it('serves who comes behind a flood before the rest of the flood', async () => {
    const stage = createStage()
    for (let at = 0; at < 300; at += 1) void stage.ask('a', 4)
    await stage.run(() => stage.order.length >= 50)
    const before = stage.order.length
    void stage.ask('b', 1)
    await stage.run()
    expect(stage.order).toHaveLength(301)
    expect(stage.order.indexOf('b')).toBeLessThanOrEqual(before + 1)
  })

  it('does so again and again for who asks little', async () => {
    const stage = createStage()
    for (let at = 0; at < 400; at += 1) void stage.ask('a', 4)
    const waits: number[] = []
    for (let at = 0; at < 20; at += 1) {
      await stage.run(() => stage.order.length >= 15 * (at + 1))
      const before = stage.order.length
      await Promise.all([stage.ask('b', 1), stage.run(() => stage.order.includes('b', before))])
      waits.push(stage.order.indexOf('b', before) - before)
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(2)
  })

  it('R13-b1: inside an organization serves who stands above before the rest of a flood, and nobody never', async () => {
    const stage = createStage()
    const ask = (rung: Rung, by: string) => void stage.ask('a', 4, { rung, by })
    for (let at = 0; at < 200; at += 1) ask('administrator', 'admin')
    for (const by of ['key', 'contact', 'owner', 'operator', 'another admin'])
      ask(by === 'key' ? 'directory' : by === 'another admin' ? 'administrator' : (by as Rung), by)
    ask('person', 'somebody')
    await stage.run()
    const first = stage.order.filter((by) => by !== 'admin')
    expect(first).toEqual(['owner', 'operator', 'another admin', 'contact', 'key', 'somebody'])
    const at = (by: string) => stage.order.indexOf(by)
    expect(at('owner')).toBeLessThan(5)
    expect(at('another admin')).toBeLessThan(15)
    expect(at('somebody')).toBeLessThan(30)
    expect(stage.order).toHaveLength(206)
  })

  it.each([
    ['equal units', 2, 2],
    ['large and small ones', 9, 1],
    ['small and large ones', 1, 9],
  ])('gives two floods of %s the same time', async (_what, costOfA, costOfB) => {
    const stage = createStage()
    for (let at = 0; at < 400; at += 1) {
      void stage.ask('a', costOfA)
      void stage.ask('b', costOfB)
    }
    await stage.run(() => (stage.used.get('a') ?? 0) + (stage.used.get('b') ?? 0) >= 300)
    const share = (stage.used.get('a') ?? 0) / 300
    expect(share).toBeGreaterThan(0.4)
    expect(share).toBeLessThan(0.6)
  })

  it('lets new requests in after each few milliseconds, also for one alone', async () => {
    const stage = createStage()
    for (let at = 0; at < 100; at += 1) void stage.ask('a', 3)
    let turns = 0
    await stage.run(() => {
      turns += 1
      expect(stage.order.length).toBeLessThanOrEqual(2 * turns + 4)
      return false
    })
    expect(stage.order).toHaveLength(100)
  })

  describe('of units that take their time in the store', () => {
    const hold = (stage: ReturnType<typeof createStage>, id: string) => {
      const held = { now: 0, most: 0, ends: [] as (() => void)[] }
      const ask = () =>
        stage.queue.run(id, nobody, () => {
          held.now += 1
          held.most = Math.max(held.most, held.now)
          return new Promise<void>((resolve) =>
            held.ends.push(() => {
              held.now -= 1
              resolve()
            }),
          )
        })
      return { held, ask }
    }

    it('gives one alone all but the places for who comes, and who comes begins at once', async () => {
      const stage = createStage()
      const a = hold(stage, 'a')
      for (let at = 0; at < 40; at += 1) void a.ask()
      await stage.run()
      expect(a.held.now).toBe(limits.window - limits.reserve)
      const b = hold(stage, 'b')
      void b.ask()
      expect(b.held.now).toBe(1)
    })

    it('gives one at most half while another one waits', async () => {
      const stage = createStage()
      const [a, b] = [hold(stage, 'a'), hold(stage, 'b')]
      for (let at = 0; at < 60; at += 1) void a.ask()
      for (let at = 0; at < 60; at += 1) void b.ask()
      await stage.run()
      for (let at = 0; at < 12; at += 1) {
        a.held.ends.shift()?.()
        await stage.run()
      }
      expect(a.held.now).toBeLessThanOrEqual(limits.window / 2)
      expect(b.held.now).toBeGreaterThan(0)
      for (let round = 0; round < 300; round += 1) {
        ;(round % 2 === 0 ? a : b).held.ends.shift()?.()
        await stage.run()
        const isBoth = a.held.ends.length + b.held.ends.length > 0 && stage.queue.waiting() > 0
        if (isBoth && round < 60) expect(a.held.now).toBeLessThanOrEqual(limits.window / 2)
      }
      expect(stage.queue.waiting()).toBe(0)
    })

    it('frees the place of one that fails', async () => {
      const stage = createStage()
      const failing = Array.from({ length: 40 }, () =>
        stage.queue.run('a', nobody, () => Promise.reject(new Error('no'))),
      )
      const outcomes = Promise.allSettled(failing)
      await stage.run()
      expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true)
      await expect(stage.queue.run('a', nobody, async () => 'again')).resolves.toBe('again')
    })
  })

  const lineOf = (organizationId: string): Line => ({ organizationId, name: 'directory' })

  it('counts requests in and out, each organization for itself, and each line', () => {
    const { queue } = createStage()
    const enter = (id: string) => queue.enter(lineOf(id))
    const leave = [enter('a'), enter('a'), enter('a')]
    expect(enter('a')).toBeUndefined()
    expect(enter('b')).toBeDefined()
    expect(queue.enter({ organizationId: 'a', name: 'console' })).toBeDefined()
    leave[0]?.()
    leave[0]?.()
    expect(enter('a')).toBeDefined()
    expect(enter('a')).toBeUndefined()
  })

  it('G7: keeps the last places of a line for whoever stands above, and gives nobody more than half of their rung’s', () => {
    const { queue } = createStage({ ...limits, requests: 20 })
    const enter = (rung: Rung, by: string) => queue.enter(lineOf('a'), { rung, by })
    const countOf = (rung: Rung, by: string) => {
      let count = 0
      while (enter(rung, by) !== undefined) count += 1
      return count
    }
    expect(countOf('contact', 'link')).toBe(7)
    expect(countOf('contact', 'another')).toBe(7)
    expect(countOf('contact', 'a third')).toBe(0)
    const leave = enter('administrator', 'ada')
    expect(countOf('administrator', 'ada')).toBe(1)
    expect(countOf('administrator', 'bob')).toBe(0)
    expect(countOf('owner', 'eve')).toBe(2)
    leave?.()
    expect(countOf('contact', 'link')).toBe(0)
    expect(countOf('administrator', 'ada')).toBe(0)
    expect(countOf('owner', 'eve')).toBe(1)
    const [first, second] = [queue.enter(lineOf('a')), queue.enter(lineOf('a'))]
    expect([first, second, queue.enter(lineOf('a'))]).toEqual([
      expect.any(Function),
      expect.any(Function),
      undefined,
    ])
  })
})

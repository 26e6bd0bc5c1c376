// The whole service while its database is gone, and when another one has taken over: it lives, says so, answers everybody in their time,
// asks for the database no more than ten times a second, keeps its size, and is back by itself. (R4c: silent-database.test.ts.)
// Judges: server/store, server.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { freePort } from '../harness/ports.ts'
import { after, checkAnswers, isReady, linesOf, onStage, type Stage } from '../harness/stage.ts'

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024
const healthOf = async ({ service }: Stage): Promise<number> => (await fetch(`${service.url}/healthz`)).status

/** Looks on for as long as the database is to be gone. */
async function whileGone(stage: Stage, seconds: number): Promise<void> {
  const { service, forwarder } = stage
  const goneAt = performance.now()
  await expect.poll(() => isReady(service), { timeout: 5_000, interval: 100 }).toBe(false)
  const [asked, memory] = [forwarder.asked(), residentMb(service.pid)]
  const from = performance.now()
  const health = new Set<number>()
  while (performance.now() - goneAt < seconds * 1_000) {
    health.add(await healthOf(stage))
    await after(0.5)
  }
  const perSecond = ((forwarder.asked() - asked) * 1_000) / (performance.now() - from)
  const grown = residentMb(service.pid) - memory
  console.log(JSON.stringify({ perSecond: Math.round(perSecond * 10) / 10, grownMb: Math.round(grown) }))
  expect([...health]).toEqual([200])
  expect(perSecond).toBeLessThanOrEqual(10)
  expect(grown).toBeLessThanOrEqual(50)
}

/** From when the database was there again. */
async function isBack(stage: Stage, from: number): Promise<void> {
  const { service, seen, missing } = stage
  await expect.poll(() => isReady(service), { timeout: 5_000, interval: 100 }).toBe(true)
  await after(6)
  expect(seen.filter(({ status, at }) => status === 503 && at - from > 5_000)).toEqual([])
  expect(seen.some(({ status, at }) => status === 201 && at > from)).toBe(true)
  expect(await missing()).toEqual([])
  checkAnswers(seen)
  expect(service.isRunning()).toBe(true)
  expect(linesOf(service).length, linesOf(service).join('\n')).toBeLessThanOrEqual(4)
}

it('R4a: PostgreSQL is killed and comes back after 15 s', async () => {
  await onStage(async (stage) => {
    await stage.server.halt('SIGKILL')
    await whileGone(stage, 15)
    await stage.server.again()
    await isBack(stage, performance.now())
  })
})

it('R4b: PostgreSQL is stopped for 60 s', async () => {
  await onStage(async (stage) => {
    await stage.server.halt('SIGINT')
    await whileGone(stage, 60)
    await stage.server.again()
    await isBack(stage, performance.now())
  })
})

it.each(['closed', 'silent'] as const)(
  'R4d: the server is lost, and another one has all that it had committed at another address; old connections are %s',
  async (old) => {
    await onStage(async (stage) => {
      const { forwarder, server } = stage
      if (old === 'silent') forwarder.swallow()
      await server.halt('SIGKILL')
      await after(4)
      forwarder.lead(await server.again(await freePort()))
      forwarder.restore()
      const from = performance.now()
      if (old === 'closed') return isBack(stage, from)
      // What was under way on the old ones is given up first, each after its eight seconds.
      await after(11)
      await isBack(stage, from + 10_000)
    })
  },
)

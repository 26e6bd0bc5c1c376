// R4d: the primary is killed under load and its synchronous standby promoted, both real; the address that the service knows leads to the
// new one afterwards, or already before it takes writes. With Debian's PostgreSQL 15: what npm has cannot follow another server.
// Judges: server/store.
import { Client } from 'pg'
import { expect, it } from 'vitest'
import { after, checkAnswers, isReady, linesOf, listFamily, onStageOf, type Stage } from '../harness/stage.ts'
import { hasPair, type Pair, startPair } from '../postgres/pair.ts'

if (!hasPair())
  console.log('There is no PostgreSQL 15 of Debian on this machine: a failover to a standby is not tested.')

/** Its host has lost power; its connections end because their processes do. */
function kill({ server }: Stage<Pair>): void {
  for (const pid of listFamily(server.primary.pid)) process.kill(pid, 'SIGKILL')
}

async function isBack(
  stage: Stage<Pair>,
  lostAt: number,
  promotedAt: number,
  maxLines: number,
): Promise<void> {
  const { service, seen, missing } = stage
  await expect.poll(() => isReady(service), { timeout: 15_000, interval: 100 }).toBe(true)
  const readyMs = performance.now() - promotedAt
  await after(6)
  const refused = seen.filter(({ status, at }) => status === 503 && at > lostAt)
  const lastMs = Math.max(0, ...refused.map(({ at }) => at - promotedAt))
  const slowestMs = Math.max(...seen.map(({ ms }) => ms))
  expect(lastMs).toBeLessThan(15_000)
  expect(seen.some(({ status, at }) => status === 201 && at > promotedAt)).toBe(true)
  const lost = await missing()
  console.log(
    JSON.stringify({
      created: stage.created.size,
      lost: lost.length,
      refused: refused.length,
      readyMs: Math.round(readyMs),
      lastRefusalMs: Math.round(lastMs),
      slowestMs: Math.round(slowestMs),
      lines: linesOf(service),
    }),
  )
  expect(lost).toEqual([])
  checkAnswers(seen)
  expect(service.isRunning()).toBe(true)
  expect(linesOf(service).length, linesOf(service).join('\n')).toBeLessThanOrEqual(maxLines)
}

it.runIf(hasPair())(
  'R4d: the standby is promoted, then the address leads to it: nothing acknowledged is lost',
  async () => {
    await onStageOf(startPair, async (stage) => {
      const { forwarder, server, service } = stage
      kill(stage)
      const lostAt = performance.now()
      await expect.poll(() => isReady(service), { timeout: 5_000, interval: 50 }).toBe(false)
      await after(2)
      await server.promote()
      forwarder.lead(server.standby.url)
      // Two states, away and read-only, and the end of each.
      await isBack(stage, lostAt, performance.now(), 6)
    })
  },
)

it.runIf(hasPair())(
  'R4d: the address leads to the standby before it is promoted: reads are served, /readyz says why writes are not, and its sessions are left',
  async () => {
    await onStageOf(startPair, async (stage) => {
      const { forwarder, server, service, seen } = stage
      const database = new URL(forwarder.url).pathname
      forwarder.lead(server.standby.url)
      kill(stage)
      forwarder.cut()
      const lostAt = performance.now()
      const readyz = async () => {
        const answer = await fetch(`${service.url}/readyz`)
        return `${answer.status} ${await answer.text()}`
      }
      await expect.poll(readyz, { timeout: 10_000, interval: 100 }).toMatch(/^503 .*read-only/s)
      const from = performance.now()
      await after(5)
      const meanwhile = seen.filter(({ at }) => at > from)
      const count = (status: number): number => meanwhile.filter((one) => one.status === status).length
      console.log(
        JSON.stringify({ readOnly: await readyz(), read: count(200), refused: count(503), made: count(201) }),
      )
      expect(count(200)).toBeGreaterThan(20)
      expect(count(503)).toBeGreaterThan(0)
      expect(count(201)).toBe(0)
      const client = new Client({ connectionString: `${server.standby.url}${database}` })
      client.on('error', () => undefined)
      await client.connect()
      const sessions = async (): Promise<readonly number[]> => {
        const { rows } = await client.query<{ pid: number }>(
          "SELECT pid FROM pg_stat_activity WHERE application_name = 'rollcall' AND datname = current_database()",
        )
        return rows.map(({ pid }) => pid)
      }
      const before = await sessions()
      await server.promote()
      // Two states, away and read-only, and the end of each.
      await isBack(stage, lostAt, performance.now(), 6)
      const stayed = (await sessions()).filter((pid) => before.includes(pid))
      console.log(JSON.stringify({ sessions: before.length, stayed: stayed.length }))
      expect(stayed).toEqual([])
      await client.end()
    })
  },
)

// The whole service while its database says nothing without closing a connection: every request is answered within ten
// seconds, service resumes by itself, the log has a line for each state, and a stop ends.
// Judges: server/store.
import { expect, it } from 'vitest'
import { after, checkAnswers, isReady, linesOf, listFamily, onStage } from '../harness/stage.ts'

it('F1, F6: sockets that go silent: answered within 10 s, recovered within 15 s, 1 to 3 lines in the log', async () => {
  await onStage(async ({ forwarder, service, seen, missing }) => {
    forwarder.freeze()
    const frozenAt = performance.now()
    await after(25)
    const refused = seen.filter(({ status, at }) => status === 503 && at > frozenAt)
    const last = Math.max(...refused.map(({ at }) => at)) - frozenAt
    console.log(JSON.stringify({ refused: refused.length, lastRefusalMs: Math.round(last) }))
    expect(refused.length).toBeGreaterThan(0)
    expect(last).toBeLessThan(15_000)
    await expect.poll(() => isReady(service), { timeout: 10_000 }).toBe(true)
    expect(await missing()).toEqual([])
    checkAnswers(seen)
    const lines = linesOf(service)
    expect(lines.length, lines.join('\n')).toBeGreaterThanOrEqual(1)
    expect(lines.length, lines.join('\n')).toBeLessThanOrEqual(3)
  })
})

it('R4c: a frozen PostgreSQL for 30 s: answered within 10 s, /readyz 503 and /healthz 200 meanwhile, back within 5 s', async () => {
  await onStage(async ({ server, service, seen, missing }) => {
    const family = listFamily(server.pid)
    for (const pid of family) process.kill(pid, 'SIGSTOP')
    await expect.poll(() => isReady(service), { timeout: 10_000 }).toBe(false)
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200)
    await after(28)
    const thawedAt = performance.now()
    for (const pid of family) process.kill(pid, 'SIGCONT')
    await after(6)
    const late = seen.filter(({ status, at }) => status === 503 && at - thawedAt > 5_000)
    expect(late).toEqual([])
    expect(await missing()).toEqual([])
    checkAnswers(seen)
    expect(linesOf(service).length, linesOf(service).join('\n')).toBeLessThanOrEqual(4)
  })
})

it('a black hole for 40 s: answered within 10 s, back by itself', async () => {
  await onStage(async ({ forwarder, service, seen, missing }) => {
    forwarder.swallow()
    await after(40)
    forwarder.restore()
    const restoredAt = performance.now()
    await after(7)
    expect(seen.filter(({ status, at }) => status === 503 && at - restoredAt > 6_000)).toEqual([])
    expect(await missing()).toEqual([])
    checkAnswers(seen)
    expect(linesOf(service).length, linesOf(service).join('\n')).toBeLessThanOrEqual(4)
  })
})

it('F51: SIGTERM ends within 10 s while the database says nothing', async () => {
  await onStage(async ({ forwarder, service }) => {
    forwarder.swallow()
    await after(3)
    const begun = performance.now()
    await service.end('SIGTERM')
    expect(performance.now() - begun).toBeLessThan(10_500)
  })
})

it('F9: a table that is locked for 25 s: other requests are served, and /readyz does not flap', async () => {
  await onStage(async ({ server, service, missing, forwarder, seen }) => {
    const { Client } = await import('pg')
    const keeper = new Client({
      connectionString: `${server.url}${new URL(forwarder.url).pathname}`,
    })
    await keeper.connect()
    await keeper.query('BEGIN; LOCK TABLE "user" IN ACCESS EXCLUSIVE MODE')
    const answers: boolean[] = []
    for (let at = 0; at < 50; at += 1) {
      answers.push(await isReady(service))
      await after(0.5)
    }
    await keeper.query('COMMIT')
    await keeper.end()
    expect(answers.filter((one) => !one)).toEqual([])
    expect(await missing()).toEqual([])
    checkAnswers(seen)
    expect(linesOf(service).length, linesOf(service).join('\n')).toBeLessThanOrEqual(4)
  })
})

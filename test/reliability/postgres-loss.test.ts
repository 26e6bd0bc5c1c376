// brianc/node-postgres#2762, #3260, #2635: a terminated backend must not end the process.
// Judges: server/store.
import { expect, it } from 'vitest'
import { startProcess } from '../harness/process.ts'
import { listFamily } from '../harness/stage.ts'
import { startPostgres } from '../postgres/server.ts'
import { loadUnderTermination } from './postgres-loss.ts'

it('R3: survives PostgreSQL backends terminated each second under load, with only 2xx and 503 with Retry-After', async () => {
  const report = await loadUnderTermination(3)
  expect(report.terminated).toBeGreaterThan(5)
  expect(report.ok / report.requests).toBeGreaterThan(0.9)
}, 90_000)

it('R4: stays alive while PostgreSQL is away: /healthz 200, /readyz 503, SCIM 503; and is ready again after it', async () => {
  const server = await startPostgres()
  const service = await startProcess({ DATABASE_URL: await server.createDatabase() })
  try {
    const stopped = listFamily(server.pid)
    for (const pid of stopped) process.kill(pid, 'SIGSTOP')
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200)
    const ready = await fetch(`${service.url}/readyz`, { signal: AbortSignal.timeout(5_000) })
    expect(ready.status).toBe(503)
    for (const pid of stopped) process.kill(pid, 'SIGCONT')
    await expect
      .poll(async () => (await fetch(`${service.url}/readyz`)).status, { timeout: 10_000 })
      .toBe(200)
    await server.stop()
    await expect
      .poll(async () => (await fetch(`${service.url}/readyz`)).status, { timeout: 10_000 })
      .toBe(503)
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200)
    const refused = await fetch(`${service.url}/scim/v2/Users`, {
      headers: { authorization: `Bearer rc_scim_${'0'.repeat(43)}_000000` },
    })
    expect([401, 503]).toContain(refused.status)
    expect(service.isRunning()).toBe(true)
  } finally {
    await service.end('SIGKILL')
    await server.stop()
  }
}, 90_000)

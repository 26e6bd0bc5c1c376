// A PostgreSQL that stands still, and one that is gone.
// Judges: server/store.
import { expect, it } from 'vitest'
import { startProcess } from '../harness/process.ts'
import { listFamily } from '../harness/stage.ts'
import { startPostgres } from '../postgres/server.ts'

it('R4: stays alive while PostgreSQL is away: /healthz 200, /readyz 503, SCIM 503; and is ready again after it', async () => {
  const server = await startPostgres()
  const service = await startProcess({ DATABASE_URL: await server.createDatabase() })
  const ready = async () => (await fetch(`${service.url}/readyz`)).status
  try {
    const stopped = listFamily(server.pid)
    for (const pid of stopped) process.kill(pid, 'SIGSTOP')
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200)
    expect(await ready()).toBe(503)
    for (const pid of stopped) process.kill(pid, 'SIGCONT')
    await expect.poll(ready, { timeout: 30_000 }).toBe(200)
    await server.stop()
    await expect.poll(ready, { timeout: 30_000 }).toBe(503)
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

// How the service stops.
// Judges: server, server/http.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { callScim, createDirectoryAt, operatorKey, startProcess } from '../harness/process.ts'

const folders: string[] = []
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-stop-'))
  folders.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

describe('serve', () => {
  it('drains on SIGTERM: no accepted request is reset, what was acknowledged is kept, exit code 0 within 10 s', async () => {
    const folder = newFolder()
    const service = await startProcess({ ROLLCALL_DATA: folder })
    const key = await createDirectoryAt(service.admin, 'acme')
    const acknowledged: string[] = []
    const broken: string[] = []
    const state = { isStopping: false }
    const worker = async (name: string): Promise<void> => {
      for (let at = 0; ; at += 1) {
        const userName = `${name}-${at}`
        try {
          const answer = await callScim(service.url, key, 'POST', '/Users', {
            schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
            userName,
          })
          if (answer.status === 201) acknowledged.push(userName)
        } catch (error) {
          const code = (error as { cause?: { code?: string } }).cause?.code ?? String(error)
          // After the stop new connections are refused; a kept-alive one that was idle may be closed under the next request.
          if (!state.isStopping) broken.push(code)
          return
        }
      }
    }
    const workers = Array.from({ length: 8 }, (_, at) => worker(`p${at}`))
    await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(100)
    state.isStopping = true
    const startedAt = Date.now()
    expect(await service.end('SIGTERM')).toBe(0)
    expect(Date.now() - startedAt).toBeLessThan(10_000)
    await Promise.all(workers)
    expect(broken).toEqual([])
    const again = await startProcess({ ROLLCALL_DATA: folder })
    const total = (await callScim(again.url, key, 'GET', '/Users?count=0')).body.totalResults
    expect(total).toBeGreaterThanOrEqual(acknowledged.length)
    expect(total).toBeLessThanOrEqual(acknowledged.length + 8)
    await again.end('SIGTERM')
  }, 60_000)

  it('answers whoever waits for events, and ends streams, so that a stop waits for none of them', async () => {
    const service = await startProcess({ ROLLCALL_DATA: newFolder() })
    await createDirectoryAt(service.admin, 'acme')
    const headers = { authorization: `Bearer ${operatorKey}` }
    const get = (path: string) => fetch(`${service.url}/api/v1${path}`, { headers })
    const waiting = get('/events?after=latest&wait=20')
    const streams = await Promise.all([
      get('/events/stream?after=latest'),
      get('/organizations/acme/activity/stream'),
      get('/organizations/acme/provisioning/stream'),
    ])
    const ends = streams.map((response) => response.text())
    // Until the poll has arrived too, nothing would be waited for.
    await expect.poll(async () => (await get('/events?limit=1')).status).toBe(200)
    const startedAt = Date.now()
    expect(await service.end('SIGTERM')).toBe(0)
    expect(Date.now() - startedAt).toBeLessThan(4_000)
    const answer = (await (await waiting).json()) as { items: unknown[]; nextCursor: string }
    expect(answer.items).toEqual([])
    expect(answer.nextCursor).toMatch(/^\d+$/)
    await Promise.all(ends)
  }, 30_000)

  it('R14-c1: the same signal twice, as npm hands it on beside a terminal or a supervisor, is one stop', async () => {
    const service = await startProcess({ ROLLCALL_DATA: newFolder(), ROLLCALL_DRAIN: '50' })
    const isLeaving = () => fetch(`${service.url}/readyz`).then(({ status }) => status === 503)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGTERM'] as const) {
      process.kill(service.pid, signal)
      await expect.poll(isLeaving, { timeout: 20_000 }).toBe(true)
    }
    const headers = { authorization: `Bearer ${operatorKey}` }
    expect((await fetch(`${service.url}/api/v1/organizations`, { headers })).status).toBe(200)
    // Ctrl-C once more, later.
    const press = () => service.isRunning() && process.kill(service.pid, 'SIGINT')
    await expect.poll(press, { timeout: 20_000 }).toBe(false)
    expect(await service.exited).toBe(130)
  }, 30_000)
})

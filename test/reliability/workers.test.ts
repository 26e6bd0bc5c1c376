// Several threads that answer requests: one port, one allowance, one set of metrics; one that dies is replaced, and a stop reaches all.
// Judges: server, server/http.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { type ConfigError, readConfig } from '@rollcall/server'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createRateLimit } from '../../packages/server/src/http/rate-limit.ts'
import {
  createSharedLimits,
  createTable,
  openSharedAmounts,
  openSharedLimits,
  releaseSharedLimits,
} from '../../packages/server/src/http/shared-amounts.ts'
import { explainNoSharing } from '../../packages/server/src/workers.ts'
import {
  createDirectoryAt,
  operatorKey,
  runCommand,
  type ServiceProcess,
  secretKey,
  startProcess,
} from '../harness/process.ts'
import { createMigratedAt } from '../postgres/server.ts'

describe('limits that threads share', () => {
  it('two threads together allow what one would', () => {
    const limits = createSharedLimits()
    const [one, two] = [openSharedLimits(limits), openSharedLimits(limits)].map((amountsOf) =>
      createRateLimit({ perSecond: 1, burst: 4 }, () => 1_000, amountsOf('scim')),
    )
    const taken = Array.from({ length: 3 }, () => [one?.take('acme'), two?.take('acme')]).flat()
    expect(taken).toEqual([0, 0, 0, 0, 1, 1])
    expect(two?.take('globex')).toBe(0)
  })

  it('a full table forgets who has been quiet the longest', () => {
    const amounts = openSharedAmounts(createTable(1))
    for (let at = 0; at < 20; at += 1) amounts.keep(`name-${at}`, { value: at, at })
    const fresh = { value: -1, at: 0 }
    const kept = Array.from({ length: 20 }, (_, at) => amounts.find(`name-${at}`, fresh).value)
    expect(kept).toEqual([-1, -1, -1, -1, ...Array.from({ length: 16 }, (_, at) => at + 4)])
  })

  it('a lock that a dead thread held is opened', () => {
    const limits = createSharedLimits()
    const lock = new Int32Array(limits.scim, 0, 1)
    Atomics.store(lock, 0, 8)
    releaseSharedLimits(limits, 6)
    expect(Atomics.load(lock, 0)).toBe(8)
    releaseSharedLimits(limits, 7)
    expect(openSharedLimits(limits)('scim').exclusively(() => 'open')).toBe('open')
  })
})

describe('what workers need', () => {
  const faultsOf = (environment: Record<string, string>): readonly string[] => {
    try {
      readConfig(environment)
      return []
    } catch (error) {
      return (error as ConfigError).faults
    }
  }

  it('a whole number from 1 to 64, and PostgreSQL for more than one', () => {
    const postgres = {
      DATABASE_URL: 'postgres://rollcall@localhost/rollcall',
      ROLLCALL_SECRET_KEY: secretKey,
    }
    expect(readConfig({}).workers).toBe(1)
    expect(readConfig({ ROLLCALL_WORKERS: '1' }).workers).toBe(1)
    expect(readConfig({ ...postgres, ROLLCALL_WORKERS: '8' }).workers).toBe(8)
    expect(faultsOf({ ROLLCALL_WORKERS: '2' })).toEqual([expect.stringMatching(/goes with PostgreSQL/)])
    for (const wrong of ['0', '65', 'two', '1.5', '-1'])
      expect(faultsOf({ ...postgres, ROLLCALL_WORKERS: wrong })).toEqual([
        'ROLLCALL_WORKERS (--workers) must be a whole number from 1 to 64',
      ])
  })

  it('serve --workers 2 is refused in words on the embedded store, and starts nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-workers-'))
    const { code, output } = await runCommand(['serve', '--workers', '2'], { ROLLCALL_DATA: folder })
    expect(code).toBe(1)
    expect(output).toContain('goes with PostgreSQL (DATABASE_URL)')
    rmSync(folder, { recursive: true, force: true })
  })

  it('where the system shares no port, the words say what to do instead', () => {
    expect(explainNoSharing('ENOTSUP')).toMatch(/ENOTSUP.*several nodes on ports of their own behind a proxy/)
  })
})

describe('serve with two workers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-workers-'))
  const fatal = join(folder, 'fatal')
  const fixture = pathToFileURL(resolve(import.meta.dirname, '../harness/dying-worker.ts')).href
  let environment: Record<string, string>
  let service: ServiceProcess
  let key: string
  beforeAll(async () => {
    environment = {
      DATABASE_URL: await createMigratedAt(inject('postgresUrl')),
      ROLLCALL_DATA: folder,
      ROLLCALL_WORKERS: '2',
      ROLLCALL_SCIM_RATE: '5',
      ROLLCALL_DRAIN: '2',
      ROLLCALL_REQUEST_LOG: 'all',
      ROLLCALL_LOG_LEVEL: 'info',
      NODE_OPTIONS: `--import=${fixture}`,
      TEST_FATAL_FILE: fatal,
    }
    service = await startProcess(environment)
    key = await createDirectoryAt(service.admin, 'acme')
  })
  afterAll(async () => {
    if (service.isRunning()) await service.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  /** On a connection of its own, so that the system gives it to any of the workers. */
  const get = async (path: string, token = key): Promise<{ status: number; text: string }> => {
    const headers = { authorization: `Bearer ${token}` }
    const { promise, resolve: done, reject } = Promise.withResolvers<IncomingMessage>()
    request(`${service.url}${path}`, { agent: false, headers }, done).on('error', reject).end()
    const response = await promise
    return { status: response.statusCode ?? 0, text: await text(response) }
  }
  const lines = () =>
    service
      .output()
      .split('\n')
      .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []))
  const answeredBy = (route: string) =>
    new Set(lines().flatMap((line) => (line.route === route ? [line.worker] : [])))
  const metric = async (name: string): Promise<number | undefined> => {
    const shown = (await get('/metrics', operatorKey)).text
    const found = shown.split('\n').find((line) => line.startsWith(name))
    return found === undefined ? undefined : Number(found.slice(found.lastIndexOf(' ') + 1))
  }

  it('both answer, and one allowance holds for both', async () => {
    await expect.poll(() => metric('rollcall_workers_serving')).toBe(2)
    const startedAt = Date.now()
    let passed = 0
    // Two allowances would let all thirty through at once; of one, those beyond its burst wait for their turn.
    for (let at = 0; at < 30; at += 1) if ((await get('/scim/v2/Users?count=0')).status === 200) passed += 1
    const refilled = Math.ceil(((Date.now() - startedAt) / 1_000) * 5)
    expect(passed).toBeGreaterThanOrEqual(20)
    expect(passed).toBeLessThanOrEqual(20 + refilled)
    await expect.poll(() => answeredBy('/scim/v2/Users')).toEqual(new Set([1, 2]))
  })

  it('metrics are of the whole process, whichever worker is asked', async () => {
    const counted = async (): Promise<number> => {
      const shown = (await get('/metrics', operatorKey)).text
      return shown
        .split('\n')
        .filter(
          (line) =>
            line.startsWith('rollcall_http_requests_total') && line.includes('route="/scim/v2/Users"'),
        )
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
    }
    const before = await counted()
    expect(before).toBeGreaterThanOrEqual(20)
    for (let at = 0; at < 10; at += 1) expect(await counted()).toBe(before)
    expect(await metric('process_start_time_seconds')).toBeLessThan(Date.now() / 1_000)
    expect(await metric('rollcall_deliveries_waiting{kind="webhook"}')).toBe(0)
  })

  it('the main thread numbers what workers write, and has the control socket', async () => {
    const events = () => service.admin.call('listFeed', {})
    await expect
      .poll(async () => (await events()).items.map(({ type }) => type))
      .toContain('organization.created')
    const { code, output } = await runCommand(['organization', 'list'], { ROLLCALL_DATA: folder })
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('acme') })
  })

  it('a worker that dies is replaced, while the other answers', async () => {
    const before = lines().length
    writeFileSync(fatal, '')
    await expect.poll(() => metric('rollcall_workers_died_total')).toBe(1)
    await expect.poll(() => metric('rollcall_workers_serving')).toBe(2)
    const died = lines().find(({ msg }) => msg === 'a worker has died and is replaced')
    expect(died).toMatchObject({ code: 1 })
    const served = () =>
      new Set(lines().flatMap((line, at) => (at > before && line.route === '/healthz' ? [line.worker] : [])))
    await expect
      .poll(async () => {
        await get('/healthz')
        return served()
      })
      .toEqual(new Set([1, 2]))
  })

  it('what the dead one counted stays counted', async () => {
    expect(
      await metric('rollcall_http_requests_total{method="GET",route="/scim/v2/Users",status="200"'),
    ).toBeGreaterThanOrEqual(20)
  })

  it('another process does not share the port', async () => {
    const { code, output } = await runCommand(['serve'], {
      ...environment,
      PORT: new URL(service.url).port,
      ROLLCALL_OPERATOR_KEY: operatorKey,
      ROLLCALL_SECRET_KEY: secretKey,
    })
    expect(code).toBe(1)
    expect(output).toMatch(/port/i)
  })

  it('SIGTERM: every worker says that it is not ready, serves on, and ends; exit code 0', async () => {
    const ended = service.end('SIGTERM')
    const ready = async () => (await get('/readyz')).status
    await expect.poll(ready).toBe(503)
    const states = await Promise.all(
      Array.from({ length: 12 }, async () => [await ready(), (await get('/healthz')).status]),
    )
    expect(states).toEqual(states.map(() => [503, 200]))
    expect(await ended).toBe(0)
    expect(lines().some(({ msg }) => msg === 'Rollcall has stopped')).toBe(true)
  })
})

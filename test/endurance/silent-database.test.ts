// The whole service while its database says nothing without closing a connection: every request is answered within ten
// seconds, service resumes by itself, the log has a line for each state, and a stop ends.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { type Forwarder, startForwarder } from '../harness/forwarder.ts'
import { callScim, createDirectoryAt, type ServiceProcess, startProcess } from '../harness/process.ts'
import { type PostgresServer, startPostgres } from '../postgres/server.ts'

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']

interface Seen {
  readonly status: number
  readonly ms: number
  readonly at: number
}

interface Stage {
  readonly server: PostgresServer
  readonly forwarder: Forwarder
  readonly service: ServiceProcess
  readonly seen: Seen[]
  readonly created: Set<string>
  /** Ends the load, and says who is missing of those whose creation was acknowledged. */
  missing(): Promise<readonly string[]>
}

/** A node behind a forwarder, under a load that reads and writes. */
async function onStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  const server = await startPostgres()
  const forwarder = await startForwarder(await server.createDatabase())
  const service = await startProcess({ DATABASE_URL: forwarder.url })
  const load = { isOn: true }
  const broken: unknown[] = []
  try {
    const key = await createDirectoryAt(service.admin, 'acme')
    const seen: Seen[] = []
    const created = new Set<string>()
    const call = async (method: string, path: string, body?: unknown) => {
      const begun = performance.now()
      const { status } = await callScim(service.url, key, method, path, body)
      seen.push({ status, ms: performance.now() - begun, at: performance.now() })
      return status
    }
    const worker = async (name: string): Promise<void> => {
      for (let at = 0; load.isOn; at += 1) {
        const userName = `${name}-${at}@acme.test`
        if ((await call('POST', '/Users', { schemas, userName })) === 201) created.add(userName)
        await call('GET', '/Groups?count=1')
        await new Promise((resume) => setTimeout(resume, 100))
      }
    }
    const workers = Array.from({ length: 8 }, (_, at) =>
      worker(`w${at}`).catch((error: unknown) => broken.push(error)),
    )
    const missing = async (): Promise<readonly string[]> => {
      load.isOn = false
      await Promise.all(workers)
      expect(broken).toEqual([])
      const names = new Set<string>()
      for (let startIndex = 1; ; startIndex += 1_000) {
        const page = await callScim(service.url, key, 'GET', `/Users?startIndex=${startIndex}&count=1000`)
        for (const user of page.body.Resources) names.add(user.userName)
        if (page.body.Resources.length < 1_000) break
      }
      return [...created].filter((name) => !names.has(name))
    }
    await expect.poll(() => created.size, { timeout: 60_000 }).toBeGreaterThan(40)
    await play({ server, forwarder, service, seen, created, missing })
  } finally {
    load.isOn = false
    await service.end('SIGKILL')
    await forwarder.close()
    await server.stop()
  }
}

const after = (seconds: number): Promise<void> => new Promise((resume) => setTimeout(resume, seconds * 1_000))
const linesOf = (service: ServiceProcess): string[] =>
  service
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line).msg)
const isReady = async (service: ServiceProcess): Promise<boolean> => (await fetch(`${service.url}/readyz`)).ok

function checkAnswers(seen: readonly Seen[]): void {
  expect(Math.max(...seen.map(({ ms }) => ms))).toBeLessThan(10_000)
  expect(
    [...new Set(seen.map(({ status }) => status))].filter((one) => ![200, 201, 503].includes(one)),
  ).toEqual([])
}

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

it('a frozen PostgreSQL for 30 s: answered within 10 s, /readyz 503 and /healthz 200 meanwhile, back within 5 s', async () => {
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

/** PostgreSQL's own process and those of its connections: all of them, or the open ones would go on answering. */
function listFamily(pid: number): readonly number[] {
  const all = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return [pid, ...all.filter((one) => parentOf(one) === pid)]
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1])
  } catch {
    return undefined
  }
}

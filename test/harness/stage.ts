// A node behind a forwarder to a PostgreSQL of its own, under a load that reads and writes: for what happens when that database fails.
import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { type PostgresServer, startPostgres } from '../postgres/server.ts'
import { type Forwarder, startForwarder } from './forwarder.ts'
import { callScim, createDirectoryAt, type ServiceProcess, startProcess } from './process.ts'

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']

export interface Seen {
  readonly status: number
  readonly ms: number
  readonly at: number
}

interface Database {
  createDatabase(): Promise<string>
  stop(): Promise<void>
}

export interface Stage<Server extends Database = PostgresServer> {
  readonly server: Server
  readonly forwarder: Forwarder
  readonly service: ServiceProcess
  readonly seen: Seen[]
  readonly created: Set<string>
  /** Ends the load, and says who is missing of those whose creation was acknowledged. */
  missing(): Promise<readonly string[]>
}

/** A node behind a forwarder, under a load that reads and writes. */
export function onStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  return onStageOf(startPostgres, play)
}

/** The same on another server. */
export async function onStageOf<Server extends Database>(
  startServer: () => Promise<Server>,
  play: (stage: Stage<Server>) => Promise<void>,
): Promise<void> {
  const server = await startServer()
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

export const after = (seconds: number): Promise<void> =>
  new Promise((resume) => setTimeout(resume, seconds * 1_000))
export const linesOf = (service: ServiceProcess): string[] =>
  service
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line).msg)
export const isReady = async (service: ServiceProcess): Promise<boolean> =>
  (await fetch(`${service.url}/readyz`)).ok

export function checkAnswers(seen: readonly Seen[]): void {
  expect(Math.max(...seen.map(({ ms }) => ms))).toBeLessThan(10_000)
  expect(
    [...new Set(seen.map(({ status }) => status))].filter((one) => ![200, 201, 503].includes(one)),
  ).toEqual([])
}

/** PostgreSQL's own process and those of its connections: all of them, or the open ones would go on answering. */
export function listFamily(pid: number): readonly number[] {
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

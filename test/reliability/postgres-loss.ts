// The service under load while PostgreSQL ends its connections each second.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, inject } from 'vitest'
import {
  type Answer,
  callScim,
  createDirectoryAt,
  type ServiceProcess,
  startProcess,
} from '../harness/process.ts'
import { createMigratedAt } from '../postgres/server.ts'

export interface LossReport {
  readonly requests: number
  readonly ok: number
  readonly unavailable: number
  readonly terminated: number
  /** 99 of 100 requests took at most so long. */
  readonly p99Ms: number
  /** From the last termination to the last answer that was none. */
  readonly lastFailureMs: number
}

/** Goes on for a while after the last termination. */
const calmOf = (seconds: number): number => Math.min(4_000, seconds * 500)

/** Throws on an answer that is neither 2xx nor 503 with Retry-After, on an exit, and on an acknowledged write that is gone. */
export async function loadUnderTermination(seconds: number): Promise<LossReport> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-loss-'))
  const url = await createMigratedAt(inject('postgresUrl'))
  const service = await startProcess({ ROLLCALL_DATA: folder, DATABASE_URL: url })
  const reaper = new Client({ connectionString: url })
  await reaper.connect()
  try {
    const key = await createDirectoryAt(service.admin, 'acme')
    const state = {
      until: Date.now() + seconds * 1_000,
      calmMs: calmOf(seconds),
      created: new Set<string>(),
      answers: [] as Answered[],
      terminated: 0,
      terminatedAt: 0,
    }
    await Promise.all([
      reap(reaper, state),
      ...Array.from({ length: 6 }, (_, worker) => load(service, key, worker, state)),
    ])
    expect(service.isRunning()).toBe(true)
    await verify(service, key, state.created)
    const { answers, terminatedAt } = state
    const ok = answers.filter(({ status }) => status < 300).length
    const times = answers.map(({ ms }) => ms).toSorted((a, b) => a - b)
    const failures = answers.filter(({ status }) => status >= 300).map(({ at }) => at - terminatedAt)
    return {
      requests: answers.length,
      ok,
      unavailable: answers.length - ok,
      terminated: state.terminated,
      p99Ms: Math.round(times[Math.floor(times.length * 0.99)] ?? 0),
      lastFailureMs: Math.round(Math.max(0, ...failures)),
    }
  } finally {
    await reaper.end()
    await service.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Answered {
  readonly status: number
  readonly ms: number
  readonly at: number
}

interface State {
  readonly until: number
  readonly calmMs: number
  readonly created: Set<string>
  readonly answers: Answered[]
  terminated: number
  terminatedAt: number
}

async function reap(reaper: Client, state: State): Promise<void> {
  while (Date.now() < state.until) {
    await new Promise((resume) => setTimeout(resume, 1_000))
    const { rowCount } = await reaper.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rollcall' AND datname = current_database()",
    )
    state.terminated += rowCount ?? 0
    state.terminatedAt = performance.now()
  }
}

async function load(service: ServiceProcess, key: string, worker: number, state: State): Promise<void> {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const call = async (method: string, path: string, body?: unknown) => {
    const begun = performance.now()
    const answer = await callScim(service.url, key, method, path, body)
    note(answer, performance.now() - begun, state)
    return answer
  }
  for (let at = 0; Date.now() < state.until + state.calmMs; at += 1) {
    const userName = `w${worker}-${at}@acme.test`
    const made = await call('POST', '/Users', { schemas, userName })
    if (made.status === 201) state.created.add(userName)
    await call('GET', `/Users?filter=userName%20eq%20%22${encodeURIComponent(userName)}%22`)
    if (made.status !== 201) continue
    const patch = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', value: { active: at % 2 === 0 } }],
    }
    await call('PATCH', `/Users/${made.body.id}`, patch)
  }
}

function note({ status, headers, body }: Answer, ms: number, state: State): void {
  state.answers.push({ status, ms, at: performance.now() })
  if (status < 300) return
  expect(status).toBe(503)
  expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  expect(body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error'])
}

async function verify(service: ServiceProcess, key: string, created: ReadonlySet<string>): Promise<void> {
  const names = new Set<string>()
  for (let startIndex = 1; ; ) {
    const page = await callScim(service.url, key, 'GET', `/Users?startIndex=${startIndex}&count=1000`)
    if (page.status === 503) continue
    for (const user of page.body.Resources) names.add(user.userName)
    if (page.body.Resources.length < 1_000) break
    startIndex += 1_000
  }
  expect([...created].filter((name) => !names.has(name))).toEqual([])
}

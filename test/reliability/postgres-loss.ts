// The service under load while PostgreSQL ends its connections each second.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, inject } from 'vitest'
import { callScim, createDirectoryAt, type ServiceProcess, startProcess } from '../harness/process.ts'
import { createMigratedAt } from '../postgres/server.ts'

export interface LossReport {
  readonly requests: number
  readonly ok: number
  readonly unavailable: number
  readonly terminated: number
}

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
      created: new Set<string>(),
      statuses: [] as number[],
      terminated: 0,
    }
    await Promise.all([
      reap(reaper, state),
      ...Array.from({ length: 6 }, (_, worker) => load(service, key, worker, state)),
    ])
    expect(service.isRunning()).toBe(true)
    await verify(service, key, state.created)
    const ok = state.statuses.filter((status) => status < 300).length
    return {
      requests: state.statuses.length,
      ok,
      unavailable: state.statuses.length - ok,
      terminated: state.terminated,
    }
  } finally {
    await reaper.end()
    await service.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

interface State {
  readonly until: number
  readonly created: Set<string>
  readonly statuses: number[]
  terminated: number
}

async function reap(reaper: Client, state: State): Promise<void> {
  while (Date.now() < state.until) {
    await new Promise((resume) => setTimeout(resume, 1_000))
    const { rowCount } = await reaper.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rollcall' AND datname = current_database()",
    )
    state.terminated += rowCount ?? 0
  }
}

async function load(service: ServiceProcess, key: string, worker: number, state: State): Promise<void> {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  for (let at = 0; Date.now() < state.until; at += 1) {
    const userName = `w${worker}-${at}@acme.test`
    const made = await callScim(service.url, key, 'POST', '/Users', { schemas, userName })
    note(made.status, made.headers, made.body, state)
    if (made.status === 201) state.created.add(userName)
    const found = await callScim(
      service.url,
      key,
      'GET',
      `/Users?filter=userName%20eq%20%22${encodeURIComponent(userName)}%22`,
    )
    note(found.status, found.headers, found.body, state)
    if (made.status !== 201) continue
    const patch = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', value: { active: at % 2 === 0 } }],
    }
    const patched = await callScim(service.url, key, 'PATCH', `/Users/${made.body.id}`, patch)
    note(patched.status, patched.headers, patched.body, state)
  }
}

function note(status: number, headers: Headers, body: { schemas?: string[] }, state: State): void {
  state.statuses.push(status)
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

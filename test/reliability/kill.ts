// A sync like an identity provider's, during which the service is killed; then everything acknowledged is looked for.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventView } from '@rollcall/api'
import { expect, inject } from 'vitest'
import { freePort } from '../harness/ports.ts'
import { callScim, createDirectoryAt, type ServiceProcess, startProcess } from '../harness/process.ts'
import { roll } from '../harness/sample.ts'
import { createMigratedAt } from '../postgres/server.ts'

const random = roll('kills in a sync')

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

interface Known {
  /** Set once a 201, or a match after a lost answer, told it. */
  id?: string
  isCreateAcknowledged: boolean
  /** The number of the last acknowledged PATCH; both attributes that it sets carry it. */
  patched: number
  /** A PATCH whose answer was lost: it may have taken effect whole, or not at all. */
  unsure?: number
}

export interface KillReport {
  readonly kills: number
  readonly acknowledged: number
  readonly lost: number
}

/** Throws when an acknowledged write is missing, a name is there twice, or a change is half there. */
export async function syncUnderKills(
  store: 'embedded' | 'postgres',
  users: number,
  kills: number,
): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-kill-'))
  const environment: Record<string, string> = { ROLLCALL_DATA: folder, PORT: String(await freePort()) }
  if (store === 'postgres') environment.DATABASE_URL = await createMigratedAt(inject('postgresUrl'))
  const sync = {
    service: await startProcess(environment),
    isRestarting: false,
    done: 0,
    lost: 0,
    acknowledged: 0,
  }
  try {
    const key = await createDirectoryAt(sync.service.admin, 'acme')
    const people = Array.from({ length: users }, (): Known => ({ isCreateAcknowledged: false, patched: 0 }))
    const steps = users * 2
    const killer = killAtMoments(sync, environment, steps, kills)
    await Promise.all(Array.from({ length: 8 }, (_, worker) => work(sync, key, people, worker)))
    await killer
    await verify(sync.service, key, people)
    return { kills, acknowledged: sync.acknowledged, lost: sync.lost }
  } finally {
    if (sync.service.isRunning()) await sync.service.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Sync {
  service: ServiceProcess
  isRestarting: boolean
  done: number
  lost: number
  acknowledged: number
}

async function killAtMoments(
  sync: Sync,
  environment: Record<string, string>,
  steps: number,
  kills: number,
): Promise<void> {
  for (let kill = 1; kill <= kills; kill += 1) {
    const moment = Math.floor(((kill - 0.5 + (random() - 0.5) * 0.8) / kills) * steps)
    while (sync.done < moment) await new Promise((resume) => setTimeout(resume, 1))
    await new Promise((resume) => setTimeout(resume, random() * 20))
    sync.isRestarting = true
    await sync.service.end('SIGKILL')
    sync.service = await startProcess(environment)
    sync.isRestarting = false
  }
}

async function work(sync: Sync, key: string, people: Known[], worker: number): Promise<void> {
  for (let at = worker; at < people.length; at += 8) {
    const person = people[at] as Known
    await createOne(sync, key, person, at)
    await patchOne(sync, key, person, at + 1)
    sync.done += 2
  }
}

// As identity providers do: look first, create when nobody is there, and begin again when the answer was lost.
async function createOne(sync: Sync, key: string, person: Known, at: number): Promise<void> {
  while (person.id === undefined) {
    const found = await attempt(sync, () =>
      callScim(sync.service.url, key, 'GET', `/Users?filter=userName%20eq%20%22u${at}%40acme.test%22`),
    )
    if (found === undefined) continue
    expect(found.status).toBe(200)
    expect(found.body.totalResults).toBeLessThanOrEqual(1)
    if (found.body.totalResults === 1) {
      person.id = found.body.Resources[0].id as string
      return
    }
    const body = {
      schemas: [userUrn],
      userName: `u${at}@acme.test`,
      externalId: `e${at}`,
      emails: [{ value: `u${at}@acme.test`, primary: true }],
    }
    const made = await attempt(sync, () => callScim(sync.service.url, key, 'POST', '/Users', body))
    if (made === undefined) continue
    expect(made.status).toBe(201)
    person.id = made.body.id as string
    person.isCreateAcknowledged = true
    sync.acknowledged += 1
  }
}

async function patchOne(sync: Sync, key: string, person: Known, mark: number): Promise<void> {
  const operations = [
    { op: 'replace', path: 'displayName', value: `D${mark}` },
    { op: 'replace', path: 'title', value: `T${mark}` },
  ]
  for (;;) {
    const done = await attempt(sync, () =>
      callScim(sync.service.url, key, 'PATCH', `/Users/${person.id}`, {
        schemas: [patchUrn],
        Operations: operations,
      }),
    )
    if (done === undefined) {
      person.unsure = mark
      if (random() < 0.5) return
      continue
    }
    expect(done.status).toBe(200)
    person.patched = mark
    delete person.unsure
    sync.acknowledged += 1
    return
  }
}

/** Undefined when the answer was lost; waits until the service is back. */
async function attempt<T>(sync: Sync, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call()
  } catch {
    sync.lost += 1
    do await new Promise((resume) => setTimeout(resume, 20))
    while (sync.isRestarting || !sync.service.isRunning())
    return undefined
  }
}

async function verify(service: ServiceProcess, key: string, people: readonly Known[]): Promise<void> {
  const found = new Map<string, Record<string, unknown>>()
  for (let startIndex = 1; startIndex <= people.length; startIndex += 1_000) {
    const page = await callScim(service.url, key, 'GET', `/Users?startIndex=${startIndex}&count=1000`)
    expect(page.body.totalResults).toBe(people.length)
    for (const user of page.body.Resources) {
      expect(found.has(user.userName)).toBe(false)
      found.set(user.userName, user)
    }
  }
  let versions = 0
  for (const [at, person] of people.entries()) {
    const user = found.get(`u${at}@acme.test`)
    expect(user).toMatchObject({ id: person.id, externalId: `e${at}` })
    const mark = Number(String(user?.displayName ?? 'D0').slice(1))
    expect(user?.title ?? 'T0').toBe(`T${mark}`)
    if (person.unsure === undefined) expect(mark).toBe(person.patched)
    const version = (user?.meta as { version: string } | undefined)?.version ?? ''
    versions += Number(/\d+/.exec(version)?.[0])
  }
  const events = await countEvents(service)
  expect(events.get('user.provisioned')).toBe(people.length)
  // Each version above the first is one change of state, and has its event.
  expect(events.get('user.updated') ?? 0).toBe(versions - people.length)
}

async function countEvents(service: ServiceProcess): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  let cursor: string | undefined
  do {
    const query = cursor === undefined ? { limit: 200 } : { limit: 200, cursor }
    const page: { items: EventView[]; nextCursor: string | null } = await service.admin.call('listEvents', {
      params: { slug: 'acme' },
      query,
    })
    for (const { type } of page.items) counts.set(type, (counts.get(type) ?? 0) + 1)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return counts
}

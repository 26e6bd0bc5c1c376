// Changes of people while the receiver of webhooks answers badly and the service is killed: every event arrives, under one id, in
// the order of each person, signed; twice at most where a kill took the answer.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FeedEvent } from '@rollcall/api'
import { Webhook } from 'standardwebhooks'
import { expect, inject } from 'vitest'
import { freePort } from '../harness/ports.ts'
import { callScim, createDirectoryAt, type ServiceProcess, startProcess } from '../harness/process.ts'
import { type Behaviour, type Received, startReceiver } from '../harness/receiver.ts'
import { roll } from '../harness/sample.ts'
import type { StoreName } from '../harness/service.ts'
import { createMigratedAt } from '../postgres/server.ts'

const random = roll('trouble of a receiver')

const changesPerPerson = 10
const workers = 8
const troubles: readonly Behaviour[] = [
  500,
  'hang',
  'reset',
  { status: 302, headers: { location: 'http://127.0.0.1:9/' } },
  { status: 429, headers: { 'retry-after': '1' } },
]

interface Plan {
  readonly changes: number
  readonly troubleMs: number
  readonly kills: number
  /** A receiver that hangs costs 20 seconds each time: the long form alone. */
  readonly hangs: boolean
  /** Of the requests in the time of trouble, how many are refused. */
  readonly share: number
}

export interface DeliveryReport {
  readonly events: number
  readonly requests: number
  readonly refused: number
  readonly duplicates: number
  readonly drainMs: number
}

export async function deliverUnderTrouble(store: StoreName, plan: Plan): Promise<DeliveryReport> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-webhooks-'))
  const environment: Record<string, string> = {
    ROLLCALL_DATA: folder,
    ROLLCALL_DEV: '1',
    PORT: String(await freePort()),
  }
  if (store === 'postgres') environment.DATABASE_URL = await createMigratedAt(inject('postgresUrl'))
  const receiver = await startReceiver()
  const run = { service: await startProcess(environment), isRestarting: false }
  try {
    const key = await createDirectoryAt(run.service.admin, 'acme')
    const endpoint = await run.service.admin.call('createWebhookEndpoint', {
      body: { url: receiver.url, eventTypes: ['user.provisioned', 'user.updated'] },
    })
    const begun = Date.now()
    const kinds = troubles.filter((one) => plan.hangs || one !== 'hang')
    let asked = 0
    receiver.behave(() => {
      asked += 1
      // The first are refused whenever they come: on a busy machine the time of trouble may be over by then.
      const isTrouble = asked <= 3 || (Date.now() - begun < plan.troubleMs && random() < plan.share)
      return isTrouble ? (kinds[Math.floor(random() * kinds.length)] as Behaviour) : 204
    })
    const people = Math.ceil(plan.changes / changesPerPerson)
    const killer = killInTrouble(run, environment, plan)
    await Promise.all(
      Array.from({ length: workers }, async (_, worker) => {
        for (let at = worker; at < people; at += workers) await changeOne(run, key, at)
      }),
    )
    await killer
    const events = await readFeed(run.service)
    expect(events.length).toBeGreaterThanOrEqual(plan.changes)
    const left = Math.max(0, plan.troubleMs - (Date.now() - begun))
    await sleep(left)
    const calm = Date.now()
    const wanted = new Set(events.map(({ id }) => id))
    const isThere = (): boolean => new Set(receiver.accepted.map(({ id }) => id)).size >= wanted.size
    // A target that failed is knocked at within 15 seconds, one that hung within 20 more, and leases of a killed node end within 30.
    await receiver.until('every event', isThere, 120_000)
    return judge(receiver.received, receiver.accepted, events, endpoint.secret as string, {
      kills: plan.kills,
      drainMs: Date.now() - calm,
    })
  } finally {
    if (run.service.isRunning()) await run.service.end('SIGKILL')
    await receiver.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Run {
  service: ServiceProcess
  isRestarting: boolean
}

async function killInTrouble(
  run: Run,
  environment: Record<string, string>,
  { kills, troubleMs }: Plan,
): Promise<void> {
  for (let kill = 0; kill < kills; kill += 1) {
    await sleep((troubleMs / kills) * (0.3 + random() * 0.5))
    run.isRestarting = true
    await run.service.end('SIGKILL')
    run.service = await startProcess(environment)
    run.isRestarting = false
  }
}

// What was not answered is asked again: a name that is taken, and a value that is there, are as good as done.
async function changeOne(run: Run, key: string, at: number): Promise<void> {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const userName = `person-${at}@acme.test`
  let id: string | undefined
  while (id === undefined) {
    const made = await attempt(run, (url) => callScim(url, key, 'POST', '/Users', { schemas, userName }))
    if (made?.status === 201) id = made.body.id as string
    if (made?.status !== 409) continue
    const filter = encodeURIComponent(`userName eq "${userName}"`)
    const found = await attempt(run, (url) => callScim(url, key, 'GET', `/Users?filter=${filter}`))
    id = found?.body?.Resources?.[0]?.id as string | undefined
  }
  const patch = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  for (let turn = 1; turn < changesPerPerson; ) {
    const Operations = [{ op: 'replace', path: 'displayName', value: `Turn ${turn}` }]
    const body = { schemas: patch, Operations }
    const changed = await attempt(run, (url) => callScim(url, key, 'PATCH', `/Users/${id}`, body))
    if (changed !== undefined && changed.status < 300) turn += 1
  }
}

async function attempt<T>(run: Run, ask: (url: string) => Promise<T>): Promise<T | undefined> {
  while (run.isRestarting) await sleep(20)
  return ask(run.service.url).catch(() => sleep(20).then(() => undefined))
}

async function readFeed(service: ServiceProcess): Promise<FeedEvent[]> {
  const events: FeedEvent[] = []
  for (let after = '0'; ; ) {
    const page = await service.admin.call('listFeed', {
      query: { after, limit: 200, types: 'user.provisioned,user.updated' },
    })
    events.push(...page.items)
    if (page.nextCursor === after) return events
    after = page.nextCursor
  }
}

function judge(
  received: readonly Received[],
  accepted: readonly Received[],
  events: readonly FeedEvent[],
  secret: string,
  { kills, drainMs }: { readonly kills: number; readonly drainMs: number },
): DeliveryReport {
  const webhook = new Webhook(secret)
  for (const { body, headers, at } of received.filter((one) => Date.now() - one.at < 290_000)) {
    expect(at).toBeGreaterThan(0)
    webhook.verify(body, headers as Record<string, string>)
  }
  const first = new Map<string, Received>()
  for (const one of accepted) if (!first.has(one.id)) first.set(one.id, one)
  expect([...first.keys()].sort()).toEqual(events.map(({ id }) => id).sort())
  const bodies = Map.groupBy(received, ({ id }) => id)
  for (const [id, tries] of bodies) expect([id, new Set(tries.map(({ body }) => body)).size]).toEqual([id, 1])
  const order = Map.groupBy([...first.values()], ({ event }) => event.subject.id as string)
  for (const [subject, own] of Map.groupBy(events, (event) => event.subject.id))
    expect(order.get(subject)?.map(({ id }) => id)).toEqual(own.map(({ id }) => id))
  // What was on its way when the service was killed may come twice: ten places at one receiver.
  const duplicates = accepted.length - first.size
  expect(duplicates).toBeLessThanOrEqual(kills * 10)
  return {
    events: events.length,
    requests: received.length,
    refused: received.length - accepted.length,
    duplicates,
    drainMs,
  }
}

// R18: clocks that are ten minutes wrong, and one that is set back an hour, while people change and a receiver fails: versions, sessions,
// leases, repetitions, the feed's order and the audit log stay what they are.
// Judges: server/store, server/deliveries, server/sessions, server/events.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import {
  callScim,
  createDirectoryAt,
  operatorKey,
  type ServiceProcess,
  startProcess,
} from '../harness/process.ts'
import { startReceiver } from '../harness/receiver.ts'
import { createDatabaseAt } from '../postgres/server.ts'

const minute = 60_000
/** What the first node's clock is wrong by, and the second one's. */
const steps = [
  [0, 0],
  [10 * minute, -10 * minute],
  [-10 * minute, 10 * minute],
  [-60 * minute, 10 * minute],
  [0, -10 * minute],
] as const
const peoplePerStep = 20
const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
const patch = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
const preload = resolve(import.meta.dirname, '../harness/set-clock.mjs')

describe.each(['embedded', 'postgres'] as const)('on the %s store', (store) => {
  it('R18: wrong clocks change no order, end nothing early, hold nothing up and are no tampering', async () => {
    const base = mkdtempSync(join(tmpdir(), 'rollcall-clocks-'))
    const databaseUrl = store === 'postgres' ? await createDatabaseAt(inject('postgresUrl')) : undefined
    const nodes: ServiceProcess[] = []
    const clockOf = (at: number): string => join(base, `clock-${at}`)
    const setClock = (at: number, ms: number): void => writeFileSync(clockOf(at), String(ms))
    const start = async (at: number): Promise<void> => {
      setClock(at, 0)
      const folder = join(base, `data-${at}`)
      mkdirSync(folder)
      nodes.push(
        await startProcess({
          ROLLCALL_DATA: folder,
          ROLLCALL_DEV: '1',
          NODE_OPTIONS: `--import=${preload}`,
          TEST_CLOCK: clockOf(at),
          ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
        }),
      )
    }
    const receiver = await startReceiver()
    try {
      for (let at = 0; at < (store === 'postgres' ? 2 : 1); at += 1) await start(at)
      const [first] = nodes as [ServiceProcess]
      const key = await createDirectoryAt(first.admin, 'acme')
      await first.admin.call('createWebhookEndpoint', {
        body: { url: receiver.url, eventTypes: ['user.provisioned', 'user.updated'] },
      })
      const ids: string[] = []
      for (const [step, offsets] of steps.entries()) {
        for (const at of nodes.keys()) setClock(at, offsets[at] ?? 0)
        // What fails now is tried again after the clocks were set once more.
        receiver.behave(({ count }) => (count % 3 === 0 ? 500 : 204))
        for (let at = 0; at < peoplePerStep; at += 1) {
          const node = nodes[at % nodes.length] as ServiceProcess
          const other = nodes[(at + 1) % nodes.length] as ServiceProcess
          const userName = `person-${step}-${at}@acme.test`
          const made = await callScim(node.url, key, 'POST', '/Users', { schemas, userName })
          expect(made.status).toBe(201)
          const { id, meta } = made.body
          ids.push(id)
          const Operations = [{ op: 'replace', path: 'displayName', value: `Changed ${step}` }]
          const changed = await callScim(other.url, key, 'PATCH', `/Users/${id}?attributes=meta`, {
            schemas: patch,
            Operations,
          })
          expect(changed.status).toBeLessThan(300)
          const read = await callScim(node.url, key, 'GET', `/Users/${id}`)
          expect(read.body).toMatchObject({ displayName: `Changed ${step}` })
          expect(read.body.meta.version).not.toBe(meta.version)
          // By the clock of the node that changed them: what tells two states apart is the version.
          expect(read.body.meta.lastModified).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
        }
      }
      receiver.behave(() => 204)
      const accepted = () => new Set(receiver.accepted.map(({ id }) => id))
      await receiver.until('every event', () => accepted().size === 2 * ids.length, 120_000)
      const orderOf = (id: string): string[] => {
        const own = receiver.accepted.filter(({ event }) => event.subject.id === id)
        return [...new Map(own.map((one) => [one.id, one.event.type])).values()]
      }
      expect(ids.filter((id) => orderOf(id).join() !== 'user.provisioned,user.updated')).toEqual([])
      // Sent once, or again after it failed: a lease of the other node is none that has ended.
      const repeated = receiver.received.length - receiver.accepted.length
      const twice = receiver.accepted.length - accepted().size
      console.log(JSON.stringify({ store, events: accepted().size, refused: repeated, acceptedTwice: twice }))
      expect(twice).toBeLessThanOrEqual(2)
      const feed: string[] = []
      for (let after: string | undefined; ; ) {
        const page = await first.admin.call('listFeed', {
          query: {
            types: 'user.provisioned',
            limit: 200,
            wait: 0,
            ...(after === undefined ? {} : { after }),
          },
        })
        feed.push(...page.items.map(({ subject }) => subject.id))
        if (page.items.length === 0) break
        after = page.nextCursor
      }
      expect(feed).toEqual(ids)
      const verify = () => first.admin.call('verifyEvents', { params: { slug: 'acme' }, query: {} })
      await expect.poll(async () => (await verify()).unsealed, { timeout: 120_000, interval: 1_000 }).toBe(0)
      const verified = await verify()
      expect(verified).toMatchObject({ isIntact: true, brokenAt: null })
      expect(verified.sealed).toBeGreaterThanOrEqual(2 * ids.length)
      // The operator's key, and a key that was made before all this, still open.
      const list = await fetch(`${first.url}/api/v1/organizations`, {
        headers: { authorization: `Bearer ${operatorKey}` },
      })
      expect(list.status).toBe(200)
    } finally {
      for (const node of nodes) await node.end('SIGKILL')
      await receiver.close()
      rmSync(base, { recursive: true, force: true })
    }
  })
})

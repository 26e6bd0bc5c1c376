// The events API: every event once, in the order of commits, from any cursor on.
// Judges: server/events.

import { eventTypes, type FeedEvent } from '@rollcall/api'
import { createLog } from '@rollcall/server'
import { beforeAll, describe, expect, it } from 'vitest'
import { keptMs, pruneFeed, sequenceEvents } from '../../packages/server/src/events/feed.ts'
import { sealEvents } from '../../packages/server/src/events/seal.ts'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'

function post(directory: Directory, path: string, body: unknown, method = 'POST'): Promise<Response> {
  const headers = { authorization: `Bearer ${directory.key}`, 'content-type': 'application/scim+json' }
  return directory.send(
    new Request(`${directory.scimUrl}${path}`, { method, headers, body: JSON.stringify(body) }),
  )
}

function createUser(directory: Directory, name: string): Promise<{ id: string }> {
  const user = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: `${name}@acme.test`,
    emails: [{ value: `${name}@acme.test`, primary: true }],
  }
  return post(directory, '/Users', user).then((response) => response.json() as Promise<{ id: string }>)
}

async function readAll(service: Service, from = '0'): Promise<{ events: FeedEvent[]; cursor: string }> {
  const events: FeedEvent[] = []
  for (let after = from; ; ) {
    const page = await service.admin.call('listFeed', { query: { after, limit: 7 } })
    events.push(...page.items)
    if (page.items.length === 0) return { events, cursor: page.nextCursor }
    after = page.nextCursor
  }
}

forEachStore((start) => {
  describe('the events API', () => {
    let service: Service
    let acme: Directory
    let globex: Directory
    beforeAll(async () => {
      service = await start()
      acme = await service.createOrganization()
      globex = await service.createOrganization()
      await createUser(acme, 'ada')
      await createUser(globex, 'bo')
    })

    it('brings every event in order, a page at a time, and never a null cursor', async () => {
      const { events, cursor } = await readAll(service)
      const types = events.filter(({ organization }) => organization?.id === acme.organization.id)
      expect(types.map(({ type }) => type)).toEqual([
        'organization.created',
        'provisioning.mode_changed',
        'api_key.created',
        'user.provisioned',
      ])
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
      const after = await service.admin.call('listFeed', { query: { after: cursor } })
      expect(after).toEqual({ items: [], nextCursor: cursor })
    })

    it('shows the person as they are, and whose organization it is', async () => {
      const { items } = await service.admin.call('listFeed', {
        query: { types: 'user.provisioned', organization: acme.organization.slug },
      })
      expect(items).toHaveLength(1)
      const [event] = items
      expect(event?.organization).toEqual({
        id: acme.organization.id,
        slug: acme.organization.slug,
      })
      expect(event?.actor.kind).toBe('api_key')
      expect(event?.data).toMatchObject({
        source: 'scim',
        state: { userName: 'ada@acme.test', email: 'ada@acme.test', active: true, role: null },
      })
    })

    it('passes over what a filter leaves out and still moves the cursor', async () => {
      const { head } = await sequenceEvents(service.database)
      const page = await service.admin.call('listFeed', { query: { types: 'group.deleted' } })
      expect(page).toEqual({ items: [], nextCursor: String(head) })
    })

    it('waits for the next event and answers as soon as it is there', async () => {
      const latest = await service.admin.call('listFeed', { query: { after: 'latest' } })
      expect(latest.items).toEqual([])
      const waiting = service.admin.call('listFeed', {
        query: { after: latest.nextCursor, wait: 20 },
      })
      await createUser(acme, 'cy')
      const { items } = await waiting
      expect(items.map(({ type }) => type)).toEqual(['user.provisioned'])
    })

    it('streams as server-sent events and goes on from Last-Event-ID', async () => {
      const { cursor } = await readAll(service)
      await createUser(acme, 'di')
      const gone = new AbortController()
      const response = await service.send(
        new Request(`${service.url}/api/v1/events/stream`, {
          headers: { authorization: `Bearer ${service.operatorKey}`, 'last-event-id': cursor },
          signal: gone.signal,
        }),
      )
      expect(response.headers.get('content-type')).toBe('text/event-stream')
      const reader = (response.body as ReadableStream<Uint8Array>).getReader()
      const text = new TextDecoder().decode((await reader.read()).value)
      gone.abort()
      await reader.cancel()
      expect(text).toMatch(/^event: user\.provisioned\ndata: \{.*"di@acme\.test"/)
      expect(text).toMatch(/id: \d+\nevent: cursor/)
    })

    it('refuses a cursor of nowhere, and whoever is not the operator', async () => {
      await expect(service.admin.call('listFeed', { query: { after: '999999999' } })).rejects.toMatchObject({
        problem: { status: 400 },
      })
      const response = await service.send(new Request(`${service.url}/api/v1/events`))
      expect(response.status).toBe(401)
    })

    it('gives 400 concurrent commits of two nodes numbers without a gap, each subject in its order', async () => {
      const second =
        service.databaseUrl === undefined
          ? service
          : await start({ beside: { databaseUrl: service.databaseUrl } })
      const { cursor } = await readAll(service)
      const { id } = await createUser(acme, 'eve')
      const seen: FeedEvent[] = []
      let isOver = false
      const reader = (async () => {
        for (let after = cursor; ; ) {
          const isLast = isOver
          // It waits: without a socket in between, a reader that asks at once again would leave the writers no turn.
          const page = await second.admin.call('listFeed', { query: { after, limit: 50, wait: 1 } })
          seen.push(...page.items)
          after = page.nextCursor
          if (isLast && page.items.length === 0) return
        }
      })()
      const rename = (at: number): Promise<Response> => {
        const operation = { op: 'replace', path: 'displayName', value: `Eve ${at}` }
        const body = {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [operation],
        }
        const { send } = at % 2 === 0 ? service : second
        return post({ ...acme, send }, `/Users/${id}`, body, 'PATCH')
      }
      await Promise.all(
        Array.from({ length: 200 }, (_, at) => [rename(at), createUser(acme, `many-${at}`)]).flat(),
      )
      isOver = true
      await reader
      expect(new Set(seen.map((event) => event.id)).size).toBe(seen.length)
      expect(seen.filter(({ type }) => type === 'user.provisioned')).toHaveLength(201)
      // Each change begins where the one before it ended: the order of the events is the order of the commits.
      const names = seen.flatMap((event) =>
        event.type === 'user.updated' && event.subject.id === id ? event.data.changes : [],
      )
      const own = names.filter(({ attribute }) => attribute === 'displayName')
      expect(own.length).toBeGreaterThan(150)
      for (const [at, change] of own.entries())
        expect(change.before).toBe(at === 0 ? null : own[at - 1]?.after)
    })

    it('answers 410 to a cursor older than what is kept, and keeps what waits for its seal', async () => {
      const prune = () => pruneFeed(service.database, service.now() + keptMs + 60_000, () => false)
      await prune()
      const unsealed = await service.admin.call('listFeed', { query: { after: '1' } })
      expect(unsealed.items.length).toBeGreaterThan(0)
      await sealEvents(service.database, createLog('silent', false), service.now(), () => false)
      await prune()
      await expect(service.admin.call('listFeed', { query: { after: '1' } })).rejects.toMatchObject({
        problem: { status: 410, code: 'cursor_expired' },
      })
      const fresh = await service.admin.call('listFeed', { query: {} })
      expect(fresh.items).toEqual([])
    })

    it('has a schema for every type in the OpenAPI document', async () => {
      const response = await service.send(new Request(`${service.url}/api/v1/openapi.json`))
      const document = (await response.json()) as {
        components: { schemas: Record<string, { oneOf?: unknown[]; description?: string }> }
      }
      expect(document.components.schemas.FeedEvent?.oneOf).toHaveLength(eventTypes.length)
      expect(document.components.schemas.UserDeactivatedEvent?.description).toContain('deactivated')
    })
  })
})

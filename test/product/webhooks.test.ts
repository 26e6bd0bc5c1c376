// Webhooks as a receiver sees them: signed by the Standard Webhooks specification, at least once, in order for each resource.
// Judges: server/webhooks, server/deliveries.
import { createPublicKey, verify } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  claimDeliveries,
  findDueTargets,
  settleDelivery,
} from '../../packages/server/src/deliveries/queue.ts'
import { purgeDeletedOrganizations } from '../../packages/server/src/organizations/purge.ts'
import { readNews } from '../../packages/server/src/store/news.ts'
import { createReceivers, type Received, type Receiver } from '../harness/receiver.ts'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'

function send(directory: Directory, method: string, path: string, body: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${directory.key}`, 'content-type': 'application/scim+json' }
  return directory.send(
    new Request(`${directory.scimUrl}${path}`, { method, headers, body: JSON.stringify(body) }),
  )
}

async function createUser(directory: Directory, name: string): Promise<string> {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const response = await send(directory, 'POST', '/Users', { schemas, userName: `${name}@acme.test` })
  expect(response.status).toBe(201)
  return ((await response.json()) as { id: string }).id
}

async function rename(directory: Directory, id: string, displayName: string): Promise<void> {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const Operations = [{ op: 'replace', path: 'displayName', value: displayName }]
  expect((await send(directory, 'PATCH', `/Users/${id}`, { schemas, Operations })).status).toBeLessThan(300)
}

function verifyWith(secret: string, { headers, body }: Received): void {
  new Webhook(secret).verify(body, headers as Record<string, string>)
}

const startReceiver = createReceivers()
let names = 0

forEachStore((start, store) => {
  describe('webhooks', () => {
    let service: Service
    let acme: Directory
    beforeAll(async () => {
      service = await start({ hasDeliveries: true, deliveryTimeoutMs: 2_000 })
      acme = await service.createOrganization()
    })

    const subscribe = async (more: object = {}) => {
      const receiver = await startReceiver()
      const endpoint = await service.admin.call('createWebhookEndpoint', {
        body: { url: receiver.url, organizations: [acme.organization.slug], ...more },
      })
      return { receiver, endpoint, secret: endpoint.secret as string }
    }
    const endpointOf = (id: string) => service.admin.call('getWebhookEndpoint', { params: { id } })
    const drop = (id: string) => service.admin.call('deleteWebhookEndpoint', { params: { id } })
    const fresh = (): string => {
      names += 1
      return `person-${store}-${names}`
    }

    it('brings an event, signed, as the events API has it', async () => {
      const { receiver, endpoint, secret } = await subscribe()
      const id = await createUser(acme, fresh())
      await receiver.until('the event', () => receiver.accepted.length > 0)
      const [came] = receiver.accepted as [Received]
      verifyWith(secret, came)
      expect(() => verifyWith(secret, { ...came, body: came.body.replace('user.', 'USER.') })).toThrow()
      expect(came.headers['content-type']).toBe('application/json')
      expect(came.id).toBe(came.event.id)
      expect(came.event).toMatchObject({
        type: 'user.provisioned',
        timestamp: came.event.occurredAt,
        subject: { type: 'user', id },
        organization: acme.organization.slug && { slug: acme.organization.slug },
      })
      const { timestamp: _, ...event } = came.event
      const feed = await service.admin.call('listFeed', { query: { types: 'user.provisioned' } })
      expect(feed.items.find((one) => one.id === came.id)).toEqual(event)
      expect(JSON.stringify(await endpointOf(endpoint.id))).not.toContain(secret)
      await drop(endpoint.id)
    })

    it('brings only subscribed types of subscribed organizations', async () => {
      const other = await service.createOrganization()
      const { receiver, endpoint } = await subscribe({ eventTypes: ['user.updated', 'group.created'] })
      const id = await createUser(acme, fresh())
      const foreign = await createUser(other, fresh())
      await rename(other, foreign, 'Elsewhere')
      await rename(acme, id, 'Here')
      await receiver.until('the update', () => receiver.accepted.length > 0)
      expect(receiver.received.map(({ event }) => [event.type, event.subject.id])).toEqual([
        ['user.updated', id],
      ])
      await drop(endpoint.id)
    })

    it.each([
      ['an organization', (slug: string) => ({ organizations: [slug] })],
      ['a type', () => ({ eventTypes: ['group.created' as const] })],
    ])('m3: what was queued before an endpoint lost %s does not go to it', async (_, change) => {
      const other = await service.createOrganization()
      const { receiver, endpoint } = await subscribe()
      receiver.behave(() => 500)
      await createUser(acme, fresh())
      await receiver.until('an attempt', () => receiver.received.length > 0)
      receiver.behave(() => 204)
      const params = { id: endpoint.id }
      await service.admin.call('updateWebhookEndpoint', { params, body: change(other.organization.slug) })
      service.advance(60_000)
      const waiting = async () =>
        (await service.admin.call('listDeliveries', { params, query: { state: 'pending' } })).items
      await expect.poll(waiting, { timeout: 20_000 }).toEqual([])
      expect(receiver.accepted).toEqual([])
      await drop(endpoint.id)
    })

    it('keeps the order of each resource and the id of each message while the receiver fails, hangs and resets', async () => {
      const { receiver, endpoint, secret } = await subscribe({ eventTypes: ['user.updated'] })
      const people = await Promise.all([1, 2, 3].map(() => createUser(acme, fresh())))
      const troubles = [500, 'hang', 'reset', { status: 302, headers: { location: '/elsewhere' } }] as const
      receiver.behave(({ count }) => (count <= 3 ? (troubles[count % troubles.length] ?? 500) : 204))
      for (let turn = 0; turn < 5; turn += 1) for (const id of people) await rename(acme, id, `Turn ${turn}`)
      await receiver.until('all 15', () => new Set(receiver.accepted.map(({ id }) => id)).size === 15, 25_000)
      for (const one of receiver.received) verifyWith(secret, one)
      const accepted = receiver.accepted
      expect(accepted).toHaveLength(15)
      for (const id of people) {
        const turns = accepted.filter(({ event }) => event.subject.id === id)
        expect(turns.map(({ event }) => event.data.state.displayName)).toEqual(
          [0, 1, 2, 3, 4].map((turn) => `Turn ${turn}`),
        )
      }
      const tried = Map.groupBy(receiver.received, ({ id }) => id)
      expect([...tried.values()].some((tries) => tries.length > 1)).toBe(true)
      expect(receiver.received.every(({ headers }) => headers.host === new URL(receiver.url).host)).toBe(true)
      const { items } = await service.admin.call('listDeliveries', { params: { id: endpoint.id }, query: {} })
      const worst = items.toSorted((one, two) => two.attempts - one.attempts)[0]
      expect(worst?.state).toBe('delivered')
      expect(worst?.log.length).toBe(worst?.attempts)
      expect(worst?.log.some(({ error, status }) => error !== null || (status ?? 0) >= 300)).toBe(true)
      await drop(endpoint.id)
    })

    it('sends what is new past the one delivery that the receiver fails at', async () => {
      const { receiver, endpoint } = await subscribe({ eventTypes: ['user.provisioned'] })
      const settled = async (): Promise<number> => {
        const page = await service.admin.call('listDeliveries', { params: { id: endpoint.id }, query: {} })
        return page.items.reduce((sum, { attempts }) => sum + attempts, 0)
      }
      const passRetry = async (count: number): Promise<void> => {
        await receiver.until(`request ${count}`, () => receiver.received.length >= count)
        await expect.poll(settled).toBeGreaterThanOrEqual(count)
        service.advance(20_000)
      }
      let failing: string | undefined
      receiver.behave(({ id }) => {
        failing ??= id
        return id === failing ? 500 : 204
      })
      await createUser(acme, fresh())
      for (const tries of [1, 2, 3, 4]) await passRetry(tries)
      await createUser(acme, fresh())
      await createUser(acme, fresh())
      for (const tries of [5, 6, 7]) await passRetry(tries)
      await receiver.until('the two', () => new Set(receiver.accepted.map(({ id }) => id)).size === 2, 2_000)
      await drop(endpoint.id)
    })

    it('switches an endpoint off at 410, says so in the feed, and sends what waits when it is on again', async () => {
      const { receiver, endpoint } = await subscribe({ eventTypes: ['user.updated'] })
      const latest = await service.admin.call('listFeed', { query: { after: 'latest' } })
      const begun = service.now()
      const id = await createUser(acme, fresh())
      receiver.behave(() => 410)
      await rename(acme, id, 'First')
      await receiver.until('410', () => receiver.received.length > 0)
      const page = await service.admin.call('listFeed', {
        query: { after: latest.nextCursor, types: 'webhook_endpoint.disabled', wait: 10 },
      })
      expect(page.items).toMatchObject([
        {
          organization: null,
          subject: { id: endpoint.id },
          data: { reason: 'gone', url: `${new URL(receiver.url).origin}/…` },
        },
      ])
      expect(await endpointOf(endpoint.id)).toMatchObject({ state: 'disabled', disabledReason: 'gone' })
      await rename(acme, id, 'While it is off')
      await expect(
        service.admin.call('testWebhookEndpoint', { params: { id: endpoint.id } }),
      ).rejects.toMatchObject({ problem: { code: 'endpoint_disabled' } })
      receiver.behave(() => 204)
      await service.admin.call('updateWebhookEndpoint', {
        params: { id: endpoint.id },
        body: { state: 'enabled' },
      })
      await rename(acme, id, 'On again')
      await receiver.until('the newest', () => receiver.accepted.length === 1)
      expect(receiver.accepted[0]?.event.data.state.displayName).toBe('On again')
      // What was missed is sent by its time.
      const resent = await service.admin.call('resendDeliveries', {
        params: { id: endpoint.id },
        body: {
          from: new Date(begun).toISOString(),
          to: new Date(service.now() + 60_000).toISOString(),
        },
      })
      expect(resent.queued).toBe(3)
      await receiver.until('the range', () => receiver.accepted.length === 4)
      const names = receiver.accepted.slice(1).map(({ event }) => event.data.state.displayName)
      expect(names).toEqual(['First', 'While it is off', 'On again'])
      expect(receiver.accepted[3]?.id).toBe(receiver.accepted[0]?.id)
      await drop(endpoint.id)
    })

    it('honours Retry-After', async () => {
      const { receiver, endpoint } = await subscribe({ eventTypes: ['user.provisioned'] })
      receiver.behave(({ count }) => (count === 1 ? { status: 429, headers: { 'retry-after': '2' } } : 204))
      await createUser(acme, fresh())
      await receiver.until('both', () => receiver.received.length === 2)
      const [first, second] = receiver.received as [Received, Received]
      expect(second.at - first.at).toBeGreaterThanOrEqual(1_900)
      await drop(endpoint.id)
    })

    it('signs with both secrets during a rotation, and with the new one alone without an overlap', async () => {
      const { receiver, endpoint, secret } = await subscribe()
      const params = { id: endpoint.id }
      const rotated = await service.admin.call('rotateWebhookEndpoint', { params, body: {} })
      await service.admin.call('testWebhookEndpoint', { params })
      await receiver.until('a test', () => receiver.accepted.length === 1)
      const [both] = receiver.accepted as [Received]
      expect(both.event).toMatchObject({ type: 'webhook.test', organization: null })
      verifyWith(secret, both)
      verifyWith(rotated.secret as string, both)
      const last = await service.admin.call('rotateWebhookEndpoint', { params, body: { overlapSeconds: 0 } })
      await service.admin.call('testWebhookEndpoint', { params })
      await receiver.until('another', () => receiver.accepted.length === 2)
      const newest = receiver.accepted[1] as Received
      verifyWith(last.secret as string, newest)
      expect(() => verifyWith(rotated.secret as string, newest)).toThrow()
      await drop(endpoint.id)
    })

    it('signs with Ed25519 where the endpoint asks for it', async () => {
      const { receiver, endpoint } = await subscribe({ algorithm: 'ed25519' })
      expect(endpoint.secret).toBeNull()
      await service.admin.call('testWebhookEndpoint', { params: { id: endpoint.id } })
      await receiver.until('a test', () => receiver.accepted.length === 1)
      const { headers, body, id } = receiver.accepted[0] as Received
      const signature = String(headers['webhook-signature']).replace(/^v1a,/, '')
      const raw = Buffer.from((endpoint.publicKey as string).replace('whpk_', ''), 'base64')
      const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw])
      const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
      const content = Buffer.from(`${id}.${headers['webhook-timestamp']}.${body}`)
      expect(verify(null, content, key, Buffer.from(signature, 'base64'))).toBe(true)
      await drop(endpoint.id)
    })

    it('lets one dead endpoint of ten delay no other: they have everything and it nothing', async () => {
      const all = await Promise.all(
        Array.from({ length: 10 }, () => subscribe({ eventTypes: ['user.provisioned'] })),
      )
      const [dead, ...alive] = all.map(({ receiver }) => receiver) as [Receiver, ...Receiver[]]
      dead.behave(() => 'hang')
      const people: string[] = []
      for (let turn = 0; turn < 20; turn += 1) people.push(await createUser(acme, fresh()))
      for (const receiver of alive) await receiver.until('all twenty', () => receiver.accepted.length === 20)
      for (const receiver of alive)
        expect(receiver.accepted.map(({ event }) => event.subject.id).toSorted()).toEqual(people.toSorted())
      expect(dead.accepted).toEqual([])
      for (const { endpoint } of all) await drop(endpoint.id)
    })

    it('tells an endpoint of one organization that it is gone, keeps nothing of its people, and stays switchable', async () => {
      const gone = await service.createOrganization()
      const { slug, id } = gone.organization
      const { receiver, endpoint } = await subscribe({ organizations: [slug] })
      await createUser(gone, fresh())
      await receiver.until('the person', () => receiver.accepted.length === 1)
      await service.admin.call('deleteOrganization', { params: { slug }, body: { confirm: slug } })
      await receiver.until('the end', () => receiver.accepted.length === 2)
      expect(receiver.accepted[1]?.event).toMatchObject({ type: 'organization.deleted', data: { slug } })
      await purgeDeletedOrganizations(service.database, () => false)
      const { items } = await service.admin.call('listFeed', { query: { limit: 200 } })
      const left = items.filter(({ organization }) => organization?.id === id)
      expect(left.map(({ type }) => type)).toEqual(['organization.deleted'])
      const params = { id: endpoint.id }
      for (const state of ['disabled', 'enabled'] as const)
        expect((await service.admin.call('updateWebhookEndpoint', { params, body: { state } })).state).toBe(
          state,
        )
      await drop(endpoint.id)
    })

    it('refuses what is not an address, an organization that is not there, and everybody but the operator', async () => {
      const { admin } = service
      for (const url of ['ftp://example.com', 'http://user:pass@127.0.0.1/', 'https://nowhere.invalid/'])
        await expect(admin.call('createWebhookEndpoint', { body: { url } })).rejects.toMatchObject({
          problem: { status: 400 },
        })
      await expect(
        admin.call('createWebhookEndpoint', {
          body: { url: 'http://127.0.0.1:9/', organizations: ['nobody-here'] },
        }),
      ).rejects.toMatchObject({ problem: { code: 'organization_unknown' } })
      const { items } = await admin.call('listWebhookEndpoints', {})
      expect(items).toEqual([])
    })

    it('F12: an endpoint that refuses everything is shown as failing, announced once, and left in peace until it accepts', async () => {
      const { receiver, endpoint } = await subscribe({ eventTypes: ['user.provisioned'] })
      const latest = await service.admin.call('listFeed', { query: { after: 'latest' } })
      const announced = async () =>
        (
          await service.admin.call('listFeed', {
            query: { after: latest.nextCursor, types: 'webhook_endpoint.failing', wait: 0 },
          })
        ).items
      receiver.behave(() => 401)
      await Promise.all(Array.from({ length: 9 }, () => createUser(acme, fresh())))
      await receiver.until('nine refusals', () => receiver.received.length === 9)
      expect(await endpointOf(endpoint.id)).toMatchObject({ state: 'enabled', failingSince: null })
      for (let count = 0; count < 3; count += 1) await createUser(acme, fresh())
      await expect.poll(async () => (await endpointOf(endpoint.id))?.failingSince).not.toBeNull()
      await expect.poll(async () => (await announced()).length).toBe(1)
      const knocks = async (): Promise<void> => {
        const known = receiver.received.length
        service.advance(20_000)
        await receiver.until('a knock', () => receiver.received.length > known)
        const settled = async () => Date.parse((await endpointOf(endpoint.id))?.nextAttemptAt ?? '')
        await expect.poll(settled).toBeGreaterThan(service.now())
      }
      await knocks()
      const [event] = await announced()
      expect(event).toMatchObject({
        organization: null,
        subject: { id: endpoint.id },
        data: { reason: 'refused', status: 401, url: `${new URL(receiver.url).origin}/…` },
      })
      receiver.behave(() => 204)
      service.advance(20_000)
      await receiver.until(
        'the whole backlog',
        () => new Set(receiver.accepted.map(({ id }) => id)).size === 12,
      )
      await expect.poll(async () => (await endpointOf(endpoint.id))?.failingSince).toBeNull()
      expect(await announced()).toHaveLength(1)
      await drop(endpoint.id)
    })

    it('F12: one delivery that is refused for what it is makes no endpoint fail', async () => {
      const { receiver, endpoint } = await subscribe({ eventTypes: ['user.provisioned'] })
      let refused: string | undefined
      receiver.behave(({ id }) => {
        refused ??= id
        return id === refused ? 422 : 204
      })
      for (let count = 0; count < 15; count += 1) {
        await createUser(acme, fresh())
        await receiver.until(`delivery ${count}`, () => receiver.accepted.length === count)
        service.advance(20_000)
      }
      await receiver.until('repetitions', () => receiver.received.length - receiver.accepted.length >= 5)
      expect(await endpointOf(endpoint.id)).toMatchObject({ state: 'enabled', failingSince: null })
      await drop(endpoint.id)
    })
  })

  describe('clocks', () => {
    it.each([600_000, 7_200_000])(
      'R18: what waits does not wait for a clock that was set back by %d ms',
      async (ms) => {
        const service = await start({ hasDeliveries: true })
        const acme = await service.createOrganization()
        const receiver = await startReceiver()
        await service.admin.call('createWebhookEndpoint', {
          body: { url: receiver.url, eventTypes: ['user.provisioned'] },
        })
        service.advance(ms)
        receiver.behave(() => 500)
        await createUser(acme, `set-back-${store}-${ms}`)
        await receiver.until('an attempt', () => receiver.received.length > 0)
        service.advance(-ms)
        receiver.behave(() => 204)
        await receiver.until('the event', () => receiver.accepted.length > 0)
      },
    )
  })

  describe('leases of deliveries', () => {
    it('R22: go to another node when they end by the clock of all nodes, and the stuck node cannot write afterwards', async () => {
      const service = await start()
      const acme = await service.createOrganization()
      const receiver = await startReceiver()
      await service.admin.call('createWebhookEndpoint', {
        body: { url: receiver.url, eventTypes: ['user.provisioned'] },
      })
      await createUser(acme, fresh())
      const { database } = service
      const now = service.now()
      const claim = async (owner: string, leaseNow: number) => {
        const [target] = findDueTargets((await readNews(database, now)).targets, now).targets
        return target === undefined
          ? []
          : claimDeliveries(database, target, {
              limit: 10,
              owner,
              now,
              leaseNow,
              cursor: { subjectId: '' },
            })
      }
      const [stuck] = await claim('one', now)
      expect(stuck).toBeDefined()
      expect(await claim('two', now + 29_000)).toEqual([])
      const [taken] = await claim('two', now + 31_000)
      expect(taken?.number).toBe(stuck?.number)
      const settle = (delivery: NonNullable<typeof stuck>, owner: string): Promise<boolean> =>
        database.inInstallation('deliveries', (tx) =>
          settleDelivery(tx, {
            number: Number(delivery.number),
            owner,
            fence: delivery.fence,
            state: 'delivered',
            attempts: 1,
            nextAt: now,
            failingSince: null,
            deliveredAt: now,
            log: '[]',
          }),
        )
      expect(await settle(stuck as NonNullable<typeof stuck>, 'one')).toBe(false)
      expect(await settle(taken as NonNullable<typeof taken>, 'two')).toBe(true)
    })

    it('are looked for at a cost that does not grow with what waits behind one person', async () => {
      const service = await start()
      const acme = await service.createOrganization()
      const receiver = await startReceiver()
      const { id } = await service.admin.call('createWebhookEndpoint', { body: { url: receiver.url } })
      const person = await createUser(acme, fresh())
      for (let turn = 0; turn < 40; turn += 1) await rename(acme, person, `Turn ${turn}`)
      const range = {
        from: new Date(service.now() - 600_000).toISOString(),
        to: new Date(service.now() + 60_000).toISOString(),
      }
      for (let turn = 0; turn < 40; turn += 1)
        await service.admin.call('resendDeliveries', { params: { id }, body: range })
      const other = await createUser(acme, 'behind-them-all')
      const { database } = service
      let reads = 0
      const readInstallation: typeof database.readInstallation = (...args) => {
        reads += 1
        return database.readInstallation(...args)
      }
      const now = service.now()
      const [target] = findDueTargets((await readNews(database, now)).targets, now).targets
      const cursor = { subjectId: '' }
      const claim = () =>
        claimDeliveries({ ...database, readInstallation }, target as NonNullable<typeof target>, {
          limit: 1,
          owner: 'one',
          now,
          leaseNow: now,
          cursor,
        })
      // The organization, its key, the endpoint itself and the person.
      const claimed = [...(await claim()), ...(await claim()), ...(await claim()), ...(await claim())]
      expect(new Set(claimed.map(({ subject_id }) => subject_id)).size).toBe(4)
      reads = 0
      expect((await claim()).map(({ subject_id }) => subject_id)).toEqual([other])
      expect(reads).toBeLessThanOrEqual(2)
    })

    const fresh = (): string => `leased-${store}`
  })
})

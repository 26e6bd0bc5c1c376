// The examples of docs/sdk.md, run against the service; the document repeats them letter by letter.
// Judges: client, api.
import { createRollcall, type FeedEvent, type Rollcall } from '@rollcall/client'
import { beforeAll, describe, expect, it } from 'vitest'
import { followUsers, type UserChange } from '../../packages/client/examples/follow-events.ts'
import { listActiveAddresses } from '../../packages/client/examples/list-users.ts'
import { onboardCustomer } from '../../packages/client/examples/onboard-customer.ts'
import { printEvents } from '../../packages/client/examples/print-events.ts'
import { createReceiver } from '../../packages/client/examples/receive-webhook.ts'
import { createReceivers } from '../harness/receiver.ts'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'

const startReceiver = createReceivers()

forOneStore(import.meta.filename, (start) => {
  describe('the examples of the client', () => {
    let service: Service
    let rollcall: Rollcall
    let acme: Directory
    beforeAll(async () => {
      service = await start({ hasDeliveries: true })
      const { url, operatorKey, send } = service
      rollcall = createRollcall({ url, operatorKey, fetch: send })
      acme = await service.createOrganization()
    })
    const createUser = async (name: string): Promise<string> => {
      const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
      const body = { schemas, userName: `${name}@acme.test`, emails: [{ value: `${name}@acme.test` }] }
      const headers = { authorization: `Bearer ${acme.key}`, 'content-type': 'application/scim+json' }
      const request = new Request(`${acme.scimUrl}/Users`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      })
      return ((await (await acme.send(request)).json()) as { id: string }).id
    }

    it('onboard-customer: an organization and a set-up link, also the second time', async () => {
      const customer = { name: 'Globex', slug: 'globex', contact: 'it@globex.test' }
      expect(await onboardCustomer(rollcall, customer)).toContain('/portal#token=')
      expect(await onboardCustomer(rollcall, customer)).toContain('/portal#token=')
    })

    it('list-users: all pages', async () => {
      const names = Array.from({ length: 60 }, (_, at) => `listed-${at}`)
      for (const name of names) await createUser(name)
      const { slug } = acme.organization
      expect(await listActiveAddresses(rollcall, slug)).toEqual(names.map((name) => `${name}@acme.test`))
    })

    it('follow-events: goes on from the cursor that was kept', async () => {
      const changes: UserChange[] = []
      let cursor: string | undefined
      const follow = async (enough: () => boolean): Promise<void> => {
        const end = new AbortController()
        const database = {
          findCursor: async () => cursor,
          keep: async (more: readonly UserChange[], next: string) => {
            changes.push(...more)
            cursor = next
            if (enough()) end.abort()
          },
        }
        await followUsers(rollcall, database, end.signal)
      }
      await follow(() => changes.length >= 60)
      expect(changes).toHaveLength(60)
      const id = await createUser('after')
      await follow(() => changes.length > 60)
      expect(changes.at(-1)).toEqual({ kind: 'save', id, email: 'after@acme.test', active: true })
    })

    it('A9: print-events: an event with its type, and the cursor beside it', async () => {
      const id = await createUser('printed')
      const lines: string[] = []
      const end = new AbortController()
      const print = (line: string): void => {
        lines.push(line)
        if (line.includes(id)) end.abort()
      }
      expect(await printEvents(rollcall, print, end.signal)).toMatch(/^\d+$/)
      expect(lines.at(-1)).toContain(`${acme.organization.slug} user.provisioned ${id}`)
    })

    it('receive-webhook: takes what the service sends, refuses the rest', async () => {
      const relay = await startReceiver()
      const { secret } = await rollcall.call('createWebhookEndpoint', {
        body: { url: relay.url, eventTypes: ['user.provisioned'] },
      })
      const events: FeedEvent[] = []
      const receive = createReceiver([secret as string], async (event) => void events.push(event))
      const id = await createUser('hooked')
      await relay.until('the webhook', () => relay.received.length > 0)
      const [came] = relay.received
      const toRequest = (body: string): Request =>
        new Request('https://product.example.com/webhooks', {
          method: 'POST',
          headers: came?.headers as Record<string, string>,
          body,
        })
      expect((await receive(toRequest(came?.body ?? ''))).status).toBe(204)
      expect(events).toMatchObject([{ type: 'user.provisioned', subject: { id } }])
      expect((await receive(toRequest('{}'))).status).toBe(400)
    })
  })
})

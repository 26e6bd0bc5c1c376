// Sixteen clients on two nodes add a thousand people to one group at once, while others leave it: nobody is lost, nothing is 5xx.
import { beforeAll, describe, expect, it } from 'vitest'
import { forEachStore, type Service } from '../harness/service.ts'
import { createClient, patchOp, type ScimClient, toMembers } from '../scim/client.ts'

const people = 1_000
const lanes = 16

forEachStore((start, store) => {
  describe('one group under many hands', () => {
    let nodes: readonly ScimClient[]
    beforeAll(async () => {
      const first: Service = await start()
      const directory = await first.createOrganization()
      const second =
        store === 'postgres' ? await start({ beside: { databaseUrl: first.databaseUrl as string } }) : first
      nodes = [createClient(directory), createClient({ ...directory, send: second.send })]
    })

    it(`has all ${people} who were added by ${lanes} clients, and none of those who were removed`, async () => {
      const [one] = nodes as [ScimClient, ScimClient]
      const reply = await one.send('POST', '/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: Array.from({ length: people }, (_unused, at) => ({
          method: 'POST',
          path: '/Users',
          bulkId: `u${at}`,
          data: { userName: `hand${at}@acme.test` },
        })),
      })
      const ids = (reply.body.Operations as { location: string }[]).map(
        ({ location }) => location.split('/').at(-1) as string,
      )
      const leaving = ids.slice(0, 100)
      const coming = ids.slice(100)
      const group = await one.group('Everybody', leaving)
      const change = async (client: ScimClient, operation: object): Promise<void> => {
        const message = { schemas: [patchOp], Operations: [operation] }
        expect((await client.send('PATCH', `/Groups/${group}`, message)).status).toBe(204)
      }
      await Promise.all(
        Array.from({ length: lanes }, async (_unused, lane) => {
          const client = nodes[lane % 2] as ScimClient
          for (let at = lane; at < coming.length; at += lanes) {
            await change(client, { op: 'add', path: 'members', value: toMembers([coming[at] as string]) })
            const gone = leaving[at]
            if (gone !== undefined)
              await change(client, { op: 'remove', path: `members[value eq "${gone}"]` })
          }
        }),
      )
      expect(await one.members(group)).toEqual([...coming].sort())
    }, 120_000)

    it('outlives people who are removed while they are being added', async () => {
      const [one, two] = nodes as [ScimClient, ScimClient]
      const group = await one.group('Coming and going')
      const ids = await Promise.all(
        Array.from({ length: 40 }, (_unused, at) => one.user(`going${at}@acme.test`)),
      )
      const statuses = await Promise.all(
        ids.flatMap((id) => [
          one
            .send('PATCH', `/Groups/${group}`, {
              schemas: [patchOp],
              Operations: [{ op: 'add', path: 'members', value: toMembers([id]) }],
            })
            .then(({ status }) => status),
          two.send('DELETE', `/Users/${id}`).then(({ status }) => status),
        ]),
      )
      expect(statuses.every((status) => status === 204)).toBe(true)
      expect(await one.members(group)).toEqual([])
    }, 60_000)
  })
})

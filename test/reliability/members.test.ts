// Sixteen clients on two nodes add hundreds of people to one group at once, while others leave it: nobody is lost, nothing is 5xx.
// Judges: server/users, server/store.
import { beforeAll, describe, expect, it } from 'vitest'
import { howMany } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { createClient, patchOp, type ScimClient, toMembers } from '../scim/client.ts'

const people = howMany({ sample: 300, whole: 1_000 })
const readAt = (body: unknown, path: string): string =>
  path.split('.').reduce((value, part) => (value as Record<string, unknown>)[part], body) as string
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

    it(`R6: has all ${people} who were added by ${lanes} clients, and none of those who were removed`, async () => {
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
        expect((await client.send('PATCH', `/Groups/${group}`, message)).status).toBeLessThan(300)
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

    it('R6: two hundred changes at once of attributes that differ are all there, and a version that is not the newest is refused', async () => {
      const attributes = [
        ...['displayName', 'nickName', 'title', 'userType', 'preferredLanguage', 'locale', 'timezone'],
        ...[
          'name.givenName',
          'name.familyName',
          'name.middleName',
          'name.honorificPrefix',
          'name.honorificSuffix',
        ],
        ...['externalId', 'profileUrl'],
      ]
      const wanted = (attribute: string): string =>
        ({
          locale: 'en-GB',
          preferredLanguage: 'en',
          timezone: 'Europe/Berlin',
          profileUrl: 'https://example.com/profile',
        })[attribute] ?? `changed ${attribute}`
      const [one, two] = nodes as [ScimClient, ScimClient]
      const ids = await Promise.all(
        Array.from({ length: 15 }, (_unused, at) => one.user(`disjoint${at}@acme.test`)),
      )
      const first = readAt((await one.send('GET', `/Users/${ids[0]}`)).body, 'meta.version')
      const replace = (client: ScimClient, id: string, path: string, more = {}) =>
        client.send(
          'PATCH',
          `/Users/${id}`,
          { schemas: [patchOp], Operations: [{ op: 'replace', path, value: `${wanted(path)}` }] },
          more,
        )
      const answers = await Promise.all(
        attributes.flatMap((path, at) => ids.map((id) => replace(at % 2 === 0 ? one : two, id, path))),
      )
      expect(answers.length).toBeGreaterThan(200)
      expect(answers.filter(({ status }) => status > 204)).toEqual([])
      for (const id of ids) {
        const { body } = await two.send('GET', `/Users/${id}`)
        for (const path of attributes) expect(readAt(body, path), path).toBe(wanted(path))
      }
      expect((await replace(two, ids[0] as string, 'title', { 'if-match': first })).status).toBe(412)
    }, 60_000)

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
      expect(statuses.every((status) => status < 300)).toBe(true)
      expect(await one.members(group)).toEqual([])
    }, 60_000)
  })
})

// One organization's groups against another's: ids of B placed wherever a group request takes an id (bar S2, CVE-2026-32130's
// class, vouch-sh/vouch#317), and the ways in which a group could give somebody more than they may have.
// Judges: server/scim, server/store.
import { beforeAll, describe, expect, it } from 'vitest'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'
import { createClient, groupUrn, type Json, patchOp, type ScimClient, toMembers } from '../scim/client.ts'

const unknownGroup = `grp_${'0'.repeat(26)}`

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let a: ScimClient
  let b: ScimClient
  let directoryA: Directory
  let ada: string
  let bob: string
  let groupOfB: string

  beforeAll(async () => {
    service = await start()
    directoryA = await service.createOrganization()
    a = createClient(directoryA)
    b = createClient(await service.createOrganization())
    ada = await a.user('ada@a.test')
    bob = await b.user('bob@b.test')
    groupOfB = await b.group('Secret project', [bob], { externalId: 'shared' })
  })

  const strip = ({ status, body, headers }: Awaited<ReturnType<ScimClient['send']>>) => ({
    status,
    body,
    etag: headers.get('etag'),
  })
  const stateOfB = async () => (await b.send('GET', '/?count=1000')).body

  describe('organization A with a group of B', () => {
    const patch = { schemas: [patchOp], Operations: [{ op: 'replace', path: 'displayName', value: 'Taken' }] }
    it.each<[string, Json | undefined]>([
      ['GET', undefined],
      ['PUT', { schemas: [groupUrn], displayName: 'Taken', members: [] }],
      ['PATCH', patch],
      ['PATCH', { schemas: [patchOp], Operations: [{ op: 'remove', path: 'members' }] }],
      ['DELETE', undefined],
    ])('%s is the 404 of an id that never was, and B is unchanged', async (method, body) => {
      const before = await stateOfB()
      for (const headers of [{}, { 'if-match': '*' }, { 'if-match': 'W/"1"' }] as Record<string, string>[]) {
        const foreign = strip(await a.send(method, `/Groups/${groupOfB}`, body, headers))
        expect(foreign).toEqual(strip(await a.send(method, `/Groups/${unknownGroup}`, body, headers)))
        expect(foreign.status).toBe(404)
      }
      expect(await stateOfB()).toEqual(before)
    })

    it('cannot put a user or a group of B into its own groups, nor learn that they are there', async () => {
      const before = await stateOfB()
      const own = await a.group('Mine', [ada])
      for (const [foreign, unknown] of [
        [bob, `usr_${'0'.repeat(26)}`],
        [groupOfB, unknownGroup],
      ] as const) {
        const ask = async (member: string) => {
          const replies = [
            await a.send('PATCH', `/Groups/${own}`, {
              schemas: [patchOp],
              Operations: [{ op: 'add', path: 'members', value: toMembers([member]) }],
            }),
            await a.send('PUT', `/Groups/${own}`, {
              schemas: [groupUrn],
              displayName: 'Mine',
              members: toMembers([ada, member]),
            }),
          ]
          return replies.map(strip)
        }
        expect(await ask(foreign)).toEqual(await ask(unknown))
        expect(await a.members(own)).toEqual([ada])
        const created = await a.group('Made with', [foreign])
        expect(await a.members(created)).toEqual([])
      }
      expect(await stateOfB()).toEqual(before)
      expect((await b.send('GET', `/Users/${bob}`)).body.groups).toHaveLength(1)
    })

    it.each([
      'externalId eq "shared"',
      'displayName eq "secret project"',
      'members.value eq "BOB"',
      'id eq "GROUP"',
    ])('finds nothing of B by %s', async (text) => {
      const filter = text.replace('BOB', bob).replace('GROUP', groupOfB)
      expect(await a.find('Groups', filter)).toEqual([])
      const everywhere = await a.send('POST', '/.search', { filter })
      expect(everywhere.body).toMatchObject({ totalResults: 0 })
    })

    it('reaches nothing of B through a bulk request', async () => {
      const before = await stateOfB()
      const reply = await a.send('POST', '/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [
          { method: 'DELETE', path: `/Groups/${groupOfB}` },
          { method: 'DELETE', path: `/Users/${bob}` },
          { method: 'PATCH', path: `/Groups/${groupOfB}`, data: patch },
          {
            method: 'POST',
            path: '/Groups',
            bulkId: 'x',
            data: { schemas: [groupUrn], displayName: 'Bulk', members: toMembers([bob, groupOfB]) },
          },
        ],
      })
      const results = reply.body.Operations as { status: string }[]
      expect(results.map(({ status }) => status)).toEqual(['404', '404', '404', '201'])
      expect(await stateOfB()).toEqual(before)
    })

    it('reads neither group nor members of B in the management API', async () => {
      const params = { slug: directoryA.organization.slug, id: groupOfB }
      for (const operation of ['getGroup', 'listMembers'] as const)
        await expect(service.admin.call(operation, { params, query: {} } as never)).rejects.toMatchObject({
          problem: { status: 404 },
        })
    })
  })

  describe('a group', () => {
    it('gives nobody the role of an owner, whatever the rules try to say', async () => {
      const { slug } = directoryA.organization
      await expect(
        service.admin.call('putRoleMappings', {
          params: { slug },
          body: { mappings: [{ group: 'Owners', role: 'owner' as never }] },
        }),
      ).rejects.toMatchObject({ problem: { status: 400 } })
    })

    it.each(['__proto__', 'constructor', 'prototype'])(
      'takes %s for a name like any other, in members, paths and values (CVE-2026-48170)',
      async (name) => {
        const id = await a.group(name)
        const operations = [
          { op: 'add', path: 'members', value: [{ value: name }, JSON.parse(`{"${name}":{"polluted":1}}`)] },
          { op: 'add', value: JSON.parse(`{"${name}":{"polluted":1},"${name}.polluted":1}`) },
          { op: 'remove', path: `members[value eq "${name}"]` },
        ]
        for (const operation of operations)
          await a.send('PATCH', `/Groups/${id}`, { schemas: [patchOp], Operations: [operation] })
        expect(({} as Json).polluted).toBeUndefined()
        expect(await a.members(id)).toEqual([])
      },
    )

    it('keeps all its members when one is added to very many (FusionAuth#2784)', async () => {
      const reply = await a.send('POST', '/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: Array.from({ length: 1_000 }, (_unused, at) => ({
          method: 'POST',
          path: '/Users',
          bulkId: `u${at}`,
          data: { userName: `many${at}@a.test` },
        })),
      })
      const ids = (reply.body.Operations as { location: string }[]).map(
        ({ location }) => location.split('/').at(-1) as string,
      )
      for (const size of [101, 1_000]) {
        const id = await a.group(`Group of ${size}`, ids.slice(0, size))
        await a.patch(id, { op: 'add', path: 'members', value: toMembers([ada]) })
        expect(await a.members(id)).toEqual([ada, ...ids.slice(0, size)].sort())
      }
    }, 60_000)
  })
})

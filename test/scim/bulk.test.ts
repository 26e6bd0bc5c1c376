// /Bulk as RFC 7644 §3.7 has it, on either store.
// Judges: server/scim, scim/bulk.
import { beforeAll, describe, expect, it } from 'vitest'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'
import { createClient, groupUrn, type Json, patchOp, type ScimClient, userUrn } from './client.ts'

const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
interface Result {
  readonly method: string
  readonly status: string
  readonly bulkId?: string
  readonly location?: string
  readonly version?: string
  readonly response?: Json
}

forOneStore(import.meta.filename, (start) => {
  let directory: Directory
  let service: Service
  let scim: ScimClient
  beforeAll(async () => {
    service = await start()
    directory = await service.createOrganization()
    scim = createClient(directory)
  })

  const bulk = async (operations: readonly Json[], more: Json = {}): Promise<readonly Result[]> => {
    const reply = await scim.send('POST', '/Bulk', { schemas: [bulkUrn], Operations: operations, ...more })
    expect(reply, JSON.stringify(reply.body)).toMatchObject({
      status: 200,
      body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'] },
    })
    return reply.body.Operations as Result[]
  }
  const user = (bulkId: string, userName = `${bulkId}@bulk.test`): Json => ({
    method: 'POST',
    path: '/Users',
    bulkId,
    data: { schemas: [userUrn], userName },
  })
  const group = (bulkId: string, ...members: string[]): Json => ({
    method: 'POST',
    path: '/Groups',
    bulkId,
    data: {
      schemas: [groupUrn],
      displayName: bulkId,
      members: members.map((name) => ({ value: `bulkId:${name}` })),
    },
  })
  const idOf = ({ location }: Result): string => location?.split('/').at(-1) as string

  describe('a bulk request', () => {
    it('creates, changes and removes, each with its own status, location and version', async () => {
      const [first] = await bulk([user('one')])
      expect(first).toEqual({
        location: `${directory.scimUrl}/Users/${idOf(first as Result)}`,
        method: 'POST',
        bulkId: 'one',
        version: 'W/"1"',
        status: '201',
      })
      const path = `/Users/${idOf(first as Result)}`
      const results = await bulk([
        { method: 'PUT', path, data: { schemas: [userUrn], userName: 'one@bulk.test', title: 'x' } },
        {
          method: 'PATCH',
          path,
          version: 'W/"2"',
          data: { schemas: [patchOp], Operations: [{ op: 'remove', path: 'title' }] },
        },
        { method: 'PATCH', path, version: 'W/"2"', data: { schemas: [patchOp], Operations: [] } },
        { method: 'DELETE', path },
      ])
      expect(results.map(({ status, version }) => `${status} ${version}`)).toEqual([
        '200 W/"2"',
        '200 W/"3"',
        '412 undefined',
        '204 undefined',
      ])
      expect((await scim.send('GET', path)).status).toBe(404)
    })

    it('resolves bulkIds in any order, users and groups inside groups (§3.7.2)', async () => {
      const results = await bulk([
        group('outer', 'inner', 'ada'),
        group('inner', 'ben'),
        user('ada'),
        user('ben'),
      ])
      expect(results.map(({ status }) => status)).toEqual(['201', '201', '201', '201'])
      const [outer, inner, ada, ben] = results.map(idOf) as [string, string, string, string]
      expect(await scim.members(outer)).toEqual([inner, ada])
      expect(await scim.members(inner)).toEqual([ben])
    })

    it('refuses circles and does the others (§3.7.1)', async () => {
      const results = await bulk([group('a', 'b'), group('b', 'a'), user('free')])
      expect(results.map(({ status }) => status)).toEqual(['409', '409', '201'])
      expect(results[0]?.response).toMatchObject({ status: '409' })
    })

    it('loses nobody to the failure of one, and tells who depended on it', async () => {
      const results = await bulk([user('dup', 'ada@bulk.test'), group('waits', 'dup'), user('fine')])
      expect(results.map(({ status }) => status)).toEqual(['409', '400', '201'])
      expect(results[0]).toMatchObject({ bulkId: 'dup', response: { scimType: 'uniqueness' } })
      expect(results[0]).not.toHaveProperty('location')
    })

    it('stops after failOnErrors failures and answers for what it did', async () => {
      const results = await bulk(
        [user('f1', 'ada@bulk.test'), user('f2'), user('f3', 'ada@bulk.test'), user('f4')],
        {
          failOnErrors: 2,
        },
      )
      expect(results.map(({ bulkId, status }) => `${bulkId} ${status}`)).toEqual([
        'f1 409',
        'f2 201',
        'f3 409',
      ])
      expect(await scim.find('Users', 'userName eq "f4@bulk.test"')).toEqual([])
    })

    it('applies an operation whole or not at all', async () => {
      const [made] = await bulk([user('whole')])
      const path = `/Users/${idOf(made as Result)}`
      const operations = [
        { op: 'replace', path: 'title', value: 'half' },
        { op: 'replace', path: 'userName', value: null },
      ]
      const [result] = await bulk([
        { method: 'PATCH', path, data: { schemas: [patchOp], Operations: operations } },
      ])
      expect(result?.status).toBe('400')
      expect((await scim.send('GET', path)).body).not.toHaveProperty('title')
    })

    it('keeps the order wherever it shows, and answers in the order that was asked', async () => {
      const people = Array.from({ length: 120 }, (_, at) => user(`wave-${at}`))
      // Taken by one of the same request, in another spelling; and behind it somebody new.
      const asked = [...people, user('again', 'WAVE-3@bulk.test'), user('last')]
      const results = await bulk(asked)
      expect(results.map(({ bulkId }) => bulkId)).toEqual(asked.map((one) => one.bulkId))
      expect(results.map(({ status }) => status)).toEqual([...people.map(() => '201'), '409', '201'])
      const ids = results.filter(({ status }) => status === '201').map(idOf)
      expect(ids).toEqual([...ids].sort())
      const [first, second] = ids.map((id) => `/Users/${id}`)
      const rename = (path: string | undefined, userName: string): Json => ({
        method: 'PATCH',
        path,
        data: { schemas: [patchOp], Operations: [{ op: 'replace', path: 'userName', value: userName }] },
      })
      const statuses = await bulk([
        // The name of the second is taken until it is given up.
        rename(first, 'wave-1@bulk.test'),
        rename(second, 'moved@bulk.test'),
        rename(first, 'wave-1@bulk.test'),
        { method: 'DELETE', path: first },
        user('wave-1'),
        rename(second, 'wave-1@bulk.test'),
      ])
      expect(statuses.map(({ status }) => status)).toEqual(['409', '200', '200', '204', '201', '409'])
    })

    it('tries nothing behind the failure that it stops at, whoever stands beside it', async () => {
      const operations = [user('stop-1'), user('one-2'), user('stop-2', 'STOP-1@bulk.test'), user('stop-3')]
      const results = await bulk(operations, { failOnErrors: 1 })
      expect(results.map(({ status }) => status)).toEqual(['201', '201', '409'])
      expect((await scim.send('GET', '/Users?filter=userName eq "stop-3@bulk.test"')).body.totalResults).toBe(
        0,
      )
    })

    it('marks the organization whose owners it deactivates side by side', async () => {
      const { organization } = directory
      const results = await bulk(Array.from({ length: 12 }, (_, at) => user(`owner-${at}`)))
      const paths = results.map((result) => `/Users/${idOf(result)}`)
      for (const result of results) {
        const params = { slug: organization.slug, id: idOf(result) }
        await service.admin.call('updateUser', { params, body: { role: 'owner' } })
      }
      const off = { schemas: [patchOp], Operations: [{ op: 'replace', value: { active: false } }] }
      await bulk(paths.map((path) => ({ method: 'PATCH', path, data: off })))
      const { ownerlessAt } = await service.admin.call('getOrganization', { params: organization })
      expect(ownerlessAt).not.toBeNull()
    })

    it('is bounded as it advertises: 1,000 operations, 32 MB', async () => {
      const config = await scim.send('GET', '/ServiceProviderConfig')
      expect(config.body.bulk).toEqual({ supported: true, maxOperations: 1_000, maxPayloadSize: 33_554_432 })
      const reply = await scim.send('POST', '/Bulk', {
        schemas: [bulkUrn],
        Operations: Array(1_001).fill({}),
      })
      expect(reply.status).toBe(413)
    })

    it('reaches no endpoint but those of resources, and nobody else’s resources', async () => {
      const results = await bulk([
        { method: 'POST', path: '/Bulk', bulkId: 'x', data: {} },
        { method: 'DELETE', path: '/Me/1' },
        { method: 'DELETE', path: '/Users/usr_00000000000000000000000000' },
        { method: 'DELETE', path: '/Users/__proto__' },
      ])
      expect(results.map(({ status }) => status)).toEqual(['404', '404', '404', '404'])
    })
  })
})

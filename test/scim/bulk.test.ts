// /Bulk as RFC 7644 §3.7 has it, on both stores.
import { beforeAll, describe, expect, it } from 'vitest'
import { type Directory, forEachStore } from '../harness/service.ts'
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

forEachStore((start) => {
  let directory: Directory
  let scim: ScimClient
  beforeAll(async () => {
    directory = await (await start()).createOrganization()
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

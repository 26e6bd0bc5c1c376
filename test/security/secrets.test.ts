// Secrets where none belongs: in activity, in copies of the store, in rows that outlive their organization.
import { beforeAll, describe, expect, it } from 'vitest'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'

const user = 'urn:ietf:params:scim:schemas:core:2.0:User'
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const bulk = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
const search = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'

forEachStore((start) => {
  let service: Service
  let directory: Directory
  beforeAll(async () => {
    service = await start()
    directory = await service.createOrganization()
  })

  const scim = (method: string, path: string, body?: object): Promise<Response> =>
    service.send(
      new Request(`${directory.scimUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${directory.key}`, 'content-type': 'application/scim+json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    )

  describe('activity', () => {
    it('M19 password-in-activity: a password is in no line and no body, however it came', async () => {
      const canary = 'CANARY-0123'
      const made = await scim('POST', '/Users', { schemas: [user], userName: 'ada', Password: canary })
      expect(made.status).toBe(201)
      const { id } = (await made.json()) as { id: string }
      for (const [path, value] of [
        ['Path', 'Value'],
        ['path', 'Value'],
        ['PATH', 'VALUE'],
        ['path', 'value'],
      ] as const)
        await scim('PATCH', `/Users/${id}`, {
          schemas: [patchOp],
          Operations: [{ op: 'replace', [path]: 'password', [value]: canary }],
        })
      await scim('PATCH', `/Users/${id}`, {
        schemas: [patchOp],
        Operations: [
          { op: 'replace', value: { userPwd: canary, [`${user}:password`]: canary } },
          { op: 'replace', path: `emails[password eq "${canary}"].value`, value: 'x' },
        ],
      })
      await scim('GET', `/Users?filter=${encodeURIComponent(`userPwd eq "${canary}"`)}`)
      await scim('GET', `/Users?filter=${encodeURIComponent(`password eq "${canary}"`)}`)
      await scim('POST', '/Users/.search', { schemas: [search], filter: `password eq "${canary}"` })
      await scim('POST', '/Bulk', {
        schemas: [bulk],
        Operations: [
          {
            method: 'POST',
            path: '/Users',
            bulkId: 'q',
            data: { schemas: [user], userName: 'bo', password: canary },
          },
        ],
      })
      await service.flushActivity()
      const params = directory.organization
      const { items } = await service.admin.call('listActivity', { params, query: { limit: 200 } })
      expect(items.length).toBeGreaterThanOrEqual(10)
      expect(JSON.stringify(items)).not.toContain(canary)
      expect(JSON.stringify(items)).toContain('[redacted]')
    })
  })
})

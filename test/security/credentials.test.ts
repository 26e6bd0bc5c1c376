// Routes x credentials. Authentication runs before parsing; the organization and the right come only from the credential.
// Advisories: CVE-2026-32130, CVE-2026-46689, CVE-2025-4210, CVE-2026-45339, CVE-2026-27840, CVE-2025-64708, Senthil455/Atlas#175.
// Judges: server/scim, server/directory, server/admin.
import { type OperationId, operations } from '@rollcall/api'
import { beforeAll, describe, expect, it } from 'vitest'
import { accessOf } from '../../packages/server/src/admin/permissions.ts'
import { createApiKeyToken } from '../../packages/server/src/base/secret.ts'
import { scimRoutes } from '../../packages/server/src/scim/routes.ts'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'

const id = `usr_${'0'.repeat(26)}`
const scimCalls = scimRoutes.flatMap(({ path, methods }) =>
  Object.keys(methods).map((method) => [method, path.replace('{id}', id)] as const),
)
/** But those that redeem a secret of their own; permissions.test.ts has the whole matrix. */
const adminCalls = Object.values(operations)
  .filter(({ operationId }) => accessOf(operationId as OperationId) !== 'open')
  .map(
    ({ method, path }) =>
      [method.toUpperCase(), path.replace('{slug}', 'acme-x').replace('{id}', 'key_x')] as const,
  )

/** What must be thrown out before it is read: each would be a 400, 413 or worse. */
const hostileBody = '['.repeat(100_000)

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let directory: Directory
  beforeAll(async () => {
    service = await start()
    directory = await service.createOrganization()
  })

  const scim = async (method: string, path: string, headers: Record<string, string>): Promise<Response> => {
    const hasBody = !['GET', 'HEAD', 'DELETE'].includes(method)
    const init = { method, headers: { 'content-type': 'application/scim+json', ...headers } }
    return service.send(
      new Request(`${directory.scimUrl}/${path}`, hasBody ? { ...init, body: hostileBody } : init),
    )
  }
  const statusWith = async (token: string): Promise<number> =>
    (
      await service.send(
        new Request(`${directory.scimUrl}/Users?count=0`, { headers: { authorization: `Bearer ${token}` } }),
      )
    ).status

  describe('SCIM without a valid key', () => {
    const wrong = (): (readonly [string, Record<string, string>])[] => [
      ['none', {}],
      ['garbage', { authorization: 'non-token' }],
      ['an unknown key of the right form', { authorization: `Bearer ${createApiKeyToken()}` }],
      ['the operator key', { authorization: `Bearer ${service.operatorKey}` }],
      ['the key as Basic', { authorization: `Basic ${btoa(`x:${directory.key}`)}` }],
      ['the key as x-api-key', { 'x-api-key': directory.key }],
      ['the key as a cookie', { cookie: `token=${directory.key}; session=${directory.key}` }],
      ['two keys', { authorization: `Bearer ${directory.key}, Bearer ${directory.key}` }],
      [
        'the key with blanks',
        { authorization: `Bearer ${directory.key.slice(0, 20)} ${directory.key.slice(20)}` },
      ],
    ]

    it.each(scimCalls)(
      '%s /%s is 401 before the body or the filter is read, with SCIM error JSON',
      async (method, path) => {
        for (const [name, headers] of wrong()) {
          const response = await scim(
            method,
            `${path}?filter=${'('.repeat(2_000)}&access_token=${directory.key}`,
            headers,
          )
          const seen = {
            name,
            status: response.status,
            type: response.headers.get('content-type'),
            challenge: response.headers.get('www-authenticate'),
          }
          expect(seen).toEqual({
            name,
            status: 401,
            type: 'application/scim+json',
            challenge: expect.stringContaining('Bearer'),
          })
          const body = await response.text()
          expect(JSON.parse(body)).toMatchObject({
            status: '401',
            schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
          })
        }
      },
    )

    it('B-18: a key that was pasted with something around it is refused, and its organization reads why', async () => {
      const own = await service.createOrganization()
      const pasted = [
        `Bearer Bearer ${own.key}`,
        `Bearer "${own.key}"`,
        `Bearer <${own.key}>`,
        own.key,
        `Token ${own.key}`,
      ]
      for (const authorization of pasted) {
        const response = await scim('GET', 'Users', { authorization })
        expect([authorization, response.status]).toEqual([authorization, 401])
      }
      // Two keys, and one that was cut off, are nobody's.
      for (const authorization of [`Bearer ${own.key}, ${own.key}`, `Bearer "${own.key.slice(0, -1)}"`])
        expect((await scim('GET', 'Users', { authorization })).status).toBe(401)
      await service.flushActivity()
      const { items } = await service.admin.call('listActivity', { params: { slug: own.organization.slug } })
      expect(items.map(({ keyId, explanation }) => [keyId, explanation])).toEqual(
        pasted.map(() => [own.keyId, expect.stringContaining('came with something around it')]),
      )
      await service.admin.call('revokeKey', { params: { slug: own.organization.slug, id: own.keyId } })
      service.advance(1_000)
      expect((await scim('GET', 'Users', { authorization: `Bearer "${own.key}"` })).status).toBe(401)
      await service.flushActivity()
      expect(
        (await service.admin.call('listActivity', { params: { slug: own.organization.slug } })).items,
      ).toHaveLength(pasted.length)
    })

    it.each([
      'Users%2F',
      'Users%2f..',
      '%55sers',
      '%2e%2e/v2/Users',
      '/Users',
      './Users',
      'x/../Users',
      'Users;x',
      'Users/',
      'users',
      'Users%00',
      '%2FUsers',
      'Users/%2e',
      'Users?x=/ServiceProviderConfig',
      'Schemas/../Users',
      'ServiceProviderConfig/Users',
    ])('the path %s answers nobody 2xx (CVE-2026-32130)', async (path) => {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        const response = await scim(method, path, {})
        expect([401, 404, 405]).toContain(response.status)
      }
    })
  })

  describe('an API key', () => {
    it('is refused at every length but its own, with a letter more, with any letter changed, and padded (CVE-2026-27840)', async () => {
      for (let length = 1; length < directory.key.length; length += 1)
        expect(await statusWith(directory.key.slice(0, length))).toBe(401)
      expect(await statusWith(`${directory.key}a`)).toBe(401)
      for (let at = 0; at < directory.key.length; at += 1) {
        const other = directory.key[at] === 'a' ? 'b' : 'a'
        expect(await statusWith(directory.key.slice(0, at) + other + directory.key.slice(at + 1))).toBe(401)
      }
      expect(await statusWith(directory.key.toUpperCase())).toBe(401)
      expect(await statusWith(directory.key)).toBe(200)
    })

    it('stops within a second of its revocation, and the refusal is shown to its organization', async () => {
      const own = await service.createOrganization()
      const params = { slug: own.organization.slug }
      expect(await statusWith(own.key)).toBe(200)
      await service.admin.call('revokeKey', { params: { ...params, id: own.keyId } })
      service.advance(1_000)
      expect(await statusWith(own.key)).toBe(401)
      await service.flushActivity()
      const { items } = await service.admin.call('listActivity', { params, query: { outcome: 'refused' } })
      expect(items[0]).toMatchObject({
        status: 401,
        keyId: own.keyId,
        explanation: expect.stringContaining('revoked'),
      })
    })

    it('stops at its expiry, with no job needed (CVE-2025-64708)', async () => {
      const own = await service.createOrganization()
      const params = { slug: own.organization.slug }
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
      const { token } = await service.admin.call('createKey', { params, body: { name: 'short', expiresAt } })
      expect(await statusWith(token)).toBe(200)
      service.advance(3_600_000)
      expect(await statusWith(token)).toBe(401)
      expect(await statusWith(own.key)).toBe(200)
    })

    it('keeps its old token for the overlap of a rotation, and not longer', async () => {
      const own = await service.createOrganization()
      const params = { slug: own.organization.slug, id: own.keyId }
      const { token } = await service.admin.call('rotateKey', { params, body: { overlapSeconds: 60 } })
      service.advance(1_000)
      expect(await statusWith(own.key)).toBe(200)
      expect(await statusWith(token)).toBe(200)
      service.advance(60_000)
      expect(await statusWith(own.key)).toBe(401)
      expect(await statusWith(token)).toBe(200)
    })

    it('B-6: shows both tokens of a rotation, with what each was used for last, and ends the earlier one when told', async () => {
      const own = await service.createOrganization()
      const params = { slug: own.organization.slug, id: own.keyId }
      const shown = async () => {
        const { keys } = await service.admin.call('getProvisioning', { params: { slug: params.slug } })
        return keys.find(({ id }) => id === own.keyId)?.tokens
      }
      const isUsed = async () => (await shown())?.map(({ lastUsedAt }) => lastUsedAt !== null)
      expect(await shown()).toMatchObject([{ prefix: own.key.slice(0, 12), endsAt: null }])
      const { token, key } = await service.admin.call('rotateKey', { params, body: { overlapSeconds: 60 } })
      expect(key.tokens).toMatchObject([
        { prefix: token.slice(0, 12), endsAt: null, lastUsedAt: null },
        { prefix: own.key.slice(0, 12), endsAt: expect.any(String), lastUsedAt: null },
      ])
      service.advance(1_000)
      expect(await statusWith(own.key)).toBe(200)
      await expect.poll(isUsed).toEqual([false, true])
      expect(await statusWith(token)).toBe(200)
      await expect.poll(isUsed).toEqual([true, true])
      for (const _ of ['once', 'twice'])
        expect((await service.admin.call('endEarlierToken', { params })).tokens).toHaveLength(1)
      service.advance(1_000)
      expect([await statusWith(own.key), await statusWith(token)]).toEqual([401, 200])
      const { items } = await service.admin.call('listEvents', { params: { slug: params.slug } })
      expect(items.filter(({ type }) => type === 'api_key.overlap_ended')).toMatchObject([
        { subject: { id: own.keyId }, data: { prefix: token.slice(0, 12) } },
      ])
      await service.admin.call('revokeKey', { params })
      expect(await shown()).toEqual([])
    })

    it.each([
      ['a key without an end', undefined],
      ['a key that ends within the overlap', 3_600_000],
    ])('F14: %s has two tokens that work at most, however often it is rotated', async (_, lastsMs) => {
      const own = await service.createOrganization()
      const params = { slug: own.organization.slug }
      const expiresAt =
        lastsMs === undefined ? {} : { expiresAt: new Date(service.now() + lastsMs).toISOString() }
      const made = await service.admin.call('createKey', { params, body: { name: 'often', ...expiresAt } })
      const [tokens, ended] = [[made.token], [made.endedSecrets]]
      for (let turn = 0; turn < 4; turn += 1) {
        const rotated = await service.admin.call('rotateKey', {
          params: { ...params, id: made.key.id },
          body: { overlapSeconds: 604_800 },
        })
        tokens.push(rotated.token)
        ended.push(rotated.endedSecrets)
      }
      service.advance(1_000)
      expect(await Promise.all(tokens.map(statusWith))).toEqual([401, 401, 401, 200, 200])
      expect(ended).toEqual([0, 0, 1, 1, 1])
      const events = await service.admin.call('listEvents', {
        params,
        query: { type: 'api_key.rotated' } as never,
      })
      const told = events.items.filter(({ type }) => type === 'api_key.rotated')
      expect(told.map(({ data }) => (data as { endedSecrets: number }).endedSecrets)).toEqual([1, 1, 1, 0])
    })

    it('is 403 in manual mode and while isScimEnabled is off, and dead with its organization', async () => {
      const own = await service.createOrganization()
      const params = { slug: own.organization.slug }
      const detailOf = async (): Promise<string> => {
        service.advance(1_000)
        const response = await service.send(
          new Request(`${own.scimUrl}/Users`, { headers: { authorization: `Bearer ${own.key}` } }),
        )
        return `${response.status} ${((await response.json()) as { detail: string }).detail}`
      }
      await service.admin.call('updateProvisioning', { params, body: { mode: 'manual' } })
      expect(await detailOf()).toMatch(/^403 .*manual provisioning mode/)
      await service.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
      await service.admin.call('updateOrganization', { params, body: { isScimEnabled: false } })
      expect(await detailOf()).toMatch(/^403 .*not enabled/)
      await service.admin.call('deleteOrganization', { params, body: { confirm: own.organization.slug } })
      expect(await detailOf()).toMatch(/^401 /)
    })
  })

  describe('the management API', () => {
    it.each(adminCalls)(
      '%s %s is 401 for everybody but the operator, before the body is read',
      async (method, path) => {
        const credentials: Record<string, string>[] = [
          {},
          { authorization: `Bearer ${directory.key}` },
          { authorization: `Bearer ${service.operatorKey.slice(0, -1)}` },
          { authorization: `Bearer ${service.operatorKey}x` },
          { 'x-api-key': service.operatorKey },
          { cookie: `session=${service.operatorKey}` },
        ]
        for (const headers of credentials) {
          const hasBody = method !== 'GET'
          const init = { method, headers: { 'content-type': 'application/json', ...headers } }
          const response = await service.send(
            new Request(`${service.url}/api/v1${path}`, hasBody ? { ...init, body: hostileBody } : init),
          )
          expect(response.status).toBe(401)
          expect(response.headers.get('content-type')).toBe('application/problem+json')
          expect(await response.json()).toMatchObject({ code: 'unauthorized', status: 401 })
        }
      },
    )
  })
})

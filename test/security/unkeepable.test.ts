// U+0000 and halves of characters: PostgreSQL keeps neither, and SQLite would. Every door refuses them before it looks for what they name,
// with 400 and its code for what is malformed, on both stores; what comes past a door is refused by the store, and is no fault of ours.
// Judges: server/http, server/base.
import { beforeAll, describe, expect, it } from 'vitest'
import { hasText, isKeepableText } from '../../packages/server/src/base/texts.ts'
import { findConnectionByPath } from '../../packages/server/src/connections/find.ts'
import { isUnkeepableForm, isUnkeepableJson } from '../../packages/server/src/http/unkeepable.ts'
import { assertRequestSize } from '../../packages/server/src/openid-provider/limits.ts'
import { StoreUnkeepable } from '../../packages/server/src/store/errors.ts'
import { mapPostgresError } from '../../packages/server/src/store/postgres-errors.ts'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

describe('I4: a text that cannot be kept', () => {
  it.each([
    ['{"a":"b"}', false],
    ['{"a":"\\u0000"}', true],
    ['{"\\u0000":1}', true],
    ['{"a":[[["x",{"b":"\\uD800"}]]]}', true],
    ['{"a":"\\udc00\\ud800"}', true],
    ['{"a":"\\ud83d\\ude00"}', false],
    ['{"a":"\\\\u0000"}', false],
    ['{"a":"\\\\\\u0000"}', true],
    ['{"a":"\\u0001\\u00e4"}', false],
    ['null', false],
  ])('in JSON is found by what it means: %s', (text, isOne) => {
    expect(isUnkeepableJson(text, JSON.parse(text))).toBe(isOne)
  })

  it('is found in an address and a form as it came', () => {
    expect(['/a?b=%00', '/a%00b', 'b=%00', 'b=\0'].map(isUnkeepableForm)).toEqual([true, true, true, true])
    expect(['/a?b=%2500', '/a?b=00%', 'b=%01'].map(isUnkeepableForm)).toEqual([false, false, false])
  })

  it('is found however deep', () => {
    let value: unknown = 'a\0'
    for (let level = 0; level < 100_000; level += 1) value = [value]
    expect(hasText(value, (text) => !isKeepableText(text))).toBe(true)
  })

  it.each(['22021', '22P05'])('is the word of the store for what PostgreSQL says by %s', (code) => {
    expect(mapPostgresError(Object.assign(new Error('invalid byte sequence'), { code }))).toBeInstanceOf(
      StoreUnkeepable,
    )
  })
})

const texts = [
  ['U+0000', 'a\u0000b', 'a%00b'],
  ['half a character', 'a\ud800b', undefined],
] as const

forEachStore((start, store) => {
  describe('I4: a text that cannot be kept', () => {
    let service: Service
    let directory: Directory
    let company: Company
    beforeAll(async () => {
      service = await start({ anonymousRate: 10_000, isDev: true })
      directory = await service.createOrganization()
      company = await createCompany(service)
    })
    const send = (method: string, path: string, more: RequestInit = {}) =>
      service.send(new Request(`${service.url}${path}`, { method, ...more }))
    const asOperator = (method: string, path: string, body?: unknown) =>
      send(method, path, {
        headers: { authorization: `Bearer ${service.operatorKey}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    const managed = (): readonly (readonly [string, string])[] =>
      service.routes
        .filter((route) => route.includes(' /api/v1/') && !/docs|openapi|stream/.test(route))
        .map((route) => route.split(' ') as [string, string])
    const fill = (path: string, odd?: string): string =>
      path.replace('{slug}', odd ?? company.organization.slug).replace(/\{\w+\}/g, odd ?? 'x')
    const isRefused = async (answer: Response, what: string): Promise<void> => {
      expect(answer.status, what).toBe(400)
      expect(await answer.json(), what).toMatchObject({
        code: 'invalid_request',
        detail: expect.stringContaining('U+0000'),
      })
    }

    it('is refused in the path and the query of every route of the management API', async () => {
      expect(managed().length).toBeGreaterThan(100)
      for (const [method, path] of managed()) {
        if (path.includes('{'))
          await isRefused(await asOperator(method, fill(path, 'a%00b')), `${method} ${path}`)
        for (const query of ['search=a%00b', 'cursor=%00', 'a%00=b'])
          await isRefused(await asOperator(method, `${fill(path)}?${query}`), `${method} ${path}?${query}`)
      }
    })

    it('is refused in every body of the management API, as a value or a name, in whatever member', async () => {
      const bodied = managed().filter(([method]) => method !== 'GET')
      for (const [method, path] of bodied)
        for (const [what, text] of texts)
          for (const body of [{ name: text }, { a: [{ b: text }] }, { [text]: 1 }]) {
            const answer = await asOperator(method, fill(path), body)
            const said = `${method} ${path} ${what}`
            // Some look for what the path names, or at the type, before they read: nothing is found there in any case.
            if ([404, 415].includes(answer.status)) continue
            expect(answer.status, said).toBe(400)
          }
      const params = company.organization
      await isRefused(
        await asOperator('PATCH', `/api/v1/organizations/${params.slug}`, { name: 'a\u0000b' }),
        'name',
      )
      await isRefused(
        await asOperator('POST', '/api/v1/organizations', { name: 'a\ud800b', slug: 'odd' }),
        'name',
      )
      const clear = await asOperator('PATCH', `/api/v1/organizations/${params.slug}`, {
        name: 'Ada 😀 \\u0000',
      })
      expect(clear.status).toBe(200)
    })

    it('is never our fault in an import', async () => {
      for (const [, text] of texts) {
        const path = `/api/v1/organizations/${company.organization.slug}/users/import`
        const row = { userName: `${text}@acme.test`, email: `${text}@acme.test`, displayName: text }
        const answer = await asOperator('POST', path, { dryRun: false, users: [row] })
        expect(answer.status).toBeLessThan(500)
        expect(await answer.text()).not.toContain('internal_error')
      }
    })

    it('is refused at every door of the single sign-on, by address and by form, without a credential', async () => {
      const doors = service.routes
        .filter((route) => /^(?:GET|POST) \/(?:(?:saml|sso)\/|(?:sso|me|sign-out|signed-out)$)/.test(route))
        .map((route) => route.split(' ') as [string, string])
      expect(doors.length).toBeGreaterThan(15)
      const { id } = company.connection
      for (const [method, path] of doors) {
        const own = path.replace(/\{\w+\}/, id)
        for (const query of ['request=%00', 'state=a%00', 'a%00'])
          expect((await send(method, `${own}?${query}`)).status, `${method} ${own}?${query}`).toBe(400)
        if (path.includes('{'))
          expect((await send(method, path.replace(/\{\w+\}/, 'a%00b'))).status, path).toBe(400)
        if (method !== 'POST') continue
        for (const value of ['%00', 'a\0b']) {
          const body = [
            'request',
            'link',
            'token',
            'email',
            'digest',
            'logout_token',
            'SAMLResponse',
            'RelayState',
          ]
            .map((name) => `${name}=${value}`)
            .join('&')
          const headers = { origin: service.url, 'content-type': 'application/x-www-form-urlencoded' }
          const { status } = await send(method, own, { headers, body })
          expect(status < 500 && (status >= 400 || own === '/sign-out'), `${own} by a form: ${status}`).toBe(
            true,
          )
        }
      }
    })

    it('is never our fault at SCIM and its token endpoint', async () => {
      const headers = { authorization: `Bearer ${directory.key}`, 'content-type': 'application/scim+json' }
      const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
      for (const [what, text, encoded = 'a%ED%A0%80'] of texts) {
        const filter = encodeURIComponent(
          `userName eq ${JSON.stringify(text)} or displayName co ${JSON.stringify(text)}`,
        )
        const bodies: [string, string, unknown?][] = [
          ['POST', '/Users', { schemas, userName: text, externalId: text, emails: [{ value: text }] }],
          ['POST', '/Users', { schemas, userName: `u-${what}`, displayName: text, [text]: 1 }],
          ['POST', '/Groups', { displayName: text, members: [{ value: text }] }],
          ['GET', `/Users?filter=${filter}`],
          ['GET', `/Groups?filter=${encodeURIComponent(`members.value eq ${JSON.stringify(text)}`)}`],
          ['GET', `/Users/${encoded}`],
          ['DELETE', `/Groups/${encoded}`],
          ['GET', `/Users?cursor=${encoded}&attributes=${encoded}&sortBy=${encoded}`],
        ]
        for (const [method, path, body] of bodies) {
          const text = body === undefined ? {} : { body: JSON.stringify(body) }
          const { status } = await send(method, `/scim/v2${path}`, { headers, ...text })
          expect(status, `${method} ${path} ${what}`).toBeLessThan(500)
        }
      }
      const form = { 'content-type': 'application/x-www-form-urlencoded' }
      const body = 'grant_type=client_credentials&client_id=%00&client_secret=%00'
      const asked = await send('POST', '/scim/oauth/token', { headers: form, body })
      expect(asked.status).toBe(400)
      expect(await asked.json()).toMatchObject({ error: 'invalid_request' })
      for (const pair of ['\0:x', '%00:%00', 'a\0:b']) {
        const basic = { ...form, authorization: `Basic ${btoa(pair)}` }
        const answer = await send('POST', '/scim/oauth/token', {
          headers: basic,
          body: 'grant_type=client_credentials',
        })
        expect(answer.status).toBe(401)
      }
    })

    it('is refused in every parameter of an authorization request', () => {
      const errors = { InvalidRequest: class extends Error {} }
      for (const odd of ['a\0', 'a\ud800'])
        for (const name of ['organization', 'connection', 'domain_hint', 'login_hint', 'state'])
          expect(() =>
            assertRequestSize({ oidc: { params: { [name]: odd } } } as never, { errors } as never),
          ).toThrow(errors.InvalidRequest)
    })

    it('is what the store says where a door let it through', async () => {
      const found = findConnectionByPath(service.database, '/a\u0000b')
      if (store === 'postgres') await expect(found).rejects.toBeInstanceOf(StoreUnkeepable)
      else expect(await found).toBeUndefined()
    })
  })
})

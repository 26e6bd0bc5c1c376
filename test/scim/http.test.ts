// HTTP as clients and what stands before them write it: each kind with many spellings, of which none ends in silence or in a 500.
// Judges: server/http, server/scim.
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'
import { userUrn } from './client.ts'

interface Row {
  readonly status: number
  readonly explanation: string
  readonly path: string
}

let serial = 0
function fresh(): string {
  serial += 1
  return `http${serial}@acme.test`
}
const post = (userName = fresh()): string => JSON.stringify({ schemas: [userUrn], userName })

forEachStore(
  (start) => {
    let service: Service
    let directory: Directory
    let strictKey: string
    beforeAll(async () => {
      service = await start()
      directory = await service.createOrganization()
      strictKey = await directory.createKey('strict')
    })

    const ask = (path: string, init: RequestInit & { readonly key?: string } = {}): Promise<Response> => {
      const { key = directory.key, ...rest } = init
      const type = rest.body === undefined ? {} : { 'content-type': 'application/scim+json' }
      const headers = {
        authorization: `Bearer ${key}`,
        ...type,
        ...(rest.headers as Record<string, string>),
      }
      return service.send(new Request(new URL(path, service.url), { ...rest, headers }))
    }
    const scim = (path: string, init?: Parameters<typeof ask>[1]): Promise<Response> =>
      ask(`/scim/v2${path}`, init)
    const create = (headers: Record<string, string>, body: BodyInit = post(), key = directory.key) =>
      scim('/Users', { method: 'POST', headers, body, key })
    const lastRow = async (): Promise<Row> => {
      await service.flushActivity()
      const params = { slug: directory.organization.slug }
      const { items } = await service.admin.call('listActivity', { params, query: { limit: 1 } })
      return items[0] as Row
    }

    it('H01: any white space after the name of the scheme, whose case does not count', async () => {
      const schemes = ['Bearer', 'bearer', 'BEARER', 'bEaReR']
      for (const scheme of schemes)
        for (const space of [' ', '  ', '     ', '\t', ' \t ', '\t\t']) {
          const headers = { authorization: `${scheme}${space}${directory.key}` }
          expect((await scim('/Users?count=0', { headers })).status, JSON.stringify(headers)).toBe(200)
        }
      const refused = [
        '',
        'Bearer',
        'Bearer ',
        directory.key,
        `Basic ${directory.key}`,
        `Bearer${directory.key}`,
      ]
      const twice = `Bearer ${directory.key} ${directory.key}`
      for (const authorization of [
        ...refused,
        twice,
        `Bearer ${directory.key}, Bearer x`,
        `Bearer: ${directory.key}`,
      ])
        expect((await scim('/Users?count=0', { headers: { authorization } })).status, authorization).toBe(401)
      const operator = { authorization: `bearer  \t${service.operatorKey}` }
      expect((await ask('/api/v1/organizations', { headers: operator })).status).toBe(200)
      expect((await ask('/metrics', { headers: operator })).status).toBe(200)
    })

    it('H05: what was compressed is read, in every name of gzip and deflate, for every method', async () => {
      const packed: readonly (readonly [string, (text: string) => Buffer])[] = [
        ['gzip', gzipSync],
        ['GZIP', gzipSync],
        ['x-gzip', gzipSync],
        ['gzip, identity', gzipSync],
        [' gzip ', gzipSync],
        ['deflate', deflateSync],
        ['Deflate', (text) => deflateSync(text, { level: 1 })],
        ['deflate', (text) => deflateSync(text, { level: 9 })],
        ['deflate', deflateRawSync],
        ['identity', Buffer.from],
        ['', Buffer.from],
      ]
      for (const [coding, pack] of packed) {
        const name = fresh()
        const made = await create({ 'content-encoding': coding }, pack(post(name)) as BodyInit)
        const { id, userName } = (await made.json()) as { id: string; userName: string }
        expect([coding, made.status, userName]).toEqual([coding, 201, name])
        const Operations = [{ op: 'replace', path: 'title', value: coding || 'none' }]
        const headers = { 'content-encoding': coding }
        const patch = pack(
          JSON.stringify({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations }),
        )
        const patched = await scim(`/Users/${id}`, { method: 'PATCH', headers, body: patch as BodyInit })
        expect(await patched.json()).toMatchObject({ title: coding || 'none' })
      }
      const search = JSON.stringify({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
        count: 1,
      })
      const headers = { 'content-encoding': 'gzip' }
      expect((await scim('/Users/.search', { method: 'POST', headers, body: gzipSync(search) })).status).toBe(
        200,
      )
      const organization = gzipSync(JSON.stringify({ slug: 'packed', name: 'Packed' }))
      const operator = { authorization: `Bearer ${service.operatorKey}`, 'content-type': 'application/json' }
      const created = await ask('/api/v1/organizations', {
        method: 'POST',
        headers: { ...operator, ...headers },
        body: organization,
      })
      expect(created.status).toBe(201)
    })

    it('H05: another compression is 415 that says what is read, a broken one 400, and activity says which', async () => {
      const text = post()
      for (const coding of [
        'br',
        'zstd',
        'compress',
        'exi',
        'gzip, gzip',
        'gzip, br',
        'aes128gcm',
        'x',
        'utf-8',
        '*',
      ]) {
        const answer = await create({ 'content-encoding': coding }, brotliCompressSync(text))
        expect([coding, answer.status, answer.headers.get('accept-encoding')]).toEqual([
          coding,
          415,
          'gzip, deflate, identity',
        ])
        expect((await lastRow()).explanation).toContain(`Content-Encoding was ${JSON.stringify(coding)}`)
      }
      const whole = gzipSync(text)
      const broken = [
        whole.subarray(0, 20),
        whole.subarray(0, -4),
        Buffer.from(text),
        whole.subarray(1),
        Buffer.alloc(9),
      ]
      for (const coding of ['gzip', 'deflate'])
        for (const body of broken)
          expect([coding, (await create({ 'content-encoding': coding }, body as BodyInit)).status]).toEqual([
            coding,
            400,
          ])
      expect((await lastRow()).explanation).toContain('Its Content-Encoding was "deflate"')
    })

    it('A08: a refusal of what was in a compressed body says that it came so', async () => {
      expect((await create({ 'content-encoding': 'gzip' }, gzipSync('{}'))).status).toBe(400)
      expect((await lastRow()).explanation).toMatch(/compressed \(gzip\) and was unpacked\.$/)
    })

    it('H05: a little that unpacks to more than the limit is 413', async () => {
      for (const [path, bytes] of [
        ['/Users', 1_100_000],
        ['/Groups', 33 * 1_048_576],
        ['/Bulk', 33 * 1_048_576],
      ] as const)
        for (const [coding, pack] of [
          ['gzip', gzipSync],
          ['deflate', deflateSync],
        ] as const) {
          const body = pack(Buffer.alloc(bytes, ' '))
          const answer = await scim(path, { method: 'POST', headers: { 'content-encoding': coding }, body })
          expect([path, coding, answer.status]).toEqual([path, coding, 413])
        }
    })

    it('H07: an id is the same however its unreserved characters are written', async () => {
      const { id } = (await (await create({})).json()) as { id: string }
      const spellings = [...id].map((one, at) => {
        const hex = one.charCodeAt(0).toString(16)
        return `${id.slice(0, at)}%${at % 2 === 0 ? hex : hex.toUpperCase()}${id.slice(at + 1)}`
      })
      const all = [...id].map((one) => `%${one.charCodeAt(0).toString(16)}`).join('')
      for (const spelling of [...spellings, all])
        expect([spelling, (await scim(`/Users/${spelling}`)).status]).toEqual([spelling, 200])
      for (const path of ['/%55sers', '/Us%65rs', '/%53chemas', '/Groups/%2Esearch'])
        expect([
          path,
          (await scim(path, path.includes('search') ? { method: 'POST', body: '{}' } : {})).status,
        ]).toEqual([path, 200])
      const urn = encodeURIComponent(userUrn)
      expect((await scim(`/Schemas/${urn}`)).status).toBe(200)
      for (const wrong of [`${id}%2F`, `${id}%00`, `${id}%`, `${id}%zz`, '%ff', `${id}%2570`])
        expect([wrong, (await scim(`/Users/${wrong}`)).status]).toEqual([wrong, 404])
    })

    it('K15: a plus is itself where spaces are written as %20, and a space where they are written as plus', async () => {
      const names = ['a+b', '+a', 'a+', 'a++b', '+', 'a+b+c', 'x%y+z', 'a b+c'].map(
        (name) => `${name}${fresh()}`,
      )
      for (const name of names) {
        expect((await create({}, post(name))).status).toBe(201)
        const said = JSON.stringify(name)
        const written = [
          encodeURIComponent(`userName eq ${said}`),
          encodeURIComponent(`userName eq ${said}`).replaceAll('%2B', '+'),
          `userName%20eq%20${encodeURIComponent(said).replaceAll('%2B', '+')}`,
          `userName+eq+${encodeURIComponent(said).replaceAll('%20', '+')}`,
        ]
        for (const filter of written) {
          const found = (await (await scim(`/Users?filter=${filter}`)).json()) as { totalResults: number }
          expect([filter, found.totalResults]).toEqual([filter, 1])
        }
      }
    })

    it('H: a tag with the mark of a proxy that compresses is the tag', async () => {
      const { id, meta } = (await (await create({})).json()) as { id: string; meta: { version: string } }
      const tag = meta.version.replace('W/', '')
      for (const mark of ['', '-gzip', '--gzip', ';gzip', '-br', '--br', '-deflate', '-zstd', ';br'])
        for (const weak of ['W/', '']) {
          const sent = `${weak}${tag.slice(0, -1)}${mark}"`
          const answer = await scim(`/Users/${id}`, { headers: { 'if-none-match': `"other", ${sent}` } })
          expect([sent, answer.status]).toEqual([sent, 304])
        }
      const body = JSON.stringify({ schemas: [userUrn], userName: fresh() })
      for (const sent of ['W/"1-gzip-"', 'W/"1gzip"', 'W/"9-gzip"', 'W/"-gzip"', 'W/"1-tar"', '"1-gzip'])
        expect([
          sent,
          (await scim(`/Users/${id}`, { method: 'PUT', headers: { 'if-match': sent }, body })).status,
        ]).toEqual([sent, 412])
      const headers = { 'if-match': `W/${tag.slice(0, -1)}-gzip"` }
      expect((await scim(`/Users/${id}`, { method: 'PUT', headers, body })).status).toBe(200)
    })

    it('H: other names of JSON and lists of names are read and said, but not in strict', async () => {
      const exact = [
        'application/scim+json',
        'application/json',
        'APPLICATION/JSON; charset=UTF-8',
        'application/json;',
      ]
      for (const type of exact)
        for (const key of [directory.key, strictKey])
          expect([type, (await create({ 'content-type': type }, post(), key)).status]).toEqual([type, 201])
      const loose = [
        'text/json',
        'Text/JSON; charset=utf-8',
        'text/scim+json',
        'application/json, application/scim+json',
        'application/scim+json,application/json; charset=utf-8',
        'application/json,charset=utf-8',
        'application/scim+json, charset=utf-8',
        'application/json , text/json',
        'application/json,',
        ',application/json',
        ';charset=utf-8, application/json',
      ]
      for (const type of loose) {
        expect([type, (await create({ 'content-type': type })).status]).toEqual([type, 201])
        expect((await lastRow()).explanation).toContain('another name of JSON')
        expect([type, (await create({ 'content-type': type }, post(), strictKey)).status]).toEqual([
          type,
          415,
        ])
      }
      const wrong = ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'json', '*/*']
      for (const type of [
        ...wrong,
        'application/json, text/plain',
        'application/jsonx',
        'text/html; a=application/json',
      ]) {
        const answer = await create({ 'content-type': type })
        expect([type, answer.status]).toEqual([type, 415])
        expect((await lastRow()).explanation).toContain(JSON.stringify(type))
      }
    })

    it('H: an address in another spelling is read as it is meant and said, but not in strict', async () => {
      const { id } = (await (await create({})).json()) as { id: string }
      const lists = [
        '/users',
        '/USERS',
        '/uSeRs',
        '/user',
        '/User',
        '/groups',
        '/GROUPS',
        '/Group',
        '/users/',
        '//users',
      ]
      const discovery = ['/serviceproviderconfig', '/ServiceProviderConfigs', '/serviceProviderConfigs']
      const types = [
        '/resourcetypes',
        '/ResourceType',
        '/ResourceTypes/user',
        '/resourceTypes/GROUP',
        '/schemas',
      ]
      const schemas = [
        `/Schemas/${userUrn.toLowerCase()}`,
        `/schemas/${userUrn.toUpperCase()}`,
        `/schema/${userUrn}`,
      ]
      for (const path of [
        ...lists,
        ...discovery,
        ...types,
        ...schemas,
        `/users/${id}`,
        '/me',
        '/Users/.SEARCH',
      ]) {
        const answer = await scim(path, path.endsWith('SEARCH') ? { method: 'POST', body: '{}' } : {})
        expect([path, answer.status]).toEqual([path, path === '/me' ? 501 : 200])
        const strict = await scim(path, { key: strictKey })
        expect([path, strict.status]).toEqual([path, 404])
      }
      expect((await scim(`/users/${id}`)).status).toBe(200)
      expect((await lastRow()).explanation).toContain('The address was written in another way')
      const made = await scim('/users', { method: 'POST', body: post() })
      expect(made.headers.get('location')).toContain('/scim/v2/Users/usr_')
      for (const path of [
        '/userss',
        '/usr',
        '/Users.json',
        '/Schemas/urn:nothing',
        '/constructor',
        '/__proto__',
        '/toString',
      ])
        expect([path, (await scim(path)).status]).toEqual([path, 404])
    })

    describe('A06: a request that was meant for SCIM and went elsewhere', () => {
      const bases = [
        '/scim',
        '/scim/v1',
        '/SCIM/v2',
        '/Scim/V2',
        '/scim/v2.0',
        '/scimv2',
        '/scim2',
        '/scim//v2',
        '/scim/v3',
      ]
      const others = ['', '/v2', '/v1', '/api/scim/v2', '/scim/scim/v2', '/api', '/scim/acme']

      it('is 404 in SCIM JSON that names the base URL, and stands in activity', async () => {
        for (const base of [...bases, ...others])
          for (const [method, path] of [
            ['GET', '/Users?count=1'],
            ['GET', '/ServiceProviderConfig'],
            ['POST', '/Users'],
            ['PATCH', '/Groups/grp_1'],
          ] as const) {
            const answer = await ask(base + path, method === 'GET' ? {} : { method, body: post() })
            expect([base + path, answer.status]).toEqual([base + path, 404])
            expect(answer.headers.get('content-type')).toMatch(/^application\/scim\+json/)
            expect(((await answer.json()) as { detail: string }).detail).toContain(`${service.url}/scim/v2`)
          }
        const row = await lastRow()
        expect([row.path, row.status]).toEqual(['/scim/acme/Groups/grp_1', 404])
        expect(row.explanation).toContain(`Its base URL is ${service.url}/scim/v2`)
      })

      it('says the same without a key, and 401 with a wrong one', async () => {
        for (const base of bases) {
          const open = await service.send(new Request(`${service.url}${base}/Users`))
          expect([base, open.status]).toEqual([base, 404])
          expect(await open.text()).toContain(`${service.url}/scim/v2`)
          expect([base, (await ask(`${base}/Users`, { key: `${directory.key}x` })).status]).toEqual([
            base,
            401,
          ])
        }
      })

      it('takes nothing from the other doors', async () => {
        const anonymous = (path: string, method = 'GET') =>
          service.send(new Request(service.url + path, { method }))
        const kinds = async (...asked: readonly Promise<Response>[]) =>
          (await Promise.all(asked)).map(({ headers }) => headers.get('content-type')?.split(';')[0])
        expect(
          await kinds(
            anonymous('/users/auth/saml/callback', 'POST'),
            anonymous('/scim-saml/acs', 'POST'),
            anonymous('/scim/acs', 'POST'),
            anonymous('/users'),
            anonymous('/scim/oauth/token', 'POST'),
            ask('/api/v1/organizations'),
            ask('/organizations/acme/users'),
          ),
        ).not.toContain('application/scim+json')
      })
    })
  },
  ['embedded'],
)

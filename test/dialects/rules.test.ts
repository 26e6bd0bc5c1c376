// dialects.md §0: the rules that every vendor's vectors imply, for users.
// Judges: server/scim, scim.

import { beforeAll, describe, expect, it } from 'vitest'
import { forOneStore } from '../harness/service.ts'
import {
  type Client,
  type Directory,
  E,
  ER,
  expectError,
  expectNobody,
  expectOnly,
  fresh,
  speakAs,
  U,
} from './client.ts'

const mediaTypes = [
  'application/scim+json',
  'application/json',
  'APPLICATION/SCIM+JSON',
  'Application/Json; Charset=UTF-8',
  'application/json;charset=utf-8',
  'application/scim+json; charset=utf-8',
]
const accepts = ['application/scim+json', 'application/json', '*/*', 'application/scim+json; charset=utf-8']

const user = (more: Record<string, unknown> = {}) => ({
  schemas: [U],
  userName: fresh('rule@acme.test'),
  ...more,
})

forOneStore(import.meta.filename, (start) => {
  let directory: Directory
  let client: Client
  beforeAll(async () => {
    const service = await start()
    directory = await service.createOrganization()
    client = speakAs(directory, 'other')
  })

  describe('§0 media types', () => {
    it.each(mediaTypes)(
      'every vendor: a body sent as %s is read, and answered as application/scim+json',
      async (type) => {
        const reply = await client.ask('POST', '/Users', user(), { 'Content-Type': type })
        expect(reply.status, reply.text).toBe(201)
        expect(reply.headers.get('content-type')).toMatch(/^application\/scim\+json\b/)
      },
    )

    it.each(accepts)('every vendor: Accept %s is answered as application/scim+json', async (accept) => {
      const reply = await client.ask('GET', '/Users?count=1', undefined, { Accept: accept })
      expect(reply.status, reply.text).toBe(200)
      expect(reply.headers.get('content-type')).toMatch(/^application\/scim\+json\b/)
    })

    it('every vendor: a 200 to a PATCH, a 201 and a 409 are application/scim+json too', async () => {
      const sent = user()
      const { id } = await client.create(sent)
      const replies = [
        await client.patch(id, [{ op: 'replace', path: 'title', value: 'x' }]),
        await client.ask('POST', '/Users', user()),
        await client.ask('POST', '/Users', sent),
      ]
      expect(replies.map(({ status }) => status)).toEqual([200, 201, 409])
      for (const { headers } of replies)
        expect(headers.get('content-type')).toMatch(/^application\/scim\+json\b/)
    })
  })

  describe('§0 letter case', () => {
    it.each(['add', 'Add', 'ADD', 'replace', 'Replace', 'REPLACE'])(
      'Entra: op "%s" is understood',
      async (op) => {
        const { id } = await client.create(user())
        expect(await client.change(id, { op, path: 'title', value: 'Engineer' })).toMatchObject({
          title: 'Engineer',
        })
      },
    )

    it.each(['remove', 'Remove', 'REMOVE'])('Entra: op "%s" is understood', async (op) => {
      const { id } = await client.create(user({ title: 'Engineer' }))
      expect(await client.change(id, { op, path: 'title' })).not.toHaveProperty('title')
    })

    it("attribute names in a body are read in any case and answered in the schema's own", async () => {
      const userName = fresh('case@acme.test')
      const sent = { Schemas: [U], USERNAME: userName, displayname: 'Case', Name: { FAMILYNAME: 'Upper' } }
      const { id } = await client.create(sent)
      expect(await client.read(id)).toMatchObject({
        userName,
        displayName: 'Case',
        name: { familyName: 'Upper' },
      })
    })

    it.each([
      ['DISPLAYNAME', { displayName: 'x' }],
      ['Name.FamilyName', { name: { familyName: 'x' } }],
      [`${U.toUpperCase()}:displayName`, { displayName: 'x' }],
      [`${E.toUpperCase()}:Department`, { [E]: { department: 'x' } }],
    ])('the path %s finds its attribute in any case, the URN prefix included', async (path, expected) => {
      const { id } = await client.create(user())
      expect(await client.change(id, { op: 'replace', path, value: 'x' })).toMatchObject(expected)
    })

    it('the URN of an extension in a body is read in any case', async () => {
      const { id } = await client.create(user({ [E.toUpperCase()]: { department: 'x' } }))
      expect(await client.read(id)).toMatchObject({ [E]: { department: 'x' } })
    })
  })

  describe('§0 booleans', () => {
    const spellings = [
      [true, true],
      ['true', true],
      ['True', true],
      [false, false],
      ['false', false],
      ['False', false],
    ] as const

    it.each(spellings)('active %j in a create means %s and is answered as a boolean', async (sent, meant) => {
      const created = await client.create(user({ active: sent }))
      expect(created).toMatchObject({ active: meant })
      expect(await client.read(created.id)).toMatchObject({ active: meant })
    })

    it.each(spellings)('active %j in a PATCH means %s', async (sent, meant) => {
      const { id } = await client.create(user({ active: !meant }))
      expect(await client.change(id, { op: 'Replace', path: 'active', value: sent })).toMatchObject({
        active: meant,
      })
    })

    it.each(spellings)('primary %j of an e-mail in a create means %s', async (sent, meant) => {
      const { id } = await client.create(
        user({ emails: [{ value: 'a@acme.test', type: 'work', primary: sent }] }),
      )
      const { emails } = (await client.read(id)) as { emails: { primary?: boolean }[] }
      expect(emails).toHaveLength(1)
      expect(emails[0]?.primary ?? false).toBe(meant)
    })

    it.each(spellings)('primary %j of an e-mail in a PATCH means %s', async (sent, meant) => {
      const { id } = await client.create(user())
      const value = [{ value: 'b@acme.test', type: 'work', primary: sent }]
      const { emails } = (await client.change(id, { op: 'Add', path: 'emails', value })) as {
        emails: { primary?: boolean }[]
      }
      expect(emails[0]?.primary ?? false).toBe(meant)
    })
  })

  describe('§0 values', () => {
    it.each([null, ''])('Entra: a PATCH value of %j is accepted and unassigns', async (value) => {
      const { id } = await client.create(user({ title: 'Engineer' }))
      const { title } = await client.change(id, { op: 'Replace', path: 'title', value })
      expect(title ?? '').toBe('')
    })

    it('Entra: a role that comes as JSON in a string is accepted', async () => {
      const { id } = await client.create(user())
      const value = [{ value: '{"id":"06b07648","value":"25","displayName":"Role1234"}' }]
      const { roles } = await client.change(id, { op: 'Add', path: 'roles', value })
      expect(roles).toHaveLength(1)
      expect(JSON.stringify(roles)).toContain('25')
    })

    it('JumpCloud: id is always a JSON string', async () => {
      const { id } = await client.create(user())
      const listed = await client.get('/Users?count=50')
      expect(typeof (await client.read(id)).id).toBe('string')
      const ids = (listed.body.Resources as { id: unknown }[]).map((one) => typeof one.id)
      expect(new Set(ids)).toEqual(new Set(['string']))
    })

    it('Entra: a path-less value with plain, dotted and URN keys sets each of them', async () => {
      const { id } = await client.create(user())
      const value = { title: 't', 'name.givenName': 'g', [`${E}:department`]: 'd', [E]: { costCenter: 'c' } }
      expect(await client.change(id, { op: 'replace', value })).toMatchObject({
        title: 't',
        name: { givenName: 'g' },
        [E]: { department: 'd', costCenter: 'c' },
      })
    })
  })

  describe('§0 URLs', () => {
    it.each(['?', '&', '?&'])('OneLogin: a trailing %s on a list is nothing', async (tail) => {
      const path = tail === '&' ? '/Users?count=1&' : `/Users${tail}`
      expect((await client.get(path)).status).toBe(200)
    })

    it('OneLogin: a trailing ? on a user is nothing', async () => {
      const { id } = await client.create(user())
      expect((await client.get(`/Users/${id}?`)).body).toMatchObject({ id })
    })

    it.each(['+', '%20'])('%s is a space in a filter', async (space) => {
      const userName = fresh('space@acme.test')
      const { id } = await client.create(user({ userName }))
      expectOnly(await client.get(`/Users?filter=userName${space}eq${space}%22${userName}%22`), id)
    })

    it('Entra: a filter that matches nobody is 200 with totalResults 0, never 404', async () => {
      expectNobody(await client.get('/Users?filter=userName+eq+%22nobody%40acme.test%22'))
    })
  })

  describe('§0 errors', () => {
    it('Okta: 401 without Authorization is a SCIM error that names Bearer', async () => {
      const response = await directory.send(new Request(`${directory.scimUrl}/Users`))
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer\b/)
      expect(response.headers.get('content-type')).toMatch(/^application\/scim\+json\b/)
      expect(await response.json()).toMatchObject({
        schemas: [ER],
        status: '401',
        detail: expect.stringMatching(/./),
      })
    })

    it('Okta: 401 with a wrong key is a SCIM error', async () => {
      expectError(await client.ask('GET', '/Users', undefined, { Authorization: 'Bearer wrong' }), 401)
    })

    it('Okta: 404 of an unknown user is a SCIM error', async () => {
      expectError(await client.get('/Users/unknown'), 404)
    })

    it('authentik: 409 of a taken userName carries scimType uniqueness', async () => {
      const sent = user()
      await client.create(sent)
      expectError(await client.ask('POST', '/Users', sent), 409, 'uniqueness')
    })
  })
})

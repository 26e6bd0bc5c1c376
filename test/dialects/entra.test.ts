// dialects.md §2: Microsoft Entra ID, the parts about users but updates, which are in entra-update.test.ts.
// Judges: server/scim, scim.

import { beforeAll, describe, expect, it } from 'vitest'
import { forOneStore } from '../harness/service.ts'
import {
  type Client,
  E,
  expectError,
  expectNobody,
  expectOnly,
  fresh,
  type Json,
  speakAs,
  U,
} from './client.ts'

const newName = (): string => fresh('Test_User_ab6490ee')

const posted = (userName: string, more: Json = {}): Json => ({
  schemas: [U, E],
  externalId: `0a21f0f2-8d2a-4f8e-bf98-${userName}`,
  userName,
  active: true,
  emails: [{ primary: true, type: 'work', value: `${userName}@testuser.com` }],
  meta: { resourceType: 'User' },
  name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
  roles: [],
  ...more,
})

forOneStore(import.meta.filename, (start) => {
  let entra: Client
  let quiet: Client
  beforeAll(async () => {
    const service = await start()
    entra = speakAs(await service.createOrganization(), 'entra')
    quiet = speakAs(await service.createOrganization({ profile: 'entra' }), 'entra')
  })

  describe('§2 Entra: test', () => {
    it('Entra needs a filter on a random GUID to be 200 with totalResults 0', async () => {
      expectNobody(await entra.get('/Users?filter=userName+eq+%22b8e7a1c0-7f51-4d54-9b39-2e4d9c4c1a11%22'))
    })

    it('Entra needs GET /Schemas to list the User and enterprise schemas without any null inside', async () => {
      const { status, body, text } = await entra.get('/Schemas')
      expect(status).toBe(200)
      expect((body.Resources as Json[]).map(({ id }) => id)).toEqual(expect.arrayContaining([U, E]))
      expect(text).not.toMatch(/[:[,]\s*null\b/)
    })
  })

  describe('§2 Entra: match', () => {
    const matches: readonly (readonly [string, (userName: string) => string])[] = [
      ['userName', (name) => `userName+eq+%22${name}%22`],
      ['externalId', (name) => `externalId+eq+%220a21f0f2-8d2a-4f8e-bf98-${name}%22`],
      [
        'emails[type eq "work"].value',
        (name) => `emails[type+eq+%22work%22].value+eq+%22${name}%40testuser.com%22`,
      ],
      ['two terms with and', (name) => `userName+eq+%22${name}%22+and+active+eq+true`],
    ]

    it.each(matches)('Entra needs a match by %s to find the one user', async (_, toFilter) => {
      const userName = newName()
      const { id } = await entra.create(posted(userName))
      expectOnly(await entra.get(`/Users?filter=${toFilter(userName)}`), id)
    })

    it.each(matches)(
      'Entra needs a match by %s that finds nobody to be 200, not 404',
      async (_, toFilter) => {
        expectNobody(await entra.get(`/Users?filter=${toFilter('Test_User_dfeef4c5')}`))
      },
    )

    it.each(matches.slice(0, 3))(
      'Entra needs a match by %s to find INACTIVE users too',
      async (_, toFilter) => {
        const userName = newName()
        const { id } = await entra.create(posted(userName))
        await entra.change(id, { op: 'Replace', path: 'active', value: false })
        expectOnly(await entra.get(`/Users?filter=${toFilter(userName)}`), id)
      },
    )

    it('Entra: an e-mail of another type does not match emails[type eq "work"].value', async () => {
      const userName = newName()
      await entra.create(posted(userName, { emails: [{ type: 'home', value: `${userName}@testuser.com` }] }))
      expectNobody(
        await entra.get(`/Users?filter=emails[type+eq+%22work%22].value+eq+%22${userName}%40testuser.com%22`),
      )
    })
  })

  describe('§2 Entra: create', () => {
    it('Entra needs 201 with the id for its create, enterprise URN and read-only meta included', async () => {
      const userName = newName()
      const { meta: _, roles: __, schemas: ___, ...kept } = posted(userName)
      const created = await entra.create(posted(userName))
      expect(created).toMatchObject(kept)
      expect(created.schemas).toContain(U)
    })

    it('Entra needs 409 for a duplicate', async () => {
      const userName = newName()
      await entra.create(posted(userName))
      expectError(await entra.ask('POST', '/Users', posted(userName)), 409, 'uniqueness')
    })

    it('Entra sends "active":"True" from older apps (SCIMReferenceCode#21)', async () => {
      const { id } = await entra.create(posted(newName(), { active: 'True' }))
      expect(await entra.read(id)).toMatchObject({ active: true })
    })

    it('Entra lists the enterprise URN without its object, or sends the object with it', async () => {
      const without = await entra.create(posted(newName()))
      expect(without).not.toHaveProperty([E])
      const withObject = await entra.create(
        posted(newName(), { [E]: { department: 'R&D', employeeNumber: '7' } }),
      )
      expect(await entra.read(withObject.id)).toMatchObject({
        [E]: { department: 'R&D', employeeNumber: '7' },
      })
    })

    it.each(['displayName', 'display'])(
      'Entra posts roles (AppRoleAssignmentsComplex) with %s',
      async (name) => {
        const role = {
          primary: false,
          type: 'WindowsAzureActiveDirectoryRole',
          [name]: 'Admin',
          value: 'Admin',
        }
        const { id } = await entra.create(posted(newName(), { roles: [role] }))
        expect(await entra.read(id)).toMatchObject({
          roles: [{ type: 'WindowsAzureActiveDirectoryRole', value: 'Admin', display: 'Admin' }],
        })
      },
    )
  })

  describe('§2 Entra: disable and reactivate', () => {
    const forms: readonly (readonly [string, (isActive: boolean) => Json])[] = [
      ['Replace with a boolean', (value) => ({ op: 'Replace', path: 'active', value })],
      [
        'Replace with "True" or "False"',
        (value) => ({ op: 'Replace', path: 'active', value: value ? 'True' : 'False' }),
      ],
      [
        'Add with a string (rancher#54025)',
        (value) => ({ op: 'Add', path: 'active', value: value ? 'True' : 'False' }),
      ],
      ['replace without a path', (value) => ({ op: 'replace', value: { active: value } })],
    ]

    it.each(forms)(
      'Entra needs GET after a disable by %s to be still 200, with active:false',
      async (_, toOperation) => {
        const { id } = await entra.create(posted(newName()))
        expect(await entra.change(id, toOperation(false))).toMatchObject({ id, active: false })
      },
    )

    it.each(forms)('Entra needs a reactivation by %s to hold', async (_, toOperation) => {
      const { id } = await entra.create(posted(newName()))
      await entra.change(id, toOperation(false))
      expect(await entra.change(id, toOperation(true))).toMatchObject({ id, active: true })
    })
  })

  describe('§2 Entra: delete', () => {
    it('Entra needs DELETE to be 204, then GET to be 404 and a second DELETE to be 404', async () => {
      const { id } = await entra.create(posted(newName()))
      await entra.change(id, { op: 'Replace', path: 'active', value: false })
      const deleted = await entra.ask('DELETE', `/Users/${id}`)
      expect([deleted.status, deleted.text]).toEqual([204, ''])
      expectError(await entra.get(`/Users/${id}`), 404)
      expectError(await entra.ask('DELETE', `/Users/${id}`), 404)
    })

    it('Entra: after DELETE no match finds the user and the name is free for a new one', async () => {
      const userName = newName()
      const { id } = await entra.create(posted(userName))
      await entra.ask('DELETE', `/Users/${id}`)
      expectNobody(await entra.get(`/Users?filter=userName+eq+%22${userName}%22`))
      const again = await entra.create(posted(userName))
      expect(again.id).not.toBe(id)
      expectError(await entra.get(`/Users/${id}`), 404)
    })
  })

  describe('§2 Entra: profile entra', () => {
    it('AzureAD Postman: PATCH is 204 without a body', async () => {
      const { id } = await quiet.create(posted(newName()))
      const reply = await quiet.patch(id, [{ op: 'Replace', path: 'title', value: 'Engineer' }])
      expect([reply.status, reply.text]).toEqual([204, ''])
      expect(await quiet.read(id)).toMatchObject({ title: 'Engineer' })
    })

    it('PATCH is 200 with the body when attributes are asked for (RFC 7644 §3.5.2)', async () => {
      const { id } = await quiet.create(posted(newName()))
      const body = { Operations: [{ op: 'Replace', path: 'title', value: 'Engineer' }] }
      const reply = await quiet.ask('PATCH', `/Users/${id}?attributes=title`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        ...body,
      })
      expect(reply.status, reply.text).toBe(200)
      expect(reply.body).toMatchObject({ id, title: 'Engineer' })
    })
  })

  describe('§2 Entra: parallel requests', () => {
    it('Entra creates 25 users at a time: each is 201 with an id of its own', async () => {
      const created = await Promise.all(Array.from({ length: 25 }, () => entra.create(posted(newName()))))
      expect(new Set(created.map(({ id }) => id)).size).toBe(25)
    })

    it('Entra: of 10 creates of one name at a time one is 201 and the others are 409', async () => {
      const body = posted(newName())
      const replies = await Promise.all(Array.from({ length: 10 }, () => entra.ask('POST', '/Users', body)))
      expect(replies.map(({ status }) => status).sort()).toEqual([
        201,
        ...Array.from({ length: 9 }, () => 409),
      ])
    })

    it('Entra: parallel PATCHes of different attributes of one user all hold', async () => {
      const { id } = await entra.create(posted(newName()))
      const names = ['title', 'displayName', 'nickName', 'locale', 'userType']
      const replies = await Promise.all(
        names.map((path) => entra.patch(id, [{ op: 'Replace', path, value: 'en-US' }])),
      )
      expect(replies.map(({ status }) => status)).toEqual(names.map(() => 200))
      expect(await entra.read(id)).toMatchObject(Object.fromEntries(names.map((name) => [name, 'en-US'])))
    })
  })
})

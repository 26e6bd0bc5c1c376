// dialects.md §1: Okta, the parts about users. OIN apps update with PATCH, AIW custom apps with PUT.
// Judges: server/scim, scim.

import { beforeAll, describe, expect, it } from 'vitest'
import { forOneStore } from '../harness/service.ts'
import {
  type Client,
  expectError,
  expectNobody,
  expectOnly,
  fresh,
  type Json,
  LR,
  speakAs,
  U,
} from './client.ts'

const posted = (userName: string, externalId = '00ujl29u0le5T6Aj10h7'): Json => ({
  schemas: [U],
  userName,
  name: { givenName: 'Test', familyName: 'User' },
  emails: [{ primary: true, value: userName, type: 'work' }],
  displayName: 'Test User',
  locale: 'en-US',
  externalId,
  groups: [],
  password: '1mz050nq',
  active: true,
})

const put = (id: string, userName: string, active: boolean): Json => ({
  schemas: [U],
  id,
  userName,
  name: { givenName: 'Another', middleName: '', familyName: 'User' },
  emails: [{ primary: true, value: userName, type: 'work', display: userName }],
  displayName: 'Test User',
  locale: 'en-US',
  externalId: '00ujl29u0le5T6Aj10h7',
  active,
  groups: [],
  meta: { resourceType: 'User' },
})

const matchOf = (userName: string): string =>
  `/Users?filter=userName%20eq%20%22${encodeURIComponent(userName)}%22&startIndex=1&count=100`
const newName = (): string => fresh('test.user@okta.local')

forOneStore(import.meta.filename, (start) => {
  let okta: Client
  beforeAll(async () => {
    const service = await start()
    okta = speakAs(await service.createOrganization(), 'okta')
  })

  describe('§1 Okta: test and match', () => {
    it.each([1, 2])(
      'Okta needs the test GET /Users?startIndex=1&count=%i to answer a ListResponse of integers',
      async (count) => {
        await okta.create(posted(newName()))
        const { status, body } = await okta.get(`/Users?startIndex=1&count=${count}`)
        expect(status).toBe(200)
        expect(body).toMatchObject({ schemas: [LR], startIndex: 1 })
        expect([body.totalResults, body.startIndex, body.itemsPerPage].every(Number.isInteger)).toBe(true)
        expect(body.Resources).toHaveLength(Number(body.itemsPerPage))
        expect(body.itemsPerPage).toBe(Math.min(count, Number(body.totalResults)))
      },
    )

    it('Okta needs a match that finds nobody to be exactly an empty ListResponse', async () => {
      expectNobody(await okta.get(matchOf('nobody@okta.local')))
    })

    it('Okta needs a match to find the user whole, its id included', async () => {
      const userName = newName()
      const { id } = await okta.create(posted(userName))
      const reply = await okta.get(matchOf(userName))
      expectOnly(reply, id)
      expect(reply.body).toMatchObject({
        Resources: [{ userName, externalId: '00ujl29u0le5T6Aj10h7', active: true }],
      })
    })
  })

  describe('§1 Okta: create', () => {
    it('Okta needs 201 with the full body and an id; an empty body is a failure', async () => {
      const userName = newName()
      const { groups: _, password: __, ...kept } = posted(userName)
      const reply = await okta.ask('POST', '/Users', posted(userName))
      expect(reply.status, reply.text).toBe(201)
      expect(reply.body).toMatchObject(kept)
      const { id, meta } = reply.body as { id: string; meta: { resourceType: string; location: string } }
      expect(meta.resourceType).toBe('User')
      expect(meta.location).toMatch(new RegExp(`/Users/${id}$`))
      expect(reply.headers.get('location')).toBe(meta.location)
    })

    it('Okta needs 409 for a duplicate', async () => {
      const userName = newName()
      await okta.create(posted(userName))
      expectError(await okta.ask('POST', '/Users', posted(userName)), 409, 'uniqueness')
    })

    it('Okta always sends a password: it is accepted and never returned', async () => {
      const userName = newName()
      const created = await okta.create(posted(userName))
      const replies = [
        JSON.stringify(created),
        (await okta.get(`/Users/${created.id}`)).text,
        (await okta.get(`/Users/${created.id}?attributes=password`)).text,
        (await okta.get(matchOf(userName))).text,
      ]
      for (const text of replies) expect(text).not.toMatch(/password|1mz050nq/)
    })
  })

  describe('§1 Okta: read', () => {
    it('Okta needs GET /Users/{id} to be 200', async () => {
      const { id } = await okta.create(posted(newName()))
      expect(await okta.read(id)).toMatchObject({ id, displayName: 'Test User' })
    })

    it('Okta needs GET of an unknown id to be a 404 Error', async () => {
      expectError(await okta.get('/Users/23a35c27'), 404)
    })
  })

  describe('§1 Okta AIW: PUT', () => {
    it('Okta needs a PUT that echoes id, groups and meta to be 200 with the full body', async () => {
      const userName = newName()
      const { id } = await okta.create(posted(userName))
      const reply = await okta.put(id, put(id, userName, true))
      expect(reply.status, reply.text).toBe(200)
      expect(reply.body).toMatchObject({
        id,
        userName,
        active: true,
        name: { givenName: 'Another', familyName: 'User' },
      })
    })

    it('Okta needs what it read to be accepted back whole, changed in one place', async () => {
      const { id } = await okta.create(posted(newName()))
      const read = await okta.read(id)
      const reply = await okta.put(id, { ...read, displayName: 'Changed', groups: [] })
      expect(reply.status, reply.text).toBe(200)
      const { meta: _, ...before } = read
      expect(reply.body).toMatchObject({ ...before, displayName: 'Changed' })
    })

    it('Okta needs PUT with active:false to deactivate and with active:true to reactivate', async () => {
      const userName = newName()
      const { id } = await okta.create(posted(userName))
      expect((await okta.put(id, put(id, userName, false))).body).toMatchObject({ id, active: false })
      expect(await okta.read(id)).toMatchObject({ active: false })
      expect((await okta.put(id, put(id, userName, true))).body).toMatchObject({ id, active: true })
      expect(await okta.read(id)).toMatchObject({ active: true })
    })
  })

  describe('§1 Okta OIN: PATCH', () => {
    it('Okta needs the path-less active:false to be 200 or 204 and to deactivate', async () => {
      const { id } = await okta.create(posted(newName()))
      expect(await okta.change(id, { op: 'replace', value: { active: false } })).toMatchObject({
        id,
        active: false,
      })
    })

    it('Okta needs the path-less active:true to reactivate', async () => {
      const { id } = await okta.create(posted(newName()))
      await okta.change(id, { op: 'replace', value: { active: false } })
      expect(await okta.change(id, { op: 'replace', value: { active: true } })).toMatchObject({
        id,
        active: true,
      })
    })

    it('Okta needs a path-less password to be accepted; nothing else changes and nothing is returned', async () => {
      const { id } = await okta.create(posted(newName()))
      const before = await okta.read(id)
      const reply = await okta.patch(id, [{ op: 'replace', value: { password: 'verySecure' } }])
      expect([200, 204]).toContain(reply.status)
      expect(reply.text).not.toContain('verySecure')
      expect(await okta.read(id)).toEqual(before)
    })
  })

  describe('§1 Okta: a person who comes back', () => {
    it('Okta needs a POST for a deactivated user of the same connection to link it (201), not to be a 409', async () => {
      const userName = newName()
      const { id } = await okta.create(posted(userName))
      await okta.change(id, { op: 'replace', value: { active: false } })
      expectOnly(await okta.get(matchOf(userName)), id)
      const again = await okta.create({ ...posted(userName), displayName: 'Returned' })
      expect(again).toMatchObject({ id, active: true, displayName: 'Returned' })
      expectOnly(await okta.get(matchOf(userName)), id)
    })

    it('Okta: the linking POST replaces the attributes, what it leaves out is gone', async () => {
      const userName = newName()
      const { id } = await okta.create({ ...posted(userName), title: 'Engineer' })
      await okta.change(id, { op: 'replace', value: { active: false } })
      expect(await okta.create(posted(userName))).not.toHaveProperty('title')
    })

    it('Okta: another externalId is another person, so the name of a deactivated user is still taken (409)', async () => {
      const userName = newName()
      const { id } = await okta.create(posted(userName))
      await okta.change(id, { op: 'replace', value: { active: false } })
      expectError(await okta.ask('POST', '/Users', posted(userName, '00uSomebodyElse')), 409, 'uniqueness')
      expect(await okta.read(id)).toMatchObject({ active: false })
    })
  })

  describe('§1 Okta: SPEC probes', () => {
    it('Okta SPEC: application/json with Accept "application/scim+json; charset=utf-8" is taken on POST', async () => {
      const reply = await okta.ask('POST', '/Users', posted(newName()), {
        'Content-Type': 'application/json',
        Accept: 'application/scim+json; charset=utf-8',
      })
      expect(reply.status, reply.text).toBe(201)
    })

    it('Okta SPEC: "Authorization: non-token" is a 401 in JSON', async () => {
      expectError(await okta.ask('GET', '/Users', undefined, { Authorization: 'non-token' }), 401)
    })

    it('Okta SPEC: GET /Users/010101001010101011001010101011 is a 404', async () => {
      expectError(await okta.get('/Users/010101001010101011001010101011'), 404)
    })

    it('Okta SPEC: a filter on the UPPERCASED userName is a 200 that finds the user', async () => {
      const userName = newName()
      const { id } = await okta.create(posted(userName))
      expectOnly(await okta.get(matchOf(userName.toUpperCase())), id)
    })
  })
})

forOneStore(import.meta.filename, (start) => {
  describe('§1 Okta: import', () => {
    it('Okta needs GET /Users?startIndex=101&count=100 to go on where the first page ended, in a stable order', async () => {
      const service = await start()
      const okta = speakAs(await service.createOrganization(), 'okta')
      const created = await Promise.all(Array.from({ length: 105 }, () => okta.create(posted(newName()))))
      const page = async (startIndex: number): Promise<readonly string[]> => {
        const { body } = await okta.get(`/Users?startIndex=${startIndex}&count=100`)
        expect(body).toMatchObject({ totalResults: 105, startIndex })
        return (body.Resources as { id: string }[]).map(({ id }) => id)
      }
      const pages = [await page(1), await page(101)]
      expect(pages.map(({ length }) => length)).toEqual([100, 5])
      expect(pages.flat().sort()).toEqual(created.map(({ id }) => id).sort())
      expect([await page(1), await page(101)]).toEqual(pages)
    })
  })
})

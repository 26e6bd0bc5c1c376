// Schema extensions that the operator defines for one organization as data.
// Judges: scim/schema, server/provisioning, server/scim.
import { beforeAll, describe, expect, it } from 'vitest'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'
import { createClient, type Json, patchOp, type ScimClient, userUrn } from './client.ts'

const urn = 'urn:example:acme:1.0:User'
const schema = {
  id: urn,
  name: 'Badge',
  attributes: [
    { name: 'badge', required: false, caseExact: true },
    { name: 'floor', type: 'integer' },
    { name: 'isContractor', type: 'boolean' },
    { name: 'rooms', multiValued: true },
    {
      name: 'desk',
      type: 'complex',
      subAttributes: [{ name: 'value' }, { name: 'since', type: 'dateTime' }],
    },
  ],
}

forEachStore((start) => {
  let service: Service
  let directory: Directory
  let scim: ScimClient
  let other: ScimClient
  const define = (extensions: Json[]) =>
    service.admin.call('putSchemaExtensions', {
      params: { slug: directory.organization.slug },
      body: { extensions: extensions as never },
    })

  beforeAll(async () => {
    service = await start()
    directory = await service.createOrganization()
    await define([{ resourceType: 'User', schema }])
    // A key's facts are remembered for half a second.
    service.advance(1_000)
    scim = createClient(directory)
    other = createClient(await service.createOrganization())
  })

  describe('a schema extension', () => {
    it('is there for clients to discover, in its organization alone', async () => {
      expect((await scim.send('GET', `/Schemas/${urn}`)).body).toMatchObject({
        id: urn,
        attributes: [
          { name: 'badge', caseExact: true },
          { name: 'floor', type: 'integer' },
          { name: 'isContractor' },
          { name: 'rooms', multiValued: true },
          { name: 'desk', subAttributes: [{ name: 'value' }, { name: 'since' }] },
        ],
      })
      expect((await scim.send('GET', '/ResourceTypes/User')).body.schemaExtensions).toContainEqual({
        schema: urn,
        required: false,
      })
      expect((await other.send('GET', `/Schemas/${urn}`)).status).toBe(404)
      expect((await other.send('GET', '/Schemas/%')).status).toBe(404)
    })

    it('is stored, checked, filtered by, sorted by, patched, and shown to the product', async () => {
      const id = await scim.user('badge@acme.test', {
        schemas: [userUrn, urn],
        [urn]: {
          Badge: 'B-7',
          floor: 3,
          isContractor: 'True',
          desk: { value: '12', since: '2026-01-01T00:00:00Z' },
        },
      })
      await scim.user('none@acme.test')
      expect((await scim.send('GET', `/Users/${id}`)).body).toMatchObject({
        schemas: [userUrn, urn],
        [urn]: { badge: 'B-7', floor: 3, isContractor: true },
      })
      expect(await scim.find('Users', `${urn}:badge eq "B-7" and ${urn}:floor gt 2`)).toEqual([id])
      expect(await scim.find('Users', `${urn}:badge eq "b-7"`)).toEqual([])
      expect(await scim.find('Users', `${urn}:desk.since lt "2026-06-01T00:00:00Z"`)).toEqual([id])
      const patch = { op: 'replace', path: `${urn}:rooms`, value: ['A', 'B'] }
      const changed = await scim.send('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations: [patch] })
      expect(changed.body[urn]).toMatchObject({ rooms: ['A', 'B'] })
      const sorted = await scim.send('GET', `/Users?sortBy=${urn}:floor&attributes=${urn}:badge`)
      expect((sorted.body.Resources as Json[])[0]).toEqual({
        schemas: [userUrn, urn],
        id,
        [urn]: { badge: 'B-7' },
      })
      const user = await service.admin.call('getUser', { params: { slug: directory.organization.slug, id } })
      expect(user.extensions[urn]).toMatchObject({ badge: 'B-7', rooms: ['A', 'B'] })
    })

    it('refuses values of another type, and changes nothing', async () => {
      const body = { schemas: [userUrn, urn], userName: 'wrong@acme.test', [urn]: { floor: 'third' } }
      expect(await scim.send('POST', '/Users', body)).toMatchObject({
        status: 400,
        body: { scimType: 'invalidValue' },
      })
      expect(await scim.find('Users', 'userName eq "wrong@acme.test"')).toEqual([])
    })

    it('is unknown to another organization', async () => {
      const id = await other.user('badge@acme.test', { [urn]: { badge: 'B-7' } })
      expect((await other.send('GET', `/Users/${id}`)).body).not.toHaveProperty(urn)
      const filter = encodeURIComponent(`${urn}:badge eq "B-7"`)
      expect(await other.send('GET', `/Users?filter=${filter}`)).toMatchObject({
        status: 400,
        body: { scimType: 'invalidFilter' },
      })
    })
  })

  describe('a definition', () => {
    it.each<[string, Json]>([
      ['a standard URN', { ...schema, id: 'urn:ietf:params:scim:schemas:core:2.0:User' }],
      ['no URN', { ...schema, id: 'https://example.com/schema' }],
      ['no attributes', { ...schema, attributes: [] }],
      [
        'too many attributes',
        { ...schema, attributes: Array.from({ length: 51 }, (_, at) => ({ name: `a${at}` })) },
      ],
      ['two attributes of one name', { ...schema, attributes: [{ name: 'a' }, { name: 'A' }] }],
      ['__proto__', { ...schema, attributes: [{ name: '__proto__' }] }],
      ['constructor', { ...schema, attributes: [{ name: 'constructor' }] }],
      ['a dot in a name', { ...schema, attributes: [{ name: 'a.b' }] }],
      ['an unknown type', { ...schema, attributes: [{ name: 'a', type: 'date' }] }],
      ['a complex attribute without parts', { ...schema, attributes: [{ name: 'a', type: 'complex' }] }],
      [
        'a complex part',
        {
          ...schema,
          attributes: [{ name: 'a', type: 'complex', subAttributes: [{ name: 'b', type: 'complex' }] }],
        },
      ],
      ['a value that is never returned', { ...schema, attributes: [{ name: 'a', returned: 'never' }] }],
      ['an unknown characteristic', { ...schema, attributes: [{ name: 'a', indexed: true }] }],
      ['a flag that is a text', { ...schema, attributes: [{ name: 'a', multiValued: 'yes' }] }],
    ])('with %s is refused with the reason, and the old one stays', async (_what, wrong) => {
      await expect(define([{ resourceType: 'User', schema: wrong }])).rejects.toMatchObject({
        problem: { status: 400, code: 'invalid_schema' },
      })
      const kept = await service.admin.call('getSchemaExtensions', {
        params: { slug: directory.organization.slug },
      })
      expect(kept.extensions).toEqual([{ resourceType: 'User', schema }])
    })

    it('twice under one URN is refused', async () => {
      const one = { resourceType: 'User', schema }
      await expect(define([one, one])).rejects.toMatchObject({ problem: { code: 'invalid_schema' } })
    })
  })
})

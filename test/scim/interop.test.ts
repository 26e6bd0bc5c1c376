// A key of profile `interop` over HTTP: what draft-zollner-scim-interop-profile asks of a service, by its sections. What it demands of
// paths and values is tried in packages/scim/src/interop.test.ts.
// Judges: server/scim, scim.
import type { SchemaExtensions } from '@rollcall/api'
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'
import { createClient, groupUrn, type Json, patchOp, type ScimClient, toMembers, userUrn } from './client.ts'

const hr = 'urn:acme:params:scim:schemas:extension:hr:2.0:User'
const badges = (type: Json) => ({
  name: 'badges',
  type: 'complex',
  multiValued: true,
  subAttributes: [{ name: 'value' }, { name: 'type', ...type }],
})

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let directory: Directory
  let scim: ScimClient
  let strict: ScimClient
  let serial = 0
  const fresh = () => {
    serial += 1
    return `interop.${serial}@acme.test`
  }
  beforeAll(async () => {
    service = await start()
    directory = await service.createOrganization({ profile: 'interop' })
    scim = createClient(directory)
    strict = createClient({ ...directory, key: await directory.createKey('strict') })
  })
  const change = (path: string, ...operations: readonly Json[]) =>
    scim.send('PATCH', path, { schemas: [patchOp], Operations: operations })
  const refusal = (status: number, scimType: string) => ({ status, body: { status: `${status}`, scimType } })

  it('H12: a key whose profile this version does not know is read to the letter', async () => {
    const body = { schemas: [userUrn], userName: fresh(), active: 'True' }
    const answers = async (profile: 'auto' | 'later'): Promise<number> => {
      const key = await directory.createKey('auto')
      if (profile === 'later') await writeProfile(profile)
      const { status } = await createClient({ ...directory, key }).send('POST', '/Users', body)
      return status
    }
    const writeProfile = (profile: string) =>
      service.database.inOrganization(createScope(directory.organization.id), async (tx) =>
        tx.write(
          organizationQuery<never>(({ db, organizationId }) => ({
            compile: () =>
              sql`UPDATE api_key_secret SET profile = ${profile}
                WHERE organization_id = ${organizationId} AND profile = 'auto'`.compile(db),
          })),
          {} as never,
        ),
      )
    expect([await answers('later'), await answers('auto')]).toEqual([400, 201])
  })

  describe('discovery', () => {
    it('claims the profile to its own clients alone', async () => {
      const { body } = await scim.send('GET', '/ServiceProviderConfig')
      expect(body.interopProfileConformant).toBe(true)
      const others = [strict, createClient({ ...directory, key: await directory.createKey('auto') })]
      for (const other of others)
        expect((await other.send('GET', '/ServiceProviderConfig')).body).not.toHaveProperty(
          'interopProfileConformant',
        )
      const open = await service.send(new Request(`${directory.scimUrl}/ServiceProviderConfig`))
      expect(await open.json()).not.toHaveProperty('interopProfileConformant')
    })

    it('does not claim it where an extension of the operator has a "type" that declares no values', async () => {
      const other = await service.createOrganization({ profile: 'interop' })
      const client = createClient(other)
      const params = { slug: other.organization.slug }
      const extensions = [
        { resourceType: 'User', schema: { id: hr, attributes: [badges({})] } },
      ] as unknown as SchemaExtensions['extensions']
      await service.admin.call('putSchemaExtensions', { params, body: { extensions } })
      const { status, body } = await client.send('GET', '/ServiceProviderConfig')
      expect([status, body.interopProfileConformant]).toEqual([200, undefined])
    })

    it('lists every schema of every resource type, every attribute that is kept, and an id that is the name', async () => {
      const { body: schemas } = await scim.send('GET', '/Schemas')
      const { body: types } = await scim.send('GET', '/ResourceTypes')
      const listed = (schemas.Resources as { id: string; attributes: { name: string }[] }[]).map(
        ({ id }) => id,
      )
      for (const type of types.Resources as {
        id: string
        name: string
        schema: string
        schemaExtensions?: { schema: string }[]
      }[]) {
        expect(type.id).toBe(type.name)
        const named = [type.schema, ...(type.schemaExtensions ?? []).map(({ schema }) => schema)]
        for (const schema of named) expect(listed).toContain(schema)
        const { body } = await scim.send('GET', `/Schemas/${type.schema}`)
        const names = (body.attributes as { name: string }[]).map(({ name }) => name)
        expect(names).toContain('externalId')
        expect(names).not.toContain('password')
      }
    })
  })

  it('refuses unknown attributes and schema URIs with invalidSyntax, in POST, PUT, PATCH and Bulk', async () => {
    const id = await scim.user(fresh())
    const unknown = 'urn:example:unknown:2.0:User'
    const bodies: readonly Json[] = [
      { colour: 'red' },
      { password: 's3cret' },
      { [unknown]: { colour: 'red' } },
      { schemas: [userUrn, unknown] },
    ]
    for (const values of bodies) {
      const body = { schemas: [userUrn], userName: fresh(), ...values }
      const told = JSON.stringify(values)
      expect(await scim.send('POST', '/Users', body), told).toMatchObject(refusal(400, 'invalidSyntax'))
      expect(await scim.send('PUT', `/Users/${id}`, body), told).toMatchObject(refusal(400, 'invalidSyntax'))
      const bulk = await scim.send('POST', '/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [{ method: 'POST', path: '/Users', bulkId: 'b', data: body }],
      })
      expect(bulk.body.Operations, told).toMatchObject([
        { status: '400', response: { scimType: 'invalidSyntax' } },
      ])
    }
    for (const path of ['colour', 'name.colour', 'password', `${unknown}:colour`, `${unknown}`])
      expect(await change(`/Users/${id}`, { op: 'add', path, value: 'red' }), path).toMatchObject(
        refusal(400, 'invalidSyntax'),
      )
    expect((await scim.send('GET', `/Users/${id}`)).body).not.toHaveProperty('title')
  })

  it('refuses a PATCH without a path, and one whose path ends with a filter, and changes nothing', async () => {
    const emails = [
      { value: 'a@acme.test', type: 'work' },
      { value: 'b@acme.test', type: 'home' },
    ]
    const id = await scim.user(fresh(), { emails })
    const { body: before } = await scim.send('GET', `/Users/${id}`)
    const title = { op: 'replace', path: 'title', value: 'T' }
    for (const [operation, scimType] of [
      [{ op: 'replace', value: { active: false } }, 'invalidSyntax'],
      [{ op: 'replace', path: 'emails[type eq "work"]', value: { value: 'n@acme.test' } }, 'invalidPath'],
      [{ op: 'replace', path: 'emails[value pr].value', value: 'n@acme.test' }, 'invalidFilter'],
    ] as const) {
      const told = JSON.stringify(operation)
      expect(await change(`/Users/${id}`, title, operation), told).toMatchObject(refusal(400, scimType))
    }
    expect((await scim.send('GET', `/Users/${id}`)).body).toEqual(before)
    const one = { op: 'replace', path: 'emails[type eq "work"].value', value: 'n@acme.test' }
    expect((await change(`/Users/${id}`, one)).body.emails).toEqual([
      { value: 'n@acme.test', type: 'work' },
      emails[1],
    ])
  })

  it('takes members out one by one, not several by one filter', async () => {
    const people = await Promise.all([fresh(), fresh(), fresh()].map((name) => scim.user(name)))
    const [a, b, c] = people as [string, string, string]
    const group = await scim.group('Interop', people)
    const filters = [`value eq "${a}" or value eq "${b}"`, 'type eq "User"']
    for (const filter of filters)
      expect(
        await change(`/Groups/${group}`, { op: 'remove', path: `members[${filter}]` }),
        filter,
      ).toMatchObject(refusal(400, 'invalidFilter'))
    expect(await scim.members(group)).toEqual([...people].sort())
    const removals = [a, b].map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` }))
    expect((await change(`/Groups/${group}`, ...removals)).status).toBe(200)
    // One of the two is out already: the filter chooses one.
    expect(
      (
        await change(`/Groups/${group}`, {
          op: 'remove',
          path: `members[value eq "${a}" or value eq "${c}"]`,
        })
      ).status,
    ).toBe(200)
    expect(await scim.members(group)).toEqual([])
    const put = { op: 'replace', path: `members[value eq "${a}"]`, value: { value: b } }
    expect(await change(`/Groups/${group}`, put)).toMatchObject(refusal(400, 'invalidPath'))
  })

  it('refuses a filter in the URL of anything but GET', async () => {
    const id = await scim.user(fresh())
    const filter = `?filter=${encodeURIComponent('userName eq "x"')}`
    const title = { schemas: [patchOp], Operations: [{ op: 'replace', path: 'title', value: 'T' }] }
    for (const [method, path, body] of [
      ['PATCH', `/Users/${id}`, title],
      ['POST', '/Users', { schemas: [userUrn], userName: fresh() }],
      ['DELETE', `/Users/${id}`, undefined],
    ] as const)
      expect(await scim.send(method, path + filter, body), method).toMatchObject(
        refusal(400, 'invalidFilter'),
      )
    expect((await strict.send('PATCH', `/Users/${id}${filter}`, title)).status).toBe(200)
    expect((await scim.send('GET', `/Users${filter}`)).status).toBe(200)
    expect((await scim.send('GET', `/Users/${id}`)).status).toBe(200)
  })

  it('compares names as it holds them unique, and answers a taken one with 409 uniqueness', async () => {
    const userName = `Case.${fresh()}`
    const id = await scim.user(userName)
    const other = await scim.user(fresh())
    const taken = { schemas: [userUrn], userName: userName.toUpperCase() }
    expect(await scim.find('Users', `userName eq "${userName.toLowerCase()}"`)).toEqual([id])
    expect(await scim.send('POST', '/Users', taken)).toMatchObject(refusal(409, 'uniqueness'))
    const rename = { op: 'replace', path: 'userName', value: userName.toUpperCase() }
    expect(await change(`/Users/${other}`, rename)).toMatchObject(refusal(409, 'uniqueness'))
    // Also of one who is deactivated: nobody is restored by a POST.
    await change(`/Users/${id}`, { op: 'replace', path: 'active', value: false })
    expect(await scim.send('POST', '/Users', taken)).toMatchObject(refusal(409, 'uniqueness'))
    expect((await scim.send('DELETE', `/Users/${id}`)).status).toBe(204)
    for (const method of ['GET', 'DELETE']) expect((await scim.send(method, `/Users/${id}`)).status).toBe(404)
    expect((await scim.send('POST', '/Users', taken)).status).toBe(201)
  })

  it('makes a second group where one of the same name and externalId is created again', async () => {
    const body = { schemas: [groupUrn], displayName: 'Twice', externalId: 'twice', members: toMembers([]) }
    const ids = [await scim.send('POST', '/Groups', body), await scim.send('POST', '/Groups', body)].map(
      (reply) => reply.body.id,
    )
    expect(new Set(ids).size).toBe(2)
  })
})

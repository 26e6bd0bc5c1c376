// F9: a manager has the `$ref` of their User resource (RFC 7643 §4.3), also where the directory sent the id alone.
// Judges: server/scim.
import { beforeAll, expect, it } from 'vitest'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'
import { createClient, type Json, patchOp, type ScimClient, userUrn } from './client.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

forEachStore((start) => {
  let service: Service
  let directory: Directory
  let scim: ScimClient
  let boss: string
  let other: string
  beforeAll(async () => {
    service = await start()
    directory = await service.createOrganization()
    scim = createClient(directory)
    boss = await scim.user('boss@acme.test')
    other = await scim.user('other@acme.test')
  })
  const placeOf = (id: string) => `${directory.scimUrl}/Users/${id}`
  const managerOf = ({ body }: { readonly body: Json }) => (body[enterprise] as Json | undefined)?.manager
  const read = async (id: string, query = '') => managerOf(await scim.send('GET', `/Users/${id}${query}`))

  it('F9: is shown wherever the user is, and only for an id of ours', async () => {
    const id = await scim.user('one@acme.test', { [enterprise]: { manager: { value: boss } } })
    const shown = { value: boss, $ref: placeOf(boss) }
    expect(await read(id)).toEqual(shown)
    expect(await read(id, '?excludedAttributes=emails')).toEqual(shown)
    expect(await read(id, `?attributes=${enterprise}:manager.$ref`)).toEqual({ $ref: placeOf(boss) })
    const filter = encodeURIComponent(`${enterprise}:manager.$ref eq "${placeOf(boss)}"`)
    const { body } = await scim.send('GET', `/Users?filter=${filter}`)
    expect((body.Resources as Json[]).map((one) => [one.id, managerOf({ body: one })])).toEqual([[id, shown]])
    for (const value of ['26118915', 'usr_x'])
      expect(
        managerOf(
          await scim.send('POST', '/Users', {
            schemas: [userUrn, enterprise],
            userName: `${value}@acme.test`,
            [enterprise]: { manager: { value } },
          }),
        ),
      ).toEqual({ value })
    const title = '"manager":{"value":"usr_01m8nbfhywcpd5feffk94dnd13"}'
    const texts = await scim.send('POST', '/Users', { schemas: [userUrn], userName: 't@acme.test', title })
    expect([texts.body.title, texts.body[enterprise]]).toEqual([title, undefined])
  })

  it('F9: is shown of the enterprise manager alone, also beside an attribute of that name in a schema of the operator', async () => {
    const own = await service.createOrganization()
    const params = { slug: own.organization.slug }
    const hr = 'urn:acme:params:scim:schemas:extension:hr:2.0:User'
    const manager = { name: 'manager', type: 'complex', subAttributes: [{ name: 'value' }] }
    const extensions = [{ resourceType: 'User', schema: { id: hr, attributes: [manager] } }]
    await service.admin.call('putSchemaExtensions', { params, body: { extensions: extensions as never } })
    const client = createClient(own)
    const value = await client.user('boss@acme.test')
    const $ref = `${own.scimUrl}/Users/${value}`
    const place = { manager: { value } }
    const id = await client.user('hr@acme.test', { schemas: [userUrn, hr], [hr]: place })
    expect((await client.send('GET', `/Users/${id}`)).body[hr]).toEqual(place)
    const both = await client.user('both@acme.test', {
      schemas: [userUrn, hr, enterprise],
      [hr]: place,
      [enterprise]: place,
    })
    const { body } = await client.send('GET', `/Users/${both}`)
    expect([body[hr], body[enterprise]]).toEqual([place, { manager: { value, $ref } }])
    const costCenter = '"urn:acme:1"'
    const last = await client.user('last@acme.test', {
      schemas: [userUrn, enterprise],
      [enterprise]: { costCenter, ...place },
    })
    expect((await client.send('GET', `/Users/${last}`)).body[enterprise]).toEqual({
      costCenter,
      manager: { value, $ref },
    })
  })

  it('F9: what a directory reads and sends back is no change, and never a reference to somebody else', async () => {
    const id = await scim.user('two@acme.test', { [enterprise]: { manager: { value: boss } } })
    const before = await scim.send('GET', `/Users/${id}`)
    const again = await scim.send('PUT', `/Users/${id}`, before.body)
    expect(again.headers.get('etag')).toBe(before.headers.get('etag'))
    const changed = { ...before.body, [enterprise]: { manager: { value: other, $ref: placeOf(boss) } } }
    expect(managerOf(await scim.send('PUT', `/Users/${id}`, changed))).toEqual({
      value: other,
      $ref: placeOf(other),
    })
    const operation = { op: 'replace', path: `${enterprise}:manager.value`, value: boss }
    const patched = await scim.send('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations: [operation] })
    expect(managerOf(patched)).toEqual({ value: boss, $ref: placeOf(boss) })
    // What the directory says itself stays as it said it.
    const own = { value: boss, $ref: `../Users/${boss}` }
    const said = await scim.send('PUT', `/Users/${id}`, { ...before.body, [enterprise]: { manager: own } })
    expect(managerOf(said)).toEqual(own)
    expect(await read(id)).toEqual(own)
  })
})

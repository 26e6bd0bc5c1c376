// How large what is stored may be: refused by name wherever a value comes in, and what is stored already stays usable.
// Judges: server/mapping, scim/resource.
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'
import { createClient, groupUrn, type Json, patchOp, type ScimClient, userUrn } from '../scim/client.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const own = 'urn:example:acme:1.0:User'
/** Text that no compression shortens: what an index of PostgreSQL cannot take. */
const noise = (length: number) =>
  Array.from({ length }, (_, at) => String.fromCharCode(0x4e00 + ((at * 7_919) % 20_000))).join('')
const long = 'x'.repeat(8_193)

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let directory: Directory
  let scim: ScimClient
  beforeAll(async () => {
    service = await start()
    directory = await service.createOrganization()
    scim = createClient(directory)
    const schema = {
      id: own,
      name: 'Badge',
      attributes: [{ name: 'badge' }, { name: 'rooms', multiValued: true }],
    }
    await service.admin.call('putSchemaExtensions', {
      params: directory.organization,
      body: { extensions: [{ resourceType: 'User', schema }] as never },
    })
    service.advance(1_000)
  })

  const count = async () => (await scim.send('GET', '/Users?count=0')).body.totalResults
  const replace = (path: string, value: unknown) => ({
    schemas: [patchOp],
    Operations: [{ op: 'replace', path, value }],
  })
  const refusal = (name: string) => ({
    status: 400,
    body: { scimType: 'invalidValue', detail: expect.stringContaining(`"${name}"`) },
  })

  /** As an earlier version stored it. */
  const store = (organizationId: string, id: string, resource: Json) =>
    service.database.inOrganization(createScope(organizationId), async (tx) =>
      tx.write(
        organizationQuery(({ db, organizationId: own }) =>
          db
            .updateTable('user')
            .set({
              resource: JSON.stringify(resource),
              display_name_key: (resource.displayName as string | undefined) ?? null,
            })
            .where('organization_id', '=', own)
            .where(sql<boolean>`id = ${id}`),
        ),
        {},
      ),
    )

  describe('M23 large-people: a value that is too large', () => {
    const cases: [string, string, Json][] = [
      ['text', 'title', { title: long }],
      ['sub-attribute', 'name.familyName', { name: { familyName: long } }],
      ['value of a list', 'phoneNumbers.value', { phoneNumbers: [{ value: '1' }, { value: long }] }],
      ['enterprise attribute', `${enterprise}:department`, { [enterprise]: { department: long } }],
      ["attribute of the operator's extension", `${own}:badge`, { [own]: { badge: long } }],
      ['text in letters of three bytes', 'title', { title: '\u4e00'.repeat(2_731) }],
      [
        'user in all',
        'roles',
        { roles: Array.from({ length: 12 }, (_, at) => ({ value: `${at}${'r'.repeat(6_000)}` })) },
      ],
      [
        'list of an extension',
        `${own}:rooms`,
        { [own]: { rooms: Array.from({ length: 9_000 }, (_, at) => `r${at}`) } },
      ],
    ]
    it.each(cases)('as %s is refused by the name %s', async (_what, name, more) => {
      const before = await count()
      const body = { schemas: [userUrn, enterprise, own], userName: 'too-large', ...more }
      expect(await scim.send('POST', '/Users', body)).toMatchObject(refusal(name))
      expect(await count()).toBe(before)
    })

    it('is refused in PUT, PATCH and bulk as well, and changes nothing', async () => {
      const id = await scim.user('fits@acme.test', { title: 'y'.repeat(8_192) })
      const { body: before } = await scim.send('GET', `/Users/${id}`)
      const put = { schemas: [userUrn], userName: 'fits@acme.test', title: long }
      expect(await scim.send('PUT', `/Users/${id}`, put)).toMatchObject(refusal('title'))
      expect(await scim.send('PATCH', `/Users/${id}`, replace('title', long))).toMatchObject(refusal('title'))
      const roles = Array.from({ length: 5 }, (_, at) => ({ value: `${at}${'r'.repeat(7_000)}` }))
      expect((await scim.send('PATCH', `/Users/${id}`, replace('roles', roles))).status).toBeLessThan(300)
      const grow = {
        schemas: [patchOp],
        Operations: [
          { op: 'add', path: 'roles', value: roles.map(({ value }) => ({ value: `more ${value}` })) },
        ],
      }
      expect(await scim.send('PATCH', `/Users/${id}`, grow)).toMatchObject(refusal('roles'))
      const bulk = {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [{ method: 'PATCH', path: `/Users/${id}`, data: replace('title', long) }],
      }
      const answered = (await scim.send('POST', '/Bulk', bulk)).body.Operations as Json[]
      expect(answered).toMatchObject([{ status: '400', response: { scimType: 'invalidValue' } }])
      const { body: after } = await scim.send('GET', `/Users/${id}`)
      expect(after).toMatchObject({ title: before.title, roles: roles })
    })

    it('of a group is refused too', async () => {
      const id = await scim.group('Small')
      const body = { schemas: [groupUrn], displayName: noise(400) }
      expect(await scim.send('POST', '/Groups', body)).toMatchObject(refusal('displayName'))
      const other = { ...body, displayName: 'Small too', externalId: noise(1_000) }
      expect(await scim.send('POST', '/Groups', other)).toMatchObject(refusal('externalId'))
      for (const path of ['displayName', 'externalId'])
        expect(await scim.send('PATCH', `/Groups/${id}`, replace(path, noise(1_000)))).toMatchObject(
          refusal(path),
        )
    })
  })

  describe('a text that an index holds', () => {
    const cases: [string, Json][] = [
      ['userName', { userName: noise(1_000) }],
      ['externalId', { userName: 'i', externalId: noise(1_000) }],
      ['displayName', { userName: 'i', displayName: noise(1_000) }],
      ['emails.value', { userName: 'i', emails: [{ value: `${noise(1_000)}@acme.test` }] }],
      // As it is compared: folding makes some letters longer.
      ['displayName', { userName: 'i', displayName: '\u0130'.repeat(400) }],
    ]
    it.each(cases)(
      '%s has at most 1,024 bytes of UTF-8, on this store as on the other',
      async (name, more) => {
        expect(await scim.send('POST', '/Users', { schemas: [userUrn], ...more })).toMatchObject(
          refusal(name),
        )
        const id = await scim.user(`indexed-${Math.random()}`)
        const value = (more as Record<string, unknown>)[name.split('.')[0] as string]
        const changed = await scim.send('PATCH', `/Users/${id}`, replace(name.split('.')[0] as string, value))
        expect(changed).toMatchObject(refusal(name))
      },
    )

    it('of exactly 1,024 bytes is kept and found', async () => {
      const text = `${noise(341)}a`
      const id = await scim.user(text, { externalId: text, displayName: text, emails: [{ value: text }] })
      for (const path of ['userName', 'externalId', 'displayName', 'emails.value'])
        expect(await scim.find('Users', `${path} eq ${JSON.stringify(text)}`)).toEqual([id])
    })
  })

  it('what was stored before the bounds is read, and changes in its other attributes', async () => {
    const id = await scim.user('early@acme.test', { roles: [{ value: 'r' }] })
    const stored = {
      schemas: [userUrn],
      userName: 'early@acme.test',
      active: true,
      title: 'x'.repeat(100_000),
      roles: Array.from({ length: 20 }, (_, at) => ({ value: `${at}${'r'.repeat(6_000)}` })),
      displayName: 'd'.repeat(2_000),
    }
    await store(directory.organization.id, id, stored)
    expect((await scim.send('GET', `/Users/${id}`)).body).toMatchObject({ title: stored.title })
    expect((await scim.send('PATCH', `/Users/${id}`, replace('nickName', 'Ace'))).status).toBeLessThan(300)
    const whole = { ...stored, nickName: 'Ace', locale: 'en' }
    expect((await scim.send('PUT', `/Users/${id}`, whole)).status).toBe(200)
    expect((await scim.send('PATCH', `/Users/${id}`, replace('active', false))).status).toBeLessThan(300)
    const more = replace('title', 'y'.repeat(100_000))
    expect(await scim.send('PATCH', `/Users/${id}`, more)).toMatchObject(refusal('title'))
    const grown = replace('roles', [...stored.roles, { value: 'one more' }])
    expect(await scim.send('PATCH', `/Users/${id}`, grown)).toMatchObject(refusal('roles'))
    expect((await scim.send('PATCH', `/Users/${id}`, replace('title', 'short'))).status).toBeLessThan(300)
    expect((await scim.send('GET', `/Users/${id}`)).body).toMatchObject({ title: 'short', nickName: 'Ace' })
  })

  it('an import names the row that is too large, also in a dry run, and takes the others', async () => {
    const company = await createCompany(service)
    const users = [
      { userName: 'good' },
      { userName: 'bad', displayName: noise(1_000) },
      { userName: noise(500) },
    ]
    for (const dryRun of [true, false])
      expect(
        await service.admin.call('importUsers', {
          params: company.organization,
          body: { dryRun, users } as never,
        }),
      ).toMatchObject({
        created: 1,
        faults: [
          { row: 2, message: expect.stringContaining('displayName') },
          { row: 3, message: expect.stringContaining('userName') },
        ],
      })
  })

  describe('a sign-in', () => {
    const visits = async (company: Awaited<ReturnType<typeof createCompany>>) => {
      await service.flushActivity()
      const query = { kind: 'sign_in' as const, limit: 1 }
      return (await service.admin.call('listActivity', { params: company.organization, query })).items[0]
    }
    it('leaves out what is too large, and says so in activity', async () => {
      const company = await createCompany(service)
      const large = { title: [long], displayName: [noise(500)], department: ['D'.repeat(400)] }
      for (const what of ['Created an account for', 'Signed in']) {
        const landed = await company.signIn(company.person('zoe', large))
        expect(landed).toMatchObject({ status: 200, url: `${service.url}/me` })
        expect((await visits(company))?.explanation).toBe(
          `${what} "zoe@${company.domain}". Not kept, because it is too large: title, displayName.`,
        )
      }
    })

    it('keeps as much as there is room for in all', async () => {
      const company = await createCompany(service)
      await company.signIn(company.person('max'))
      const [max] = (await service.admin.call('listUsers', { params: company.organization, query: {} })).items
      const emails = [{ value: `max@${company.domain}`, type: 'work', primary: true }]
      const kept = { schemas: [userUrn], userName: `max@${company.domain}`, active: true, emails }
      await store(company.organization.id, max?.id ?? '', { ...kept, roles: [{ value: 'r'.repeat(64_500) }] })
      const more = { title: ['t'.repeat(500)], department: ['d'.repeat(400)], locale: ['en'] }
      const landed = await company.signIn(company.person('max', more))
      expect(landed).toMatchObject({ status: 200, url: `${service.url}/me` })
      expect((await visits(company))?.explanation).toBe(
        `Signed in "max@${company.domain}". Not kept, because it is too large: title.`,
      )
    })

    it('with an address or a name that no index takes is refused or named otherwise, never a fault', async () => {
      const company = await createCompany(service)
      const name = {
        ...company.person('ann'),
        attributes: { email: [`ann@${company.domain}`], userName: [noise(500)] },
      }
      expect(await company.signIn(name)).toMatchObject({ status: 200, url: `${service.url}/me` })
      const address = { nameId: 'somebody', attributes: { email: [`${noise(500)}@${company.domain}`] } }
      expect((await company.signIn(address)).status).toBe(403)
      expect(await visits(company)).toMatchObject({ code: 'address_missing' })
    })
  })
})

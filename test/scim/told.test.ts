// What the administrator and the client are told of single things that were silent before: a name that stands twice, an addition of nothing,
// which operation of a PATCH was refused, an account that a create takes over and switches off.
// Judges: server/scim, server/activity.
import { beforeAll, describe, expect, it } from 'vitest'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'
import { createClient, groupUrn, type Json, patchOp, type ScimClient, userUrn } from './client.ts'

forEachStore((start) => {
  let service: Service
  let directory: Directory
  let scim: ScimClient
  let serial = 0
  const fresh = () => {
    serial += 1
    return `told.${serial}@acme.test`
  }
  beforeAll(async () => {
    service = await start()
    directory = await service.createOrganization()
    scim = createClient(directory)
  })
  const params = () => ({ slug: directory.organization.slug })
  const said = async (): Promise<string> => {
    await service.flushActivity()
    const { items } = await service.admin.call('listActivity', { params: params(), query: { limit: 1 } })
    return items[0]?.explanation ?? ''
  }
  const change = (path: string, ...operations: readonly Json[]) =>
    scim.send('PATCH', path, { schemas: [patchOp], Operations: operations })

  it('a name that stands twice in one object is refused and named, in every method and profile', async () => {
    const id = await scim.user(fresh())
    const user = (extra: string) => `{"schemas":["${userUrn}"],"userName":"${fresh()}",${extra}}`
    const twice = '"active":true,"active":false'
    const operation = '{"op":"replace","path":"title","value":"a","value":"b"}'
    const bulk = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{"method":"POST","path":"/Users","bulkId":"b","data":${user(twice)}}]}`
    for (const profile of ['auto', 'strict'] as const) {
      const client = createClient({ ...directory, key: await directory.createKey(profile) })
      for (const [method, path, body, name] of [
        ['POST', '/Users', user(twice), 'active'],
        [
          'PUT',
          `/Users/${id}`,
          user('"name":{"givenName":"A","familyName":"B","givenName":"C"}'),
          'givenName',
        ],
        ['PATCH', `/Users/${id}`, `{"schemas":["${patchOp}"],"Operations":[${operation}]}`, 'value'],
        ['POST', '/Bulk', bulk, 'active'],
      ] as const) {
        const { status, body: answer } = await client.send(method, path, body)
        expect([method, status, answer.scimType, answer.detail]).toEqual([
          method,
          400,
          'invalidSyntax',
          `The name "${name}" stands twice in one object.`,
        ])
        expect(await said()).toContain(`"${name}" stands twice`)
      }
    }
    expect((await scim.send('GET', `/Users/${id}`)).body).not.toHaveProperty('title')
  })

  it('an addition of nothing is named: [], {} and null, for users and groups', async () => {
    const user = await scim.user(fresh(), { emails: [{ value: 'a@acme.test' }] })
    const group = await scim.group(fresh(), [user])
    for (const value of [[], null])
      for (const [path, attribute] of [
        [`/Users/${user}`, 'emails'],
        [`/Groups/${group}`, 'members'],
      ] as const) {
        expect((await change(path, { op: 'add', path: attribute, value })).status).toBe(200)
        expect(await said(), `${attribute} ${JSON.stringify(value)}`).toContain(
          `A value without content was left out: "${attribute}".`,
        )
      }
    await change(`/Users/${user}`, { op: 'add', path: 'name', value: {} })
    expect(await said()).toContain('left out: "name".')
    await change(`/Users/${user}`, { op: 'add', value: { phoneNumbers: [] } })
    expect(await said()).toContain('left out: "phoneNumbers".')
    expect((await scim.send('GET', `/Users/${user}`)).body.emails).toHaveLength(1)
    expect(await scim.members(group)).toEqual([user])
  })

  it('a refused PATCH says which of its operations it was, and changes nothing', async () => {
    const user = await scim.user(fresh(), { emails: [{ value: 'a@acme.test', type: 'work' }] })
    const group = await scim.group(fresh(), [user])
    const strict = createClient({ ...directory, key: await directory.createKey('strict') })
    const title = { op: 'replace', path: 'title', value: 'T' }
    const name = { op: 'replace', path: 'displayName', value: 'T' }
    const member = 'usr_00000000000000000000000000'
    for (const [path, operation, place] of [
      [`/Users/${user}`, { op: 'remove', path: 'active' }, 'remove "active"'],
      [`/Users/${user}`, { op: 'Add', path: 'groups', value: [] }, 'add "groups"'],
      [`/Users/${user}`, { op: 'replace', value: { emails: 7 } }, 'replace without a path'],
      [
        `/Users/${user}`,
        { op: 'remove', path: 'emails[type eq "secret" and x eq "y"].value' },
        'remove "emails[…].value"',
      ],
      [`/Groups/${group}`, { op: 'replace', path: 'members.value', value: 'x' }, 'replace "members.value"'],
    ] as const) {
      const first = path.startsWith('/Users') ? title : name
      const { status, body } = await change(path, first, operation, first)
      const told = JSON.stringify([operation, body])
      expect(status, told).toBe(400)
      expect(body.detail, told).toMatch(/^Operation 2 of 3 \(/)
      expect(body.detail).toContain(`Operation 2 of 3 (${place}): `)
      expect(body.detail).not.toContain('secret')
      expect(await said()).toContain(`Operation 2 of 3 (${place}): `)
    }
    const unmatched = { op: 'replace', path: `members[value eq "${member}"]`, value: { value: user } }
    const refused = await strict.send('PATCH', `/Groups/${group}`, {
      schemas: [patchOp],
      Operations: [name, unmatched],
    })
    expect(refused.body).toMatchObject({ scimType: 'noTarget' })
    expect(refused.body.detail).toMatch(/^Operation 2 of 2 \(replace "members\[…\]"\): /)
    // Of one alone there is nothing to tell apart.
    expect((await change(`/Users/${user}`, { op: 'remove', path: 'active' })).body.detail).toMatch(
      /^The attribute "active"/,
    )
    expect((await change(`/Users/${user}`, title, 7 as never)).body.detail).toMatch(/^Operation 2 of 2: /)
    expect((await scim.send('GET', `/Users/${user}`)).body).not.toHaveProperty('title')
  })

  it('F15: a refusal names the schema that is unknown or missing, and activity the member that nobody is', async () => {
    const strict = createClient({ ...directory, key: await directory.createKey('strict') })
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
    const unknown = 'urn:example:unknown:2.0:User'
    for (const [schemas, values, name] of [
      [[userUrn, unknown], {}, unknown],
      [[userUrn], { [enterprise]: { department: 'D' } }, enterprise],
      [[], {}, userUrn],
    ] as const) {
      const body = { schemas, userName: fresh(), ...values }
      expect((await strict.send('POST', '/Users', body)).body.detail).toContain(JSON.stringify(name))
    }
    const nobody = 'usr_00000000000000000000000000'
    const group = { schemas: [groupUrn], displayName: fresh(), members: [{ value: nobody }] }
    const refused = await strict.send('POST', '/Groups', group)
    expect([refused.status, JSON.stringify(refused.body).includes(nobody)]).toEqual([400, false])
    expect(await said()).toContain(`No user or group has "${nobody}".`)
  })

  describe('a create that takes an account over', () => {
    it('L03: says that it deactivates an active one, and that it lets a deactivated one in again', async () => {
      const email = fresh()
      await service.admin.call('importUsers', {
        params: params(),
        body: { dryRun: false, users: [{ userName: email, email }] } as never,
      })
      const create = (active: boolean) =>
        scim.send('POST', '/Users', { schemas: [userUrn], userName: email, active })
      expect((await create(false)).body.active).toBe(false)
      expect(await said()).toContain(
        `Linked the existing user "${email}". The account was active, and is deactivated`,
      )
      expect((await create(true)).body.active).toBe(true)
      expect(await said()).toContain('The account was deactivated, and is active again.')
    })
  })

  it('RFC 7644 §4: a filter of discovery is 403, of /ServiceProviderConfig too', async () => {
    for (const endpoint of ['ServiceProviderConfig', 'ResourceTypes', 'Schemas', `Schemas/${groupUrn}`])
      for (const client of [scim, createClient({ ...directory, key: '' })])
        expect([endpoint, (await client.send('GET', `/${endpoint}?filter=id%20pr`)).status]).toEqual([
          endpoint,
          403,
        ])
  })
})

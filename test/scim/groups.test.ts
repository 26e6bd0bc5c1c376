// Groups as RFC 7643 §4.2 and RFC 7644 have them, on either store.
// Judges: server/scim, server/users.
import { beforeAll, describe, expect, it } from 'vitest'
import { type Directory, forOneStore } from '../harness/service.ts'
import { createClient, groupUrn, type Json, type ScimClient, toMembers } from './client.ts'

forOneStore(import.meta.filename, (start) => {
  let service: Awaited<ReturnType<typeof start>>
  let directory: Directory
  let scim: ScimClient
  let ada: string
  let ben: string
  let cy: string

  beforeAll(async () => {
    service = await start()
    directory = await service.createOrganization()
    scim = createClient(directory)
    ada = await scim.user('ada@acme.test')
    ben = await scim.user('ben@acme.test')
    cy = await scim.user('cy@acme.test')
  })

  const events = async (subjectId: string): Promise<{ type: string; data: Json }[]> => {
    const { slug } = directory.organization
    const { items } = await service.admin.call('listEvents', { params: { slug }, query: { limit: 200 } })
    return items
      .filter(({ subject }) => subject.id === subjectId)
      .map(({ type, data }) => ({ type, data: data as Json }))
  }

  describe('a group', () => {
    it('is created with members that are shown with value, $ref, display and type (RFC 7643 §4.2)', async () => {
      const inner = await scim.group('Inner')
      const reply = await scim.send('POST', '/Groups', {
        schemas: [groupUrn],
        displayName: 'Engineering',
        externalId: 'eng',
        members: [{ value: ada, display: 'whatever', type: 'User' }, { value: inner }],
      })
      expect(reply.status).toBe(201)
      const { id } = reply.body as { id: string }
      expect(id).toMatch(/^grp_[0-9a-z]{26}$/)
      expect(reply.headers.get('location')).toBe(`${directory.scimUrl}/Groups/${id}`)
      expect(reply.headers.get('etag')).toBe('W/"1"')
      expect(reply.body).toMatchObject({
        displayName: 'Engineering',
        externalId: 'eng',
        meta: { resourceType: 'Group', version: 'W/"1"', location: `${directory.scimUrl}/Groups/${id}` },
      })
      expect(reply.body.members).toEqual([
        { value: inner, $ref: `${directory.scimUrl}/Groups/${inner}`, display: 'Inner', type: 'Group' },
        { value: ada, $ref: `${directory.scimUrl}/Users/${ada}`, display: 'ada@acme.test', type: 'User' },
      ])
      expect((await scim.send('GET', `/Groups/${id}`)).body).toEqual(reply.body)
    })

    it('is shown in its members’ groups, with the name that it has now', async () => {
      const dee = await scim.user('dee@acme.test')
      const id = await scim.group('Before', [dee])
      await scim.patch(id, { op: 'replace', path: 'displayName', value: 'After' })
      const groups = [
        { value: id, $ref: `${directory.scimUrl}/Groups/${id}`, display: 'After', type: 'direct' },
      ]
      expect((await scim.send('GET', `/Users/${dee}`)).body.groups).toEqual(groups)
      const patch = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [] }
      expect((await scim.send('PATCH', `/Users/${dee}`, patch)).body.groups).toEqual(groups)
      expect(await scim.find('Users', `groups.value eq "${id}"`)).toEqual([dee])
      expect(await scim.find('Users', 'groups.display eq "After"')).toEqual([dee])
      await scim.patch(id, { op: 'remove', path: 'members' })
      expect((await scim.send('GET', `/Users/${dee}`)).body.groups).toBeUndefined()
    })

    it('has a displayName, and one that is missing or blank is refused', async () => {
      for (const displayName of [undefined, '', null])
        expect((await scim.send('POST', '/Groups', { schemas: [groupUrn], displayName })).status).toBe(400)
    })

    it('is renamed by PATCH, keeps its members, and says so in one event', async () => {
      const id = await scim.group('Old name', [ada, ben])
      const reply = await scim.patch(id, { op: 'Replace', value: { id, displayName: 'New name' } })
      expect(reply).toMatchObject({ status: 200 })
      expect(reply.headers.get('etag')).toBe('W/"2"')
      expect((await scim.send('GET', `/Groups/${id}`)).body).toMatchObject({ displayName: 'New name' })
      expect(await scim.members(id)).toEqual([ada, ben])
      expect(await events(id)).toEqual([
        {
          type: 'group.updated',
          data: { changes: [{ attribute: 'displayName', before: 'Old name', after: 'New name' }] },
        },
        { type: 'group.members_changed', data: { added: [ada, ben], removed: [] } },
        { type: 'group.created', data: { displayName: 'Old name', externalId: null } },
      ])
    })

    it('is removed by DELETE, once, with its memberships', async () => {
      const id = await scim.group('Gone', [ada])
      const outer = await scim.group('Around', [id, ben])
      expect((await scim.send('DELETE', `/Groups/${id}`)).status).toBe(204)
      expect((await scim.send('DELETE', `/Groups/${id}`)).status).toBe(404)
      expect((await scim.send('GET', `/Groups/${id}`)).status).toBe(404)
      expect(await scim.members(outer)).toEqual([ben])
      expect((await events(id))[0]).toEqual({
        type: 'group.deleted',
        data: { displayName: 'Gone', externalId: null },
      })
    })

    it('loses a user that is removed, and has another version then', async () => {
      const eve = await scim.user('eve@acme.test')
      const id = await scim.group('Eve’s', [eve, ada])
      await scim.send('DELETE', `/Users/${eve}`)
      expect(await scim.members(id)).toEqual([ada])
      expect((await scim.send('GET', `/Groups/${id}`)).headers.get('etag')).toBe('W/"2"')
    })

    it('keeps two of a name apart in auto, and refuses the second in entra with uniqueness', async () => {
      await scim.group('Twins')
      await scim.group('Twins')
      const key = await directory.createKey('entra')
      const entra = createClient({ ...directory, key })
      const taken = await entra.send('POST', '/Groups', { schemas: [groupUrn], displayName: 'tWins' })
      expect(taken).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } })
      const replies = await Promise.all(
        Array.from({ length: 8 }, () =>
          entra.send('POST', '/Groups', { schemas: [groupUrn], displayName: 'Only one' }),
        ),
      )
      expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)])
    })
  })

  describe('PATCH of members (RFC 7644 §3.5.2)', () => {
    it('adds and removes as sets: repeats and absent members succeed and change nothing', async () => {
      const id = await scim.group('Sets', [ada])
      await scim.patch(id, { op: 'add', path: 'members', value: toMembers([ada, ben, ben]) })
      expect(await scim.members(id)).toEqual([ada, ben])
      const again = await scim.patch(id, { op: 'add', path: 'members', value: toMembers([ada, ben]) })
      expect(again.headers.get('etag')).toBe('W/"2"')
      const absent = await scim.patch(id, { op: 'remove', path: `members[value eq "${cy}"]` })
      expect(absent.headers.get('etag')).toBe('W/"2"')
      await scim.patch(id, { op: 'remove', path: `members[value eq "${ada}"]` })
      expect(await scim.members(id)).toEqual([ben])
    })

    it('removes only the listed members when the list stands in the value (Entra)', async () => {
      const id = await scim.group('Listed', [ada, ben, cy])
      await scim.patch(id, { op: 'Remove', path: 'members', value: [{ $ref: null, value: ben }] })
      expect(await scim.members(id)).toEqual([ada, cy])
    })

    it('empties the group when it removes members without a value', async () => {
      const id = await scim.group('Emptied', [ada, ben])
      await scim.patch(id, { op: 'remove', path: 'members' })
      expect(await scim.members(id)).toEqual([])
    })

    it('replaces the members, and leaves alone who stays', async () => {
      const id = await scim.group('Replaced', [ada, ben])
      await scim.patch(id, { op: 'replace', path: 'members', value: toMembers([ben, cy]) })
      expect(await scim.members(id)).toEqual([ben, cy])
      expect((await events(id))[0]).toEqual({
        type: 'group.members_changed',
        data: { added: [cy], removed: [ada] },
      })
    })

    it('applies its operations in order, all or nothing', async () => {
      const id = await scim.group('Ordered', [ada])
      await scim.patch(
        id,
        { op: 'remove', path: `members[value eq "${ada}"]` },
        { op: 'add', path: 'members', value: toMembers([ben]) },
        { op: 'remove', path: `members[value eq "${ben}" or value eq "${cy}"]` },
        { op: 'add', path: 'members', value: toMembers([cy]) },
      )
      expect(await scim.members(id)).toEqual([cy])
      const reply = await scim.send('PATCH', `/Groups/${id}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [
          { op: 'add', path: 'members', value: toMembers([ada]) },
          { op: 'replace', path: 'displayName', value: '' },
        ],
      })
      expect(reply.status).toBe(400)
      expect(await scim.members(id)).toEqual([cy])
    })

    it('takes whom it knows when one member is unknown, and tells the administrator', async () => {
      const id = await scim.group('Partly', [])
      const nobody = ada.replace(/.{6}$/, '000000')
      await scim.patch(id, { op: 'add', path: 'members', value: toMembers([ada, nobody, 'x', ben]) })
      expect(await scim.members(id)).toEqual([ada, ben])
      await service.flushActivity()
      const { slug } = directory.organization
      const recent = await service.admin.call('listActivity', { params: { slug }, query: { limit: 5 } })
      expect(JSON.stringify(recent)).toContain('No user or group has these ids')
    })

    it('takes nobody in strict when one member is unknown', async () => {
      const strict = createClient({
        ...directory,
        key: await directory.createKey('strict'),
      })
      const id = await scim.group('Strictly', [ada])
      const reply = await strict.send('PATCH', `/Groups/${id}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'add', path: 'members', value: toMembers([ben, 'x']) }],
      })
      expect(reply).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } })
      expect(await scim.members(id)).toEqual([ada])
    })

    it('never puts a group inside itself, however far around', async () => {
      const [a, b, c] = [await scim.group('A'), await scim.group('B'), await scim.group('C')] as const
      await scim.patch(a, { op: 'add', path: 'members', value: toMembers([b]) })
      await scim.patch(b, { op: 'add', path: 'members', value: toMembers([c]) })
      for (const [into, what] of [
        [c, a],
        [b, a],
        [a, a],
      ] as const) {
        const reply = await scim.send('PATCH', `/Groups/${into}`, {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [{ op: 'add', path: 'members', value: toMembers([what]) }],
        })
        expect(reply).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } })
      }
    })

    it('removes by any filter on the members', async () => {
      const inner = await scim.group('In by type')
      const id = await scim.group('By type', [inner, ada, ben])
      await scim.patch(id, { op: 'remove', path: 'members[type eq "Group"]' })
      expect(await scim.members(id)).toEqual([ada, ben])
      await scim.patch(id, { op: 'remove', path: 'members[display sw "ada"]' })
      expect(await scim.members(id)).toEqual([ben])
    })

    it('answers 200 with the body when attributes are asked for', async () => {
      const id = await scim.group('Asked', [ada])
      const reply = await scim.send('PATCH', `/Groups/${id}?attributes=displayName`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'displayName', value: 'Asked for' }],
      })
      expect(reply.status).toBe(200)
      expect(reply.body).toEqual({ schemas: [groupUrn], id, displayName: 'Asked for' })
    })

    it('loses nobody when 16 clients add at once', async () => {
      const id = await scim.group('Crowd')
      const people = await Promise.all(
        Array.from({ length: 64 }, (_, at) => scim.user(`crowd${at}@acme.test`)),
      )
      await Promise.all(
        Array.from({ length: 16 }, async (_, lane) => {
          for (let at = lane; at < people.length; at += 16)
            await scim.patch(id, { op: 'add', path: 'members', value: toMembers([people[at] as string]) })
        }),
      )
      expect(await scim.members(id)).toEqual([...people].sort())
    })
  })

  describe('PUT of a group (RFC 7644 §3.5.1)', () => {
    it('replaces name and members, and its own name is no conflict', async () => {
      const id = await scim.group('SID', [ada])
      const body = { schemas: [groupUrn], id, displayName: 'SID', members: [{ value: ben, display: null }] }
      const reply = await scim.send('PUT', `/Groups/${id}`, body)
      expect(reply.status).toBe(200)
      expect(reply.body.members).toMatchObject([{ value: ben, display: 'ben@acme.test' }])
      expect((await scim.send('PUT', `/Groups/${id}`, body)).headers.get('etag')).toBe('W/"2"')
    })

    it('clears members that it does not name, but for Okta, which keeps them', async () => {
      const id = await scim.group('Unnamed', [ada])
      const okta = createClient({
        ...directory,
        key: await directory.createKey('okta'),
      })
      await okta.send('PUT', `/Groups/${id}`, { schemas: [groupUrn], displayName: 'Unnamed' })
      expect(await scim.members(id)).toEqual([ada])
      await scim.send('PUT', `/Groups/${id}`, { schemas: [groupUrn], displayName: 'Unnamed' })
      expect(await scim.members(id)).toEqual([])
    })

    it.each<[string, Json]>([
      ['MEMBERS', { MEMBERS: [] }],
      ['the name under the URN', { [`${groupUrn}:members`]: [] }],
      ['the name behind a dot', { [`${groupUrn}.members`]: null }],
      ['an object under the URN', { [groupUrn]: { members: [] } }],
    ])('by %s are named for Okta too', async (_name, members) => {
      const id = await scim.group('Named', [ada])
      const okta = createClient({ ...directory, key: await directory.createKey('okta') })
      const body = { schemas: [groupUrn], displayName: 'Named', ...members }
      expect((await okta.send('PUT', `/Groups/${id}`, body)).status).toBe(200)
      expect(await scim.members(id)).toEqual([])
    })

    it('is held to If-Match (RFC 7644 §3.14), as PATCH is', async () => {
      const id = await scim.group('Versions')
      const body = { schemas: [groupUrn], displayName: 'Versions 2' }
      expect((await scim.send('PUT', `/Groups/${id}`, body, { 'if-match': 'W/"7"' })).status).toBe(412)
      expect((await scim.send('PUT', `/Groups/${id}`, body, { 'if-match': 'W/"1"' })).status).toBe(200)
      expect((await scim.send('GET', `/Groups/${id}`, undefined, { 'if-none-match': 'W/"2"' })).status).toBe(
        304,
      )
    })
  })

  describe('a read of groups', () => {
    it('leaves members out where they are excluded, and shows them alone where they are asked for', async () => {
      const id = await scim.group('Shown', [ada])
      const excluded = await scim.send('GET', `/Groups/${id}?excludedAttributes=members`)
      expect(excluded.body).not.toHaveProperty('members')
      expect(excluded.body).toHaveProperty('displayName')
      const only = await scim.send('GET', `/Groups/${id}?attributes=members.value`)
      expect(only.body).toEqual({ schemas: [groupUrn], id, members: [{ value: ada }] })
      const list = await scim.send(
        'GET',
        '/Groups?excludedAttributes=members&filter=displayName%20eq%20%22shown%22',
      )
      expect(list.body).toMatchObject({ totalResults: 1, Resources: [{ id }] })
      expect((list.body.Resources as Json[])[0]).not.toHaveProperty('members')
    })

    it('filters by name, externalId, id and members', async () => {
      const id = await scim.group('Filtered "x"', [cy, ada], { externalId: 'fx-1' })
      const found = [id]
      expect(await scim.find('Groups', 'displayName eq "filtered \\"x\\""')).toEqual(found)
      expect(await scim.find('Groups', 'externalId eq "fx-1"')).toEqual(found)
      expect(await scim.find('Groups', `id eq "${id}" and members eq "${cy}"`)).toEqual(found)
      expect(await scim.find('Groups', `id eq "${id}" and members.value eq "${ben}"`)).toEqual([])
      expect(
        await scim.find('Groups', `externalId pr and members[value eq "${cy}" and type eq "User"]`),
      ).toEqual(found)
      expect(await scim.find('Groups', `members[value eq "${cy}" and type eq "Group"]`)).toEqual([])
      expect(await scim.find('Groups', `id eq "${id}" and not (members pr)`)).toEqual([])
      expect(
        await scim.find('Groups', `displayName sw "filtered" and meta.created gt "2000-01-01T00:00:00Z"`),
      ).toEqual(found)
      const refused = await scim.send('GET', '/Groups?filter=members.display%20eq%20%22x%22')
      expect(refused).toMatchObject({ status: 400, body: { scimType: 'invalidFilter' } })
    })

    it('streams a group of many members whole and in order, alone and in a list', async () => {
      const ids: string[] = []
      for (let at = 0; at < 2_200; at += 1) ids.push(`many${at}@acme.test`)
      const created: string[] = []
      for (let at = 0; at < ids.length; at += 100)
        created.push(...(await Promise.all(ids.slice(at, at + 100).map((name) => scim.user(name)))))
      const id = await scim.group('Many', created)
      expect(await scim.members(id)).toEqual([...created].sort())
      const list = await scim.send('GET', '/Groups?filter=displayName%20sw%20%22man%22')
      const [many] = list.body.Resources as { members: { value: string }[] }[]
      expect(many?.members.map(({ value }) => value)).toEqual([...created].sort())
    }, 60_000)
  })
})

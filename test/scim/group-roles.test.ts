// Roles that follow the directory's groups: ordered rules, explicit beats default, never owner, one event a change.
// Judges: server/provisioning, server/mapping.
import { beforeEach, describe, expect, it } from 'vitest'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'
import { createClient, type ScimClient, toMembers } from './client.ts'

forEachStore((start) => {
  let service: Service
  let directory: Directory
  let scim: ScimClient
  let ada: string
  let ben: string

  beforeEach(async () => {
    service ??= await start()
    directory = await service.createOrganization()
    scim = createClient(directory)
    ada = await scim.user('ada@acme.test')
    ben = await scim.user('ben@acme.test')
  })

  const params = () => ({ slug: directory.organization.slug })
  const setRules = (...mappings: { group: string; role: 'admin' | 'member' }[]) =>
    service.admin.call('putRoleMappings', { params: params(), body: { mappings } })
  const roleOf = async (id: string) => {
    const { role, roleOrigin } = await service.admin.call('getUser', { params: { ...params(), id } })
    return `${role} by ${roleOrigin}`
  }
  const changesOf = async (id: string) => {
    const { items } = await service.admin.call('listEvents', { params: params(), query: { limit: 200 } })
    return items
      .filter(({ type, subject }) => type === 'user.role_changed' && subject.id === id)
      .map(({ data }) => data)
  }

  describe('a rule from a group to a role', () => {
    it('holds from the moment that somebody is put into the group until they leave it', async () => {
      await setRules({ group: 'Admins', role: 'admin' })
      const id = await scim.group('Admins', [ada])
      expect(await roleOf(ada)).toBe('admin by group')
      expect(await roleOf(ben)).toBe('member by default')
      await scim.patch(id, { op: 'replace', path: 'members', value: toMembers([ben]) })
      expect(await roleOf(ada)).toBe('member by default')
      expect(await roleOf(ben)).toBe('admin by group')
      expect(await changesOf(ada)).toEqual([
        { before: 'admin', after: 'member', origin: 'default' },
        { before: 'member', after: 'admin', origin: 'group' },
      ])
    })

    it('names the group by displayName or by externalId, and follows a change of either', async () => {
      await setRules({ group: 'Admins', role: 'admin' }, { group: 'ext-1', role: 'admin' })
      const id = await scim.group('Others', [ada])
      expect(await roleOf(ada)).toBe('member by default')
      await scim.patch(id, { op: 'replace', path: 'displayName', value: 'Admins' })
      expect(await roleOf(ada)).toBe('admin by group')
      await scim.patch(id, { op: 'replace', value: { displayName: 'Others', externalId: 'ext-1' } })
      expect(await roleOf(ada)).toBe('admin by group')
      await scim.patch(id, { op: 'remove', path: 'externalId' })
      expect(await roleOf(ada)).toBe('member by default')
    })

    it('ends with the group', async () => {
      await setRules({ group: 'Admins', role: 'admin' })
      const id = await scim.group('Admins', [ada])
      await scim.send('DELETE', `/Groups/${id}`)
      expect(await roleOf(ada)).toBe('member by default')
    })

    it('holds for who is in a group inside the group', async () => {
      await setRules({ group: 'Admins', role: 'admin' })
      const inner = await scim.group('Inner', [ada])
      const outer = await scim.group('Admins', [inner])
      expect(await roleOf(ada)).toBe('admin by group')
      await scim.patch(inner, { op: 'add', path: 'members', value: toMembers([ben]) })
      expect(await roleOf(ben)).toBe('admin by group')
      await scim.patch(outer, { op: 'remove', path: 'members' })
      expect([await roleOf(ada), await roleOf(ben)]).toEqual(['member by default', 'member by default'])
    })

    it('stands in an order: the first that matches decides', async () => {
      await setRules({ group: 'Members', role: 'member' }, { group: 'Admins', role: 'admin' })
      await scim.group('Members', [ada])
      await scim.group('Admins', [ada, ben])
      expect(await roleOf(ada)).toBe('member by group')
      expect(await roleOf(ben)).toBe('admin by group')
    })

    it('takes effect when the rules change, and ends when they are taken away', async () => {
      await scim.group('Admins', [ada])
      expect(await roleOf(ada)).toBe('member by default')
      await setRules({ group: 'Admins', role: 'admin' })
      expect(await roleOf(ada)).toBe('admin by group')
      await setRules()
      expect(await roleOf(ada)).toBe('member by default')
    })

    it('never touches a role that was given by hand, nor an owner', async () => {
      for (const [id, role] of [
        [ada, 'owner'],
        [ben, 'admin'],
      ] as const)
        await service.admin.call('updateUser', { params: { ...params(), id }, body: { role } })
      await setRules({ group: 'Staff', role: 'member' })
      await scim.group('Staff', [ada, ben])
      expect([await roleOf(ada), await roleOf(ben)]).toEqual(['owner by hand', 'admin by hand'])
    })
  })

  describe('the management API', () => {
    it('lists groups and members, and a user’s groups', async () => {
      const id = await scim.group('Engineering', [ada, ben], { externalId: 'e1' })
      await scim.group('Sales')
      const found = await service.admin.call('listGroups', { params: params(), query: { search: 'engin' } })
      expect(found.items).toMatchObject([{ id, displayName: 'Engineering', externalId: 'e1' }])
      const members = await service.admin.call('listMembers', {
        params: { ...params(), id },
        query: { limit: 1 },
      })
      expect(members.items).toMatchObject([{ id: ada, type: 'user', display: 'ada@acme.test' }])
      const rest = await service.admin.call('listMembers', {
        params: { ...params(), id },
        query: { cursor: members.nextCursor as string },
      })
      expect(rest).toMatchObject({ items: [{ id: ben }], nextCursor: null })
      const user = await service.admin.call('getUser', { params: { ...params(), id: ada } })
      expect(user.groups).toEqual([{ id, displayName: 'Engineering' }])
    })
  })
})

// A change that touches many roles: answered at once, carried out in slices, and right in the end whatever happens in between.
// Judges: server/provisioning.
import { type RawBuilder, sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { purgeDeletedOrganizations } from '../../packages/server/src/organizations/purge.ts'
import { carryOutRoleChanges } from '../../packages/server/src/provisioning/group-roles.ts'
import { hasRoleChanges } from '../../packages/server/src/provisioning/role-changes.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'
import { createClient, type ScimClient, toMembers } from '../scim/client.ts'

const people = 620

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let directory: Directory
  let scim: ScimClient
  let groupId: string
  let ids: readonly string[]
  const params = () => ({ slug: directory.organization.slug })

  beforeEach(async () => {
    service ??= await start()
    directory = await service.createOrganization()
    scim = createClient(directory)
    const users = Array.from({ length: people }, (_, at) => ({ userName: `person-${at}` }))
    const body = { dryRun: false, users: users as never }
    await service.admin.call('importUsers', { params: params(), body })
    const { body: page } = await scim.send('GET', '/Users?count=1000&attributes=id')
    ids = (page.Resources as { id: string }[]).map(({ id }) => id)
    groupId = await scim.group('Everybody')
    for (let at = 0; at < people; at += 310)
      await scim.patch(groupId, { op: 'add', path: 'members', value: toMembers(ids.slice(at, at + 310)) })
  })

  const setRules = (...mappings: { group: string; role: 'admin' | 'member' }[]) =>
    service.admin.call('putRoleMappings', { params: params(), body: { mappings } })
  const rename = (displayName: string) =>
    scim.patch(groupId, { op: 'replace', path: 'displayName', value: displayName })
  const countAdmins = async () => {
    let [count, cursor] = [0, undefined as string | undefined]
    do {
      const query = { role: 'admin' as const, limit: 200, cursor }
      const page = await service.admin.call('listUsers', { params: params(), query })
      count += page.items.length
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return count
  }
  const waiting = async () =>
    (await service.admin.call('getProvisioning', { params: params() })).rolesUnderWay
  /** Stops as a node does that dies: after so many slices. */
  const carryOut = (slices = Number.POSITIVE_INFINITY) => {
    let left = slices
    return carryOutRoleChanges(service.database, service.now, () => left-- <= 0)
  }

  describe('M25 rename in slices', () => {
    it('says that it is under way, and nobody has changed before the first slice', async () => {
      await setRules({ group: 'Admins', role: 'admin' })
      const answer = await rename('Admins')
      expect(answer.headers.get('rollcall-roles-under-way')).toBe(String(people))
      expect([await countAdmins(), await waiting()]).toEqual([0, people])
      await service.flushActivity()
      const { items } = await service.admin.call('listActivity', { params: params(), query: { limit: 1 } })
      expect(items[0]?.explanation).toContain(`The roles of ${people} people follow in slices.`)
      await carryOut()
      expect([await countAdmins(), await waiting()]).toEqual([people, 0])
    })

    it('O9: of one organization that cannot be carried out holds up nobody behind it', async () => {
      await setRules({ group: 'Admins', role: 'admin' })
      await rename('Admins')
      const other = await service.createOrganization()
      const own = { slug: other.organization.slug }
      const body = { mappings: [{ group: 'Admins', role: 'admin' as const }] }
      await service.admin.call('putRoleMappings', { params: own, body })
      const users = Array.from({ length: 510 }, (_, at) => ({ userName: `other-${at}` }))
      await service.admin.call('importUsers', { params: own, body: { dryRun: false, users } as never })
      const client = createClient(other)
      const { body: page } = await client.send('GET', '/Users?count=1000&attributes=id')
      const members = (page.Resources as { id: string }[]).map(({ id }) => id)
      const group = await client.group('Few', members)
      await client.patch(group, { op: 'replace', path: 'displayName', value: 'Admins' })
      const spoil = (act: RawBuilder<string>) =>
        service.database.inOrganization(createScope(directory.organization.id), async (tx) =>
          tx.write(
            organizationQuery(({ db, organizationId }) =>
              db.updateTable('role_change').set({ act }).where('organization_id', '=', organizationId),
            ),
            {},
          ),
        )
      await spoil(sql<string>`'{' || act`)
      await expect(carryOut()).rejects.toThrow()
      const { rolesUnderWay } = await service.admin.call('getProvisioning', { params: own })
      expect([rolesUnderWay, await waiting()]).toEqual([0, people])
      await spoil(sql<string>`substr(act, 2)`)
      await carryOut()
      expect(await waiting()).toBe(0)
    })

    it('goes on where a node left it, with one event for each person and by who did it', async () => {
      await setRules({ group: 'Admins', role: 'admin' })
      await rename('Admins')
      await carryOut(2)
      const after = await countAdmins()
      expect(after).toBeGreaterThan(0)
      expect(after).toBeLessThan(people)
      expect(after + (await waiting())).toBe(people)
      await carryOut()
      expect([await countAdmins(), await waiting()]).toEqual([people, 0])
      const query = { type: 'user.role_changed', subject: ids[0] as string }
      const { items } = await service.admin.call('listEvents', { params: params(), query })
      expect(items).toMatchObject([
        { actor: { kind: 'api_key', id: directory.keyId }, data: { before: 'member', after: 'admin' } },
      ])
    })

    it('ends by what holds last, when the name goes back on the way', async () => {
      await setRules({ group: 'Admins', role: 'admin' })
      await rename('Admins')
      await carryOut(3)
      await rename('Everybody')
      await carryOut()
      expect([await countAdmins(), await waiting()]).toEqual([0, 0])
    })

    it('is so for rules, for a group that goes, and for members who leave, too', async () => {
      await setRules({ group: 'Everybody', role: 'admin' })
      await carryOut()
      expect(await countAdmins()).toBe(people)
      const removed = await scim.patch(groupId, { op: 'remove', path: 'members' })
      expect(removed.headers.get('rollcall-roles-under-way')).toBe(String(people))
      await carryOut()
      expect(await countAdmins()).toBe(0)
      await scim.patch(groupId, { op: 'add', path: 'members', value: toMembers(ids) })
      await carryOut()
      expect(await countAdmins()).toBe(people)
      const gone = await scim.send('DELETE', `/Groups/${groupId}`)
      expect(gone.headers.get('rollcall-roles-under-way')).toBe(String(people))
      await carryOut()
      expect([await countAdmins(), await waiting()]).toEqual([0, 0])
    })

    it('lets others in between two slices', async () => {
      const other = createClient(await service.createOrganization())
      await setRules({ group: 'Admins', role: 'admin' })
      await rename('Admins')
      const order: string[] = []
      const all = carryOut().then(() => order.push('all roles'))
      const one = other.user('somebody').then(() => order.push('one request'))
      await Promise.all([all, one])
      expect(order).toEqual(['one request', 'all roles'])
    })

    it('is carried out by two nodes at once as by one', async () => {
      await setRules({ group: 'Admins', role: 'admin' })
      await rename('Admins')
      await Promise.all([carryOut(), carryOut()])
      await carryOut()
      expect([await countAdmins(), await waiting()]).toEqual([people, 0])
      const query = { type: 'user.role_changed', subject: ids[300] as string }
      const { items } = await service.admin.call('listEvents', { params: params(), query })
      expect(items).toHaveLength(1)
    })

    it('goes with its organization', async () => {
      await setRules({ group: 'Admins', role: 'admin' })
      await rename('Admins')
      const { slug } = params()
      await service.admin.call('deleteOrganization', { params: { slug }, body: { confirm: slug } })
      await carryOut()
      await purgeDeletedOrganizations(service.database, () => false)
      expect(await hasRoleChanges(service.database)).toBe(false)
    })
  })
})

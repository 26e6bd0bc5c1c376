// Whom a rule makes an administrator, the directory has chosen, and their address with them: that is nobody's way to a mailed link by
// which single sign-on is mended, where the organization does not vouch for the address's domain.
// Judges: server/provisioning.
import { beforeAll, describe, expect, it } from 'vitest'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'

const core = 'urn:ietf:params:scim:schemas:core:2.0'

forOneStore(import.meta.filename, (start, store) => {
  let service: Service
  let directory: Directory
  let params: { slug: string }
  let group: string
  const domain = `recovered-${store}.test`
  const outside = 'mallory@elsewhere.test'

  beforeAll(async () => {
    service = await start({ hasMail: true })
    directory = await service.createOrganization()
    params = { slug: directory.organization.slug }
    const { id } = await service.admin.call('createDomain', { params, body: { name: domain } })
    await service.admin.call('updateDomain', { params: { ...params, id }, body: { isVerified: true } })
    const mappings = [{ group: 'Admins', role: 'admin' } as const]
    await service.admin.call('putRoleMappings', { params, body: { mappings } })
    group = await send('POST', '/Groups', { schemas: [`${core}:Group`], displayName: 'Admins' })
  })

  const send = async (method: string, path: string, body: unknown): Promise<string> => {
    const headers = { authorization: `Bearer ${directory.key}`, 'content-type': 'application/scim+json' }
    const url = `${directory.scimUrl}${path}`
    const response = await directory.send(new Request(url, { method, headers, body: JSON.stringify(body) }))
    expect(response.status).toBeLessThan(300)
    return response.status === 204 ? '' : ((await response.json()) as { id: string }).id
  }
  const patch = (path: string, ...operations: readonly object[]) =>
    send('PATCH', path, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: operations,
    })
  const make = (userName: string, email: string) =>
    send('POST', '/Users', { schemas: [`${core}:User`], userName, emails: [{ value: email, primary: true }] })
  const join = (id: string) =>
    patch(`/Groups/${group}`, { op: 'add', path: 'members', value: [{ value: id }] })
  const leave = (id: string) => patch(`/Groups/${group}`, { op: 'remove', path: `members[value eq "${id}"]` })
  const setAddress = (id: string, value: string) =>
    patch(`/Users/${id}`, { op: 'replace', path: 'emails', value: [{ value, primary: true }] })
  const read = async (id: string) => {
    const at = { params: { ...params, id } }
    const { role, email } = await service.admin.call('getUser', at)
    const { address } = await service.admin.call('getRecoveryAddress', at)
    return { role, email, address }
  }

  describe('authority 3: a recovery address', () => {
    it('of somebody whom a rule makes an administrator is one of a domain that the organization has proved, or none', async () => {
      const [inside, stranger] = [`ann@${domain}`, await make('stranger', outside)]
      const ann = await make('ann', inside)
      for (const id of [ann, stranger]) await join(id)
      expect(await read(ann)).toEqual({ role: 'admin', email: inside, address: inside })
      expect(await read(stranger)).toEqual({ role: 'admin', email: outside, address: null })
    })

    it('is not changed by taking the role away and giving it again', async () => {
      const own = `bo@${domain}`
      const id = await make('bo', own)
      await join(id)
      await leave(id)
      expect((await read(id)).role).toBe('member')
      await setAddress(id, outside)
      await join(id)
      expect(await read(id)).toEqual({ role: 'admin', email: outside, address: own })
      await leave(id)
      await setAddress(id, `other@${domain}`)
      await join(id)
      expect((await read(id)).address).toBe(own)
    })

    it('of somebody who is given the role by name is the one that they have, wherever it is', async () => {
      const id = await make('eve', outside)
      await service.admin.call('updateUser', { params: { ...params, id }, body: { role: 'admin' } })
      expect((await read(id)).address).toBe(outside)
    })

    it('of somebody whom the default role makes an administrator is held to the same', async () => {
      await service.admin.call('updateOrganization', { params, body: { defaultRole: 'admin' } })
      const [inside, stranger] = [await make('in', `in@${domain}`), await make('out', outside)]
      expect((await read(inside)).address).toBe(`in@${domain}`)
      expect(await read(stranger)).toMatchObject({ role: 'admin', address: null })
    })
  })
})

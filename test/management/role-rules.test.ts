// What rules for roles would change is said before they are kept, by both sources of groups, and comes true when they are.
// Judges: server/provisioning, server/users.
import { beforeAll, describe, expect, it } from 'vitest'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

type Rule = { readonly group: string; readonly role: 'admin' | 'member' }
const urn = 'urn:ietf:params:scim:schemas:core:2.0:'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })
  const callsOf = (company: Company) => {
    const params = company.organization
    const body = (mappings: readonly Rule[]) => ({ mappings: [...mappings] })
    return {
      put: (...rules: Rule[]) => service.admin.call('putRoleMappings', { params, body: body(rules) }),
      preview: (...rules: Rule[]) => service.admin.call('previewRoleMappings', { params, body: body(rules) }),
      names: async (search?: string) =>
        (await service.admin.call('listGroupNames', { params, query: { search } })).items,
      roles: async () => {
        const query = { limit: 200 }
        const { items } = await service.admin.call('listUsers', { params, query })
        return Object.fromEntries(items.map(({ userName, role }) => [userName.split('@')[0] ?? '', role]))
      },
      events: async () => (await service.admin.call('listEvents', { params, query: {} })).items.length,
    }
  }
  const short = ({ changes, ...rest }: Awaited<ReturnType<ReturnType<typeof callsOf>['preview']>>) => ({
    ...rest,
    changes: changes.map(({ when, before, after, count, people }) => {
      const names = people.map(({ name }) => /[a-z]+(?=@)/.exec(name)?.[0])
      return `${when} ${before}>${after} ${count}: ${names.toSorted().join(' ')}`
    }),
  })
  const admins = { group: 'Admins', role: 'admin' } as const
  const staff = { group: 'Staff', role: 'admin' } as const
  /** A directory with Ann in Admins and Bob in a group inside it. */
  const push = async (company: Company) => {
    const params = company.organization
    await service.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
    const { token } = await service.admin.call('createKey', { params, body: { name: 'x' } })
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
    const post = async (path: 'Users' | 'Groups', body: object) => {
      const schemas = [`${urn}${path.slice(0, -1)}`]
      const init = { method: 'POST', headers, body: JSON.stringify({ schemas, ...body }) }
      const answer = await service.send(new Request(`${service.url}/scim/v2/${path}`, init))
      return ((await answer.json()) as { readonly id: string }).id
    }
    const user = (name: string) => post('Users', { userName: `${name}@${company.domain}`, active: true })
    const [ann, bob] = [await user('ann'), await user('bob')]
    await user('cid')
    const inner = await post('Groups', { displayName: 'Inner', members: [{ value: bob }] })
    await post('Groups', { displayName: 'Admins', members: [{ value: ann }, { value: inner }] })
  }

  describe('B-14: rules for roles', () => {
    it('say who would gain and lose by groups of the directory; keeping them does just that, and a preview nothing', async () => {
      const company = await createCompany(service)
      await push(company)
      const { put, preview, roles, events, names } = callsOf(company)
      const before = await events()
      expect(short(await preview(admins, { group: 'Enginering', role: 'member' }))).toEqual({
        people: 3,
        withheld: 0,
        unknownGroups: ['Enginering'],
        changes: ['saved member>admin 2: ann bob'],
      })
      expect(await events()).toBe(before)
      expect(await roles()).toEqual({ ann: 'member', bob: 'member', cid: 'member' })
      expect(await put(admins)).toEqual({ mappings: [admins], changed: 2, waiting: 0 })
      expect(await roles()).toEqual({ ann: 'admin', bob: 'admin', cid: 'member' })
      expect((await preview(admins)).changes).toEqual([])
      // Of those alone whom the first rule that matches does not keep.
      const inner = { group: 'Inner', role: 'admin' } as const
      expect(short(await preview(inner))).toMatchObject({ changes: ['saved admin>member 1: ann'] })
      const [bob] = (
        await service.admin.call('listUsers', {
          params: company.organization,
          query: { search: 'bob' },
        })
      ).items
      const params = { ...company.organization, id: bob?.id ?? '' }
      await service.admin.call('updateUser', { params, body: { role: 'admin' } })
      expect(short(await preview())).toMatchObject({ changes: ['saved admin>member 1: ann'] })
      expect(await put()).toMatchObject({ changed: 1 })
      expect(await names()).toEqual([
        { name: 'Admins', sources: ['directory'] },
        { name: 'Inner', sources: ['directory'] },
      ])
    })

    it('say who would by groups of the last sign-ins, at the next one, and that comes true', async () => {
      const company = await createCompany(service)
      const { put, preview, roles, names } = callsOf(company)
      const signIn = (name: string, ...groups: string[]) => company.signIn(company.person(name, { groups }))
      await signIn('ann', 'Staff', 'Other')
      await signIn('bob', 'Other')
      expect(await names()).toEqual([
        { name: 'Other', sources: ['sign_ins'] },
        { name: 'Staff', sources: ['sign_ins'] },
      ])
      expect(await names('sta')).toHaveLength(1)
      expect(short(await preview(staff))).toEqual({
        people: 2,
        withheld: 0,
        unknownGroups: [],
        changes: ['signed_in member>admin 1: ann'],
      })
      expect(await put(staff)).toMatchObject({ changed: 0 })
      // It comes by the rules that are kept, not by these.
      expect((await preview(staff)).changes).toEqual([])
      await signIn('ann', 'Staff', 'Other')
      expect(await roles()).toEqual({ ann: 'admin', bob: 'member' })
      expect(short(await preview())).toMatchObject({ changes: ['signed_in admin>member 1: ann'] })
      await put()
      await signIn('ann', 'Staff', 'Other')
      expect(await roles()).toEqual({ ann: 'member', bob: 'member' })
    })
  })
})

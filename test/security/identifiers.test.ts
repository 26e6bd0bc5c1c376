// Names that look alike: spaces, spellings and letters by which somebody could pass for somebody else.
// Judges: server/base, server/provisioning.
import { beforeAll, describe, expect, it } from 'vitest'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationStatement } from '../../packages/server/src/store/statement.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

const spaces = [' ', '\n', '\u00a0', '\u2003', '\u3000', '\ufeff']

const setLost = organizationStatement<{ at: number | null }>('test_lose_domains')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('domain')
      .set({ lost_at: place('at') })
      .where('organization_id', '=', organizationId),
)

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  const usersOf = async (company: Company) =>
    (await service.admin.call('listUsers', { params: company.organization, query: { limit: 200 } })).items
  const lastCode = async (company: Company) => {
    await service.flushActivity()
    const query = { kind: 'sign_in' as const, limit: 1 }
    return (await service.admin.call('listActivity', { params: company.organization, query })).items[0]?.code
  }

  describe('names', () => {
    let acme: Company
    beforeAll(async () => {
      acme = await createCompany(service)
    })

    it('M6 name-id-spaces: a NameID with a space at an end is nobody, and says why', async () => {
      const boss = acme.person('boss')
      expect((await acme.signIn(boss)).status).toBe(200)
      for (const space of spaces)
        for (const nameId of [space + boss.nameId, boss.nameId + space]) {
          const landed = await acme.signIn({ nameId, attributes: { email: [`other@${acme.domain}`] } })
          expect(landed.text, JSON.stringify(nameId)).toContain('not set up correctly')
          expect(landed.browser.cookies.has('rollcall_session')).toBe(false)
          expect(await lastCode(acme)).toBe('name_id_spaces')
        }
      expect(await usersOf(acme)).toHaveLength(1)
    })

    it('M6 a group name with a space at an end is another group, and gives no role', async () => {
      await service.admin.call('putRoleMappings', {
        params: acme.organization,
        body: { mappings: [{ group: 'Admins', role: 'admin' }] },
      })
      for (const [index, group] of spaces.flatMap((one) => [`${one}Admins`, `Admins${one}`]).entries())
        expect((await acme.signIn(acme.person(`guest${index}`, { groups: [group] }))).status).toBe(200)
      expect((await acme.signIn(acme.person('chief', { groups: ['Admins'] }))).status).toBe(200)
      const admins = (await usersOf(acme)).filter(({ role }) => role === 'admin')
      expect(admins.map(({ userName }) => userName)).toEqual([`chief@${acme.domain}`])
    })

    it('F35 F39 one address has one account, however its domain is spelled; what is no address makes none', async () => {
      const company = await createCompany(service, { domain: 'b\u00fccher-company.test' })
      const ascii = 'xn--bcher-company-wob.test'
      const first = await company.signIn({
        nameId: 'one',
        attributes: { email: ['ceo@b\u00fccher-company.test'] },
      })
      expect(first.status).toBe(200)
      const [ceo] = await usersOf(company)
      expect(ceo?.email).toBe(`ceo@${ascii}`)
      for (const twin of [
        `ceo@${ascii}`,
        `mailto:ceo@${ascii}`,
        `SMTP:CEO@${ascii.toUpperCase()}`,
        'ceo@b\u00fc\u00adcher-company.test',
        'ceo@b\u00fccher-company\u3002test',
        'ceo@b\u00fccher-\uff43ompany.test',
        'ceo@bu\u0308cher-company.test',
      ]) {
        expect((await company.signIn({ nameId: 'two', attributes: { email: [twin] } })).status, twin).toBe(
          403,
        )
        expect(await lastCode(company), twin).toBe('identity_changed')
      }
      for (const wrong of [
        `c\u200beo@${ascii}`,
        `ceo\u00ad@${ascii}`,
        `CN=x,E=ceo@${ascii}`,
        `a;ceo@${ascii}`,
      ]) {
        expect((await company.signIn({ nameId: 'three', attributes: { email: [wrong] } })).status).toBe(403)
        expect(await lastCode(company), wrong).toBe('address_missing')
      }
      expect(await usersOf(company)).toHaveLength(1)
    })

    it('F39 somebody whom a client stored under the other spelling is found', async () => {
      const company = await createCompany(service, { domain: 'm\u00fcller-company.test' })
      await service.admin.call('updateProvisioning', { params: company.organization, body: { mode: 'scim' } })
      const key = await service.admin.call('createKey', { params: company.organization, body: { name: 'k' } })
      const made = await service.send(
        new Request(`${service.url}/scim/v2/Users`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key.token}`, 'content-type': 'application/scim+json' },
          body: JSON.stringify({
            schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
            userName: 'kim',
            emails: [{ value: 'Kim@M\u00dcLLER-company.test', primary: true }],
          }),
        }),
      )
      expect(made.status).toBe(201)
      const person = { nameId: 'k', attributes: { email: ['kim@xn--mller-company-wob.test'] } }
      expect((await company.signIn(person)).status).toBe(200)
      expect((await usersOf(company)).map(({ userName }) => userName)).toEqual(['kim'])
    })

    it('a lost domain makes and links nobody after 14 days, lets those in who are known, and is whole again with its record', async () => {
      const company = await createCompany(service)
      const day = 86_400_000
      const lose = (days: number | null) =>
        service.database.inOrganization(createScope(company.organization.id), async (tx) =>
          tx.write(setLost, { at: days === null ? null : Math.floor(service.now() - days * day) }),
        )
      expect((await company.signIn(company.person('before'))).status).toBe(200)
      await lose(13)
      expect((await company.signIn(company.person('within'))).status).toBe(200)
      await lose(14.01)
      expect((await company.signIn(company.person('after'))).status).toBe(403)
      expect((await company.signIn(company.person('before'))).status).toBe(200)
      await lose(null)
      expect((await company.signIn(company.person('after'))).status).toBe(200)
    })
  })
})

// What we vouch for to applications: an address that its own identity provider named, in a domain that it speaks for, and that
// nobody could take for somebody else's.
// Judges: server/openid-provider.
import { beforeAll, describe, expect, it } from 'vitest'
import { isVouchedFor } from '../../packages/server/src/openid-provider/vouched.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationStatement } from '../../packages/server/src/store/statement.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

const day = 86_400_000
const user = 'urn:ietf:params:scim:schemas:core:2.0:User'

// As the sign-in leaves it; null is what versions of before left.
const setProved = organizationStatement<{ userId: string; key: string | null }>('test_proved_key')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('identity')
      .set({ proved_key: place('key') })
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', place('userId')),
)
const setLost = organizationStatement<{ at: number | null }>('test_domain_lost')(
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
  const scopeOf = ({ organization }: Company) => createScope(organization.id)
  const personOf = async (company: Company, userName: string) => {
    const { items } = await service.admin.call('listUsers', {
      params: company.organization,
      query: { limit: 200 },
    })
    return items.find((one) => one.userName === userName)?.id ?? ''
  }
  const vouched = (company: Company, id: string, email: string) =>
    service.database.inOrganization(scopeOf(company), (tx) => isVouchedFor(tx, id, email, service.now()))

  describe('email_verified', () => {
    let acme: Company
    let address: string
    let id: string
    beforeAll(async () => {
      acme = await createCompany(service)
      address = `ada@${acme.domain}`
      await acme.signIn(acme.person('ada'))
      id = await personOf(acme, address)
    })

    it('is true of an address that was asserted, in a domain of that connection', async () => {
      expect(await vouched(acme, id, address)).toBe(true)
      expect(await vouched(acme, id, address.toUpperCase().replace('ADA', 'Ada'))).toBe(true)
      expect(await vouched(acme, id, 'ada@elsewhere.test')).toBe(false)
      expect(await vouched(acme, id, 'no address')).toBe(false)
    })

    it('is true of what the latest sign-in proved alone; of a person from before, of the address that they have', async () => {
      const set = (key: string | null) =>
        service.database.inOrganization(scopeOf(acme), async (tx) => tx.write(setProved, { userId: id, key }))
      for (const [key, isTrue] of [
        [address, true],
        ['', false],
        [`other@${acme.domain}`, false],
        [null, true],
      ] as const) {
        await set(key)
        expect(await vouched(acme, id, address), String(key)).toBe(isTrue)
      }
    })

    it('is never true of a look-alike: full-width, soft hyphen, zero width, Cyrillic, dotless i', async () => {
      const { domain } = acme
      for (const twin of [
        `ada@${domain.replace('c', '\uff43')}`,
        `ada@${domain.replace('.', '\u3002')}`,
        `ada@co\u00ad${domain.slice(2)}`,
        `a\u200bda@${domain}`,
        `\u0430da@${domain}`,
        `\u0131da@${domain}`,
        `\uff41da@${domain}`,
        `mailto:${address}`,
        ` ${address}`,
        `${address}\u00a0`,
      ])
        expect(await vouched(acme, id, twin), JSON.stringify(twin)).toBe(false)
    })

    it('ends with a domain that has been lost for 14 days, and is back with its record', async () => {
      const lose = (at: number | null) =>
        service.database.inOrganization(scopeOf(acme), async (tx) => tx.write(setLost, { at }))
      await lose(service.now() - 13 * day)
      expect(await vouched(acme, id, address)).toBe(true)
      await lose(service.now() - 14 * day - 1_000)
      expect(await vouched(acme, id, address)).toBe(false)
      await lose(null)
      expect(await vouched(acme, id, address)).toBe(true)
    })

    it('is not true where another active person has the address too, in any spelling', async () => {
      const company = await createCompany(service, { domain: 'm\u00f6bel-company.test' })
      const ascii = 'xn--mbel-company-4ib.test'
      await company.signIn({ nameId: 'x', attributes: { email: [`kim@${ascii}`] } })
      const own = await personOf(company, `kim@${ascii}`)
      expect(await vouched(company, own, `kim@${ascii}`)).toBe(true)
      await service.admin.call('updateProvisioning', { params: company.organization, body: { mode: 'scim' } })
      const { token } = await service.admin.call('createKey', {
        params: company.organization,
        body: { name: 'k' },
      })
      const scim = (method: string, path: string, body: object) =>
        service.send(
          new Request(`${service.url}/scim/v2${path}`, {
            method,
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
            body: JSON.stringify(body),
          }),
        )
      const emails = [{ value: 'KIM@m\u00f6bel-company.test' }]
      const made = await scim('POST', '/Users', { schemas: [user], userName: 'twin', emails })
      expect(made.status).toBe(201)
      expect(await vouched(company, own, `kim@${ascii}`)).toBe(false)
      const twin = ((await made.json()) as { id: string }).id
      await service.admin.call('deactivateUser', { params: { ...company.organization, id: twin } })
      expect(await vouched(company, own, `kim@${ascii}`)).toBe(true)
    })

    it('is not true by a connection that does not speak for the domain', async () => {
      const company = await createCompany(service)
      await company.signIn(company.person('lou'))
      const lou = await personOf(company, `lou@${company.domain}`)
      expect(await vouched(company, lou, `lou@${company.domain}`)).toBe(true)
      const ties = organizationStatement('test_untie')(({ db, organizationId }) =>
        db.deleteFrom('domain_tie').where('organization_id', '=', organizationId),
      )
      await service.database.inOrganization(scopeOf(company), async (tx) => tx.write(ties, {}))
      expect(await vouched(company, lou, `lou@${company.domain}`)).toBe(false)
    })
  })
})

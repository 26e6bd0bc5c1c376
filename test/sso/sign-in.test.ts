// Manual provisioning: people of a verified domain sign in by SAML and have an account; whoever should not get in does not.
import { beforeAll, describe, expect, it } from 'vitest'
import { forEachStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

forEachStore((start) => {
  describe('a sign-in in manual mode', () => {
    let service: Service
    let acme: Company
    beforeAll(async () => {
      service = await start()
      acme = await createCompany(service)
    })
    const users = async () =>
      (
        await service.admin.call('listUsers', {
          params: { slug: acme.organization.slug },
          query: { limit: 200 },
        })
      ).items

    it('creates the account of an unknown person of a verified domain, and opens a session', async () => {
      const landed = await acme.signIn(acme.person('alice'))
      expect(landed.status).toBe(200)
      expect(landed.url).toBe(`${service.url}/me`)
      expect(landed.text).toContain(`alice@${acme.domain}`)
      const [user] = (await users()).filter(({ userName }) => userName === `alice@${acme.domain}`)
      expect(user).toMatchObject({
        source: 'sso',
        managedBy: null,
        role: 'member',
        active: true,
        givenName: 'alice',
        familyName: 'Person',
        email: `alice@${acme.domain}`,
      })
    })
  })
})

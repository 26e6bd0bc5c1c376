// Single sign-on from the login page and back, in both modes: who gets in, who does not, and what is told to whom.
// Advisories: CVE-2025-22146, CVE-2026-27197, CVE-2026-42354, CVE-2026-56223, CVE-2023-6837, CVE-2024-7341, CVE-2024-28239.
// Judges: server/sso, server/provisioning, server/sign-ins.
import { beforeAll, describe, expect, it } from 'vitest'
import { purgeDeletedPeople } from '../../packages/server/src/users/purge-deleted.ts'
import { createBrowser } from '../harness/browser.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  const usersOf = async (company: Company) =>
    (await service.admin.call('listUsers', { params: company.organization, query: { limit: 200 } })).items
  const findUser = async (company: Company, userName: string) =>
    (await usersOf(company)).find((user) => user.userName === userName)
  const eventsOf = async (company: Company, type: string) =>
    (await service.admin.call('listEvents', { params: company.organization, query: { type } })).items
  const lastVisit = async (company: Company) => {
    await service.flushActivity()
    const query = { kind: 'sign_in' as const, limit: 1 }
    return (await service.admin.call('listActivity', { params: company.organization, query })).items[0]
  }

  describe('manual mode', () => {
    let acme: Company
    beforeAll(async () => {
      acme = await createCompany(service)
    })

    it('creates the account of an unknown person of a verified domain, and opens a session', async () => {
      const landed = await acme.signIn(acme.person('alice'))
      expect(landed).toMatchObject({ status: 200, url: `${service.url}/me` })
      expect(landed.text).toContain(`alice@${acme.domain}`)
      expect(await findUser(acme, `alice@${acme.domain}`)).toMatchObject({
        source: 'sso',
        managedBy: null,
        role: 'member',
        active: true,
        givenName: 'alice',
        familyName: 'Person',
        email: `alice@${acme.domain}`,
      })
      expect(await lastVisit(acme)).toMatchObject({
        outcome: 'ok',
        code: null,
        connectionId: acme.connection.id,
      })
    })

    it('knows the person again, and takes what changed from the assertion', async () => {
      const before = await findUser(acme, `alice@${acme.domain}`)
      await acme.signIn(acme.person('alice', { lastName: ['Married'], title: ['Engineer'] }))
      const after = await findUser(acme, `alice@${acme.domain}`)
      expect(after).toMatchObject({ id: before?.id, familyName: 'Married', email: `alice@${acme.domain}` })
      expect((await eventsOf(acme, 'user.updated'))[0]?.data).toMatchObject({
        changes: expect.arrayContaining([expect.objectContaining({ attribute: 'title', after: 'Engineer' })]),
      })
    })

    it('records one event for each step: provisioned, linked, signed in', async () => {
      await acme.signIn(acme.person('eve'))
      const user = await findUser(acme, `eve@${acme.domain}`)
      const events = await service.admin.call('listEvents', {
        params: acme.organization,
        query: { subject: user?.id ?? '' },
      })
      expect(events.items.map(({ type }) => type).reverse()).toEqual([
        'user.provisioned',
        'user.identity_linked',
        'user.signed_in',
      ])
      expect(events.items[0]?.actor).toEqual({ kind: 'user', id: user?.id })
    })

    it('refuses an address of a domain that is not proved, by rule 4, and creates nobody', async () => {
      const before = (await usersOf(acme)).length
      const person = { nameId: 'x', attributes: { email: ['mallory@elsewhere.test'] } }
      const landed = await acme.signIn(person)
      expect(landed.status).toBe(403)
      expect(landed.text).not.toContain('elsewhere')
      const visit = await lastVisit(acme)
      expect(visit).toMatchObject({ outcome: 'refused', code: 'domain_not_verified' })
      expect(visit?.explanation).toContain('in no domain that this organization has proved')
      expect(landed.text).toContain(visit?.requestId)
      expect((await usersOf(acme)).length).toBe(before)
      expect(landed.browser.cookies.has('rollcall_session')).toBe(false)
    })

    it('refuses an assertion without an address', async () => {
      const landed = await acme.signIn({ nameId: 'opaque', attributes: { firstName: ['No'] } })
      expect(landed.status).toBe(403)
      expect(await lastVisit(acme)).toMatchObject({ code: 'address_missing' })
    })

    it('rule 12: takes a changed address inside proved domains, keeps the userName, and leaves a foreign one', async () => {
      const bob = acme.person('bob')
      await acme.signIn(bob)
      await acme.signIn({ ...bob, attributes: { ...bob.attributes, email: [`robert@${acme.domain}`] } })
      expect(await findUser(acme, `bob@${acme.domain}`)).toMatchObject({ email: `robert@${acme.domain}` })
      const landed = await acme.signIn({
        ...bob,
        attributes: { ...bob.attributes, email: ['bob@elsewhere.test'] },
      })
      expect(landed.status).toBe(200)
      expect(await findUser(acme, `bob@${acme.domain}`)).toMatchObject({ email: `robert@${acme.domain}` })
    })

    it('rule 12: never takes the address of somebody else', async () => {
      await acme.signIn(acme.person('carol'))
      const dave = acme.person('dave')
      await acme.signIn(dave)
      await acme.signIn({ ...dave, attributes: { ...dave.attributes, email: [`carol@${acme.domain}`] } })
      expect(await findUser(acme, `dave@${acme.domain}`)).toMatchObject({ email: `dave@${acme.domain}` })
    })

    it('rule 11: another identity with a known address is a stranger, and says so', async () => {
      await acme.signIn(acme.person('frank'))
      const landed = await acme.signIn({ ...acme.person('frank'), nameId: 'another-stable-id' })
      expect(landed.status).toBe(403)
      expect(await lastVisit(acme)).toMatchObject({ code: 'identity_changed' })
    })

    it('rule 5: links an account that is there by its proved address, but never an owner', async () => {
      const params = acme.organization
      const rows = ['grace', 'owner'].map((name) => ({ email: `${name}@${acme.domain}` }))
      await service.admin.call('importUsers', { params, body: { dryRun: false, users: rows } })
      const owner = await findUser(acme, `owner@${acme.domain}`)
      await service.admin.call('updateUser', {
        params: { ...params, id: owner?.id ?? '' },
        body: { role: 'owner' },
      })
      expect((await acme.signIn(acme.person('grace'))).status).toBe(200)
      expect(await findUser(acme, `grace@${acme.domain}`)).toMatchObject({ source: 'imported' })
      expect((await acme.signIn(acme.person('owner'))).status).toBe(403)
      expect(await lastVisit(acme)).toMatchObject({ code: 'owner_must_link' })
    })

    it("an identity provider of A that asserts a person of B changes nothing of B, and A's refusal names the rule", async () => {
      const globex = await createCompany(service)
      await globex.signIn(globex.person('henry'))
      const before = JSON.stringify(await usersOf(globex))
      const landed = await acme.signIn(globex.person('henry'))
      expect(landed.status).toBe(403)
      expect((await lastVisit(acme))?.code).toBe('domain_not_verified')
      expect(JSON.stringify(await usersOf(globex))).toBe(before)
    })

    it('rule 6: one address in two organizations that share a domain is two people', async () => {
      const shared = await createCompany(service, { domain: acme.domain })
      await shared.signIn(shared.person('alice'))
      const [here, there] = [
        await findUser(acme, `alice@${acme.domain}`),
        await findUser(shared, `alice@${acme.domain}`),
      ]
      expect(here?.id).not.toBe(there?.id)
    })
  })

  describe('somebody who may not', () => {
    let acme: Company
    beforeAll(async () => {
      acme = await createCompany(service)
    })

    it('rule 10: a deactivated person is out everywhere at once, and no sign-in brings them back', async () => {
      const signedIn = await acme.signIn(acme.person('ivan'))
      const user = await findUser(acme, `ivan@${acme.domain}`)
      const params = { ...acme.organization, id: user?.id ?? '' }
      await service.admin.call('deactivateUser', { params })
      expect((await signedIn.browser.open('/me')).url).toContain('/sso')
      const again = await acme.signIn(acme.person('ivan'))
      expect(again.status).toBe(403)
      expect(await lastVisit(acme)).toMatchObject({ code: 'user_blocked' })
      await service.admin.call('reactivateUser', { params })
      expect((await signedIn.browser.open('/me')).url).toContain('/sso')
      expect((await acme.signIn(acme.person('ivan'))).status).toBe(200)
      expect((await findUser(acme, `ivan@${acme.domain}`))?.id).toBe(user?.id)
    })

    it('rule 3: a connection that was switched off lets nobody in, also those under way', async () => {
      const company = await createCompany(service)
      const browser = createBrowser(service.url, service.send)
      const left = await browser.open(`/saml/${company.connection.id}/login`)
      const answer = await company.provider.answer(left.url, company.person('judy'))
      const params = { slug: company.organization.slug, id: company.connection.id }
      await service.admin.call('updateConnection', { params, body: { isActive: false } })
      expect((await browser.postFromElsewhere(answer.acsUrl, answer.form)).status).toBe(403)
      expect((await lastVisit(company))?.code).toBe('connection_inactive')
      expect((await browser.open(`/saml/${company.connection.id}/login`)).status).toBe(403)
      expect(await usersOf(company)).toEqual([])
    })
  })

  describe('SCIM mode', () => {
    let acme: Company
    let key: string
    let leavers = 0
    const scim = async (method: string, path: string, body?: unknown) => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' }
      const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
      const response = await service.send(new Request(`${service.url}/scim/v2${path}`, init))
      return {
        status: response.status,
        body: (await response.json().catch(() => undefined)) as Record<string, unknown>,
      }
    }
    const provision = async (userName: string, more: object = {}) => {
      const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
      return scim('POST', '/Users', { schemas, userName, ...more })
    }
    beforeAll(async () => {
      acme = await createCompany(service)
      const params = acme.organization
      await service.admin.call('updateProvisioning', {
        params,
        body: { mode: 'scim', unknownSignIns: 'refuse' },
      })
      key = (await service.admin.call('createKey', { params, body: { name: 'Okta' } })).token
    })

    it('refuses whoever was not provisioned, with a page that says whom to ask', async () => {
      const landed = await acme.signIn(acme.person('stranger'))
      expect(landed.status).toBe(403)
      expect(landed.text).toContain('has not been provisioned yet')
      expect(await lastVisit(acme)).toMatchObject({ code: 'not_provisioned' })
      expect(await usersOf(acme)).toEqual([])
    })

    it('rule 9: links by stable id = externalId, by NameID = userName, by a proved address; each an event', async () => {
      await provision('by.id@elsewhere.test', { externalId: 'stable-1' })
      await provision('By.Name@elsewhere.test')
      await provision('opaque-login', { emails: [{ value: `by.address@${acme.domain}`, primary: true }] })
      const signIn = async (nameId: string, email: string) =>
        (await acme.signIn({ nameId, attributes: { email: [email] } })).status
      expect(await signIn('stable-1', 'contractor@elsewhere.test')).toBe(200)
      expect(await signIn('by.name@elsewhere.test', 'by.name@elsewhere.test')).toBe(200)
      expect(await signIn('whatever-7', `by.address@${acme.domain}`)).toBe(200)
      const reasons = (await eventsOf(acme, 'user.identity_linked')).map(({ data }) => data.reason)
      expect(reasons.sort()).toEqual(['address', 'external_id', 'user_name'])
    })

    it.each(['stable-1 ', 'STABLE-1', 'stable-10', 'xstable-1', 'stable-１'])(
      'rule 14: the stable id %j is not stable-1 (CVE-2026-27656)',
      async (nameId) => {
        const landed = await acme.signIn({
          nameId: `${nameId}x`,
          attributes: { email: ['who@elsewhere.test'] },
        })
        expect(landed.status).toBe(403)
        expect(await lastVisit(acme)).toMatchObject({ code: 'not_provisioned' })
      },
    )

    it('an externalId that two users have links nobody', async () => {
      await provision('twin.one@elsewhere.test', { externalId: 'twins' })
      await provision('twin.two@elsewhere.test', { externalId: 'twins' })
      const landed = await acme.signIn({ nameId: 'twins', attributes: {} })
      expect(landed.status).toBe(403)
    })

    it("SCIM's attributes win over the assertion's", async () => {
      await provision(`kept@${acme.domain}`, { name: { familyName: 'Directory' } })
      const landed = await acme.signIn(acme.person('kept'))
      expect(landed.status).toBe(200)
      expect(await findUser(acme, `kept@${acme.domain}`)).toMatchObject({
        familyName: 'Directory',
        managedBy: 'scim',
      })
    })

    it.each([
      ['active false', 'PATCH', { Operations: [{ op: 'replace', value: { active: false } }] }],
      ['active "False"', 'PATCH', { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] }],
      ['DELETE', 'DELETE', undefined],
    ])(
      'rule 10: %s ends the sessions at once and revives nobody (CVE-2023-22650)',
      async (_name, method, body) => {
        leavers += 1
        const userName = `leaver-${leavers}@${acme.domain}`
        const made = await provision(userName)
        const person = { nameId: userName, attributes: { email: [userName] } }
        const { browser } = await acme.signIn(person)
        expect((await browser.open('/me')).text).toContain(userName)
        const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
        await scim(
          method,
          `/Users/${String(made.body.id)}`,
          body === undefined ? undefined : { schemas, ...body },
        )
        expect((await browser.open('/me')).url).toContain('/sso')
        expect((await acme.signIn(person)).status).toBe(403)
        const code = (await lastVisit(acme))?.code
        expect(code).toBe(method === 'DELETE' ? 'user_deleted' : 'user_deactivated')
      },
    )

    it('rule 17: a new user of the same name releases what the deleted one held, and signs in', async () => {
      const userName = `again@${acme.domain}`
      const person = { nameId: userName, attributes: { email: [userName] } }
      const first = await provision(userName)
      await acme.signIn(person)
      await scim('DELETE', `/Users/${String(first.body.id)}`)
      expect((await acme.signIn(person)).status).toBe(403)
      const second = await provision(userName)
      expect(second.status).toBe(201)
      expect((await acme.signIn(person)).status).toBe(200)
      expect((await findUser(acme, userName))?.id).toBe(second.body.id)
    })

    it('M18 who was purged and is hired again signs in, by name, by externalId and by address; a sign-in alone brings nobody', async () => {
      const hires = [
        { first: {}, again: {}, rename: false },
        { first: { externalId: 'ext-hired' }, again: { externalId: 'ext-hired' }, rename: true },
        { first: {}, again: {}, rename: true },
      ]
      for (const [at, { first, again, rename }] of hires.entries()) {
        const address = `hired-${at}@${acme.domain}`
        const person = {
          nameId: at === 1 ? 'ext-hired' : `nameid-${at}`,
          attributes: { email: [address] },
        }
        const emails = [{ value: address, primary: true }]
        const before = await provision(address, { ...first, emails })
        expect((await acme.signIn(person)).status).toBe(200)
        await scim('DELETE', `/Users/${String(before.body.id)}`)
        await purgeDeletedPeople(service.database, service.now() + 31 * 86_400_000, () => false)
        expect((await acme.signIn(person)).status).toBe(403)
        expect((await lastVisit(acme))?.code).toBe('user_deleted')
        const after = await provision(rename ? `new-${address}` : address, { ...again, emails })
        expect(after.status).toBe(201)
        expect((await acme.signIn(person)).status).toBe(200)
        expect((await acme.signIn(person)).status).toBe(200)
        const own = await service.admin.call('getUser', {
          params: { ...acme.organization, id: String(after.body.id) },
        })
        expect(own.identities).toHaveLength(1)
      }
    })

    it('creates unknown people while the set-up is still connecting', async () => {
      const company = await createCompany(service)
      const params = company.organization
      const set = await service.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
      expect(set.unknownSignIns).toBe('create')
      expect((await company.signIn(company.person('early'))).status).toBe(200)
    })
  })

  describe('return_to', () => {
    let acme: Company
    beforeAll(async () => {
      acme = await createCompany(service)
      const origins = ['https://app.acme.test']
      await service.admin.call('updateOrganization', { params: acme.organization, body: { origins } })
    })

    it('leads to a registered origin after the sign-in', async () => {
      const login = `/saml/${acme.connection.id}/login?return_to=${encodeURIComponent('https://app.acme.test/projects?x=1')}`
      expect((await acme.signIn(acme.person('kim'), { login })).url).toBe(
        'https://app.acme.test/projects?x=1',
      )
    })

    it.each([
      'https://evil.test/',
      'https://app.acme.test.evil.test/',
      'https://app.acme.test@evil.test/',
      'https://user:pass@app.acme.test/',
      'http://app.acme.test/',
      'https://app.acme.test:8443/',
      '//evil.test',
      '/\\evil.test',
      'javascript:alert(1)',
      'data:text/html,x',
      'https:app.acme.test.evil.test',
    ])('%s is refused before anybody is sent anywhere (CVE-2024-28239)', async (target) => {
      const browser = createBrowser(service.url, service.send)
      const landed = await browser.open(
        `/saml/${acme.connection.id}/login?return_to=${encodeURIComponent(target)}`,
      )
      expect(landed.status).toBe(403)
      expect(await lastVisit(acme)).toMatchObject({ code: 'return_to_refused' })
    })
  })
})

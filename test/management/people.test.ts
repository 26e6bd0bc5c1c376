// Users, invitations, import and mappings through the management API.
// Judges: server/users, server/invitations, server/provisioning, server/organizations.
import { beforeAll, describe, expect, it } from 'vitest'
import { createBrowser } from '../harness/browser.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

const refusal = (code: string) => ({ problem: { code } })

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })
  const list = async (company: Company, query: object = {}) =>
    (await service.admin.call('listUsers', { params: company.organization, query: { limit: 200, ...query } }))
      .items
  const importAll = (company: Company, users: object[], dryRun = false) =>
    service.admin.call('importUsers', {
      params: company.organization,
      body: { dryRun, users: users as never },
    })
  const find = async (company: Company, userName: string) => {
    const [user] = (await list(company, { search: userName })).filter((one) => one.userName === userName)
    if (user === undefined) throw new Error(`no ${userName}`)
    return { user, params: { ...company.organization, id: user.id } }
  }
  const eventsOf = async (company: Company, type: string) =>
    (await service.admin.call('listEvents', { params: company.organization, query: { type } })).items
  const toScim = async (company: Company) => {
    const params = company.organization
    await service.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
    const { token } = await service.admin.call('createKey', { params, body: { name: 'x' } })
    return async (method: string, path: string, body?: object) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
      const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
      const response = await service.send(new Request(`${service.url}/scim/v2${path}`, init))
      const text = await response.text()
      return {
        status: response.status,
        body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
      }
    }
  }
  const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
  const patch = (value: object) => ({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', value }],
  })
  const enterAs = async (company: Company, role: 'owner' | 'admin') => {
    const link = await service.admin.call('createPortalLink', {
      params: company.organization,
      body: { role },
    })
    const browser = createBrowser(service.url, service.send)
    await browser.call('POST', '/portal-sessions', { token: link.url.split('token=')[1] })
    return browser
  }

  describe('the list of users', () => {
    let company: Company
    beforeAll(async () => {
      company = await createCompany(service)
      const rows = Array.from({ length: 120 }, (_, at) => ({
        userName: `Person-${String(at).padStart(3, '0')}`,
        email: `p${at}@${company.domain}`,
        displayName: `Display ${at}`,
        externalId: `e-${at}`,
      }))
      await importAll(company, rows)
    })

    it.each([
      ['person-01', 10],
      ['PERSON-119', 1],
      ['display 11', 11],
      ['p7@', 1],
      ['e-42', 1],
      ['e-4', 1],
      ['%', 0],
      ['erson', 0],
    ])('search %j finds %i', async (search, found) => {
      expect(await list(company, { search })).toHaveLength(found)
    })

    it('is read page by page, each person once', async () => {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const query = { limit: 50, ...(cursor === undefined ? {} : { cursor }) }
        const page = await service.admin.call('listUsers', { params: company.organization, query })
        seen.push(...page.items.map(({ id }) => id))
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      expect(seen).toHaveLength(120)
      expect(new Set(seen).size).toBe(120)
    })

    it('is filtered by source, role and activity', async () => {
      const { params } = await find(company, 'Person-000')
      await service.admin.call('deactivateUser', { params })
      expect(await list(company, { active: 'false' })).toHaveLength(1)
      expect(await list(company, { active: 'true' })).toHaveLength(119)
      expect(await list(company, { source: 'imported' })).toHaveLength(120)
      expect(await list(company, { source: 'sso' })).toHaveLength(0)
      expect(await list(company, { role: 'owner' })).toHaveLength(0)
    })
  })

  describe('what an administrator does to a user', () => {
    it('F35 F39 an import reads addresses as every other place does, and names the rows that have none', async () => {
      const company = await createCompany(service)
      const result = await importAll(company, [
        { email: 'mailto:eve@b\u00fccher.example' },
        { email: 'a;b@acme.test' },
        { userName: 'zero', email: 'c\u200beo@acme.test' },
        { userName: 'cn', email: 'CN=x,E=x@acme.test' },
        { email: 'eve@xn--bcher-kva.example' },
      ])
      expect(result).toMatchObject({ created: 1, faulty: 4 })
      expect(result.faults.map(({ row }) => row)).toEqual([2, 3, 4, 5])
      const items = await list(company, {})
      expect(items.map(({ userName, email }) => [userName, email])).toEqual([
        ['eve@xn--bcher-kva.example', 'eve@xn--bcher-kva.example'],
      ])
    })

    it('a block is a flag of its own: SCIM sees the person unchanged and its active:true does not lift it', async () => {
      const company = await createCompany(service)
      const scim = await toScim(company)
      const userName = `ann@${company.domain}`
      const made = await scim('POST', '/Users', { schemas: [userUrn], userName })
      const params = { ...company.organization, id: String(made.body.id) }
      const blocked = await service.admin.call('deactivateUser', { params })
      expect(blocked).toMatchObject({ active: false, blockedAt: expect.any(String) })
      expect((await scim('GET', `/Users/${params.id}`)).body.active).toBe(true)
      await scim('PATCH', `/Users/${params.id}`, patch({ active: true, displayName: 'Ann' }))
      expect((await company.signIn(company.person('ann'))).status).toBe(403)
      expect(await service.admin.call('reactivateUser', { params })).toMatchObject({ active: true })
      expect((await company.signIn(company.person('ann'))).status).toBe(200)
    })

    it('what the directory owns is refused with managed_by_scim', async () => {
      const company = await createCompany(service)
      const scim = await toScim(company)
      const made = await scim('POST', '/Users', { schemas: [userUrn], userName: 'x', active: false })
      const params = { ...company.organization, id: String(made.body.id) }
      await expect(
        service.admin.call('updateUser', { params, body: { displayName: 'Y' } }),
      ).rejects.toMatchObject(refusal('managed_by_scim'))
      await expect(service.admin.call('reactivateUser', { params })).rejects.toMatchObject(
        refusal('managed_by_scim'),
      )
      expect(await service.admin.call('updateUser', { params, body: { role: 'admin' } })).toMatchObject({
        role: 'admin',
        roleOrigin: 'hand',
      })
    })

    it('only an owner or the operator gives and takes ownership, and the last owner keeps it', async () => {
      const company = await createCompany(service)
      await importAll(company, [{ userName: 'one' }, { userName: 'two' }])
      const [one, two] = [await find(company, 'one'), await find(company, 'two')]
      const [admin, owner] = [await enterAs(company, 'admin'), await enterAs(company, 'owner')]
      const path = (id: string) => `/organizations/${company.organization.slug}/users/${id}`
      const denied = await admin.call('PATCH', path(one.user.id), { role: 'owner' })
      expect(await denied.json()).toMatchObject({ status: 403, code: 'owner_required' })
      expect((await owner.call('PATCH', path(one.user.id), { role: 'owner' })).status).toBe(200)
      expect((await admin.call('POST', `${path(one.user.id)}/deactivate`)).status).toBe(403)
      expect(await (await owner.call('PATCH', path(one.user.id), { role: 'member' })).json()).toMatchObject({
        code: 'last_owner',
      })
      await service.admin.call('updateUser', { params: two.params, body: { role: 'owner' } })
      expect((await owner.call('PATCH', path(one.user.id), { role: 'member' })).status).toBe(200)
    })

    it('a change of role ends the sessions that carried the old one', async () => {
      const company = await createCompany(service)
      const { browser } = await company.signIn(company.person('ann'))
      const { params } = await find(company, `ann@${company.domain}`)
      await service.admin.call('updateUser', { params, body: { role: 'admin' } })
      expect((await browser.open('/me')).url).toContain('/sso')
      const again = await company.signIn(company.person('ann'))
      expect(again.text).toContain('Organization settings')
    })

    it('the directory deactivates the last owner all the same: the organization is marked, until an owner is named', async () => {
      const company = await createCompany(service)
      const scim = await toScim(company)
      const made = await scim('POST', '/Users', { schemas: [userUrn], userName: 'boss' })
      await scim('POST', '/Users', { schemas: [userUrn], userName: 'next' })
      const boss = await find(company, 'boss')
      await service.admin.call('updateUser', { params: boss.params, body: { role: 'owner' } })
      expect((await scim('PATCH', `/Users/${String(made.body.id)}`, patch({ active: false }))).status).toBe(
        200,
      )
      const get = () => service.admin.call('getOrganization', { params: company.organization })
      expect((await get()).ownerlessAt).not.toBeNull()
      expect(await eventsOf(company, 'organization.ownerless')).toHaveLength(1)
      await service.admin.call('updateUser', {
        params: (await find(company, 'next')).params,
        body: { role: 'owner' },
      })
      expect((await get()).ownerlessAt).toBeNull()
    })

    it('an unlinked identity is a first sign-in again, and its sessions end', async () => {
      const company = await createCompany(service)
      const { browser } = await company.signIn(company.person('ann'))
      const { params } = await find(company, `ann@${company.domain}`)
      const body = { connectionId: company.connection.id }
      expect((await service.admin.call('getUser', { params })).identities).toHaveLength(1)
      expect((await service.admin.call('unlinkUser', { params, body })).identities).toEqual([])
      expect((await browser.open('/me')).url).toContain('/sso')
      expect((await company.signIn({ ...company.person('ann'), nameId: 'another' })).status).toBe(200)
    })

    it('is not done to one’s own account', async () => {
      const company = await createCompany(service)
      await company.signIn(company.person('ann'))
      const { user, params } = await find(company, `ann@${company.domain}`)
      await service.admin.call('updateUser', { params, body: { role: 'admin' } })
      const { browser } = await company.signIn(company.person('ann'))
      const answer = await browser.call(
        'POST',
        `/organizations/${company.organization.slug}/users/${user.id}/deactivate`,
      )
      expect(await answer.json()).toMatchObject({ status: 409, code: 'own_account' })
    })
  })

  describe('an invitation', () => {
    const accept = (url: string | null) =>
      createBrowser(service.url, service.send).call('POST', '/invitation-acceptances', {
        token: url?.split('token=')[1] ?? '',
      })

    it('is accepted once, makes the account with its role, and opens no session', async () => {
      const company = await createCompany(service)
      const params = company.organization
      const body = { email: `new@${company.domain}`, role: 'admin' } as const
      const { invitation, url } = await service.admin.call('createInvitation', { params, body })
      expect(url).toContain('/invitation#token=')
      const accepted = await accept(url)
      expect(accepted.status).toBe(200)
      expect(accepted.headers.getSetCookie()).toEqual([])
      expect((await accept(url)).status).toBe(410)
      expect((await find(company, body.email)).user).toMatchObject({
        source: 'invited',
        role: 'admin',
        roleOrigin: 'hand',
      })
      const [listed] = (await service.admin.call('listInvitations', { params, query: {} })).items
      expect(listed).toMatchObject({ id: invitation.id, status: 'accepted' })
      expect(JSON.stringify(listed)).not.toContain(url?.split('token=')[1])
      expect((await company.signIn(company.person('new'))).status).toBe(200)
      expect((await find(company, body.email)).user).toMatchObject({ source: 'invited', role: 'admin' })
      await expect(service.admin.call('createInvitation', { params, body })).rejects.toMatchObject(
        refusal('user_exists'),
      )
    })

    it('gives its role to a first sign-in with a proved address (rule 7)', async () => {
      const company = await createCompany(service)
      const params = company.organization
      const body = { email: `boss@${company.domain}`, role: 'admin' } as const
      const { url } = await service.admin.call('createInvitation', { params, body })
      await company.signIn(company.person('boss'))
      expect((await find(company, body.email)).user).toMatchObject({
        source: 'sso',
        role: 'admin',
        roleOrigin: 'hand',
      })
      expect((await accept(url)).status).toBe(410)
    })

    it('ends after seven days, and begins anew when it is sent again, with a new link', async () => {
      const company = await createCompany(service)
      const params = company.organization
      const { invitation, url } = await service.admin.call('createInvitation', {
        params,
        body: { email: 'late@x.test' },
      })
      service.advance(7 * 86_400_000)
      expect((await accept(url)).status).toBe(410)
      const again = await service.admin.call('resendInvitation', { params: { ...params, id: invitation.id } })
      expect((await accept(url)).status).toBe(410)
      expect((await accept(again.url)).status).toBe(200)
    })

    it('F49 is one for an address, whatever its case and the spelling of its domain; the newer one counts', async () => {
      const company = await createCompany(service, { domain: 'h\u00f6fer-company.test' })
      const params = company.organization
      const ascii = 'xn--hfer-company-4ib.test'
      const spellings = [`Kim@${ascii}`, 'kim@H\u00d6FER-company.test', 'mailto:KIM@h\u00f6fer-company.test']
      const links: (string | null)[] = []
      for (const email of spellings)
        links.push((await service.admin.call('createInvitation', { params, body: { email } })).url)
      const { items } = await service.admin.call('listInvitations', { params, query: {} })
      expect(items.map(({ state: status }) => status)).toEqual(['open', 'revoked', 'revoked'])
      expect(items.map(({ email }) => email.toLowerCase())).toEqual(Array(3).fill(`kim@${ascii}`))
      const statuses = []
      for (const url of links) statuses.push((await accept(url)).status)
      expect(statuses).toEqual([410, 410, 200])
      const old = await service.admin.call('createInvitation', { params, body: { email: `lou@${ascii}` } })
      service.advance(8 * 86_400_000)
      const fresh = await service.admin.call('createInvitation', { params, body: { email: `lou@${ascii}` } })
      await service.admin.call('resendInvitation', { params: { ...params, id: old.invitation.id } })
      expect((await accept(fresh.url)).status).toBe(410)
    })

    it('F35 F49 is for what the one reader takes for an address', async () => {
      const { organization: params } = await createCompany(service)
      const invite = (email: string) => service.admin.call('createInvitation', { params, body: { email } })
      expect((await invite('j\u00f6rg@acme.test')).invitation.email).toBe('j\u00f6rg@acme.test')
      for (const email of [
        ' a@acme.test',
        'a@acme.test\u00a0',
        'c\u200beo@acme.test',
        'a;b@acme.test',
        'E=x@acme.test',
        '..x@acme.test',
      ])
        await expect(invite(email), JSON.stringify(email)).rejects.toMatchObject({ problem: { status: 400 } })
      const link = { role: 'owner', email: 'a\u00adb@acme.test' } as const
      await expect(service.admin.call('createPortalLink', { params, body: link })).rejects.toMatchObject({
        problem: { status: 400 },
      })
    })

    it('is revoked at once', async () => {
      const company = await createCompany(service)
      const params = company.organization
      const { invitation, url } = await service.admin.call('createInvitation', {
        params,
        body: { email: 'no@x.test' },
      })
      await service.admin.call('revokeInvitation', { params: { ...params, id: invitation.id } })
      expect((await accept(url)).status).toBe(410)
    })

    it('makes nobody in SCIM mode once the set-up is confirmed', async () => {
      const company = await createCompany(service)
      const params = company.organization
      const invite = { params, body: { email: 'no@x.test' } }
      const { url, invitation } = await service.admin.call('createInvitation', invite)
      await service.admin.call('updateProvisioning', {
        params,
        body: { mode: 'scim', unknownSignIns: 'refuse' },
      })
      expect(await (await accept(url)).json()).toMatchObject({ code: 'not_provisioned' })
      // B-16: nor is one made, or sent again, that nobody could accept.
      const refused = { problem: { status: 409, code: 'not_provisioned' } }
      await expect(service.admin.call('createInvitation', invite)).rejects.toMatchObject(refused)
      const again = { params: { ...params, id: invitation.id } }
      await expect(service.admin.call('resendInvitation', again)).rejects.toMatchObject(refused)
      await service.admin.call('updateProvisioning', { params, body: { unknownSignIns: 'create' } })
      expect((await accept(url)).status).toBeLessThan(300)
    })

    it('goes out by mail where mail is configured, and then the link is in no answer', async () => {
      const mailing = await start({ hasMail: true })
      const company = await createCompany(mailing)
      const made = await mailing.admin.call('createInvitation', {
        params: company.organization,
        body: { email: 'a@x.test' },
      })
      expect(made.url).toBeNull()
      expect(mailing.mails).toHaveLength(1)
      expect(mailing.mails[0]).toMatchObject({
        to: 'a@x.test',
        text: expect.stringContaining('/invitation#token='),
      })
    })
  })

  describe('an import', () => {
    it('changes nothing in a dry run, then does exactly what it said', async () => {
      const company = await createCompany(service)
      const rows = [
        { userName: 'one', email: 'one@x.test', givenName: 'One' },
        { email: 'two@x.test', active: 'false' },
        { userName: 'ONE' },
        { givenName: 'Nobody' },
        { userName: 'x', email: 'not an address' },
        { userName: 'nul\u0000' },
      ]
      const said = await importAll(company, rows, true)
      expect(said).toMatchObject({ isDryRun: true, rows: 6, created: 2, existing: 0 })
      expect(said.faults.map(({ row }) => row)).toContain(3)
      expect(said.faulty).toBe(said.faults.length)
      expect(await list(company)).toEqual([])
      const done = await importAll(company, rows)
      expect({ ...done, isDryRun: true, dryRun: true }).toEqual(said)
      expect(await list(company)).toHaveLength(said.created)
      expect(await importAll(company, rows)).toMatchObject({ created: 0, existing: said.created })
    })

    it('reads CSV with quotes, line breaks and formulas as the text that it is', async () => {
      const company = await createCompany(service)
      const csv =
        '\uFEFFuserName,email,displayName,externalId\r\n"a,b",a@x.test,"=1+1","01"\r\nc,c@x.test,"two\nlines",1\r\n'
      const body = { dryRun: false, format: 'csv', csv } as const
      const done = await service.admin.call('importUsers', { params: company.organization, body })
      expect(done).toMatchObject({ rows: 2, created: 2, faulty: 0 })
      expect((await find(company, 'a,b')).user).toMatchObject({
        displayName: '=1+1',
        externalId: '01',
        source: 'imported',
      })
    })

    it.each(['a,b\n"open', 'userName,email\nx\ny,z,w'])('refuses the broken CSV %j', async (csv) => {
      const company = await createCompany(service)
      const body = { format: 'csv', csv } as const
      await expect(
        service.admin.call('importUsers', { params: company.organization, body }),
      ).rejects.toMatchObject(refusal('invalid_request'))
    })

    it('takes 5,000 people at once', async () => {
      const company = await createCompany(service)
      const rows = Array.from({ length: 5_000 }, (_, at) => ({
        email: `bulk-${at}@x.test`,
        givenName: 'Bulk',
      }))
      expect(await importAll(company, rows)).toMatchObject({ created: 5_000, faulty: 0 })
    }, 60_000)
  })

  describe('mappings', () => {
    it('a role from groups takes effect at the next sign-in, with an event, and goes with the group', async () => {
      const company = await createCompany(service)
      const params = company.organization
      const body = { mappings: [{ group: 'IT', role: 'admin' as const }] }
      await service.admin.call('putRoleMappings', { params, body })
      expect(await service.admin.call('getRoleMappings', { params })).toEqual(body)
      const roleOf = async () => (await find(company, `ann@${company.domain}`)).user.role
      await company.signIn(company.person('ann', { groups: ['Other', 'IT'] }))
      expect(await roleOf()).toBe('admin')
      await company.signIn(company.person('ann', { groups: ['Other'] }))
      expect(await roleOf()).toBe('member')
      await company.signIn(company.person('ann', { groups: ['IT'] }))
      await company.signIn(company.person('ann'))
      expect(await roleOf()).toBe('member')
      expect((await eventsOf(company, 'user.role_changed')).length).toBe(3)
      await expect(
        service.admin.call('putRoleMappings', {
          params,
          body: { mappings: [{ group: 'x', role: 'owner' as never }] },
        }),
      ).rejects.toMatchObject(refusal('invalid_request'))
    })

    it('rules are tried on a person, and on attributes, before they are stored', async () => {
      const company = await createCompany(service)
      const params = company.organization
      await company.signIn(company.person('ann', { cost: ['42'], team: ['Blue'] }))
      const { user } = await find(company, `ann@${company.domain}`)
      const rules = { costCenter: ['cost'], groups: ['team'] }
      const preview = await service.admin.call('previewAttributeMapping', {
        params,
        body: { rules, userId: user.id },
      })
      expect(preview).toMatchObject({
        values: { costCenter: '42' },
        groups: ['Blue'],
        sources: { costCenter: 'cost' },
      })
      const hostile = JSON.parse(
        '{"nameId":"x","attributes":{"__proto__":["y"],"constructor":["z"]}}',
      ) as never
      expect(await service.admin.call('previewAttributeMapping', { params, body: hostile })).toMatchObject({
        values: { userName: 'x' },
      })
      await service.admin.call('putAttributeMapping', { params, body: { rules } })
      await company.signIn(company.person('ann', { cost: ['43'] }))
      const updated = (await eventsOf(company, 'user.updated'))[0]
      expect(JSON.stringify(updated?.data)).toContain('costCenter')
    })
  })
})

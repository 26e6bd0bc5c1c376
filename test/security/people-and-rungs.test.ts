// Nobody becomes what they are not: what a connection, a directory or an administrator says of people who stand above them.
// Judges: server/provisioning, server/anchors.
import { createSamlKey, createSamlProvider, type SamlPerson } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkGuards } from '../../packages/server/src/notices/guard.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { keepIdentities } from '../../packages/server/src/users/linked-people.ts'
import { type Browser, createBrowser } from '../harness/browser.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { type Company, createCompany, setConnection } from '../harness/sso.ts'
import { patchOp, userUrn } from '../scim/client.ts'

const dayMs = 86_400_000
const key = createSamlKey()
const anchors = ['contact', 'administrator', 'owner'] as const
type Role = 'owner' | 'admin' | 'member'

let made = 0

/** Another connection of a company, with an identity provider of its own. */
interface Other {
  readonly id: string
  signIn(person: SamlPerson): Promise<{ readonly status: number; readonly browser: Browser }>
}

forEachStore((start, store) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  const { call } = {
    call: (...args: Parameters<Service['admin']['call']>) => service.admin.call(...args),
  } as { call: Service['admin']['call'] }
  const enterAs = async (company: Company, body: { role: 'owner' | 'admin'; days?: number }) => {
    const link = await call('createPortalLink', { params: company.organization, body })
    const browser = createBrowser(service.url, service.send)
    const token = link.url.split('token=')[1]
    expect((await browser.call('POST', '/portal-sessions', { token })).status).toBe(200)
    return browser
  }
  const find = async (company: Company, userName: string) => {
    const query = { search: userName, limit: 50 }
    const { items } = await call('listUsers', { params: company.organization, query })
    return items.find((user) => user.userName === userName)
  }
  const detail = (company: Company, id: string) =>
    call('getUser', { params: { ...company.organization, id } })
  const setRole = (company: Company, id: string, role: Role) =>
    call('updateUser', { params: { ...company.organization, id }, body: { role } })
  const eventsOf = async (company: Company, type: string, subject?: string) => {
    const query = { type, limit: 200, ...(subject === undefined ? {} : { subject }) }
    return (await call('listEvents', { params: company.organization, query })).items.map(({ data }) => data)
  }
  const lastVisit = async (company: Company) => {
    await service.flushActivity()
    const query = { kind: 'sign_in' as const, limit: 1 }
    return (await call('listActivity', { params: company.organization, query })).items[0]
  }
  const recoveryOf = async (company: Company, id: string) => {
    const scope = createScope(company.organization.id)
    const statement = organizationQuery(({ db, organizationId }) =>
      db
        .selectFrom('user')
        .select('recovery_address')
        .where('organization_id', '=', organizationId)
        .where('id', '=', id),
    )
    return (await service.database.readOrganization(scope, statement, {}))[0]?.recovery_address
  }
  const openScim = async (company: Company, unknownSignIns: 'create' | 'refuse' = 'refuse') => {
    const params = company.organization
    await call('updateProvisioning', { params, body: { mode: 'scim', unknownSignIns } })
    const { token } = await call('createKey', { params, body: { name: 'directory' } })
    return async (method: string, path: string, body?: object) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
      const response = await service.send(new Request(`${service.url}/scim/v2${path}`, init))
      const text = await response.text()
      return {
        status: response.status,
        body: (text === '' ? {} : JSON.parse(text)) as { id: string; detail?: string },
      }
    }
  }
  type Scim = Awaited<ReturnType<typeof openScim>>
  const post = (scim: Scim, userName: string, more: object = {}) =>
    scim('POST', '/Users', { schemas: [userUrn], userName, ...more })
  const patch = (scim: Scim, id: string, value: object) =>
    scim('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations: [{ op: 'replace', value }] })
  /** Somebody who has signed in by the company's own connection, with a role given by hand. */
  const settle = async (company: Company, name: string, role: Role) => {
    const person = company.person(name)
    expect((await company.signIn(person)).status).toBe(200)
    const user = await find(company, `${name}@${company.domain}`)
    const id = user?.id ?? ''
    if (role !== 'member') await setRole(company, id, role)
    return { id, person, userName: `${name}@${company.domain}` }
  }
  const addConnection = async (company: Company, by?: Browser): Promise<Other> => {
    made += 1
    const provider = createSamlProvider({ baseUrl: `https://other-${made}.test`, key, now: service.now })
    const body = {
      name: `Other ${made}`,
      identityProvider: 'generic',
      metadataXml: provider.metadata(),
      active: true,
    } as const
    const { slug } = company.organization
    const connection =
      by === undefined
        ? await call('createConnection', { params: { slug }, body })
        : ((await (await by.call('POST', `/organizations/${slug}/connections`, body)).json()) as {
            id: string
          })
    return {
      id: connection.id,
      async signIn(person) {
        const browser = createBrowser(service.url, service.send)
        const left = await browser.open(`/saml/${connection.id}/login`)
        const answer = await provider.answer(left.url, person)
        const { status } = await browser.postFromElsewhere(answer.acsUrl, answer.form)
        return { status, browser }
      },
    }
  }
  const tie = async (company: Company, other: Other) => {
    const { slug } = company.organization
    const { items } = await call('listDomains', { params: { slug } })
    for (const { id } of items)
      await call('updateDomain', {
        params: { slug, id },
        body: { connectionIds: [company.connection.id, other.id] },
      })
  }
  const roleOfSession = async (browser: Browser): Promise<string | undefined> => {
    const response = await browser.call('GET', '/session')
    return response.status === 200 ? ((await response.json()) as { role?: string }).role : undefined
  }

  describe('a connection that somebody lower set up', () => {
    let acme: Company
    let contact: Browser
    let theirs: Other
    beforeAll(async () => {
      acme = await createCompany(service)
      contact = await enterAs(acme, { role: 'admin', days: 3 })
      theirs = await addConnection(acme, contact)
    })

    it('B3 owner-by-name: a claim and a NameID make nobody the owner, nor an administrator', async () => {
      const owner = await settle(acme, 'owner', 'owner')
      const admin = await settle(acme, 'admin', 'admin')
      const scim = await openScim(acme)
      for (const { userName } of [owner, admin]) expect((await post(scim, userName)).status).toBe(201)
      for (const { userName, id } of [owner, admin]) {
        const landed = await theirs.signIn({ nameId: userName, attributes: {} })
        expect(landed.status).toBe(403)
        expect(await roleOfSession(landed.browser)).toBeUndefined()
        expect((await detail(acme, id)).identities).toHaveLength(1)
      }
      expect((await acme.signIn(owner.person)).status).toBe(200)
      expect(await find(acme, owner.userName)).toMatchObject({ role: 'owner' })
    })

    it('M1: a proved address of an administrator is refused, and activity says who does what', async () => {
      const globex = await createCompany(service)
      const admin = await settle(globex, 'admin', 'admin')
      const own = await addConnection(globex, await enterAs(globex, { role: 'admin', days: 3 }))
      const mallory = { nameId: 'mallory', attributes: { email: [admin.userName] } }
      expect((await own.signIn(mallory)).status).toBe(403)
      expect((await lastVisit(globex))?.code).toBe('domain_not_tied')
      await tie(globex, own)
      const landed = await own.signIn(mallory)
      expect(landed.status).toBe(403)
      const visit = await lastVisit(globex)
      expect(visit?.code).toBe('anchor_unconfirmed')
      expect(visit?.explanation).toContain('An administrator, an owner or the operator')
      expect(visit?.explanation).toMatch(/put in place by a set-up contact \(portal link \w+\)/)
      expect((await detail(globex, admin.id)).identities).toHaveLength(1)
    })
  })

  describe('every match against every rung', () => {
    // kind x who vouches x whether the connection follows the directory x role: 36 people who have no identity yet.
    const kinds = ['externalId', 'userName', 'address'] as const
    const cases = kinds.flatMap((kind) =>
      anchors.flatMap((rung) =>
        ([0, 1] as const).flatMap((follows) =>
          (['owner', 'admin', 'member'] as const).map((role) => ({ kind, rung, follows, role })),
        ),
      ),
    )
    const isLinked = ({ kind, rung, follows, role }: (typeof cases)[number]) => {
      if (role === 'owner') return false
      if (kind === 'address') return role === 'member' || rung !== 'contact'
      return follows === 1 && rung !== 'contact'
    }

    it('B3 B4 M1: links exactly whom the connection may speak for', async () => {
      const acme = await createCompany(service)
      const scim = await openScim(acme)
      const other = await addConnection(acme)
      await tie(acme, other)
      for (const [at, one] of deal('people and connections', cases, store).entries()) {
        const userName = one.kind === 'address' ? `name-${at}` : `name-${at}@elsewhere.test`
        const address = `person-${at}@${acme.domain}`
        const emails = one.kind === 'address' ? { emails: [{ value: address, primary: true }] } : {}
        const { body } = await post(scim, userName, { externalId: `ext-${at}`, ...emails })
        if (one.role !== 'member') await setRole(acme, body.id, one.role)
        await setConnection(service, acme.organization.id, other.id, {
          anchor_rung: one.rung,
          follows_directory: one.follows,
        })
        const nameId = { externalId: `ext-${at}`, userName, address: `opaque-${at}` }[one.kind]
        const attributes = one.kind === 'address' ? { email: [address] } : {}
        const landed = await other.signIn({ nameId, attributes })
        const found = await roleOfSession(landed.browser)
        expect([one, found]).toEqual([one, isLinked(one) ? one.role : undefined])
        expect((await detail(acme, body.id)).identities).toHaveLength(isLinked(one) ? 1 : 0)
      }
    })

    it('B4: a second connection that names an externalId of the directory is not the directory', async () => {
      const acme = await createCompany(service)
      const scim = await openScim(acme)
      const { body } = await post(scim, `boss@${acme.domain}`, { externalId: '00u-boss' })
      const contractors = await addConnection(acme)
      const attributes = { email: ['x@contractors.test'] }
      expect((await contractors.signIn({ nameId: '00u-boss', attributes })).status).toBe(403)
      expect(await lastVisit(acme)).toMatchObject({
        code: 'not_followed',
        explanation: expect.stringContaining('followsDirectory'),
      })
      await setRole(acme, body.id, 'owner')
      expect((await contractors.signIn({ nameId: '00u-boss', attributes })).status).toBe(403)
      expect((await lastVisit(acme))?.code).toBe('owner_must_link')
      // Not even where the directory is its own: an owner proves who they are.
      expect((await acme.signIn({ nameId: '00u-boss', attributes })).status).toBe(403)
      expect((await detail(acme, body.id)).identities).toEqual([])
    })

    it('whoever is linked already is asked as well, at each sign-in', async () => {
      const acme = await createCompany(service)
      const people = {
        member: await settle(acme, 'member', 'member'),
        admin: await settle(acme, 'admin', 'admin'),
        owner: await settle(acme, 'owner', 'owner'),
      }
      const rank = { member: 0, admin: 1, owner: 2 }
      for (const [at, anchor_rung] of anchors.entries()) {
        await setConnection(service, acme.organization.id, acme.connection.id, { anchor_rung })
        for (const role of ['member', 'admin', 'owner'] as const) {
          const { browser } = await acme.signIn(people[role].person)
          const isIn = rank[role] <= at
          expect([anchor_rung, role, await roleOfSession(browser)]).toEqual([
            anchor_rung,
            role,
            isIn ? role : undefined,
          ])
          if (!isIn) expect((await lastVisit(acme))?.code).toBe('anchor_unconfirmed')
        }
      }
    })
  })

  describe('roles above what vouches for a connection', () => {
    const withheldIn = async (company: Company) => eventsOf(company, 'user.role_withheld')
    const lower = (company: Company) =>
      setConnection(service, company.organization.id, company.connection.id, { anchor_rung: 'contact' })

    it('a mapped role is withheld, the next rule that opens nothing holds, and a confirmation gives it', async () => {
      const acme = await createCompany(service)
      const mappings = [
        { group: 'Admins', role: 'admin' },
        { group: 'Staff', role: 'member' },
      ] as const
      await call('putRoleMappings', { params: acme.organization, body: { mappings: [...mappings] } })
      await lower(acme)
      const boss = acme.person('boss', { groups: ['Admins', 'Staff'] })
      expect((await acme.signIn(boss)).status).toBe(200)
      expect(await find(acme, `boss@${acme.domain}`)).toMatchObject({ role: 'member', roleOrigin: 'group' })
      expect(await withheldIn(acme)).toEqual([
        {
          role: 'admin',
          given: 'member',
          reason: 'group',
          connectionId: acme.connection.id,
          rung: 'contact',
        },
      ])
      await setConnection(service, acme.organization.id, acme.connection.id, { anchor_rung: 'administrator' })
      expect(await roleOfSession((await acme.signIn(boss)).browser)).toBe('admin')
    })

    it('a default role is withheld', async () => {
      const acme = await createCompany(service)
      await call('updateOrganization', { params: acme.organization, body: { defaultRole: 'admin' } })
      await lower(acme)
      expect(await roleOfSession((await acme.signIn(acme.person('new'))).browser)).toBe('member')
      expect(await find(acme, `new@${acme.domain}`)).toMatchObject({ role: 'member' })
      expect(await withheldIn(acme)).toMatchObject([{ role: 'admin', given: 'member', reason: 'default' }])
    })

    it('an invitation is not consumed', async () => {
      const acme = await createCompany(service)
      await lower(acme)
      const email = `chief@${acme.domain}`
      await call('createInvitation', { params: acme.organization, body: { email, role: 'admin' } })
      expect(await roleOfSession((await acme.signIn(acme.person('chief'))).browser)).toBe('member')
      const { items } = await call('listInvitations', { params: acme.organization, query: {} })
      expect(items).toMatchObject([{ status: 'open' }])
      expect(await withheldIn(acme)).toMatchObject([{ role: 'admin', given: 'member', reason: 'invitation' }])
    })
  })

  describe("an administrator's acts on an owner", () => {
    let acme: Company
    let owner: { id: string; person: SamlPerson; userName: string }
    let administrator: Browser
    const act = async (browser: Browser, method: string, path: string, body?: object) => {
      const response = await browser.call(method, `/organizations/${acme.organization.slug}${path}`, body)
      return { status: response.status, code: ((await response.json()) as { code?: string }).code }
    }
    beforeAll(async () => {
      acme = await createCompany(service)
      owner = await settle(acme, 'owner', 'owner')
      await settle(acme, 'second', 'owner')
      administrator = await enterAs(acme, { role: 'admin' })
    })

    it('M4 owner-unlinked: an owner is not unlinked, and goes on signing in', async () => {
      const body = { connectionId: acme.connection.id }
      expect(await act(administrator, 'POST', `/users/${owner.id}/unlink`, body)).toEqual({
        status: 403,
        code: 'owner_required',
      })
      expect((await acme.signIn(owner.person)).status).toBe(200)
    })

    it('M4 neighbours: nor deactivated, demoted, or made one; an owner may', async () => {
      const member = await settle(acme, 'plain', 'member')
      for (const [path, body] of [
        [`/users/${owner.id}/deactivate`, undefined],
        [`/users/${owner.id}/unlink`, { connectionId: 'conn_00000000000000000000000000' }],
      ] as const)
        expect(await act(administrator, 'POST', path, body)).toMatchObject({ code: 'owner_required' })
      for (const [id, role] of [
        [owner.id, 'member'],
        [owner.id, 'admin'],
        [member.id, 'owner'],
      ] as const)
        expect(await act(administrator, 'PATCH', `/users/${id}`, { role })).toMatchObject({
          code: 'owner_required',
        })
      expect(await detail(acme, owner.id)).toMatchObject({ role: 'owner', active: true })
      expect((await detail(acme, owner.id)).identities).toHaveLength(1)
      const peer = await enterAs(acme, { role: 'owner' })
      const body = { connectionId: acme.connection.id }
      expect((await act(peer, 'POST', `/users/${owner.id}/unlink`, body)).status).toBe(200)
      expect((await detail(acme, owner.id)).identities).toEqual([])
    })

    it('what a caller would be refused about a connection is told ahead, by the code of the refusal', async () => {
      const other = await addConnection(acme)
      const { slug } = acme.organization
      const readAhead = async (browser: Browser, id: string) => {
        const answer = await browser.call('GET', `/organizations/${slug}/connections/${id}/anchor`)
        return ((await answer.json()) as { refusals: unknown }).refusals
      }
      const free = { change: null, switchOn: null, switchOff: null, delete: null }
      const own = { ...free, switchOff: 'owner_required', delete: 'owner_required' }
      const contact = await enterAs(acme, { role: 'admin', days: 3 })
      const above = Object.fromEntries(Object.keys(free).map((name) => [name, 'administrator_required']))
      for (const [browser, onTheirs, onOther] of [
        [contact, above, above],
        [administrator, own, free],
        [await enterAs(acme, { role: 'owner' }), free, free],
      ] as const) {
        expect(await readAhead(browser, acme.connection.id)).toEqual(onTheirs)
        expect(await readAhead(browser, other.id)).toEqual(onOther)
      }
      for (const browser of [contact, administrator]) {
        const code = browser === contact ? 'administrator_required' : 'owner_required'
        const path = `/connections/${acme.connection.id}`
        expect(await act(browser, 'PATCH', path, { active: false })).toEqual({ status: 403, code })
        expect(await act(browser, 'DELETE', path)).toEqual({ status: 403, code })
      }
    })

    it("an administrator's unblock lets an owner in with the default role; an owner's gives ownership back", async () => {
      const one = await settle(acme, 'blocked-one', 'owner')
      const two = await settle(acme, 'blocked-two', 'owner')
      const peer = await enterAs(acme, { role: 'owner' })
      for (const { id } of [one, two])
        expect((await act(peer, 'POST', `/users/${id}/deactivate`)).status).toBe(200)
      expect((await act(administrator, 'POST', `/users/${one.id}/reactivate`)).status).toBe(200)
      expect((await act(peer, 'POST', `/users/${two.id}/reactivate`)).status).toBe(200)
      expect(await detail(acme, one.id)).toMatchObject({ role: 'member', active: true })
      expect(await detail(acme, two.id)).toMatchObject({ role: 'owner', active: true })
      expect(await eventsOf(acme, 'user.ownership_withheld')).toEqual([
        { userName: one.userName, role: 'member', reason: 'unblocked' },
      ])
      expect(await eventsOf(acme, 'user.role_changed', one.id)).toContainEqual({
        before: 'owner',
        after: 'member',
        origin: 'default',
      })
      // Nothing to lift: nothing is taken.
      expect((await act(administrator, 'POST', `/users/${two.id}/reactivate`)).status).toBe(200)
      expect(await detail(acme, two.id)).toMatchObject({ role: 'owner' })
    })
  })

  describe('the directory and privileged people', () => {
    let acme: Company
    let scim: Scim
    let number = 0
    beforeAll(async () => {
      acme = await createCompany(service)
      scim = await openScim(acme)
      const { body } = await post(scim, `first@${acme.domain}`)
      await setRole(acme, body.id, 'owner')
    })
    const provision = async (role: Role, more: object = {}) => {
      number += 1
      const userName = `p${number}@${acme.domain}`
      const { body } = await post(scim, userName, more)
      if (role !== 'member') await setRole(acme, body.id, role)
      return { id: body.id, userName }
    }

    it.each(['owner', 'admin'] as const)(
      'M5: the name of a deactivated %s is not recycled, in any order of the request',
      async (role) => {
        for (const before of ['a', undefined])
          for (const [change, isRecycling] of [
            [{ externalId: 'b', active: true }, true],
            [{ externalId: 'b' }, true],
            [{ externalId: 'b', active: false }, true],
            [{ title: 'Boss' }, false],
          ] as const) {
            const { id, userName } = await provision(role, before === undefined ? {} : { externalId: before })
            await patch(scim, id, { active: false })
            const answer = await patch(scim, id, change)
            expect([before, change, answer.status]).toEqual([before, change, isRecycling ? 409 : 200])
            if (isRecycling) expect(answer.body.detail).toContain('name_recycled')
            const full = { schemas: [userUrn], userName, ...change }
            if (isRecycling) expect((await scim('PUT', `/Users/${id}`, full)).status).toBe(409)
            const user = await detail(acme, id)
            expect(user).toMatchObject({ role, active: false, externalId: before ?? null })
          }
      },
    )

    it('M5: once the role is taken away the name may be recycled', async () => {
      const { id } = await provision('admin', { externalId: 'a' })
      await patch(scim, id, { active: false })
      await setRole(acme, id, 'member')
      expect((await patch(scim, id, { externalId: 'b', active: true })).status).toBe(200)
      expect(await eventsOf(acme, 'user.reassigned', id)).toHaveLength(1)
    })

    it('M5: while active the externalId may change, also together with a deactivation', async () => {
      const { id } = await provision('owner', { externalId: 'a' })
      expect((await patch(scim, id, { externalId: 'b' })).status).toBe(200)
      expect((await patch(scim, id, { externalId: 'c', active: false })).status).toBe(200)
      expect(await detail(acme, id)).toMatchObject({ role: 'owner', externalId: 'c', active: false })
    })

    it('a POST restores a privileged person on an equal, present externalId alone', async () => {
      for (const role of ['owner', 'admin', 'member'] as const)
        for (const [before, after] of [
          ['a', 'a'],
          ['a', 'b'],
          ['a', undefined],
          [undefined, undefined],
          [undefined, 'a'],
        ] as const) {
          const { id, userName } = await provision(role, before === undefined ? {} : { externalId: before })
          await patch(scim, id, { active: false })
          const { status } = await post(scim, userName, after === undefined ? {} : { externalId: after })
          const isFirst = before === undefined && role === 'member'
          const isRestored = isFirst || (before === after && before !== undefined)
          expect([role, before, after, status]).toEqual([role, before, after, isRestored ? 201 : 409])
          expect(await detail(acme, id)).toMatchObject({ role, active: isRestored })
        }
    })

    it('ownership comes back with active:true for a week, and not later', async () => {
      const soon = await provision('owner', { externalId: 's' })
      const late = await provision('owner', { externalId: 'l' })
      const reposted = await provision('owner', { externalId: 'r' })
      const admin = await provision('admin', { externalId: 'm' })
      for (const { id } of [soon, late, reposted, admin]) await patch(scim, id, { active: false })
      service.advance(6 * dayMs)
      expect((await patch(scim, soon.id, { active: true })).status).toBe(200)
      service.advance(2 * dayMs)
      for (const { id } of [late, admin]) expect((await patch(scim, id, { active: true })).status).toBe(200)
      expect((await post(scim, reposted.userName, { externalId: 'r' })).status).toBe(201)
      expect(await detail(acme, soon.id)).toMatchObject({ role: 'owner', active: true })
      expect(await detail(acme, late.id)).toMatchObject({ role: 'member', active: true })
      expect(await detail(acme, reposted.id)).toMatchObject({ role: 'member', active: true })
      expect(await detail(acme, admin.id)).toMatchObject({ role: 'admin', active: true })
      for (const { id, userName } of [late, reposted])
        expect(await eventsOf(acme, 'user.ownership_withheld', id)).toEqual([
          { userName, role: 'member', reason: 'reactivated' },
        ])
    })

    it('ownership does not come back by DELETE and POST, nor by a claim', async () => {
      const { id, userName } = await provision('owner', { externalId: 'd' })
      await scim('DELETE', `/Users/${id}`)
      const again = await post(scim, userName, { externalId: 'd' })
      expect(again.status).toBe(201)
      expect(await detail(acme, again.body.id)).toMatchObject({ role: 'member' })
      const rows = [1, 2].map((at) => ({
        email: `off${at}@${acme.domain}`,
        active: at === 1 ? 'false' : 'true',
      }))
      await call('importUsers', {
        params: acme.organization,
        body: { dryRun: false, format: 'json', users: rows },
      })
      const [off, on] = [await find(acme, `off1@${acme.domain}`), await find(acme, `off2@${acme.domain}`)]
      for (const one of [off, on]) await setRole(acme, one?.id ?? '', 'owner')
      for (const name of ['off1', 'off2'])
        expect((await post(scim, `${name}@${acme.domain}`, { active: true })).status).toBe(201)
      expect(await find(acme, `off1@${acme.domain}`)).toMatchObject({ role: 'member', active: true })
      // Whoever is there is claimed as they are.
      expect(await find(acme, `off2@${acme.domain}`)).toMatchObject({ role: 'owner', managedBy: 'scim' })
    })

    it('a claim of an inactive owner does not start the week anew', async () => {
      const email = `sleeper@${acme.domain}`
      const users = [{ email, active: 'false' }]
      await call('importUsers', { params: acme.organization, body: { dryRun: false, format: 'json', users } })
      const user = await find(acme, email)
      const id = user?.id ?? ''
      await setRole(acme, id, 'owner')
      expect((await post(scim, email, { active: false })).status).toBe(201)
      expect(await detail(acme, id)).toMatchObject({ role: 'owner', active: false })
      expect((await patch(scim, id, { active: true })).status).toBe(200)
      expect(await detail(acme, id)).toMatchObject({ role: 'member', active: true })
    })
  })

  describe('the restoration of an alert', () => {
    const leave = async (days: number) => {
      const acme = await createCompany(service)
      const params = acme.organization
      const scim = await openScim(acme)
      const deprovisionGuard = { people: 1, percent: 1, windowSeconds: 600 }
      await call('updateProvisioning', { params, body: { deprovisionGuard } })
      const people: Record<string, { id: string; userName: string }> = {}
      for (const [name, role] of [
        ['off', 'owner'],
        ['gone', 'owner'],
        ['admin', 'admin'],
        ['plain', 'member'],
      ] as const) {
        const userName = `${name}@${acme.domain}`
        const { body } = await post(scim, userName, { emails: [{ value: userName, primary: true }] })
        if (role !== 'member') await setRole(acme, body.id, role)
        people[name] = { id: body.id, userName }
      }
      for (const name of ['off', 'gone', 'admin', 'plain'])
        if (name === 'off') await patch(scim, people[name]?.id ?? '', { active: false })
        else await scim('DELETE', `/Users/${people[name]?.id}`)
      await checkGuards(
        service.database,
        { url: service.url, operatorMail: undefined },
        service.now(),
        () => false,
      )
      const alert = (await call('getProvisioning', { params })).alert
      service.advance(days * dayMs)
      return {
        acme,
        people,
        restore: async (role: 'owner' | 'admin') => {
          const browser = await enterAs(acme, { role })
          const path = `/organizations/${params.slug}/provisioning/alerts/${alert?.id}/restore`
          expect((await browser.call('POST', path)).status).toBe(200)
          const found: Record<string, string> = {}
          for (const [name, { id }] of Object.entries(people)) found[name] = (await detail(acme, id)).role
          return found
        },
      }
    }
    const all = { off: 'owner', gone: 'owner', admin: 'admin', plain: 'member' }

    it("gives ownership back within a week, whoever restores, and nobody's address changes", async () => {
      const { acme, people, restore } = await leave(6)
      expect((await call('getOrganization', { params: acme.organization })).ownerlessAt).not.toBeNull()
      expect(await restore('admin')).toEqual(all)
      expect(await recoveryOf(acme, people.gone?.id ?? '')).toBe(`gone@${acme.domain}`)
      expect(await eventsOf(acme, 'user.ownership_withheld')).toEqual([])
      expect((await call('getOrganization', { params: acme.organization })).ownerlessAt).toBeNull()
    })

    it('later an administrator brings owners back with the default role, and an owner as they were', async () => {
      const late = await leave(8)
      expect(await late.restore('admin')).toEqual({ ...all, off: 'member', gone: 'member' })
      const told = await eventsOf(late.acme, 'user.ownership_withheld')
      expect(told).toHaveLength(2)
      expect(told).toContainEqual({ userName: `off@${late.acme.domain}`, role: 'member', reason: 'restored' })
      expect(await (await leave(8)).restore('owner')).toEqual(all)
    })
  })

  describe('a claim of an account that came by sign-in', () => {
    it('M7 pre-hijack: nobody takes the name of somebody else before they come', async () => {
      const acme = await createCompany(service)
      const email = [`mallory@${acme.domain}`]
      const victim = `ceo@${acme.domain}`
      expect((await acme.signIn({ nameId: 'm', attributes: { email, username: [victim] } })).status).toBe(200)
      expect(await find(acme, victim)).toBeUndefined()
      expect(await find(acme, `mallory@${acme.domain}`)).toBeDefined()
      expect((await acme.signIn({ nameId: 'c', attributes: { email: [victim] } })).status).toBe(200)
    })

    it("M7 neighbours: a rule of an administrator gives a name only where it is nobody else's address", async () => {
      let at = 0
      const outcomes: unknown[] = []
      for (const anchor_rung of ['contact', 'administrator'] as const) {
        const acme = await createCompany(service)
        await settle(acme, 'taken', 'member')
        const rules = { userName: ['login', 'NameID'] }
        await call('putAttributeMapping', { params: acme.organization, body: { rules } })
        await setConnection(service, acme.organization.id, acme.connection.id, { anchor_rung })
        for (const login of [
          'plain',
          'ceo@HERE',
          'ceo\uff20HERE',
          'taken@HERE',
          'ceo@elsewhere.test',
          'self',
        ]) {
          at += 1
          const own = `mallory-${at}@${acme.domain}`
          const value = login === 'self' ? own.toUpperCase() : login.replace('HERE', acme.domain)
          const attributes = { email: [own], login: [value] }
          expect((await acme.signIn({ nameId: `m-${at}`, attributes })).status).toBe(200)
          const { items } = await call('listUsers', { params: acme.organization, query: { search: own } })
          const name = items[0]?.userName ?? ''
          const what =
            name === own ? 'own' : name.toLowerCase() === own ? 'own' : name.replace(acme.domain, 'HERE')
          outcomes.push([anchor_rung, login, what])
        }
      }
      expect(outcomes).toEqual([
        ['contact', 'plain', 'plain'],
        ['contact', 'ceo@HERE', 'own'],
        ['contact', 'ceo\uff20HERE', 'own'],
        ['contact', 'taken@HERE', 'own'],
        ['contact', 'ceo@elsewhere.test', 'own'],
        ['contact', 'self', 'own'],
        ['administrator', 'plain', 'plain'],
        ['administrator', 'ceo@HERE', 'ceo@HERE'],
        ['administrator', 'ceo\uff20HERE', 'own'],
        ['administrator', 'taken@HERE', 'own'],
        ['administrator', 'ceo@elsewhere.test', 'own'],
        ['administrator', 'self', 'own'],
      ])
    })

    it('M7: keeps what proved the claimed name or id at the latest sign-in, and drops the rest', async () => {
      const acme = await createCompany(service)
      const rules = { userName: ['login'] }
      await call('putAttributeMapping', { params: acme.organization, body: { rules } })
      const scim = await openScim(acme, 'create')
      const domain = acme.domain
      const cases = [
        // By a rule the name is not the address; what was proved is.
        { name: 'kept-by-address', login: undefined, nameId: 'o1', externalId: 'e1', isKept: true },
        { name: 'dropped', login: 'ceo', nameId: 'o2', externalId: 'e2', isKept: false },
        { name: 'kept-by-id', login: 'cfo', nameId: 'e3', externalId: 'e3', isKept: true },
        { name: 'kept-by-name-id', login: 'cto', nameId: 'CTO', externalId: 'e4', isKept: true },
        {
          name: 'kept-by-external-address',
          login: 'coo',
          nameId: 'o5',
          externalId: `kept-by-external-address@${domain}`,
          isKept: true,
        },
      ]
      for (const { name, login, nameId, externalId, isKept } of cases) {
        const attributes = {
          email: [`${name}@${domain}`],
          ...(login === undefined ? {} : { login: [login] }),
        }
        const { browser } = await acme.signIn({ nameId, attributes })
        const userName = login ?? `${name}@${domain}`
        const { status, body } = await post(scim, userName, { externalId })
        expect(status).toBe(201)
        expect([name, (await detail(acme, body.id)).identities.length]).toEqual([name, isKept ? 1 : 0])
        expect([name, await roleOfSession(browser)]).toEqual([name, isKept ? 'member' : undefined])
      }
      const proved = `dropped@${domain}`
      expect(await eventsOf(acme, 'user.identity_dropped')).toEqual([
        { connectionId: acme.connection.id, stableId: 'o2', provedAddress: proved, rung: 'directory' },
      ])
    })

    it('the latest sign-in counts, and a privileged person keeps what they have', async () => {
      const acme = await createCompany(service)
      const scim = await openScim(acme, 'create')
      const [moved, admin] = [await settle(acme, 'moved', 'member'), await settle(acme, 'admin', 'admin')]
      for (const { person } of [moved, admin])
        await acme.signIn({ nameId: person.nameId, attributes: { email: [`other@${acme.domain}`] } })
      await setConnection(service, acme.organization.id, acme.connection.id, { follows_directory: 0 })
      for (const { userName } of [moved, admin]) expect((await post(scim, userName)).status).toBe(201)
      expect((await detail(acme, moved.id)).identities).toEqual([])
      expect(await detail(acme, admin.id)).toMatchObject({ role: 'admin', managedBy: 'scim' })
      expect((await detail(acme, admin.id)).identities).toHaveLength(1)
    })

    it('nor does a withdrawn anchor bring back what a claim dropped', async () => {
      const acme = await createCompany(service)
      const rules = { userName: ['login'] }
      await call('putAttributeMapping', { params: acme.organization, body: { rules } })
      const scim = await openScim(acme, 'create')
      const scope = createScope(acme.organization.id)
      const ids: string[] = []
      for (const login of ['ceo', `kept@${acme.domain}`]) {
        const email = login.includes('@') ? login : `mallory@${acme.domain}`
        await acme.signIn({ nameId: `id-${login}`, attributes: { email: [email], login: [login] } })
        const user = await find(acme, login)
        ids.push(user?.id ?? '')
      }
      // As another entity ID of the connection, put in place since, keeps them for its way back.
      await service.database.inOrganization(scope, async (tx) => keepIdentities(tx, acme.connection.id, 1))
      for (const userName of ['ceo', `kept@${acme.domain}`])
        expect((await post(scim, userName)).status).toBe(201)
      const statement = organizationQuery(({ db, organizationId }) =>
        db.selectFrom('withdrawn_identity').select('user_id').where('organization_id', '=', organizationId),
      )
      const left = await service.database.readOrganization(scope, statement, {})
      expect(left.map((row) => row.user_id)).toEqual([ids[1]])
    })

    it('a claim by PUT or PATCH is a claim', async () => {
      const acme = await createCompany(service)
      await call('putAttributeMapping', {
        params: acme.organization,
        body: { rules: { userName: ['login'] } },
      })
      const scim = await openScim(acme, 'create')
      for (const method of ['PUT', 'PATCH']) {
        const login = `ceo-${method.toLowerCase()}`
        await acme.signIn({
          nameId: method,
          attributes: { email: [`x-${login}@${acme.domain}`], login: [login] },
        })
        const id = (await find(acme, login))?.id ?? ''
        expect((await detail(acme, id)).identities).toHaveLength(1)
        if (method === 'PUT') await scim('PUT', `/Users/${id}`, { schemas: [userUrn], userName: login })
        else await patch(scim, id, { title: 'Chief' })
        expect((await detail(acme, id)).identities).toEqual([])
      }
    })
  })

  describe('the recovery address', () => {
    it('is the address that somebody had when they became privileged, by whatever path', async () => {
      const acme = await createCompany(service)
      const params = acme.organization
      const domain = acme.domain
      const mapped = { mappings: [{ group: 'Admins', role: 'admin' as const }] }
      await call('putRoleMappings', { params, body: mapped })
      const hand = await settle(acme, 'hand', 'admin')
      await acme.signIn(acme.person('claim', { groups: ['Admins'] }))
      await call('createInvitation', { params, body: { email: `invited@${domain}`, role: 'admin' } })
      await acme.signIn(acme.person('invited'))
      const second = await call('createInvitation', {
        params,
        body: { email: `opened@${domain}`, role: 'admin' },
      })
      const token = second.url?.split('token=')[1]
      const nobody = createBrowser(service.url, service.send)
      expect((await nobody.call('POST', '/invitation-acceptances', { token })).status).toBe(200)
      const plain = await settle(acme, 'plain', 'member')
      await call('updateOrganization', { params, body: { defaultRole: 'admin' } })
      await acme.signIn(acme.person('defaulted'))
      const users = [{ email: `imported@${domain}` }]
      await call('importUsers', { params, body: { dryRun: false, format: 'json', users } })
      const scim = await openScim(acme)
      const group = await scim('POST', '/Groups', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName: 'Admins',
      })
      const grouped = await post(scim, `grouped@${domain}`, {
        emails: [{ value: `second@${domain}` }, { value: `primary@${domain}`, primary: true }],
      })
      await call('updateOrganization', { params, body: { defaultRole: 'member' } })
      const late = await post(scim, `late@${domain}`)
      await scim('PATCH', `/Groups/${group.body.id}`, {
        schemas: [patchOp],
        Operations: [{ op: 'add', path: 'members', value: [{ value: late.body.id }] }],
      })
      const got: Record<string, unknown> = {}
      for (const name of [
        'hand',
        'claim',
        'invited',
        'opened',
        'plain',
        'defaulted',
        'imported',
        'grouped',
        'late',
      ])
        got[name] = await recoveryOf(acme, (await find(acme, `${name}@${domain}`))?.id ?? '')
      expect(got).toEqual({
        hand: `hand@${domain}`,
        claim: `claim@${domain}`,
        invited: `invited@${domain}`,
        opened: `opened@${domain}`,
        plain: null,
        defaulted: `defaulted@${domain}`,
        imported: `imported@${domain}`,
        grouped: `primary@${domain}`,
        late: `late@${domain}`,
      })
      expect([hand.id, plain.id, grouped.status]).toEqual([hand.id, plain.id, 201])
    })

    it('no directory, sign-in or role changes it; ownership writes it anew; a restored person has it again', async () => {
      const acme = await createCompany(service)
      const scim = await openScim(acme, 'create')
      const person = await settle(acme, 'ann', 'admin')
      const own = `ann@${acme.domain}`
      await setConnection(service, acme.organization.id, acme.connection.id, { follows_directory: 0 })
      await acme.signIn({ ...person.person, attributes: { email: [`moved@${acme.domain}`] } })
      expect((await post(scim, own, { externalId: 'a' })).status).toBe(201)
      const emails = [{ value: 'mallory@elsewhere.test', primary: true }]
      expect((await patch(scim, person.id, { emails })).status).toBe(200)
      expect(await recoveryOf(acme, person.id)).toBe(own)
      await setRole(acme, person.id, 'owner')
      expect(await recoveryOf(acme, person.id)).toBe('mallory@elsewhere.test')
      await patch(scim, person.id, { emails: [{ value: `ann.two@${acme.domain}` }] })
      await setRole(acme, (await settle(acme, 'bea', 'owner')).id, 'owner')
      await setRole(acme, person.id, 'admin')
      expect(await recoveryOf(acme, person.id)).toBe('mallory@elsewhere.test')
    })
  })
})

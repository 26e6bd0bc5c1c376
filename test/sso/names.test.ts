// People as identity providers name them: what only seems to be an address or a group leads to nobody who administers.
// Judges: server/mapping, server/provisioning.
import { inflateRawSync } from 'node:zlib'
import { beforeAll, expect, it } from 'vitest'
import { isVouchedFor } from '../../packages/server/src/openid-provider/vouched.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { createBrowser } from '../harness/browser.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let company: Company
  let params: { slug: string }
  beforeAll(async () => {
    service = await start({ hasMail: true })
    company = await createCompany(service)
    params = { slug: company.organization.slug }
  })

  const lastLine = async () => {
    await service.flushActivity()
    const query = { kind: 'sign_in' as const, limit: 1 }
    return (await service.admin.call('listActivity', { params, query })).items[0]
  }
  const find = async (name: string) => {
    const { items } = await service.admin.call('listUsers', { params })
    return items.find(({ email }) => email === `${name}@${company.domain}`)
  }
  const come = async (nameId: string, attributes: Record<string, string[]>) => {
    const { status } = await company.signIn({ nameId, attributes })
    return { status, line: await lastLine() }
  }
  const isVouched = (name: string, id: string) =>
    service.database.inOrganization(createScope(company.organization.id), (tx) =>
      isVouchedFor(tx, id, `${name}@${company.domain}`, service.now()),
    )

  it('F36: a name in other letters makes an account, which nobody is told is verified; the plain name makes it so', async () => {
    const ada = `ada@${company.domain}`
    expect((await come('opaque-ada', { EmailAddress: [ada] })).line?.explanation).toContain(
      'found in "EmailAddress"',
    )
    const id = (await find('ada'))?.id ?? ''
    expect(await isVouched('ada', id)).toBe(false)
    expect((await come('opaque-ada', { email: [ada] })).status).toBe(200)
    expect(await isVouched('ada', id)).toBe(true)
    // What only seems to be an address takes the place of none.
    expect((await come('opaque-ada', { EmailAddress: [`countess@${company.domain}`] })).status).toBe(200)
    expect((await find('ada'))?.id).toBe(id)
  })

  it('F36b: where none is found, the refusal names what came and no value of it', async () => {
    const attributes = {
      contactAddress: [`eve@${company.domain}`],
      'manager.email': [`ada@${company.domain}`],
    }
    const { status, line } = await come('opaque-eve', attributes)
    expect([status, line?.code]).toEqual([403, 'address_missing'])
    expect(line?.explanation).toContain('What came: NameID, "contactAddress", "manager.email"')
    expect(line?.explanation).toContain('"Attribute Statements (optional)"')
    expect(line?.explanation).not.toContain(company.domain)
  })

  it('F36, F37, F50: whoever administers is known by a plain address alone', async () => {
    const boss = `boss@${company.domain}`
    const user = await service.admin.call('importUsers', {
      params,
      body: { format: 'csv', csv: `userName,email\n${boss},${boss}\n`, dryRun: false },
    })
    expect(user).toMatchObject({ created: 1 })
    const { id } = (await find('boss')) ?? { id: '' }
    await service.admin.call('updateUser', { params: { ...params, id }, body: { role: 'admin' } })
    for (const attributes of [
      { EMAIL: [boss] },
      { 'user.email': [boss] },
      { preferred_username: [boss] },
      { email: [` ${boss}`] },
      { email: ['nobody', boss] },
      { email: ['boss@elsewhere.test', boss] },
    ]) {
      const { status, line } = await come('opaque-boss', attributes as never)
      expect([status, line?.code], JSON.stringify(attributes)).toEqual([403, 'address_inexact'])
      expect(line?.explanation).toContain('Nobody who administers is known by that')
    }
    expect((await come('opaque-boss', { email: [boss] })).status).toBe(200)
    // Known by the identity from here on.
    expect((await come('opaque-boss', { EMAIL: [boss] })).status).toBe(200)
  })

  it('F37: of several addresses the one counts that the connection speaks for', async () => {
    const email = ['dee@elsewhere.test', `dee@${company.domain}`]
    expect((await come('opaque-dee', { email })).status).toBe(200)
    expect(await find('dee')).toBeDefined()
  })

  it('F36: an invitation to administer is not accepted by what only seems to be its address', async () => {
    const email = `may@${company.domain}`
    await service.admin.call('createInvitation', { params, body: { email, role: 'admin' } })
    const { status, line } = await come('opaque-may', { EMAIL: [email] })
    expect([status, line?.code]).toEqual([403, 'address_inexact'])
    expect(line?.explanation).toContain('an open invitation')
    expect(await find('may')).toBeUndefined()
    expect((await come('opaque-may-herself', { email: [email] })).status).toBe(200)
    expect((await find('may'))?.role).toBe('admin')
  })

  it('m4: groups under a name that only looks like theirs give no privileged role', async () => {
    const mappings = [
      { group: 'Admins', role: 'admin' as const },
      { group: 'Guests', role: 'member' as const },
    ]
    await service.admin.call('putRoleMappings', { params, body: { mappings } })
    const attributes = { email: [`gil@${company.domain}`] }
    const none = await come('opaque-gil', attributes)
    expect(none.line?.explanation).toContain('Rules for roles name groups, and no groups came')
    expect((await come('opaque-gil', { ...attributes, GROUPS: ['Admins'] })).status).toBe(200)
    expect((await find('gil'))?.role).toBe('member')
    expect((await come('opaque-gil', { ...attributes, groups: ['Admins'] })).status).toBe(200)
    expect((await find('gil'))?.role).toBe('admin')
    await service.admin.call('putRoleMappings', { params, body: { mappings: [] } })
  })

  it('F38: a NameID that changed its case is refused as that, and linked by the person', async () => {
    const nameId = `kim@${company.domain}`
    const first = await company.signIn({ nameId, attributes: {} })
    expect(first.status).toBe(200)
    const other = { nameId: nameId.toUpperCase(), attributes: {} }
    expect((await company.signIn(other)).status).toBe(403)
    const line = await lastLine()
    expect(line?.code).toBe('identity_changed')
    expect(line?.explanation).toContain(`"${nameId}" and what came differ in upper and lower case alone`)
    expect(line?.explanation).toContain('"Name ID format and Application username"')
    // In a session of their own they are asked.
    const asked = await company.signIn(other, { browser: first.browser })
    expect(asked.text).toContain('Is this you?')
  })

  it('F38: the option takes a NameID in other letters for the same, of nobody who administers', async () => {
    const own = await createCompany(service, { connection: { options: { ignoreNameIdCase: true } } })
    const at = { slug: own.organization.slug }
    const lineOf = async () => {
      await service.flushActivity()
      const query = { kind: 'sign_in' as const, limit: 1 }
      return (await service.admin.call('listActivity', { params: at, query })).items[0]
    }
    const lee = `lee@${own.domain}`
    const signIn = (nameId: string, attributes: Record<string, readonly string[]> = {}) =>
      own.signIn({ nameId, attributes })
    const first = await signIn(lee)
    expect(first.status).toBe(200)
    for (const spelling of [lee.toUpperCase(), `Lee@${own.domain}`]) {
      expect((await signIn(spelling)).url).toBe(`${service.url}/me`)
      expect((await lineOf())?.explanation).toContain('in other upper and lower case than before')
      expect((await signIn(spelling)).status).toBe(200)
      expect((await lineOf())?.explanation).not.toContain('in other upper')
    }
    const users = async () => (await service.admin.call('listUsers', { params: at, query: {} })).items
    expect((await users()).map(({ userName }) => userName)).toEqual([lee])
    const { items } = await service.admin.call('listEvents', { params: at })
    const linked = items.filter(({ type }) => type === 'user.identity_linked').map(({ data }) => data)
    expect(linked.map((data) => (data as { reason: string }).reason).toSorted()).toEqual([
      'created',
      'other_case',
      'other_case',
    ])
    // What differs in more than that is somebody else's, and so is every other spelling of a name that is no address.
    expect((await signIn(`LEE.@${own.domain}`, { email: [lee] })).status).toBe(403)
    expect((await lineOf())?.code).toBe('identity_changed')
    const opaque = { email: [`mia@${own.domain}`] }
    expect((await signIn('opaque-mia', opaque)).status).toBe(200)
    expect((await signIn('Opaque-Mia', opaque)).status).toBe(403)
    // Whoever administers is known by the very name.
    const [user] = await users()
    await service.admin.call('updateUser', {
      params: { ...at, id: user?.id ?? '' },
      body: { role: 'admin' },
    })
    expect((await signIn(lee)).status).toBe(403)
    expect((await lineOf())?.code).toBe('identity_changed')
    expect((await signIn(`Lee@${own.domain}`)).status).toBe(200)
  })

  it('m3: a new connection of generic asks for a persistent NameID, unless it is told otherwise', async () => {
    const formatOf = async (connection: Parameters<typeof createCompany>[1]) => {
      const made = await createCompany(service, connection)
      const left = await createBrowser(service.url, service.send).open(`/saml/${made.connection.id}/login`)
      const xml = inflateRawSync(
        Buffer.from(new URL(left.url).searchParams.get('SAMLRequest') ?? '', 'base64'),
      )
      const metadata = await (await service.send(new Request(made.connection.metadataUrl))).text()
      return [/Format="([^"]*)"/.exec(xml.toString())?.[1], /NameIDFormat>([^<]*)</.exec(metadata)?.[1]]
    }
    const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
    const generic = { identityProvider: 'generic' } as const
    expect(await formatOf({ connection: generic })).toEqual([persistent, persistent])
    const none = { connection: { ...generic, options: { nameIdFormat: null } } }
    expect(await formatOf(none)).toEqual([undefined, undefined])
    expect(await formatOf({ connection: { identityProvider: 'keycloak' } })).toEqual([undefined, undefined])
  })
})

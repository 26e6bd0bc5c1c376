// An address that was only found, in an attribute that people may write of themselves: nobody comes by it to what a colleague has, or is
// about to have.
// Judges: server/mapping, server/provisioning.
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { beforeAll, expect, it } from 'vitest'
import { isVouchedFor } from '../../packages/server/src/openid-provider/vouched.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { createBrowser } from '../harness/browser.ts'
import { clientOf } from '../harness/callers.ts'
import { startOpenIdProvider } from '../harness/openid-provider.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { type Company, createCompany, readForm } from '../harness/sso.ts'
import { userUrn } from '../scim/client.ts'

const found = ['preferred_username', 'https://acme.test/claims/upn', 'EMAIL'] as const

forEachStore((start, store) => {
  let service: Service
  beforeAll(async () => {
    service = await start({ isDev: true })
  })

  const build = async (options: Parameters<typeof createCompany>[1] = {}) => {
    const company = await createCompany(service, options)
    const params = { slug: company.organization.slug }
    return { company, params, ...eyesOf(company, params) }
  }

  const eyesOf = (company: Company, params: { slug: string }) => ({
    at: (name: string) => `${name}@${company.domain}`,
    async come(nameId: string, attributes: Record<string, string[]>) {
      const { status } = await company.signIn({ nameId, attributes })
      await service.flushActivity()
      const query = { kind: 'sign_in' as const, limit: 1 }
      const [line] = (await service.admin.call('listActivity', { params, query })).items
      return { status, code: line?.code, text: line?.explanation }
    },
    async users() {
      return (await service.admin.call('listUsers', { params })).items
    },
    async identities(id: string) {
      const user = await service.admin.call('getUser', { params: { ...params, id } })
      return user.identities.map(({ stableId }) => stableId)
    },
    async scim(method: string, path: string, body?: object) {
      const made = await service.admin.call('createKey', { params, body: { name: 'directory' } })
      const headers = { authorization: `Bearer ${made.token}`, 'content-type': 'application/scim+json' }
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
      const response = await service.send(new Request(`${service.url}/scim/v2${path}`, init))
      const text = await response.text()
      return text === '' ? { id: '' } : (JSON.parse(text) as { id: string })
    },
  })

  it.each(deal('ways to find a colleague', found, store))(
    'D5: a colleague whom the directory provisioned is not found by %s',
    async (name) => {
      const { params, at, come, identities, scim } = await build()
      const body = { mode: 'scim' as const, unknownSignIns: 'create' as const }
      await service.admin.call('updateProvisioning', { params, body })
      const emails = [{ value: at('vic') }]
      const { id } = await scim('POST', '/Users', { schemas: [userUrn], userName: 'vic', emails })
      const refused = await come('employee', { [name]: [at('vic')] })
      expect([refused.status, refused.code]).toEqual([403, 'address_inexact'])
      expect(refused.text).toContain(
        'Have Okta send the address as "email" ("Attribute Statements (optional)")',
      )
      expect(await identities(id)).toEqual([])
      expect((await come('vic-herself', { email: [at('vic')] })).status).toBe(200)
      expect(await identities(id)).toEqual(['vic-herself'])
    },
  )

  it('D5: nor is whoever came, was imported, is awaited or was removed; an account without the address has the name', async () => {
    const { company, params, at, come, users, scim } = await build()
    await company.signIn(company.person('here'))
    const csv = `userName,email\n${at('named')},\n${at('imported')},${at('imported')}\n`
    await service.admin.call('importUsers', { params, body: { format: 'csv', csv, dryRun: false } })
    await service.admin.call('createInvitation', { params, body: { email: at('awaited'), role: 'member' } })
    await service.admin.call('updateProvisioning', {
      params,
      body: { mode: 'scim', unknownSignIns: 'create' },
    })
    const gone = { schemas: [userUrn], userName: 'gone', emails: [{ value: at('go_ne') }] }
    const { id } = await scim('POST', '/Users', gone)
    await scim('DELETE', `/Users/${id}`)
    const before = (await users()).length
    for (const name of ['here', 'named', 'imported', 'awaited', 'go_ne']) {
      for (const attributes of [{ EMAIL: [at(name)] }, { email: ['x@elsewhere.test', at(name)] }]) {
        const refused = await come(`employee-${name}`, attributes)
        expect([refused.status, refused.code], name).toEqual([403, 'address_inexact'])
      }
    }
    expect((await users()).length).toBe(before)
    // Nobody else is kept out: `_` is a letter.
    expect((await come('other', { EMAIL: [at('goxne')] })).status).toBe(200)
    expect((await come('awaited', { email: [at('awaited')] })).status).toBe(200)
  })

  it('D5: whoever proves the address has it, and the name, from an account that was made of one that was found', async () => {
    const { company, params, at, come, users, identities } = await build()
    expect((await come('employee', { Mail: [at('soon')] })).status).toBe(200)
    const [squatter] = await users()
    expect((await come('soon', { email: [at('soon')] })).status).toBe(200)
    const now = await users()
    const soon = now.find(({ email }) => email === at('soon'))
    expect(soon?.userName).toBe(at('soon'))
    expect(await identities(soon?.id ?? '')).toEqual(['soon'])
    const left = now.find(({ id }) => id === squatter?.id)
    expect([left?.userName, left?.email]).toEqual([`${at('soon')} (2)`, null])
    const query = { type: 'user.name_yielded' } as never
    const { items } = await service.admin.call('listEvents', { params, query })
    expect(items.map(({ subject, data }) => [subject.id, data])).toEqual([
      [squatter?.id, { before: at('soon'), after: `${at('soon')} (2)`, restoredId: soon?.id }],
    ])
    const isVouched = service.database.inOrganization(createScope(company.organization.id), (tx) =>
      isVouchedFor(tx, soon?.id ?? '', at('soon'), service.now()),
    )
    expect(await isVouched).toBe(true)
    // What was found gives it back to nobody.
    expect((await come('employee', { Mail: [at('soon')] })).status).toBe(200)
    expect((await users()).find(({ id }) => id === squatter?.id)?.email).toBe(null)
    expect((await come('employee', { email: [at('employee')] })).status).toBe(200)
  })

  it('D5: also where the account has another address by now; not where it proved the address, or the directory has it', async () => {
    const { params, at, come, users, scim } = await build()
    await come('first', { Mail: [at('first')] })
    await come('first', { email: [at('other')] })
    expect((await come('first-herself', { email: [at('first')] })).status).toBe(200)
    const names = (await users()).map(({ userName, email }) => [userName, email])
    expect(names).toContainEqual([at('first'), at('first')])
    expect(names).toContainEqual([`${at('first')} (2)`, at('other')])

    await come('second', { Mail: [at('second')] })
    await come('second', { email: [at('second')] })
    await come('second', { Mail: [at('second')] })
    expect((await come('stranger', { email: [at('second')] })).code).toBe('identity_changed')

    await come('third', { Mail: [at('third')] })
    await service.admin.call('updateProvisioning', {
      params,
      body: { mode: 'scim', unknownSignIns: 'create' },
    })
    const third = (await users()).find(({ email }) => email === at('third'))
    const body = { schemas: [userUrn], userName: at('third'), emails: [{ value: at('third') }] }
    expect((await scim('POST', '/Users', body)).id).toBe(third?.id)
    expect((await come('third-herself', { email: [at('third')] })).status).toBe(200)
    expect((await users()).filter(({ email }) => email === at('third'))).toHaveLength(1)
  })

  it('D5: an attribute that an administrator named in the mapping is the address', async () => {
    const { params, at, come } = await build()
    const csv = `userName,email\n${at('ada')},${at('ada')}\n`
    await service.admin.call('importUsers', { params, body: { format: 'csv', csv, dryRun: false } })
    expect((await come('ada', { upn: [at('ada')] })).code).toBe('address_inexact')
    await service.admin.call('putAttributeMapping', { params, body: { rules: { email: ['upn'] } } })
    expect((await come('ada', { upn: [at('ada')] })).status).toBe(200)
  })

  const invited = (['member', 'admin'] as const).flatMap((role) =>
    (['by signing in', 'by the link'] as const).map((way) => [role, way] as const),
  )
  it.each(invited)(
    'F6: who has the address is invited as %s and comes %s, whoever was found by it',
    async (role, way) => {
      const { params, at, come, users } = await build()
      expect((await come('employee', { preferred_username: [at('soon')] })).status).toBe(200)
      const [squatter] = await users()
      expect(squatter?.isAddressOnlyFound).toBe(true)
      const body = { email: at('soon'), role }
      const { url } = await service.admin.call('createInvitation', { params, body })
      expect((await come('other', { EMAIL: [at('soon')] })).code).toBe('address_inexact')
      expect((await come('employee', { preferred_username: [at('soon')] })).status).toBe(200)
      if (way === 'by the link') {
        const token = url?.split('#token=')[1]
        const browser = createBrowser(service.url, service.send)
        expect((await browser.call('POST', '/invitation-acceptances', { token })).status).toBe(200)
      }
      expect((await come('soon', { email: [at('soon')] })).status).toBe(200)
      const now = await users()
      const shown = { userName: at('soon'), email: at('soon'), role, isAddressOnlyFound: false }
      expect(now.filter(({ email }) => email === at('soon'))).toMatchObject([shown])
      const left = { userName: `${at('soon')} (2)`, email: null, role: 'member', isAddressOnlyFound: false }
      expect(now.find(({ id }) => id === squatter?.id)).toMatchObject(left)
      const query = { type: 'user.name_yielded' } as never
      const { items } = await service.admin.call('listEvents', { params, query })
      expect(items.map(({ subject }) => subject.id)).toEqual([squatter?.id])
      expect((await come('employee', { preferred_username: [at('soon')] })).status).toBe(200)
      // Whoever proved it is there.
      const again = service.admin.call('createInvitation', { params, body })
      await expect(again).rejects.toMatchObject({ problem: { code: 'user_exists' } })
    },
  )

  it('F6: the account says that its address was only found, until it is proved or a directory has claimed the account', async () => {
    const { params, at, come, users, scim } = await build()
    const saysSo = async (name: string) => {
      const one = (await users()).find(({ userName }) => userName === at(name))
      const detail = await service.admin.call('getUser', { params: { ...params, id: one?.id ?? '' } })
      expect(detail.isAddressOnlyFound).toBe(one?.isAddressOnlyFound)
      return one?.isAddressOnlyFound
    }
    await come('first', { Mail: [at('first')] })
    await come('second', { Mail: [at('second')] })
    await come('third', { email: [at('third')] })
    expect([await saysSo('first'), await saysSo('second'), await saysSo('third')]).toEqual([
      true,
      true,
      false,
    ])
    await come('first', { email: [at('first')] })
    const body = { mode: 'scim' as const, unknownSignIns: 'create' as const }
    await service.admin.call('updateProvisioning', { params, body })
    await scim('POST', '/Users', { schemas: [userUrn], userName: at('second') })
    expect([await saysSo('first'), await saysSo('second')]).toEqual([false, false])
  })

  it('F6: nor does it keep the address from somebody whose sign-in brings it, or from an owner by link', async () => {
    const { company, params, at, come, users } = await build()
    await come('employee', { Mail: [at('married')] })
    const [squatter] = await users()
    await come('ada', { email: [at('ada')] })
    await come('ada', { email: [at('married')] })
    const emails = (await users()).map(({ id, email }) => [id === squatter?.id, email])
    expect(emails.sort()).toEqual([
      [false, at('married')],
      [true, null],
    ])
    await come('other', { Mail: [at('boss')] })
    const link = await service.admin.call('createPortalLink', {
      params,
      body: { role: 'owner', email: at('boss') },
    })
    const browser = createBrowser(service.url, service.send)
    await browser.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
    const { url } = await clientOf(service, browser).call('testConnection', {
      params: { ...params, id: company.connection.id },
    })
    const answer = await company.provider.answer((await browser.open(url)).url, company.person('boss'))
    const form = readForm(await browser.postFromElsewhere(answer.acsUrl, answer.form), 'link')
    expect((await browser.postOwn(form.action, form.fields)).text).toContain('It is linked')
    const named = (await users()).filter(({ userName }) => userName.startsWith(at('boss')))
    expect(Object.fromEntries(named.map(({ userName, role }) => [userName, role]))).toEqual({
      [at('boss')]: 'owner',
      [`${at('boss')} (2)`]: 'member',
    })
  })

  it('D5: what Entra ID calls people is written by its administrators, and finds them', async () => {
    const { params, at, come, identities, users } = await build({
      provider: createSamlProvider({
        baseUrl: 'https://login.acme.test',
        key: createSamlKey(),
        now: service.now,
        entityId: 'https://sts.windows.net/8c5a1e7e-0000-4000-8000-00000000abcd/',
      }),
    })
    const csv = `userName,email\n${at('ada')},${at('ada')}\n`
    await service.admin.call('importUsers', { params, body: { format: 'csv', csv, dryRun: false } })
    expect((await come('ada', { EMAIL: [at('ada')] })).code).toBe('address_inexact')
    expect((await come('ada', { upn: [at('ada')] })).status).toBe(200)
    const [ada] = await users()
    expect(await identities(ada?.id ?? '')).toEqual(['ada'])
  })

  it('D5: an OpenID Connect issuer’s preferred_username leads to nobody, and its email to whoever has it', async () => {
    const { company, params, at, users, identities } = await build()
    const csv = `userName,email\n${at('ada')},${at('ada')}\n`
    await service.admin.call('importUsers', { params, body: { format: 'csv', csv, dryRun: false } })
    const provider = await startOpenIdProvider()
    try {
      const { issuer, clientId, clientSecret } = provider
      const { id } = await service.admin.call('createConnection', {
        params,
        body: {
          name: 'Issuer',
          identityProvider: 'keycloak',
          protocol: 'oidc',
          oidc: { issuer, clientId, clientSecret },
          isActive: true,
        },
      })
      const { items } = await service.admin.call('listDomains', { params })
      const connectionIds = [company.connection.id, id]
      await service.admin.call('updateDomain', {
        params: { ...params, id: items[0]?.id ?? '' },
        body: { connectionIds },
      })
      const come = async (subject: string, claims: Record<string, unknown>) => {
        const browser = createBrowser(service.url, service.send)
        const { url } = await browser.open(`/saml/${id}/login`)
        const { status } = await browser.open(
          provider.answer(provider.read(url), subject, { claims, userinfo: { sub: subject } }),
        )
        await service.flushActivity()
        const query = { kind: 'sign_in' as const, limit: 1 }
        return { status, line: (await service.admin.call('listActivity', { params, query })).items[0] }
      }
      const refused = await come('employee', { email: undefined, preferred_username: at('ada') })
      expect([refused.status, refused.line?.code]).toEqual([403, 'address_inexact'])
      expect(refused.line?.explanation).toContain('Have Keycloak send the address as "email"')
      const made = await come('new', { email: undefined, preferred_username: at('new') })
      expect(made.status).toBe(200)
      expect((await come('ada', { email: at('ada') })).status).toBe(200)
      const ada = (await users()).find(({ email }) => email === at('ada'))
      expect(await identities(ada?.id ?? '')).toEqual(['ada'])
    } finally {
      await provider.close()
    }
  })
})

// The corpus of hostile responses, posted to a whole service: nobody gets in, nothing is a 5xx, each leaves its code in the
// activity of its organization; and every good one is accepted.
// Judges: server/sso, server/saml.

import { createSamlProvider, readAuthnRequest } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { createBrowser } from '../harness/browser.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'
import { type Context, createContext, good, hostile } from '../saml/corpus.ts'

forEachStore((start, store) => {
  let service: Service
  let company: Company
  let context: Context
  beforeAll(async () => {
    service = await start()
    const fresh = createContext(service.now())
    const provider = createSamlProvider({
      baseUrl: 'https://idp.acme.test',
      entityId: fresh.idpEntityId,
      key: fresh.idpKey,
    })
    company = await createCompany(service, { domain: 'acme.test', provider })
    const [key] = (await service.admin.call('listServiceKeys', { params: company.organization })).items
    context = {
      ...fresh,
      acsUrl: company.connection.acsUrl,
      entityId: company.connection.entityId,
      spCertificate: key?.certificate ?? '',
    }
  })

  const post = (samlResponse: string) =>
    service.send(
      new Request(company.connection.acsUrl, {
        method: 'POST',
        headers: { origin: 'https://idp.acme.test' },
        body: new URLSearchParams({ SAMLResponse: samlResponse }),
      }),
    )

  it('refuses every hostile one without a 5xx, and creates nobody', async () => {
    const wrong: unknown[] = []
    for (const entry of deal('hostile responses', hostile.filter(mayPost), store)) {
      const response = await post(await entry.make(context))
      await service.flushActivity()
      const query = { kind: 'sign_in' as const, limit: 1 }
      const [visit] = (await service.admin.call('listActivity', { params: company.organization, query }))
        .items
      const code = visit?.code ?? ''
      const isRefused = response.status === 403 && (entry.codes as readonly string[]).includes(code)
      // Without InResponseTo it is thrown away unread, and the browser is sent to begin anew.
      const isThrownAway = response.status === 303 && code === 'unsolicited'
      if (!isRefused && !isThrownAway) wrong.push([entry.name, response.status, code, entry.codes])
      if (response.headers.getSetCookie().length > 0) wrong.push([entry.name, 'sets a cookie'])
    }
    expect(wrong).toEqual([])
    const users = await service.admin.call('listUsers', { params: company.organization, query: {} })
    expect(users.items).toEqual([])
  }, 120_000)

  it('accepts every good one that answers a request', async () => {
    const wrong: unknown[] = []
    for (const entry of deal('good responses', good.filter(mayPost), store)) {
      const browser = createBrowser(service.url, service.send)
      const left = await browser.open(`/saml/${company.connection.id}/login`)
      const inResponseTo = readAuthnRequest(left.url).id
      const made = await entry.make({ ...context, inResponseTo, now: service.now() })
      const response = await post(made)
      const isSent = (response.headers.get('location') ?? '').includes('/finish?request=')
      const isUnsolicited = (response.headers.get('location') ?? '').includes('/login?tile=1')
      if (!isSent && !isUnsolicited) wrong.push([entry.name, response.status])
    }
    expect(wrong).toEqual([])
  }, 60_000)

  describe('what an administrator is told', () => {
    it.each([
      [
        'okta',
        { audience: 'https://wrong.test' },
        'audience_mismatch',
        'Okta sent audience "https://wrong.test"; set "Audience URI (SP Entity ID)" to "',
      ],
      [
        'entra',
        { recipient: 'https://wrong.test/acs' },
        'recipient_mismatch',
        'Entra ID sent recipient "https://wrong.test/acs"; set "Reply URL (Assertion Consumer Service URL)" to "',
      ],
      ['google', { sign: 'none' as const }, 'signature_missing', 'In Google Workspace turn on signing'],
      [
        'keycloak',
        { assertionIssuer: 'https://other.test', responseIssuer: 'https://other.test' },
        'issuer_mismatch',
        'came from issuer "https://other.test", the connection trusts "',
      ],
    ] as const)(
      '%s: %o is %s, in the words of its own console',
      async (identityProvider, change, code, sentence) => {
        const own = await createCompany(service, { connection: { identityProvider } })
        const landed = await own.signIn(own.person('alice'), { response: change as never })
        expect(landed.status).toBe(403)
        await service.flushActivity()
        const query = { kind: 'sign_in' as const, limit: 1 }
        const [visit] = (await service.admin.call('listActivity', { params: own.organization, query })).items
        expect(visit).toMatchObject({ code, outcome: 'refused' })
        expect(visit?.explanation).toContain(sentence)
        // The person learns nothing but whom to ask and what to name.
        expect(landed.text).toContain(visit?.requestId)
        expect(landed.text).not.toMatch(/audience|recipient|issuer|signature|wrong\.test|other\.test/i)
      },
    )
  })

  it('every page has a strict policy and tells nobody where it came from', async () => {
    const pages = [
      '/sso',
      '/sso/nobody',
      '/signed-out',
      '/saml/conn_x/acs',
      '/portal',
      '/invitation',
      '/organizations/x/settings',
    ]
    for (const path of pages) {
      const { headers } = await service.send(new Request(service.url + path))
      if (headers.get('location') !== null) continue
      expect({ path, csp: headers.get('content-security-policy') }).toMatchObject({
        csp: expect.stringContaining("default-src 'none'"),
      })
      expect(headers.get('content-security-policy')).not.toContain('unsafe-')
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('cache-control')).toBe('no-store')
    }
  })
})

/** What needs a connection of its own, or a clock that stands still, is judged by the verifier alone. */
function mayPost(entry: { readonly name: string; readonly trust?: unknown }): boolean {
  return entry.trust === undefined && !/millisecond|just within/.test(entry.name)
}

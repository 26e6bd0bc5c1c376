// What an application, or anybody who plays one, may ask of OpenID Connect: bounds on a request, and on how often.
// Judges: server/openid-provider, server/http.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createTestClient,
  type Installation,
  passThrough,
  startInstallation,
  type TestClient,
} from '../harness/product.ts'
import type { Company } from '../harness/sso.ts'

describe.each(['embedded', 'postgres'] as const)('limits of OpenID Connect on the %s store', (store) => {
  let installation: Installation
  let company: Company
  let product: TestClient
  beforeAll(async () => {
    installation = await startInstallation(store, {
      ROLLCALL_ANONYMOUS_RATE: '1',
      ROLLCALL_TRUSTED_PROXIES: '127.0.0.0/8',
    })
    company = await installation.createCompany()
    product = await createTestClient(installation)
  })
  afterAll(() => installation.stop())
  const ask = (ip: string, path: string, init: RequestInit = {}) =>
    fetch(new URL(path, installation.url), {
      redirect: 'manual',
      ...init,
      headers: { ...init.headers, 'x-forwarded-for': ip },
    })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const attempt = { method: 'POST', headers: form, body: 'grant_type=authorization_code&code=x&client_id=y' }

  it.each([
    ['authorization requests', async () => [(await product.begin()).url] as const],
    ['interactions', async () => ['/oidc/interaction/nothing'] as const],
    ['codes', async () => ['/oidc/token', attempt] as const],
    ['userinfo', async () => ['/oidc/me', { headers: { authorization: 'Bearer wrong' } }] as const],
    ['pushed requests', async () => ['/oidc/request', attempt] as const],
    ['key sets', async () => ['/oidc/jwks'] as const],
    ['logouts', async () => ['/oidc/session/end'] as const],
  ])('M26 unsolicited-floods: %s are limited for one network, others are served', async (name, of) => {
    const own = `198.51.100.${name.length}`
    const [path, init] = await of()
    const statuses: number[] = []
    for (let turn = 0; turn < 60 && statuses.at(-1) !== 429; turn += 1)
      statuses.push((await ask(own, path, init)).status)
    expect(statuses.at(-1)).toBe(429)
    const answer = await ask(own, path, init)
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await ask('203.0.113.1', path, init)).status).not.toBe(429)
  })

  it('whoever shows the right secret is not counted', async () => {
    const { clientId, clientSecret } = product.application
    const authorization = `Basic ${btoa(`${clientId}:${clientSecret}`)}`
    const body = new URLSearchParams({ token: 'nothing' }).toString()
    for (let turn = 0; turn < 30; turn += 1) {
      const answer = await ask('198.51.101.1', '/oidc/token/revocation', {
        method: 'POST',
        headers: { ...form, authorization },
        body,
      })
      expect(answer.status).toBe(200)
    }
  })

  it.each([
    ['a state above 2 KB', { state: 'é'.repeat(1_025) }],
    ['a request above 4 KB', { login_hint: 'x'.repeat(4_096) }],
  ])('M26: %s is refused with an error of OAuth, which goes back to the application', async (_name, more) => {
    const { url } = await product.begin(more)
    const answer = await ask('203.0.113.2', url)
    expect(answer.status).toBe(303)
    const back = new URL(answer.headers.get('location') ?? '')
    expect(back.href.startsWith(product.redirectUri)).toBe(true)
    expect(back.searchParams.get('error')).toBe('invalid_request')
    expect(back.searchParams.get('error_description')).toMatch(/bytes/)
    const pushed = new URL(url).searchParams
    const { clientId, clientSecret } = product.application
    const answered = await ask('203.0.113.2', '/oidc/request', {
      method: 'POST',
      headers: { ...form, authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: pushed.toString(),
    })
    expect(answered.status).toBe(400)
    expect(await answered.json()).toMatchObject({ error: 'invalid_request' })
  })

  it('a state of 2 KB comes back as it was sent', async () => {
    const begun = await product.begin({ state: 's'.repeat(2_048), organization: company.organization.slug })
    const landed = await passThrough(installation, company, begun, company.person('ada'))
    expect(new URL(landed.url).searchParams.get('state')).toBe('s'.repeat(2_048))
  })
})

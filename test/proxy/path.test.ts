// ROLLCALL_URL with a path, behind proxies that take it off and such that leave it on: everything that a browser, an identity
// provider, a provisioning client or a product is told leads back here.
// Judges: server/http, server/base.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@rollcall/api'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, createBrowser, type Send } from '../harness/browser.ts'
import { type Form, type Front, forms, hasNginx, startFront, startNginx } from '../harness/front.ts'
import { createLetterboxes } from '../harness/letterbox.ts'
import { operatorKey, type ServiceProcess, startProcess } from '../harness/process.ts'
import type { Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

const origin = 'https://acme.test'
const path = '/rollcall'
const url = `${origin}${path}`
const startLetterbox = createLetterboxes()
const folder = mkdtempSync(join(tmpdir(), 'rollcall-proxy-'))
let process: ServiceProcess
let mails: readonly string[]

if (!hasNginx)
  console.log(
    'There is no nginx on this machine: what it does in front is not tried. Get it with: apt-get install nginx-light',
  )

const fronts: readonly (readonly [string, Form, (target: string) => Promise<Front>])[] = [
  ...forms.map((form) => ['a proxy', form, (target: string) => startFront(target, path, form)] as const),
  ...(hasNginx ? forms : []).map(
    (form) => ['nginx as docs/proxy.md has it', form, (target: string) => startNginx(target, form)] as const,
  ),
]

beforeAll(async () => {
  const box = await startLetterbox()
  mails = box.messages
  process = await startProcess({
    ROLLCALL_DATA: folder,
    ROLLCALL_URL: url,
    ROLLCALL_TRUSTED_PROXIES: '127.0.0.1/32',
    ROLLCALL_SECURITY_CONTACT: 'security@acme.test',
    ROLLCALL_SMTP_URL: box.url,
    ROLLCALL_MAIL_FROM: 'Acme <no-reply@acme.test>',
  })
})
afterAll(async () => {
  await process.end('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

/** Every address of a page that is meant for this host; each must be below the path. */
const addressesOf = (html: string): string[] =>
  [...html.matchAll(/ (?:href|action|src)="([^"]*)"/g)]
    .map(([, address = '']) => address)
    .filter((address) => /^(?:\/|https:\/\/acme\.test)/.test(address))
const expectBelow = (html: string): void => {
  const strays = addressesOf(html).filter(
    (address) => !`${address.replace(origin, '')}/`.startsWith(`${path}/`),
  )
  expect(strays).toEqual([])
}

describe.each(fronts)('F10: a path in ROLLCALL_URL behind %s that %s', (_, __, start) => {
  let front: Front
  let send: Send
  let service: Service
  let company: Company
  beforeAll(async () => {
    front = await start(process.url)
    // The proxy's part of https is not played: what is asked of acme.test goes to it by http.
    send = async (request) => {
      const asked = new URL(request.url)
      expect(asked.origin).toBe(origin)
      return fetch(`${front.url}${asked.pathname}${asked.search}`, {
        method: request.method,
        headers: request.headers,
        redirect: 'manual',
        ...(request.body === null ? {} : { body: await request.arrayBuffer() }),
      })
    }
    const admin = createClient({ baseUrl: url, operatorKey, send })
    service = { url, operatorKey, admin, now: Date.now, send } as Service
    company = await createCompany(service)
  })
  afterAll(() => front.close())

  const open = async (address: string): Promise<{ status: number; text: string; headers: Headers }> => {
    const answer = await send(new Request(address))
    return { status: answer.status, text: await answer.text(), headers: answer.headers }
  }
  const signIn = (name: string, browser: Browser = createBrowser(url, send)) =>
    company.signIn(company.person(name), {
      browser,
      login: `${url}/saml/${company.connection.id}/login?return_to=`,
    })

  it('serves the console at the path and at its screens, with its files and the path for its router and calls', async () => {
    for (const address of [url, `${url}/`, `${url}/organizations/acme/settings/people/users?search=a`]) {
      const page = await open(address)
      expect([address, page.status]).toEqual([address, 200])
      expect(page.text).toContain(`<meta name="base" content="${path}" />`)
      expectBelow(page.text)
      const files = addressesOf(page.text)
      expect(files.length).toBeGreaterThan(2)
      for (const file of files) expect([file, (await open(origin + file)).status]).toEqual([file, 200])
    }
  })

  it('leads to pages of its own below the path, with a slash too many or without', async () => {
    for (const page of ['/sso', '/sso?recover=1', '/signed-out', '/sso/nobody', '/portal', '/api/v1/docs']) {
      const { text } = await open(url + page)
      expectBelow(text)
    }
    expect(addressesOf((await open(`${url}/sso`)).text)).toContain(`${path}/sso`)
    const slash = await open(`${url}/sso/`)
    expect(new URL(slash.headers.get('location') ?? '', `${url}/sso/`).href).toBe(`${url}/sso`)
    expect((await open(`${url}/healthz`)).text).toBe('alive\n')
    expect((await open(`${url}/readyz`)).text).toBe('ready\n')
    expect((await open(`${url}x/sso`)).status).toBe(404)
  })

  it('opens links of the portal: the page names its calls relative to itself, and the cookie is this path’s own', async () => {
    const { slug } = company.organization
    const body = { role: 'admin', email: 'it@acme.test' } as const
    const link = await service.admin.call('createPortalLink', { params: { slug }, body })
    expect(link.url).toMatch(/^https:\/\/acme\.test\/rollcall\/portal#token=/)
    const page = await open(link.url.split('#')[0] ?? '')
    const [, called = ''] = /fetch\('([^']+)'/.exec(page.text) ?? []
    expect(new URL(called, link.url).href).toBe(`${url}/api/v1/portal-sessions`)
    const browser = createBrowser(url, send)
    const token = link.url.split('#token=')[1]
    expect((await browser.call('POST', '/portal-sessions', { token })).status).toBe(200)
    expect([...browser.cookies.keys()]).toEqual([
      expect.stringMatching(/^__Host-rollcall_session_[0-9a-f]{12}$/),
    ])
    expect((await browser.call('GET', `/organizations/${slug}`)).status).toBe(200)
    const left = await browser.call(
      'PATCH',
      `/organizations/${slug}`,
      { name: 'Acme' },
      { origin: 'https://evil.test' },
    )
    expect(left.status).toBe(403)
  })

  it('signs people in and out by SAML: metadata, ACS, its pages, single logout both ways', async () => {
    const { entityId, acsUrl, metadataUrl } = company.connection
    expect([entityId, metadataUrl, acsUrl]).toEqual([
      `${url}/saml/${company.connection.id}/metadata`,
      entityId,
      `${url}/saml/${company.connection.id}/acs`,
    ])
    const metadata = (await open(entityId)).text
    expect(metadata).toContain(`Location="${acsUrl}"`)
    expect(metadata).toContain(`Location="${url}/saml/${company.connection.id}/slo"`)
    const landed = await signIn('ada')
    expect(landed.url).toBe(`${url}/me`)
    expect(landed.text).toContain('You are signed in')
    expectBelow(landed.text)
    const [action = ''] = addressesOf(landed.text).filter((address) => address.endsWith('/sign-out'))
    const left = await landed.browser.postOwn(action, {})
    expect(left.url.startsWith(company.provider.sloUrl)).toBe(true)
    expect((await landed.browser.open(`${url}/me`)).url).toBe(`${url}/sso`)
    const again = await signIn('ada')
    const asked = company.provider.renderLogoutRequest({
      destination: acsUrl.replace(/acs$/, 'slo'),
      nameId: `ada@${company.domain}`,
    })
    const answered = await createBrowser(url, send).open(asked)
    expect(new URL(answered.url).searchParams.has('SAMLResponse')).toBe(true)
    expect((await again.browser.open(`${url}/me`)).url).toBe(`${url}/sso?ended=1`)
  })

  it('finds by address or organization where somebody signs in, and refuses on pages that lead on below the path', async () => {
    const browser = createBrowser(url, send)
    const found = await browser.open(`${url}/sso?email=ada@${company.domain}`)
    expect(found.url.startsWith(company.provider.ssoUrl)).toBe(true)
    const refused = await company.signIn(
      { nameId: 'eve@elsewhere.test', attributes: { email: ['eve@elsewhere.test'] } },
      { browser, login: `${url}/sso/${company.organization.slug}` },
    )
    expect(refused.status).toBe(403)
    expect(addressesOf(refused.text)).toContain(`${path}/saml/${company.connection.id}/mail-link`)
    expectBelow(refused.text)
    expectBelow((await open(`${url}/saml/${company.connection.id}/mail-link`)).text)
  })

  it('keeps the ACS path of an imported connection below the path, and names its metadata and logout there', async () => {
    const acsPath = `/old/${company.organization.slug}/acs`
    const made = await service.admin.call('createConnection', {
      params: { slug: company.organization.slug },
      body: {
        name: 'Imported',
        identityProvider: 'generic',
        metadataXml: company.provider.metadata(),
        serviceProvider: { entityId: 'https://old.acme.test', acsPath },
        isActive: true,
      },
    })
    expect(made).toMatchObject({ acsUrl: url + acsPath, metadataUrl: `${url}/saml/${made.id}/metadata` })
    expect((await open(made.metadataUrl)).text).toContain(`Location="${url}/saml/${made.id}/slo"`)
    const params = { slug: company.organization.slug }
    const [domain] = (await service.admin.call('listDomains', { params })).items
    const connectionIds = [company.connection.id, made.id]
    await service.admin.call('updateDomain', {
      params: { ...params, id: domain?.id ?? '' },
      body: { connectionIds },
    })
    const browser = createBrowser(url, send)
    const left = await browser.open(`${url}/saml/${made.id}/login`)
    const answer = await company.provider.answer(left.url, company.person('bea'))
    expect(answer.acsUrl).toBe(url + acsPath)
    expect((await browser.postFromElsewhere(answer.acsUrl, answer.form)).url).toBe(`${url}/me`)
    await service.admin.call('deleteConnection', { params: { ...params, id: made.id } })
  })

  it('is an OpenID provider there: discovery, endpoints, questions, cookies, the way back, sign-out', async () => {
    const redirectUri = 'https://product.test/callback'
    const application = await service.admin.call('createApplication', {
      body: {
        name: 'Product',
        redirectUris: [redirectUri],
        postLogoutRedirectUris: ['https://product.test/'],
      } as never,
    })
    const config = await client.discovery(
      new URL(`${url}/oidc`),
      application.clientId,
      undefined,
      client.ClientSecretBasic(application.clientSecret ?? ''),
      { [client.customFetch]: (asked, init) => send(new Request(asked, init as RequestInit)) },
    )
    const endpoints = Object.entries(config.serverMetadata()).filter(([name]) =>
      /_endpoint$|_uri$|^issuer$/.test(name),
    )
    expect(endpoints.length).toBeGreaterThan(5)
    for (const [name, value] of endpoints)
      expect([name, value]).toEqual([name, expect.stringContaining(`${url}/oidc`)])
    const verifier = client.randomPKCECodeVerifier()
    const begun = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid email',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: 'state-of-the-product',
    })
    const browser = createBrowser(url, send)
    const question = await browser.open(begun.href)
    expect(question.url).toMatch(/^https:\/\/acme\.test\/rollcall\/oidc\/interaction\/[\w-]+$/)
    const own = addressesOf(question.text)
    expect(own).toEqual([new URL(question.url).pathname])
    expect([...browser.cookies.keys()].every((name) => /^__Host-.*_[0-9a-f]{12}$/.test(name))).toBe(true)
    const left = await browser.postOwn(`${origin}${own[0]}`, { email: `ada@${company.domain}` })
    const answer = await company.provider.answer(left.url, company.person('ada'))
    const landed = await browser.postFromElsewhere(answer.acsUrl, answer.form)
    expect(landed.url.startsWith(`${redirectUri}?code=`)).toBe(true)
    const tokens = await client.authorizationCodeGrant(config, new URL(landed.url), {
      pkceCodeVerifier: verifier,
      expectedState: 'state-of-the-product',
    })
    expect(tokens.claims()).toMatchObject({ iss: `${url}/oidc`, email: `ada@${company.domain}` })
    const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '')
    expect(info.email).toBe(`ada@${company.domain}`)
    const out = await browser.open(
      client.buildEndSessionUrl(config, {
        id_token_hint: tokens.id_token ?? '',
        post_logout_redirect_uri: 'https://product.test/',
      }).href,
    )
    const form = addressesOf(out.text).filter((address) => address.includes('/session/'))
    expect(form).toEqual([`${url}/oidc/session/end/confirm`])
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(out.text)?.[1] ?? ''
    const ended = await browser.postOwn(form[0] ?? '', { xsrf, logout: 'yes' })
    expect(ended.url).toBe('https://product.test/')
    expect((await browser.open(`${url}/me`)).url).toBe(`${url}/sso`)
  })

  it('serves SCIM there, with every location', async () => {
    const { slug } = company.organization
    const params = { slug }
    await service.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
    const { scimBaseUrl } = await service.admin.call('getProvisioning', { params })
    expect(scimBaseUrl).toBe(`${url}/scim/v2`)
    const { token } = await service.admin.call('createKey', { params, body: { name: 'test' } })
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
    const body = JSON.stringify({ schemas, userName: `new@${company.domain}` })
    const made = await send(new Request(`${scimBaseUrl}/Users`, { method: 'POST', headers, body }))
    const location = made.headers.get('location') ?? ''
    const user = (await made.json()) as { id: string; meta: { location: string } }
    expect([location, user.meta.location]).toEqual([`${scimBaseUrl}/Users/${user.id}`, location])
    expect((await send(new Request(location, { headers }))).status).toBe(200)
    const types = await send(new Request(`${scimBaseUrl}/ResourceTypes`, { headers }))
    const locations = (await types.text()).match(/"location":"[^"]*"/g) ?? []
    expect(locations.length).toBeGreaterThan(1)
    for (const one of locations) expect(one).toContain(`"${scimBaseUrl}/`)
  })

  it('hands on server-sent events as they come', async () => {
    const { slug } = company.organization
    const stop = new AbortController()
    const stream = await fetch(`${front.url}${path}/api/v1/organizations/${slug}/activity/stream`, {
      headers: { authorization: `Bearer ${operatorKey}` },
      signal: stop.signal,
    })
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader()
    let text = ''
    const read = async (wanted: RegExp): Promise<void> => {
      while (!wanted.test(text)) {
        const { value, done } = await reader.read()
        if (done) throw new Error(`the stream ended after ${text}`)
        text += Buffer.from(value).toString()
      }
    }
    await read(/: idle/)
    await signIn('fay')
    await read(/fay@/)
    stop.abort()
    await reader.cancel().catch(() => undefined)
  })

  it('F12: takes an import of more than a megabyte', async () => {
    const rows = Array.from({ length: 1_200 }, (_, at) => `row${at}@${company.domain},${'x'.repeat(1_000)}`)
    const imported = await send(
      new Request(`${url}/api/v1/organizations/${company.organization.slug}/users/import`, {
        method: 'POST',
        headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ dryRun: true, format: 'csv', csv: ['email,note', ...rows].join('\n') }),
      }),
    )
    expect([imported.status, await imported.json()]).toEqual([200, expect.objectContaining({ dryRun: true })])
  })

  it('mails links below the path, which are redeemed there', async () => {
    const { slug } = company.organization
    await service.admin.call('updateProvisioning', { params: { slug }, body: { mode: 'manual' } })
    const email = `guest@${company.domain}`
    await service.admin.call('createInvitation', { params: { slug }, body: { email } })
    const find = (): string | undefined =>
      mails
        .find((mail) => mail.includes(email))
        ?.replace(/=\r\n/g, '')
        .replaceAll('=3D', '=')
    await expect.poll(find).toBeDefined()
    const token = /https:\/\/acme\.test\/rollcall\/invitation#token=([\w-]+)/.exec(find() ?? '')?.[1]
    expect(token).toBeDefined()
    const accepted = await createBrowser(url, send).call('POST', '/invitation-acceptances', { token })
    const { signInUrl } = (await accepted.json()) as { signInUrl: string }
    expect(signInUrl.startsWith(`${url}/s`)).toBe(true)
  })

  it('names whom to tell at the root of the host, which is where it is looked for', async () => {
    const root = await open(`${origin}/.well-known/security.txt`)
    expect(root.text).toContain('Contact: mailto:security@acme.test')
    expect(root.text).toContain(`Canonical: ${origin}/.well-known/security.txt`)
  })

  it('describes its API under its public URL, with the cookie that it sets there', async () => {
    const document = JSON.parse((await open(`${url}/api/v1/openapi.json`)).text) as {
      servers: { url: string }[]
      components: { securitySchemes: { session: { name: string } } }
    }
    expect(document.servers).toEqual([{ url: `${url}/api/v1` }])
    expect(document.components.securitySchemes.session.name).toMatch(/^__Host-rollcall_session_[0-9a-f]{12}$/)
  })
})

// Our OpenID Connect provider as the OpenID Foundation's conformance plans ask about it, and what the discovery document promises: one
// test for each line of openid-plans.ts. One service and one person who is signed in serve them all.
// Judges: server/openid-provider.
import { hash, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
  UnsecuredJWT,
} from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, createBrowser, type Landing } from '../harness/browser.ts'
import {
  createTestClient,
  type Installation,
  startInstallation,
  type TestClient,
} from '../harness/product.ts'
import { createReceivers, type Receiver } from '../harness/receiver.ts'
import { draw } from '../harness/sample.ts'
import type { Company, SignInOptions } from '../harness/sso.ts'
import {
  announced,
  backChannel,
  basic,
  config,
  type Demand,
  findings,
  further,
  rpLogout,
} from './openid-plans.ts'

const startReceiver = createReceivers()
const preload = resolve(import.meta.dirname, '../harness/set-clock.mjs')
const redirectUri = 'http://127.0.0.1:4999/callback'
const afterLogout = 'http://127.0.0.1:4999/'
const everyScope = 'openid offline_access profile email organization groups'
const challenge = {
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
}
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'

type Fields = Readonly<Record<string, string>>
type Mode = 'query' | 'form_post'

interface Tokens {
  readonly access_token: string
  readonly id_token: string
  readonly refresh_token: string
  readonly token_type: string
  readonly expires_in: number
  readonly scope: string
}

/** What came back to the application, and how. */
interface Answer {
  readonly fields: Fields
  readonly landed: Landing
  /** Whether the person was at their identity provider. */
  readonly wasAsked: boolean
}

let installation: Installation
let company: Company
let logouts: Receiver
/** Confidential, by Basic, without PKCE: as the plans send their requests. */
let product: TestClient
let second: TestClient
let posting: TestClient
let ada: Browser
let issuer: string
let clock: string
let document: Readonly<Record<string, unknown>>

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-openid-'))
  clock = join(folder, 'clock')
  writeFileSync(clock, '0')
  installation = await startInstallation('embedded', {
    NODE_OPTIONS: `--import=${preload}`,
    TEST_CLOCK: clock,
  })
  issuer = `${installation.url}/oidc`
  company = await installation.createCompany()
  logouts = await startReceiver()
  const open = { requirePkce: false, backchannelLogoutUri: logouts.url }
  product = await createTestClient(installation, { ...open, name: 'One' })
  second = await createTestClient(installation, { ...open, name: 'Two' })
  posting = await createTestClient(installation, {
    ...open,
    name: 'Posting',
    authentication: 'client_secret_post',
  })
  document = product.config.serverMetadata()
  ada = newBrowser()
  await ask('query', {}, { browser: ada })
  return () => rmSync(folder, { recursive: true, force: true })
})
afterAll(() => installation.stop())

const newBrowser = (): Browser => createBrowser(installation.url, installation.service.send)

function toUrl(parameters: Fields, by = product): string {
  const all = {
    client_id: by.application.clientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: redirectUri,
    state: 'a state',
    nonce: 'a nonce',
    ...parameters,
  }
  const sent = Object.entries(all).filter(([, value]) => value !== leftOut)
  return `${issuer}/auth?${new URLSearchParams(sent)}`
}
const leftOut = '(left out)'

const isAtProvider = ({ url }: Landing): boolean => url.startsWith(company.provider.ssoUrl)

interface How {
  readonly browser?: Browser
  readonly by?: TestClient
  readonly name?: string
  readonly attributes?: Readonly<Record<string, readonly string[]>>
  readonly response?: SignInOptions['response']
}

/** The way of a browser through the authorization endpoint: asked only where it must be. */
async function ask(mode: Mode, parameters: Fields = {}, how: How = {}): Promise<Answer> {
  const { browser = ada, by = product } = how
  const url = toUrl({ ...(mode === 'query' ? {} : { response_mode: mode }), ...parameters }, by)
  return goOn(mode, await browser.open(url), how)
}

// Where nobody can know where the person belongs they type their address.
async function goOn(
  mode: Mode,
  first: Landing,
  { browser = ada, name = 'ada', attributes = {}, response }: How,
): Promise<Answer> {
  const isQuestion = first.text.includes('Work e-mail')
  const left = isQuestion ? await browser.postOwn(first.url, { email: `${name}@${company.domain}` }) : first
  if (!isAtProvider(left)) return { fields: readAnswer(mode, left), landed: left, wasAsked: false }
  const answer = await company.provider.answer(left.url, company.person(name, attributes), response)
  const landed = await browser.postFromElsewhere(answer.acsUrl, answer.form)
  return { fields: readAnswer(mode, landed), landed, wasAsked: true }
}

function readAnswer(mode: Mode, landed: Landing): Fields {
  if (mode === 'query') {
    expect(landed.url.split('?')[0], landed.text).toBe(redirectUri)
    return Object.fromEntries(new URL(landed.url).searchParams)
  }
  // In a page of ours: nothing of the answer stands in an address.
  expect(landed.url.startsWith(installation.url)).toBe(true)
  expect(landed.headers.get('content-type')).toContain('text/html')
  expect(landed.text).toContain(`<form method="post" action="${redirectUri}">`)
  const fields = landed.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"\/>/g)
  return Object.fromEntries([...fields].map(([, name, value = '']) => [name, decodeText(value)]))
}

const entities: Fields = { lt: '<', gt: '>', quot: '"', amp: '&' }
const decodeText = (text: string): string =>
  text.replace(/&(?:#(\d+)|(\w+));/g, (all, code?: string, name = '') =>
    code === undefined ? (entities[name] ?? all) : String.fromCodePoint(Number(code)),
  )

/** A page of ours that tells of an error, for no application. */
function expectPage(landed: Landing, error: string): void {
  expect(landed.status).toBe(400)
  expect(landed.url.startsWith(installation.url)).toBe(true)
  expect(landed.headers.get('location')).toBeNull()
  expect(landed.text).toContain(error)
  expect(landed.text).not.toContain('<form')
}

const toBasic = ({ application }: TestClient, secret = application.clientSecret): Fields => ({
  authorization: `Basic ${btoa(`${application.clientId}:${secret}`)}`,
})

const post = (path: string, fields: Fields | URLSearchParams, headers: Fields = toBasic(product)) =>
  fetch(`${issuer}${path}`, { method: 'POST', headers, body: new URLSearchParams(fields) })

const toGrant = (code: string | undefined, more: Fields = {}): Fields => ({
  grant_type: 'authorization_code',
  code: code ?? '',
  redirect_uri: redirectUri,
  ...more,
})

async function redeem(answer: Pick<Answer, 'fields'>, by = product, more: Fields = {}): Promise<Tokens> {
  expect(answer.fields.error_description).toBeUndefined()
  const response = await post('/token', toGrant(answer.fields.code, more), toBasic(by))
  expect(response.status, await response.clone().text()).toBe(200)
  return (await response.json()) as Tokens
}

const signIn = async (mode: Mode, parameters: Fields = {}, how: How = {}) => {
  const answer = await ask(mode, parameters, how)
  const tokens = await redeem(answer, how.by)
  return { ...answer, tokens, claims: decodeJwt(tokens.id_token) }
}

const refresh = (token: string, by = product, more: Fields = {}) =>
  post('/token', { grant_type: 'refresh_token', refresh_token: token, ...more }, toBasic(by))

const callUserinfo = (token: string, init: RequestInit = {}) =>
  fetch(`${issuer}/me`, { headers: { authorization: `Bearer ${token}` }, ...init })

const readUserinfo = async (token: string) => (await (await callUserinfo(token)).json()) as JWTPayload

async function readError(response: Response): Promise<readonly [number, unknown]> {
  expect(response.headers.get('content-type')).toContain('application/json')
  expect(response.headers.get('cache-control')).toContain('no-store')
  return [response.status, ((await response.json()) as { error: unknown }).error]
}

const age = (seconds: number): SignInOptions['response'] => ({
  mutateBeforeSigning: (xml: string) =>
    xml.replace(
      /AuthnInstant="([^"]+)"/,
      (_all, at: string) => `AuthnInstant="${new Date(Date.parse(at) - seconds * 1_000).toISOString()}"`,
    ),
})

const isOut = async (browser: Browser): Promise<boolean> =>
  (await ask('query', { prompt: 'none' }, { browser })).fields.error === 'login_required'

/** What happens while the clock of the service runs so many seconds ahead: more than half a minute, so that it is seen to. */
async function ahead<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  await setClock(seconds)
  try {
    return await work()
  } finally {
    await setClock(0)
  }
}

async function setClock(seconds: number): Promise<void> {
  writeFileSync(clock, String(seconds * 1_000))
  const isSet = async () => {
    const { fields } = await ask('query', { prompt: 'none' })
    const { id_token } = await redeem({ fields })
    return Math.abs(Number(decodeJwt(id_token).iat) - Date.now() / 1_000 - seconds) < 15
  }
  await expect.poll(isSet).toBe(true)
}

/** One test for each line of a plan: one that is missing here is a fault of types. */
function hold<const Plan extends Readonly<Record<string, Demand>>>(
  title: string,
  plan: Plan,
  tests: { readonly [Name in keyof Plan]: () => Promise<void> },
  count = Number.POSITIVE_INFINITY,
): void {
  describe(title, () => {
    for (const [name, { clause, says }] of draw(title, Object.entries(plan), count))
      it(`${name}: ${says} (${clause})`, tests[name as keyof Plan])
  })
}

for (const [title, mode] of [
  ['Basic OP', 'query'],
  ['Form Post OP', 'form_post'],
] as const) {
  const succeeds = async (parameters: Fields) => {
    const { claims, wasAsked } = await signIn(mode, parameters)
    expect(claims.aud).toBe(product.application.clientId)
    expect(wasAsked).toBe(false)
  }
  const isIgnored = async (scope: string) => {
    expect(document.scopes_supported).not.toContain(scope)
    const { tokens, claims } = await signIn(mode, { scope: `openid ${scope}` })
    expect(tokens.scope).toBe('openid')
    const named = Object.keys({ ...claims, ...(await readUserinfo(tokens.access_token)) })
    expect(named.filter((name) => name.startsWith(scope))).toEqual([])
  }
  const givesNoAnswer = async (parameters: Fields) => {
    const url = toUrl({ ...(mode === 'query' ? {} : { response_mode: mode }), ...parameters })
    expectPage(await ada.open(url), 'invalid_redirect_uri')
  }
  // The same demands, answered another way: a sample of them, other ones each time.
  const count = mode === 'query' ? undefined : 12
  const tests: Parameters<typeof hold<typeof basic>>[2] = {
    'code-flow': async () => {
      const browser = newBrowser()
      const answer = await ask(mode, {}, { browser })
      expect(answer.wasAsked).toBe(true)
      expect(answer.fields).toEqual({ code: expect.any(String), state: 'a state', iss: issuer })
      const response = await post('/token', toGrant(answer.fields.code))
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toContain('application/json')
      expect(response.headers.get('cache-control')).toContain('no-store')
      const tokens = (await response.json()) as Tokens
      expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 3_600, scope: 'openid' })
      const { payload } = await jwtVerify(
        tokens.id_token,
        createRemoteJWKSet(new URL(String(document.jwks_uri))),
        {
          issuer,
          audience: product.application.clientId,
          algorithms: ['RS256'],
          requiredClaims: ['sub', 'exp', 'iat'],
        },
      )
      expect(payload).toMatchObject({ nonce: 'a nonce', sub: expect.stringMatching(/^[\x21-\x7e]{1,255}$/) })
      expect(payload.azp ?? product.application.clientId).toBe(product.application.clientId)
    },
    'response-type-missing': async () => {
      const { fields } = await ask(mode, { response_type: leftOut })
      expect(fields).toMatchObject({ error: 'invalid_request', state: 'a state' })
      expect(fields).not.toHaveProperty('code')
    },
    'id-token-signature': async () => {
      const { tokens } = await signIn(mode)
      const { alg, kid } = decodeProtectedHeader(tokens.id_token)
      expect(alg).toBe('RS256')
      const { keys } = (await (await fetch(String(document.jwks_uri))).json()) as JSONWebKeySet
      expect(keys.filter((key) => key.kid === kid)).toMatchObject([{ kty: 'RSA', use: 'sig', alg: 'RS256' }])
      await jwtVerify(tokens.id_token, createLocalJWKSet({ keys }))
    },
    'id-token-unsigned': async () => {
      expect(document.id_token_signing_alg_values_supported).toEqual(['RS256'])
      const body = { name: 'Unsigned', redirectUris: [redirectUri], idTokenSignedResponseAlg: 'none' }
      const made = installation.admin.call('createApplication', { body: body as never })
      await expect(made).rejects.toMatchObject({ problem: { status: 400 } })
      const { tokens } = await signIn(mode, { id_token_signed_response_alg: 'none' })
      expect(decodeProtectedHeader(tokens.id_token).alg).toBe('RS256')
    },
    'userinfo-get': async () => {
      const { tokens, claims } = await signIn(mode)
      const response = await callUserinfo(tokens.access_token)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toContain('application/json')
      expect(((await response.json()) as JWTPayload).sub).toBe(claims.sub)
    },
    'userinfo-post-header': async () => {
      const { tokens, claims } = await signIn(mode)
      const response = await callUserinfo(tokens.access_token, { method: 'POST' })
      expect(((await response.json()) as JWTPayload).sub).toBe(claims.sub)
    },
    'userinfo-post-body': async () => {
      const { tokens, claims } = await signIn(mode)
      const response = await post('/me', { access_token: tokens.access_token }, {})
      expect(((await response.json()) as JWTPayload).sub).toBe(claims.sub)
    },
    'no-nonce': async () => {
      const { claims } = await signIn(mode, { nonce: leftOut })
      expect(claims).not.toHaveProperty('nonce')
    },
    'scope-profile': async () => {
      const { tokens } = await signIn(mode, { scope: 'openid profile' })
      expect(await readUserinfo(tokens.access_token)).toMatchObject({
        name: 'ada Person',
        given_name: 'ada',
        family_name: 'Person',
        preferred_username: `ada@${company.domain}`,
        updated_at: expect.any(Number),
      })
    },
    'scope-email': async () => {
      const { tokens } = await signIn(mode, { scope: 'openid email' })
      const claims = await readUserinfo(tokens.access_token)
      expect(claims).toMatchObject({ email: `ada@${company.domain}`, email_verified: true })
      expect(claims).not.toHaveProperty('name')
    },
    'scope-address': () => isIgnored('address'),
    'scope-phone': () => isIgnored('phone'),
    'scope-all': async () => {
      const { tokens } = await signIn(mode, { scope: everyScope })
      expect(tokens.scope.split(' ').toSorted()).toEqual(everyScope.split(' ').toSorted())
      expect(await readUserinfo(tokens.access_token)).toMatchObject({
        name: 'ada Person',
        email: `ada@${company.domain}`,
        groups: [],
        org_id: company.organization.id,
      })
    },
    'scope-order': async () => {
      const url = new URL(toUrl({ scope: 'email openid', response_mode: mode }))
      const reversed = new URLSearchParams([...url.searchParams].toReversed())
      const answer = await goOn(mode, await ada.open(`${url.origin}${url.pathname}?${reversed}`), {})
      const tokens = await redeem(answer)
      expect(await readUserinfo(tokens.access_token)).toHaveProperty('email')
    },
    'display-page': () => succeeds({ display: 'page' }),
    'display-popup': () => succeeds({ display: 'popup' }),
    'prompt-login': async () => {
      const browser = newBrowser()
      const first = await signIn(mode, {}, { browser, response: age(60) })
      const again = await signIn(mode, { prompt: 'login' }, { browser })
      expect(again.wasAsked).toBe(true)
      expect(again.claims.sub).toBe(first.claims.sub)
      expect(Number(again.claims.auth_time)).toBeGreaterThan(Number(first.claims.auth_time))
    },
    'prompt-none-signed-out': async () => {
      const { fields } = await ask(mode, { prompt: 'none' }, { browser: newBrowser() })
      expect(fields).toMatchObject({ error: 'login_required', state: 'a state' })
    },
    'prompt-none-signed-in': async () => {
      const first = await signIn(mode)
      const silent = await signIn(mode, { prompt: 'none' })
      const { sub, auth_time } = first.claims
      expect(silent.claims).toMatchObject({ sub, auth_time })
    },
    'max-age-1': async () => {
      const browser = newBrowser()
      const first = await signIn(mode, {}, { browser, response: age(60) })
      const again = await signIn(mode, { max_age: '1' }, { browser })
      expect(again.wasAsked).toBe(true)
      expect(Number(again.claims.auth_time)).toBeGreaterThan(Number(first.claims.auth_time))
    },
    'max-age-10000': async () => {
      const first = await signIn(mode)
      const again = await signIn(mode, { max_age: '10000' })
      expect(again.wasAsked).toBe(false)
      expect(again.claims.auth_time).toEqual(expect.any(Number))
      expect(again.claims.auth_time).toBe(first.claims.auth_time)
    },
    'unknown-parameter': () => succeeds({ extra: 'foobar' }),
    'id-token-hint': async () => {
      const { tokens, claims } = await signIn(mode)
      const hint = { prompt: 'none', id_token_hint: tokens.id_token }
      expect((await signIn(mode, hint)).claims.sub).toBe(claims.sub)
      const browser = newBrowser()
      await ask(mode, {}, { browser, name: 'bo' })
      expect((await ask(mode, hint, { browser })).fields.error).toBe('login_required')
    },
    'login-hint': async () => {
      await succeeds({ login_hint: `ada@${company.domain}` })
      const left = await newBrowser().open(toUrl({ login_hint: `cy@${company.domain}` }))
      expect(isAtProvider(left)).toBe(true)
    },
    'ui-locales': () => succeeds({ ui_locales: 'xx se fr-CA ar' }),
    'claims-locales': () => succeeds({ claims_locales: 'se fr' }),
    'acr-values': async () => {
      expect(document).not.toHaveProperty('acr_values_supported')
      const { claims } = await signIn(mode, { acr_values: '1 2' })
      expect(claims).not.toHaveProperty('acr')
    },
    'code-twice': async () => {
      const answer = await ask(mode)
      await redeem(answer)
      expect(await readError(await post('/token', toGrant(answer.fields.code)))).toEqual([
        400,
        'invalid_grant',
      ])
    },
    'code-twice-late': async () => {
      const answer = await ask(mode)
      const tokens = await redeem(answer)
      const again = await ahead(31, () => post('/token', toGrant(answer.fields.code)))
      expect(await readError(again)).toEqual([400, 'invalid_grant'])
      expect((await callUserinfo(tokens.access_token)).status).toBe(401)
      expect(await readError(await refresh(tokens.refresh_token))).toEqual([400, 'invalid_grant'])
    },
    'redirect-uri-registered': async () => {
      for (const uri of [
        'https://evil.example.com/',
        `${redirectUri}/`,
        `${redirectUri}?x=1`,
        `${redirectUri}#x`,
      ])
        await givesNoAnswer({ redirect_uri: uri })
    },
    'post-request': async () => {
      const fields = Object.fromEntries(new URL(toUrl({ response_mode: mode })).searchParams)
      await redeem(await goOn(mode, await ada.postFromElsewhere('/oidc/auth', fields), {}))
    },
    'client-secret-post': async () => {
      const answer = await ask(mode, {}, { by: posting })
      const { clientId, clientSecret } = posting.application
      const proof = { client_id: clientId, client_secret: clientSecret ?? '' }
      const response = await post('/token', toGrant(answer.fields.code, proof), {})
      expect(response.status).toBe(200)
    },
    'request-uri': async () => {
      expect(document.request_uri_parameter_supported).toBe(false)
      const { fields } = await ask(mode, { request_uri: 'https://product.acme.test/request.jwt' })
      expect(fields).toMatchObject({ error: 'request_uri_not_supported', state: 'a state' })
    },
    'request-object': async () => {
      expect(document.request_parameter_supported ?? false).toBe(false)
      const { fields } = await ask(mode, { request: new UnsecuredJWT({ state: 'another' }).encode() })
      expect(fields).toMatchObject({ error: 'request_not_supported', state: 'a state' })
    },
    'claims-essential': async () => {
      expect(document.claims_parameter_supported).toBe(false)
      const { tokens, claims } = await signIn(mode, { claims: '{"userinfo":{"name":{"essential":true}}}' })
      expect(claims).not.toHaveProperty('name')
      expect(await readUserinfo(tokens.access_token)).not.toHaveProperty('name')
    },
    'request-object-redirect-uri': async () => {
      const request = new UnsecuredJWT({ redirect_uri: redirectUri }).encode()
      await givesNoAnswer({ request, redirect_uri: 'https://evil.example.com/' })
    },
    'refresh-token': async () => {
      const { tokens, claims } = await signIn(mode, { scope: 'openid offline_access', prompt: 'consent' })
      expect(tokens.refresh_token).toMatch(/^[\x20-\x7e]+$/)
      expect(await readError(await refresh(tokens.refresh_token, second))).toEqual([400, 'invalid_grant'])
      const renewed = (await (await refresh(tokens.refresh_token)).json()) as Tokens
      expect(renewed.access_token).not.toBe(tokens.access_token)
      expect((await readUserinfo(renewed.access_token)).sub).toBe(claims.sub)
    },
    pkce: async () => {
      await redeem(await ask(mode, challenge), product, { code_verifier: verifier })
    },
  }
  hold(title, basic, tests, count)
}

hold('Config OP', config, {
  document: async () => {
    const response = await fetch(`${issuer}/.well-known/openid-configuration`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    const found = (await response.json()) as Record<string, string>
    expect(found).toMatchObject({
      issuer,
      response_types_supported: ['code'],
      grant_types_supported: expect.arrayContaining(['authorization_code']),
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: expect.arrayContaining(['openid']),
      claims_supported: expect.arrayContaining(['sub', 'iss']),
      code_challenge_methods_supported: ['S256'],
      claims_parameter_supported: false,
      request_uri_parameter_supported: false,
    })
    const addresses = Object.entries(found).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name))
    expect(addresses.map(([name]) => name)).toEqual(
      expect.arrayContaining(['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri']),
    )
    for (const [name, address] of addresses) expect(address.startsWith(`${issuer}/`), name).toBe(true)
    const { keys } = (await (await fetch(found.jwks_uri ?? '')).json()) as JSONWebKeySet
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
    for (const key of keys) {
      expect(Object.keys(key).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
      expect(Buffer.from(key.n ?? '', 'base64url').length).toBeGreaterThanOrEqual(256)
    }
  },
})

/** Somebody who is signed in in a browser of their own, and may be signed out. */
const arrive = async (parameters: Fields = {}, how: How = {}) => {
  const browser = newBrowser()
  return { browser, ...(await signIn('query', parameters, { ...how, browser })) }
}

const leave = (browser: Browser, parameters: Fields): Promise<Landing> =>
  browser.open(`/oidc/session/end?${new URLSearchParams(parameters)}`)

const isAsked = ({ text }: Landing): boolean =>
  text.includes('Sign out</button>') && !text.includes('submit()')

/** All that a browser sends when the button is pressed, or the page presses it. */
const press = (browser: Browser, page: Landing): Promise<Landing> => {
  expect(page.text).toContain('op.logoutForm')
  const fields = [...page.text.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)]
  return browser.postOwn(
    '/oidc/session/end/confirm',
    Object.fromEntries(fields.map(([, name, value]) => [name, value])),
  )
}

const told = (): readonly JWTPayload[] =>
  logouts.accepted.map(({ body }) => decodeJwt(new URLSearchParams(body).get('logout_token') ?? ''))

let stranger: ReturnType<typeof generateKeyPair> | undefined

/** Signs an ID token as somebody who has not our key, or as nobody. */
const forge = async (claims: JWTPayload, isSigned: boolean): Promise<string> => {
  if (!isSigned) return new UnsecuredJWT(claims).encode()
  stranger ??= generateKeyPair('RS256')
  const { privateKey } = await stranger
  const { keys } = (await (await fetch(String(document.jwks_uri))).json()) as JSONWebKeySet
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: keys[0]?.kid ?? '' }).sign(privateKey)
}

const staysIn = async (parameters: (one: Awaited<ReturnType<typeof arrive>>) => Fields | Promise<Fields>) => {
  const one = await arrive()
  expectPage(await leave(one.browser, await parameters(one)), 'invalid_request')
  expect(await isOut(one.browser)).toBe(false)
}

hold('RP-Initiated Logout OP', rpLogout, {
  announced: async () => expect(document.end_session_endpoint).toBe(`${issuer}/session/end`),
  'signed-out': async () => {
    const { browser, tokens } = await arrive()
    const page = await leave(browser, {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: afterLogout,
      state: 'bye & bye',
    })
    expect(isAsked(page)).toBe(false)
    const { url } = await press(browser, page)
    expect(url.split('?')[0]).toBe(afterLogout)
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({ state: 'bye & bye' })
    expect(await isOut(browser)).toBe(true)
  },
  'bad-hint': () =>
    staysIn(async ({ claims }) => ({
      id_token_hint: await forge(claims, true),
      post_logout_redirect_uri: afterLogout,
    })),
  'bad-redirect-uri': () =>
    staysIn(({ tokens }) => ({
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: 'https://evil.example.com/',
    })),
  'modified-hint': () =>
    staysIn(async ({ claims }) => ({
      id_token_hint: await forge(claims, false),
      post_logout_redirect_uri: afterLogout,
    })),
  'no-hint': async () => {
    const { browser } = await arrive()
    const page = await leave(browser, { post_logout_redirect_uri: afterLogout, state: 'x' })
    expect(isAsked(page)).toBe(true)
    expect((await press(browser, page)).text).toContain('You are signed out')
    expect(await isOut(browser)).toBe(true)
  },
  'no-parameters': async () => {
    const { browser } = await arrive()
    const page = await leave(browser, {})
    expect(isAsked(page)).toBe(true)
    expect(await isOut(browser)).toBe(false)
    expect((await press(browser, page)).text).toContain('You are signed out')
    expect(await isOut(browser)).toBe(true)
  },
  'no-redirect-uri': async () => {
    const { browser, tokens } = await arrive()
    const out = await press(browser, await leave(browser, { id_token_hint: tokens.id_token }))
    expect(out.text).toContain('You are signed out')
    expect(await isOut(browser)).toBe(true)
  },
  'no-state': async () => {
    const { browser, tokens } = await arrive()
    const page = await leave(browser, {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: afterLogout,
    })
    expect((await press(browser, page)).url).toBe(afterLogout)
  },
  'only-state': async () => {
    const { browser } = await arrive()
    const page = await leave(browser, { state: 'x' })
    expect(isAsked(page)).toBe(true)
    const out = await press(browser, page)
    expect(out.text).toContain('You are signed out')
    expect(out.url).not.toContain('state')
  },
  'query-added': () =>
    staysIn(({ tokens }) => ({
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: `${afterLogout}?foo=bar`,
    })),
})

hold('Back-Channel Logout OP', backChannel, {
  announced: async () =>
    expect(document).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      end_session_endpoint: expect.any(String),
    }),
  told: async () => {
    const { browser, tokens, claims } = await arrive()
    await press(browser, await leave(browser, { id_token_hint: tokens.id_token }))
    await logouts.until('the logout token', () => told().some(({ sid }) => sid === claims.sid))
    const sent = logouts.accepted.find((_, at) => told()[at]?.sid === claims.sid)
    expect(sent?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/)
    const form = new URLSearchParams(sent?.body)
    expect([...form.keys()]).toEqual(['logout_token'])
    const { payload, protectedHeader } = await jwtVerify(
      form.get('logout_token') ?? '',
      createRemoteJWKSet(new URL(String(document.jwks_uri))),
      { issuer, audience: product.application.clientId, typ: 'logout+jwt' },
    )
    expect(protectedHeader.alg).toBe(decodeProtectedHeader(tokens.id_token).alg)
    expect(payload).toEqual({
      iss: issuer,
      aud: product.application.clientId,
      sub: claims.sub,
      sid: claims.sid,
      iat: expect.any(Number),
      exp: expect.any(Number),
      jti: expect.any(String),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    })
    expect(Number(payload.exp) - Number(payload.iat)).toBeLessThanOrEqual(120)
    expect(await isOut(browser)).toBe(true)
  },
})

hold('further MUSTs', further, {
  'empty-parameter': async () => {
    const empty = {
      prompt: '',
      max_age: '',
      response_mode: '',
      request: '',
      organization: '',
      login_hint: '',
    }
    const answer = await ask('query', { ...empty, code_challenge: '', code_challenge_method: '' })
    const response = await post('/token', toGrant(answer.fields.code, { code_verifier: '', scope: '' }))
    expect(response.status).toBe(200)
    expect((await ask('query', { response_type: '' })).fields.error).toBe('invalid_request')
  },
  'parameter-twice': async () => {
    const landed = await ada.open(`${toUrl({})}&scope=openid`)
    expect(readAnswer('query', landed)).toMatchObject({ error: 'invalid_request', state: 'a state' })
    const { fields } = await ask('query')
    const twice = new URLSearchParams(toGrant(fields.code))
    twice.append('code', fields.code ?? '')
    expect(await readError(await post('/token', twice))).toEqual([400, 'invalid_request'])
    const endings = new URLSearchParams([
      ['state', 'x'],
      ['state', 'y'],
    ])
    expectPage(await ada.open(`/oidc/session/end?${endings}`), 'invalid_request')
  },
  'unknown-client': async () => {
    expectPage(await ada.open(toUrl({ client_id: 'nobody' })), 'invalid_client')
    expectPage(await ada.open(toUrl({ client_id: leftOut })), 'invalid_request')
    expectPage(await ada.open(toUrl({ redirect_uri: leftOut })), 'invalid_request')
  },
  'prompt-none-alone': async () => {
    for (const prompt of ['none login', 'login none', 'none consent', 'none select_account'])
      expect((await ask('query', { prompt })).fields.error, prompt).toBe('invalid_request')
    const { browser } = await arrive({}, { response: age(60) })
    for (const max_age of ['0', '1'])
      expect((await ask('query', { prompt: 'none', max_age }, { browser })).fields.error).toBe(
        'login_required',
      )
  },
  'max-age-nonsense': async () => {
    for (const max_age of ['-1', 'x', '1.5', '1e400'])
      expect((await ask('query', { max_age })).fields.error, max_age).toBe('invalid_request')
  },
  'hint-of-others': async () => {
    const { claims } = await signIn('query')
    const other = await signIn('query', {}, { by: second })
    for (const hint of [await forge(claims, true), await forge(claims, false), other.tokens.id_token, 'x'])
      expect((await ask('query', { id_token_hint: hint, prompt: 'none' })).fields.error).toBe(
        'invalid_request',
      )
  },
  'hint-expired': async () => {
    // Somebody of their own: their sessions end in the future.
    const { browser, tokens } = await arrive({}, { name: 'late' })
    const hint = { id_token_hint: tokens.id_token }
    await ahead(tokens.expires_in + 60, async () => {
      expect((await ask('query', { ...hint, prompt: 'none' }, { browser })).fields.code).toBeDefined()
      const page = await leave(browser, { ...hint, post_logout_redirect_uri: afterLogout })
      expect(isAsked(page)).toBe(false)
      expect((await press(browser, page)).url).toBe(afterLogout)
    })
  },
  'code-of-another': async () => {
    const refused = async (more: Fields, by = product) => {
      const { fields } = await ask('query')
      const sent = Object.entries(toGrant(fields.code, more)).filter(([, value]) => value !== leftOut)
      return readError(await post('/token', Object.fromEntries(sent), toBasic(by)))
    }
    expect(await refused({}, second)).toEqual([400, 'invalid_grant'])
    expect(await refused({ redirect_uri: `${redirectUri}/` })).toEqual([400, 'invalid_grant'])
    expect(await refused({ redirect_uri: leftOut })).toEqual([400, 'invalid_request'])
    expect(await refused({ code: 'x' })).toEqual([400, 'invalid_grant'])
  },
  'code-expired': async () => {
    const { fields } = await ask('query')
    const late = await ahead(61, () => post('/token', toGrant(fields.code)))
    expect(await readError(late)).toEqual([400, 'invalid_grant'])
  },
  'pkce-downgrade': async () => {
    for (const [asked, sent] of [
      [{}, { code_verifier: verifier }],
      [challenge, {}],
      [challenge, { code_verifier: `${verifier.slice(0, -1)}l` }],
    ] as const) {
      const { fields } = await ask('query', asked)
      expect(await readError(await post('/token', toGrant(fields.code, sent)))).toEqual([
        400,
        'invalid_grant',
      ])
    }
  },
  'token-endpoint-errors': async () => {
    expect(await readError(await post('/token', {}))).toEqual([400, 'invalid_request'])
    expect(await readError(await post('/token', { grant_type: 'authorization_code' }))).toEqual([
      400,
      'invalid_request',
    ])
    expect(await readError(await post('/token', { grant_type: 'refresh_token' }))).toEqual([
      400,
      'invalid_request',
    ])
    expect(await readError(await refresh('x'))).toEqual([400, 'invalid_grant'])
    const { tokens } = await signIn('query')
    expect(await readError(await refresh(tokens.refresh_token, product, { scope: 'openid email' }))).toEqual([
      400,
      'invalid_scope',
    ])
    const json = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { ...toBasic(product), 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'refresh_token', refresh_token: 'x' }),
    })
    expect(await readError(json)).toEqual([400, 'invalid_request'])
  },
  'client-authentication-challenge': async () => {
    const wrong = await post('/token', toGrant('x'), toBasic(product, 'wrong'))
    expect(wrong.headers.get('www-authenticate')).toMatch(/^Basic realm="[^"]+"/)
    expect(await readError(wrong)).toEqual([401, 'invalid_client'])
    const { clientId, clientSecret } = product.application
    const both = { client_id: clientId, client_secret: clientSecret ?? '' }
    expect(await readError(await post('/token', toGrant('x', both)))).toEqual([400, 'invalid_request'])
    expect((await post('/token', toGrant('x', { client_id: clientId }), {})).status).toBe(401)
  },
  'basic-encoded': async () => {
    const { clientId, clientSecret } = product.application
    const encode = (text: string) => text.replaceAll('_', '%5F')
    const proof = btoa(`${encode(clientId)}:${encode(clientSecret ?? '')}`)
    const response = await post('/token', toGrant('x'), { authorization: `Basic ${proof}` })
    expect(await readError(response)).toEqual([400, 'invalid_grant'])
  },
  'userinfo-refusals': async () => {
    const { tokens } = await signIn('query')
    const token = tokens.access_token
    const refused = async (url: string, init: RequestInit) => {
      const response = await fetch(url, init)
      const names = /error="([^"]+)"/.exec(response.headers.get('www-authenticate') ?? '')
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer /)
      return [response.status, names?.[1]]
    }
    const headers = { authorization: `Bearer ${token}` }
    expect((await refused(`${issuer}/me`, {}))[0]).toBe(401)
    expect(await refused(`${issuer}/me`, { headers: { authorization: 'Bearer x' } })).toEqual([
      401,
      'invalid_token',
    ])
    expect(
      await refused(`${issuer}/me`, { headers: { authorization: `Bearer ${tokens.refresh_token}` } }),
    ).toEqual([401, 'invalid_token'])
    expect(await refused(`${issuer}/me?access_token=${token}`, {})).toEqual([400, 'invalid_request'])
    const body = new URLSearchParams({ access_token: token })
    expect(await refused(`${issuer}/me`, { method: 'POST', headers, body })).toEqual([400, 'invalid_request'])
    const { fields } = await ask('query', { scope: 'profile', nonce: leftOut })
    const { access_token } = await redeem({ fields })
    expect(await refused(`${issuer}/me`, { headers: { authorization: `Bearer ${access_token}` } })).toEqual([
      403,
      'insufficient_scope',
    ])
  },
  'access-token-expired': async () => {
    const { tokens } = await signIn('query')
    const late = await ahead(tokens.expires_in + 1, () => callUserinfo(tokens.access_token))
    expect(late.status).toBe(401)
    expect(late.headers.get('www-authenticate')).toContain('error="invalid_token"')
  },
  'id-token-refreshed': async () => {
    const { tokens, claims } = await signIn('query')
    const response = await ahead(60, () => refresh(tokens.refresh_token))
    const found = decodeJwt(((await response.json()) as Tokens).id_token)
    const { iss, sub, aud, auth_time, sid, azp, nonce } = claims
    expect(found).toMatchObject({ iss, sub, aud, auth_time, sid })
    expect(Number(found.iat)).toBeGreaterThan(Number(claims.iat))
    expect(found.azp).toBe(azp)
    expect([undefined, nonce]).toContain(found.nonce)
  },
  'loopback-port': async () => {
    const on = (port: number) => ({ redirect_uri: `http://127.0.0.1:${port}/callback`, ...challenge })
    const device = await createTestClient(installation, { name: 'Device', authentication: 'none' })
    const { url } = await ada.open(toUrl(on(50_123), device))
    expect(url.startsWith('http://127.0.0.1:50123/callback?code=')).toBe(true)
    const other = { redirect_uri: 'http://127.0.0.1:50123/other', ...challenge }
    expectPage(await ada.open(toUrl(other, device)), 'invalid_redirect_uri')
    const web = { name: 'Web', authentication: 'none' as const }
    const open = await createTestClient(installation, {
      ...web,
      redirectUris: [redirectUri, 'https://app.acme.test/'],
    })
    for (const by of [product, open])
      expectPage(await ada.open(toUrl(on(50_123), by)), 'invalid_redirect_uri')
  },
  'scope-narrowed': async () => {
    const { tokens } = await signIn('query', { scope: 'openid email' })
    const response = await refresh(tokens.refresh_token, product, { scope: 'openid' })
    const narrow = (await response.json()) as Tokens
    expect(narrow.scope).toBe('openid')
    expect(await readUserinfo(narrow.access_token)).not.toHaveProperty('email')
    const wider = await refresh(narrow.refresh_token, product, { scope: 'openid profile' })
    expect(await readError(wider)).toEqual([400, 'invalid_scope'])
  },
  'claims-of-right-form': async () => {
    const bare = { firstName: [], lastName: [], email: [`bare@${company.domain}`] }
    const { tokens, claims } = await arrive({ scope: everyScope }, { name: 'bare', attributes: bare })
    const found = await readUserinfo(tokens.access_token)
    for (const [name, value] of Object.entries({ ...claims, ...found }))
      expect([null, ''], name).not.toContain(value)
    expect(found).not.toHaveProperty('given_name')
    expect(found.sub).toMatch(/^[\x21-\x7e]{1,255}$/)
  },
  'redirect-uri-query': async () => {
    const uri = `${redirectUri}?tenant=a%20b&x=`
    const by = await createTestClient(installation, {
      name: 'Query',
      requirePkce: false,
      redirectUris: [uri],
    })
    const { url } = await ada.open(toUrl({ redirect_uri: uri }, by))
    const found = Object.fromEntries(new URL(url).searchParams)
    expect(found).toEqual({ tenant: 'a b', x: '', code: expect.any(String), state: 'a state', iss: issuer })
    const code = found.code ?? ''
    expect((await post('/token', toGrant(code, { redirect_uri: uri }), toBasic(by))).status).toBe(200)
  },
  'error-in-form-post': async () => {
    const state = '"><script>alert(1)</script>&amp;'
    const refused = await ask('form_post', { state, prompt: 'none login' })
    expect(refused.landed.text).not.toContain('<script>alert')
    expect(refused.fields).toMatchObject({ error: 'invalid_request', state })
    expect((await ask('form_post', { state })).fields).toMatchObject({ code: expect.any(String), state })
  },
  'logout-client-mismatch': () =>
    staysIn(({ tokens }) => ({
      id_token_hint: tokens.id_token,
      client_id: second.application.clientId,
      post_logout_redirect_uri: afterLogout,
    })),
  'logout-by-client': async () => {
    const { browser } = await arrive()
    const page = await leave(browser, {
      client_id: product.application.clientId,
      post_logout_redirect_uri: afterLogout,
      state: 'x',
    })
    expect(isAsked(page)).toBe(true)
    expect((await press(browser, page)).url).toBe(`${afterLogout}?state=x`)
    expect(await isOut(browser)).toBe(true)
  },
  'logout-optional-parameters': async () => {
    const { browser, tokens } = await arrive()
    const sent = { id_token_hint: tokens.id_token, logout_hint: 'somebody', ui_locales: 'se ar' }
    // The page speaks the first of them that is spoken here.
    const question = await leave(browser, sent)
    expect(question.text).toContain('<html lang="ar" dir="rtl">')
    const page = await browser.postFromElsewhere('/oidc/session/end', sent)
    await press(browser, page)
    expect(await isOut(browser)).toBe(true)
  },
  'logout-of-nobody': async () => {
    const { tokens } = await arrive()
    const browser = newBrowser()
    const page = await leave(browser, {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: afterLogout,
      state: 'x',
    })
    const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page.text) ?? []
    const out = await browser.postOwn('/oidc/session/end/confirm', { xsrf, logout: 'yes' })
    expect(out.url).toBe(`${afterLogout}?state=x`)
  },
  'told-each': async () => {
    const one = await arrive()
    const other = await signIn('query', {}, { browser: one.browser, by: second })
    const stays = await arrive()
    expect(other.claims.sid).not.toBe(one.claims.sid)
    await press(one.browser, await leave(one.browser, { id_token_hint: one.tokens.id_token }))
    const sidsOf = (by: TestClient) =>
      told()
        .filter(({ aud }) => aud === by.application.clientId)
        .map(({ sid }) => sid)
    await logouts.until(
      'both logout tokens',
      () => sidsOf(product).includes(one.claims.sid) && sidsOf(second).includes(other.claims.sid),
    )
    expect(sidsOf(product)).not.toContain(stays.claims.sid)
    expect(await isOut(stays.browser)).toBe(false)
  },
  'refresh-after-logout': async () => {
    const one = await arrive()
    const lasting = await signIn(
      'query',
      { scope: 'openid offline_access' },
      { browser: one.browser, by: second },
    )
    await press(one.browser, await leave(one.browser, { id_token_hint: one.tokens.id_token }))
    expect(await readError(await refresh(one.tokens.refresh_token))).toEqual([400, 'invalid_grant'])
    expect((await refresh(lasting.tokens.refresh_token, second)).status).toBe(200)
  },
})

/** What is announced and has a test below, or above. */
const members = [
  'authorization_endpoint',
  'token_endpoint',
  'userinfo_endpoint',
  'jwks_uri',
  'end_session_endpoint',
  'revocation_endpoint',
  'revocation_endpoint_auth_methods_supported',
  'ui_locales_supported',
  'revocation_endpoint_auth_signing_alg_values_supported',
  'pushed_authorization_request_endpoint',
  'issuer',
  'scopes_supported',
  'claims_supported',
  'claim_types_supported',
  'claims_parameter_supported',
  'request_uri_parameter_supported',
  'response_types_supported',
  'response_modes_supported',
  'grant_types_supported',
  'subject_types_supported',
  'id_token_signing_alg_values_supported',
  'token_endpoint_auth_methods_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'code_challenge_methods_supported',
  'authorization_response_iss_parameter_supported',
  'dpop_signing_alg_values_supported',
  'backchannel_logout_supported',
  'backchannel_logout_session_supported',
]
const listOf = (member: string): readonly string[] => document[member] as readonly string[]

interface Signer {
  readonly alg: string
  readonly jwk: JWK
  readonly privateKey: CryptoKey
}

const prove = (signer: Signer, method: string, path: string, more: JWTPayload = {}): Promise<string> =>
  new SignJWT({ htm: method, htu: `${issuer}${path}`, jti: randomUUID(), ...more })
    .setProtectedHeader({ alg: signer.alg, typ: 'dpop+jwt', jwk: signer.jwk })
    .setIssuedAt()
    .sign(signer.privateKey)

const createSigner = async (alg: string): Promise<Signer> => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, privateKey, jwk: await exportJWK(publicKey) }
}

hold('what is announced', announced, {
  members: async () => {
    expect(Object.keys(document).toSorted()).toEqual(members.toSorted())
    for (const [name, value] of Object.entries(document)) expect([null, ''], name).not.toContain(value)
    for (const value of Object.values(document)) expect(value).not.toEqual([])
  },
  endpoints: async () => {
    const statusOf = async (address: unknown, method: string) =>
      (
        await fetch(String(address), {
          method,
          redirect: 'manual',
          ...(method === 'POST' ? { headers: toBasic(product) } : {}),
        })
      ).status
    expect(await statusOf(document.jwks_uri, 'GET')).toBe(200)
    expect(await statusOf(document.authorization_endpoint, 'GET')).toBe(400)
    expect(await statusOf(document.end_session_endpoint, 'GET')).toBe(200)
    expect(await statusOf(document.userinfo_endpoint, 'GET')).toBe(401)
    for (const name of ['token_endpoint', 'revocation_endpoint', 'pushed_authorization_request_endpoint'])
      expect(await statusOf(document[name], 'POST'), name).toBe(400)
    for (const path of [
      '/token/introspection',
      '/reg',
      '/device',
      '/device/auth',
      '/backchannel',
      '/challenge',
    ]) {
      expect((await fetch(`${issuer}${path}`)).status, path).toBe(404)
      expect((await post(path, { token: 'x' })).status, path).toBe(404)
    }
  },
  'response-types': async () => {
    expect(document.response_types_supported).toEqual(['code'])
    for (const type of ['id_token', 'token', 'id_token token', 'code id_token', 'code token', 'none', 'x']) {
      const landed = await ada.open(toUrl({ response_type: type }))
      const { search, hash } = new URL(landed.url)
      const fields = Object.fromEntries(new URLSearchParams(/token/.test(type) ? hash.slice(1) : search))
      expect(fields, type).toMatchObject({ error: 'unsupported_response_type', state: 'a state' })
    }
  },
  'response-modes': async () => {
    expect(listOf('response_modes_supported').toSorted()).toEqual(['form_post', 'fragment', 'query'])
    const { hash, search } = new URL((await ada.open(toUrl({ response_mode: 'fragment' }))).url)
    expect(search).toBe('')
    expect(new URLSearchParams(hash.slice(1)).get('code')).not.toBeNull()
    expect((await ask('query', { response_mode: 'query' })).fields.code).toBeDefined()
    expect((await ask('form_post')).fields.code).toBeDefined()
    for (const mode of ['jwt', 'query.jwt', 'web_message', 'x'])
      expect((await ask('query', { response_mode: mode })).fields.error, mode).toBe(
        'unsupported_response_mode',
      )
  },
  'grant-types': async () => {
    expect(document.grant_types_supported).toEqual(['authorization_code', 'refresh_token'])
    for (const grant of [
      'password',
      'client_credentials',
      'implicit',
      'urn:ietf:params:oauth:grant-type:device_code',
      'x',
    ])
      expect(await readError(await post('/token', { grant_type: grant })), grant).toEqual([
        400,
        'unsupported_grant_type',
      ])
  },
  'scopes-and-claims': async () => {
    expect(listOf('scopes_supported').toSorted()).toEqual(everyScope.split(' ').toSorted())
    const { tokens, claims } = await signIn('query', { scope: everyScope })
    const ofProtocol = new Set(['aud', 'exp', 'iat', 'nonce', 'at_hash'])
    const found = Object.keys({ ...claims, ...(await readUserinfo(tokens.access_token)) })
    expect(found.filter((name) => !ofProtocol.has(name)).toSorted()).toEqual(
      listOf('claims_supported').toSorted(),
    )
    expect(document.claim_types_supported).toEqual(['normal'])
  },
  'subject-types': async () => {
    expect(document.subject_types_supported).toEqual(['public'])
    const one = await signIn('query')
    const other = await signIn('query', {}, { by: second })
    expect(one.claims.sub).toBe(other.claims.sub)
  },
  'authentication-methods': async () => {
    const methods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']
    expect(listOf('token_endpoint_auth_methods_supported').toSorted()).toEqual(methods.toSorted())
    const open = await createTestClient(installation, { name: 'Open', authentication: 'none' })
    const { clientId, clientSecret } = posting.application
    const asPosted = { client_id: clientId, client_secret: clientSecret ?? '' }
    const asNone = { client_id: open.application.clientId }
    // A grant that is refused shows that the application was let in.
    for (const [fields, headers, wanted] of [
      [toGrant('x'), toBasic(product), [400, 'invalid_grant']],
      [toGrant('x', asPosted), {}, [400, 'invalid_grant']],
      [toGrant('x', asNone), {}, [400, 'invalid_grant']],
      [toGrant('x'), toBasic(posting), [401, 'invalid_client']],
      [toGrant('x', { client_id: clientId }), {}, [401, 'invalid_client']],
    ] as const)
      expect(await readError(await post('/token', fields, headers))).toEqual(wanted)
    const secret = new TextEncoder().encode(product.application.clientSecret ?? '')
    const assertion = await new SignJWT(toAssertion(product))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(secret)
    expect(await readError(await post('/token', withAssertion(assertion), {}))).toEqual([
      401,
      'invalid_client',
    ])
  },
  'keys-by-address': async () => {
    const [first, later] = (await Promise.all(['ES256', 'RS256'].map(createSigner))) as [Signer, Signer]
    const served = await startReceiver()
    const serve = (signer: Signer) =>
      served.behave(() => ({
        status: 200,
        body: JSON.stringify({ keys: [{ ...signer.jwk, kid: signer.alg }] }),
      }))
    serve(first)
    const keyed = await createTestClient(installation, {
      name: 'Keys elsewhere',
      authentication: 'private_key_jwt',
      jwksUrl: served.url,
    })
    const send = async ({ alg, privateKey }: Signer) => {
      const token = new SignJWT(toAssertion(keyed)).setProtectedHeader({ alg, kid: alg })
      return readError(await post('/token', withAssertion(await token.sign(privateKey)), {}))
    }
    expect(await send(first)).toEqual([400, 'invalid_grant'])
    serve(later)
    expect(await ahead(120, () => send(later))).toEqual([400, 'invalid_grant'])
  },
  'assertion-algorithms': async () => {
    const algorithms = listOf('token_endpoint_auth_signing_alg_values_supported')
    const signers = await Promise.all([...algorithms, 'ES384'].map(createSigner))
    const keys = signers.map(({ jwk, alg }) => ({ ...jwk, alg, kid: alg, use: 'sig' }))
    const keyed = await createTestClient(installation, {
      name: 'Keyed',
      authentication: 'private_key_jwt',
      jwks: { keys },
    })
    const send = async ({ alg, privateKey }: Signer, claims: JWTPayload = {}) => {
      const token = new SignJWT({ ...toAssertion(keyed), ...claims }).setProtectedHeader({ alg, kid: alg })
      const assertion = await token.sign(privateKey)
      const sendIt = async () => readError(await post('/token', withAssertion(assertion), {}))
      return [await sendIt(), sendIt] as const
    }
    const letIn = [400, 'invalid_grant']
    const refused = [401, 'invalid_client']
    for (const signer of signers)
      expect((await send(signer))[0], signer.alg).toEqual(signer.alg === 'ES384' ? refused : letIn)
    const [signer] = signers as [Signer]
    const [once, again] = await send(signer)
    expect(once).toEqual(letIn)
    expect(await again()).toEqual(refused)
    for (const claims of [{ aud: 'https://acme.test' }, { sub: 'x' }, { exp: 1 }])
      expect((await send(signer, claims))[0]).toEqual(refused)
  },
  'code-challenge-methods': async () => {
    expect(document.code_challenge_methods_supported).toEqual(['S256'])
    for (const asked of [
      { code_challenge: verifier, code_challenge_method: 'plain' },
      { code_challenge: verifier },
      { code_challenge_method: 'S256' },
      { code_challenge: 'short', code_challenge_method: 'S256' },
    ] as Fields[])
      expect((await ask('query', asked)).fields.error).toBe('invalid_request')
  },
  'issuer-in-answers': async () => {
    expect(document.authorization_response_iss_parameter_supported).toBe(true)
    for (const mode of ['query', 'form_post'] as const)
      for (const prompt of ['', 'none login']) expect((await ask(mode, { prompt })).fields.iss).toBe(issuer)
  },
  'pushed-requests': async () => {
    const sent = Object.fromEntries(new URL(toUrl({ state: 'pushed' })).searchParams)
    const response = await post('/request', sent)
    expect(response.status).toBe(201)
    expect(response.headers.get('cache-control')).toContain('no-store')
    const { request_uri, expires_in } = (await response.json()) as { request_uri: string; expires_in: number }
    expect(expires_in).toBe(60)
    const open = (by: TestClient) =>
      ada.open(`${issuer}/auth?${new URLSearchParams({ client_id: by.application.clientId, request_uri })}`)
    expectPage(await open(second), 'invalid_request')
    const answer = readAnswer('query', await open(product))
    expect(answer).toMatchObject({ code: expect.any(String), state: 'pushed' })
    expectPage(await open(product), 'invalid_request_uri')
    expect(await readError(await post('/request', { ...sent, request_uri }))).toEqual([
      400,
      'request_uri_not_supported',
    ])
    expect(
      await readError(await post('/request', { ...sent, redirect_uri: 'https://evil.example.com/' })),
    ).toEqual([400, 'invalid_request'])
    expect(await readError(await post('/request', sent, {}))).toEqual([401, 'invalid_client'])
  },
  revocation: async () => {
    const revoke = async (fields: Fields, by = product) =>
      (await post('/token/revocation', fields, toBasic(by))).status
    for (const [name, hint] of [
      ['access_token', 'access_token'],
      ['refresh_token', 'access_token'],
      ['refresh_token', 'nonsense'],
    ] as const) {
      const { tokens } = await signIn('query')
      expect(await revoke({ token: tokens[name] }, second)).toBe(400)
      expect((await callUserinfo(tokens.access_token)).status).toBe(200)
      expect(await revoke({ token: tokens[name], token_type_hint: hint })).toBe(200)
      expect((await callUserinfo(tokens.access_token)).status).toBe(401)
      expect(await readError(await refresh(tokens.refresh_token))).toEqual([400, 'invalid_grant'])
    }
    expect(await revoke({ token: 'nothing' })).toBe(200)
    for (const kind of ['methods', 'signing_alg_values'])
      expect(listOf(`revocation_endpoint_auth_${kind}_supported`)).toEqual(
        listOf(`token_endpoint_auth_${kind}_supported`),
      )
    const { clientId, clientSecret } = posting.application
    const asPosted = { client_id: clientId, client_secret: clientSecret ?? '' }
    expect((await post('/token/revocation', { token: 'x', ...asPosted }, {})).status).toBe(200)
    expect(await revoke({})).toBe(400)
    expect((await post('/token/revocation', { token: 'x', client_id: clientId }, {})).status).toBe(401)
  },
  dpop: async () => {
    const algorithms = listOf('dpop_signing_alg_values_supported')
    for (const signer of await Promise.all(algorithms.map(createSigner))) {
      const { fields } = await ask('query')
      const proof = await prove(signer, 'POST', '/token')
      const response = await post('/token', toGrant(fields.code), { ...toBasic(product), dpop: proof })
      const tokens = (await response.json()) as Tokens
      expect(tokens.token_type, signer.alg).toBe('DPoP')
      const ath = hash('sha256', tokens.access_token, 'base64url')
      const authorization = `DPoP ${tokens.access_token}`
      const call = async (headers: Fields) => (await fetch(`${issuer}/me`, { headers })).status
      const dpop = await prove(signer, 'GET', '/me', { ath })
      expect(await call({ authorization, dpop })).toBe(200)
      // The same proof again, one for another address, and none.
      expect(await call({ authorization, dpop })).toBe(401)
      expect(await call({ authorization, dpop: await prove(signer, 'GET', '/token', { ath }) })).toBe(401)
      expect((await callUserinfo(tokens.access_token)).status).toBe(401)
    }
    const [signer, other] = (await Promise.all(['ES256', 'ES256'].map(createSigner))) as [Signer, Signer]
    const open = await createTestClient(installation, { name: 'Bound', authentication: 'none' })
    const client = { client_id: open.application.clientId }
    const { fields } = await ask('query', challenge, { by: open })
    const first = toGrant(fields.code, { ...client, code_verifier: verifier })
    const bound = await post('/token', first, { dpop: await prove(signer, 'POST', '/token') })
    const { refresh_token } = (await bound.json()) as Tokens
    const again = { grant_type: 'refresh_token', refresh_token, ...client }
    for (const headers of [{}, { dpop: await prove(other, 'POST', '/token') }])
      expect(await readError(await post('/token', again, headers))).toEqual([400, 'invalid_grant'])
    const renewed = await post('/token', again, { dpop: await prove(signer, 'POST', '/token') })
    expect(((await renewed.json()) as Tokens).token_type).toBe('DPoP')
  },
  'registration-parameter': async () => {
    expect(document).not.toHaveProperty('registration_endpoint')
    expect((await ask('query', { registration: '{}' })).fields.error).toBe('registration_not_supported')
  },
  prompts: async () => {
    expect(document).not.toHaveProperty('prompt_values_supported')
    for (const prompt of ['create', 'x', 'login x'])
      expect((await ask('query', { prompt })).fields.error, prompt).toBe('invalid_request')
  },
  browsers: async () => {
    const origin = 'https://elsewhere.acme.test'
    const allowed = async (address: string, headers: Fields) =>
      (await fetch(address, { headers })).headers.get('access-control-allow-origin')
    for (const address of [`${issuer}/.well-known/openid-configuration`, String(document.jwks_uri)])
      expect(await allowed(address, { origin })).toMatch(/^(?:\*|https:\/\/elsewhere\.acme\.test)$/)
    const { tokens } = await signIn('query')
    const authorization = `Bearer ${tokens.access_token}`
    const own = new URL(redirectUri).origin
    expect(await allowed(`${issuer}/me`, { authorization, origin: own })).toBe(own)
    expect(await allowed(`${issuer}/me`, { authorization, origin })).toBeNull()
  },
})

const toAssertion = ({ application }: TestClient): JWTPayload => ({
  iss: application.clientId,
  sub: application.clientId,
  aud: issuer,
  jti: randomUUID(),
  exp: Math.floor(Date.now() / 1_000) + 300,
})

const withAssertion = (assertion: string): Fields =>
  toGrant('x', {
    client_assertion: assertion,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  })

hold('findings', findings, {
  O1: async () => {
    for (const parameters of [
      { scope: 'openid offline_access', prompt: 'consent' },
      { scope: 'openid offline_access', prompt: 'login consent' },
      { scope: 'openid offline_access' },
    ] as Fields[]) {
      const { tokens } = await signIn('query', parameters)
      expect(tokens.scope).toContain('offline_access')
      expect(tokens.refresh_token).toBeTruthy()
    }
  },
  O7: async () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../docs/applications.md'), 'utf8')
    const [, section = ''] = page.split('\n## Claims\n')
    const [table = ''] = section.split('\n## ')
    const rows = table.split('\n').flatMap((line) => {
      const [, scope, cell = ''] = /^\| `(\w+)` \| (.*) \|$/.exec(line) ?? []
      const named = [...cell.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => name)
      return scope === undefined ? [] : [{ scope, named }]
    })
    const scopes = [...rows.map(({ scope }) => scope), 'offline_access']
    expect(scopes.toSorted()).toEqual(listOf('scopes_supported').toSorted())
    const named = new Set(
      rows
        .flatMap((row) => row.named)
        .filter((name) => !scopes.includes(name) || name === 'email' || name === 'groups'),
    )
    expect([...named, 'iss'].toSorted()).toEqual(listOf('claims_supported').toSorted())
  },
})

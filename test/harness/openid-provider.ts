// An OpenID Connect issuer on a loopback port, for sign-ins through it: it says what a test tells it to say, in tokens that
// are good unless told otherwise.
import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export interface Asked {
  readonly state: string
  readonly nonce: string
  readonly redirectUri: string
  readonly challenge: string
}

/** How a token is to be: claims laid over the good ones (undefined removes), header, key; or a text instead. */
export interface TokenPlan {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly sign?: (claims: JWTPayload, key: OpenIdProvider['key']) => Promise<string>
  readonly userinfo?: Readonly<Record<string, unknown>>
  /** The answer of the userinfo endpoint as it is, instead. */
  readonly userinfoAnswer?: { readonly status?: number; readonly type?: string; readonly body: string }
  /** The answer of the token endpoint, instead of a token. */
  readonly answer?: { readonly status: number; readonly body: unknown }
}

export interface OpenIdProvider {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly key: { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey; readonly kid: string }
  readonly tokenRequests: { readonly form: URLSearchParams; readonly authorization: string | undefined }[]
  /** Reads our request; throws when it lacks something that it must have. */
  read(url: string): Asked
  /** Makes a code that will be answered as planned; returns where the browser goes next. */
  answer(asked: Asked, subject: string, plan?: TokenPlan): string
  rotateKey(): Promise<void>
  /** The key set instead of the one key: JSON, or a text as it is. Undefined: the key again. */
  showKeys(keys: readonly unknown[] | string | undefined): void
  /** How often its key set was asked for. */
  readonly keyRequests: number
  /** From now on the token endpoint takes this client secret alone. */
  require(secret: string): void
  close(): Promise<void>
}

export interface ProviderOptions {
  /** Laid over the discovery document; undefined removes. */
  readonly discovery?: Readonly<Record<string, unknown>>
  /** The only way in which the token endpoint knows its client. */
  readonly takes?: 'client_secret_basic' | 'client_secret_post'
  /** Whether a client that is not known uses up the code all the same. */
  readonly spendsCodes?: boolean
}

// Making one takes longer than most tests: issuers begin with the same.
let firstKey: Promise<OpenIdProvider['key']> | undefined

export async function startOpenIdProvider(options: ProviderOptions = {}): Promise<OpenIdProvider> {
  let shown: readonly unknown[] | string | undefined
  let keyRequests = 0
  const answers = new Map<string, TokenPlan['userinfoAnswer']>()
  const codes = new Map<string, { asked: Asked; subject: string; plan: TokenPlan }>()
  const infos = new Map<string, Readonly<Record<string, unknown>>>()
  const tokenRequests: OpenIdProvider['tokenRequests'] = []
  const clientId = 'client-of-rollcall'
  const clientSecret = 'a secret/with + signs'
  let issuer = ''
  firstKey ??= makeKey()
  let key = await firstKey
  let wanted: string | undefined
  const server = createServer((request, response) => {
    const json = (value: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    const { pathname } = new URL(request.url ?? '', issuer)
    if (pathname === '/.well-known/openid-configuration')
      return json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/userinfo`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        id_token_signing_alg_values_supported: ['RS256'],
        authorization_response_iss_parameter_supported: true,
        ...options.discovery,
      })
    if (pathname === '/keys') keyRequests += 1
    if (pathname === '/keys' && shown !== undefined)
      return typeof shown === 'string' ? void response.end(shown) : json({ keys: shown })
    if (pathname === '/keys')
      return void exportJWK(key.publicKey).then((jwk) =>
        json({ keys: [{ ...jwk, kid: key.kid, alg: 'RS256', use: 'sig' }] }),
      )
    const raw = answers.get(String(request.headers.authorization))
    if (pathname === '/userinfo' && raw !== undefined)
      return void response
        .writeHead(raw.status ?? 200, { 'content-type': raw.type ?? 'application/json' })
        .end(raw.body)
    if (pathname === '/userinfo')
      return json(infos.get(String(request.headers.authorization)) ?? {}, infos.size > 0 ? 200 : 401)
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => void token(new URLSearchParams(body), request.headers.authorization, json))
  })
  const token = async (
    form: URLSearchParams,
    authorization: string | undefined,
    json: (value: unknown, status?: number) => void,
  ): Promise<void> => {
    tokenRequests.push({ form, authorization })
    const isBasic = authorization !== undefined
    if (options.takes !== undefined && isBasic !== (options.takes === 'client_secret_basic')) {
      if (options.spendsCodes === true) codes.delete(form.get('code') ?? '')
      return json({ error: 'invalid_client' }, 401)
    }
    const known = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (known === undefined || known.asked.challenge !== challenge)
      return json({ error: 'invalid_grant' }, 400)
    const { plan, asked, subject } = known
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(wanted ?? '')}`
    if (wanted !== undefined && authorization !== `Basic ${btoa(pair)}`)
      return json({ error: 'invalid_client' }, 401)
    if (plan.answer !== undefined) return json(plan.answer.body, plan.answer.status)
    const accessToken = randomBytes(16).toString('hex')
    if (plan.userinfo !== undefined) infos.set(`Bearer ${accessToken}`, plan.userinfo)
    if (plan.userinfoAnswer !== undefined) answers.set(`Bearer ${accessToken}`, plan.userinfoAnswer)
    const now = Math.floor(Date.now() / 1_000)
    const good: JWTPayload = {
      iss: issuer,
      aud: clientId,
      sub: subject,
      iat: now,
      exp: now + 300,
      nonce: asked.nonce,
      at_hash: createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url'),
      email: `${subject}@issuer.test`,
      email_verified: true,
      given_name: subject,
      family_name: 'Person',
    }
    const claims = Object.fromEntries(
      Object.entries({ ...good, ...plan.claims }).filter(([, value]) => value !== undefined),
    )
    json({
      access_token: accessToken,
      token_type: 'Bearer',
      id_token: await (plan.sign ?? sign)(claims, key),
    })
  }
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  return {
    get issuer() {
      return issuer
    },
    get key() {
      return key
    },
    clientId,
    clientSecret,
    tokenRequests,
    get keyRequests() {
      return keyRequests
    },
    showKeys(keys) {
      shown = keys
    },
    read(url) {
      const target = new URL(url)
      if (!url.startsWith(`${issuer}/authorize?`)) throw new Error(`not ours: ${url}`)
      const get = (name: string): string => {
        const value = target.searchParams.get(name)
        if (value === null) throw new Error(`${name} is missing`)
        return value
      }
      if (get('response_type') !== 'code' || get('code_challenge_method') !== 'S256') throw new Error(url)
      return {
        state: get('state'),
        nonce: get('nonce'),
        redirectUri: get('redirect_uri'),
        challenge: get('code_challenge'),
      }
    },
    answer(asked, subject, plan = {}) {
      const code = randomBytes(16).toString('hex')
      codes.set(code, { asked, subject, plan })
      return `${asked.redirectUri}?${new URLSearchParams({ code, state: asked.state, iss: issuer })}`
    },
    async rotateKey() {
      key = await makeKey()
    },
    require(secret) {
      wanted = secret
    },
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

export async function makeKey(): Promise<OpenIdProvider['key']> {
  const pair = await generateKeyPair('RS256', { extractable: true })
  return {
    privateKey: pair.privateKey as CryptoKey,
    publicKey: pair.publicKey as CryptoKey,
    kid: randomBytes(6).toString('hex'),
  }
}

export function sign(claims: JWTPayload, key: OpenIdProvider['key'], alg = 'RS256'): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg, kid: key.kid }).sign(key.privateKey)
}

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
  close(): Promise<void>
}

export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const codes = new Map<string, { asked: Asked; subject: string; plan: TokenPlan }>()
  const infos = new Map<string, Readonly<Record<string, unknown>>>()
  const tokenRequests: OpenIdProvider['tokenRequests'] = []
  const clientId = 'client-of-rollcall'
  const clientSecret = 'a secret/with + signs'
  let issuer = ''
  let key = await makeKey()
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
      })
    if (pathname === '/keys')
      return void exportJWK(key.publicKey).then((jwk) =>
        json({ keys: [{ ...jwk, kid: key.kid, alg: 'RS256', use: 'sig' }] }),
      )
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
    const known = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (known === undefined || known.asked.challenge !== challenge)
      return json({ error: 'invalid_grant' }, 400)
    const { plan, asked, subject } = known
    if (plan.answer !== undefined) return json(plan.answer.body, plan.answer.status)
    const accessToken = randomBytes(16).toString('hex')
    if (plan.userinfo !== undefined) infos.set(`Bearer ${accessToken}`, plan.userinfo)
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

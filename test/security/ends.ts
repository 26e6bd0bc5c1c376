// Every way in which what a person has by signing in ends, at every step of an application's sign-in: nothing of it works afterwards,
// and a sign-in that begins after the end does. ends.test.ts plays a part, test/endurance/ends.test.ts all of it.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSamlProvider } from '@rollcall/simulator'
import { type Browser, createBrowser, type Send } from '../harness/browser.ts'
import type { Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

export const redirectUri = 'http://127.0.0.1:4999/callback'
export const verifier = 'v'.repeat(43)
export const challenge = createHash('sha256').update(verifier).digest('base64url')
const hourMs = 3_600_000

/** What an end is played on. */
export interface Ground {
  readonly service: Service
  readonly company: Company
  readonly userId: string
  readonly application: { readonly id: string; readonly clientId: string; readonly authorization: string }
  /** Another organization. */
  readonly other: string
  /** Of the person, signed in before: what they do elsewhere. */
  readonly elsewhere: Browser
  /** The one that signs in to the application. */
  readonly browser: Browser
}

interface End {
  readonly act: (ground: Ground) => Promise<unknown>
  /** Whether the person signs in again right after. */
  readonly returns: boolean
  /** Only where the browser has a session of ours. */
  readonly needsSession?: true
  /** Of this application alone: our own session goes on. */
  readonly isOfApplication?: true
  /** Time alone ends it, and not what offline_access was asked for. */
  readonly isOfTime?: true
  /** Our session ends so long after it began, because the identity provider says so. */
  readonly sessionMs?: number
}

const paramsOf = ({ company, userId }: Ground) => ({ slug: company.organization.slug, id: userId })
const connectionOf = ({ company: { organization, connection } }: Ground) => ({
  slug: organization.slug,
  id: connection.id,
})
const call = (ground: Ground, operation: string, params: object, body?: object): Promise<unknown> =>
  ground.service.admin.call(operation as never, { params, ...(body === undefined ? {} : { body }) } as never)
const scim = async (ground: Ground, method: string, body?: object): Promise<void> => {
  const { service, company, userId } = ground
  const { slug } = company.organization
  await call(ground, 'updateProvisioning', { slug }, { mode: 'scim', unknownSignIns: 'create' })
  const made = await service.admin.call('createKey', {
    params: { slug },
    body: { name: 'ends', profile: 'auto' },
  })
  const headers = { authorization: `Bearer ${made.token}`, 'content-type': 'application/scim+json' }
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const response = await service.send(new Request(`${service.url}/scim/v2/Users/${userId}`, init))
  if (response.status >= 300) throw new Error(`${method}: ${response.status} ${await response.text()}`)
}
const setActive = (ground: Ground, value: boolean): Promise<void> =>
  scim(ground, 'PATCH', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'active', value }],
  })

export const ends: Readonly<Record<string, End>> = {
  'end-sessions': { act: (ground) => call(ground, 'endUserSessions', paramsOf(ground)), returns: true },
  'sign out everywhere': {
    act: ({ elsewhere }) => elsewhere.call('POST', '/session/end-all'),
    returns: true,
  },
  'sign out here': {
    act: ({ browser }) => browser.postOwn('/sign-out', {}),
    returns: true,
    needsSession: true,
  },
  'logout by the identity provider': {
    act: ({ service, company }) =>
      createBrowser(service.url, service.send).open(
        company.provider.renderLogoutRequest({
          destination: company.connection.acsUrl.replace(/acs$/, 'slo'),
          nameId: `ann@${company.domain}`,
        }),
      ),
    returns: true,
  },
  'the connection is switched off': {
    act: (ground) => call(ground, 'updateConnection', connectionOf(ground), { active: false }),
    returns: false,
  },
  'the connection is switched off and on': {
    act: async (ground) => {
      await call(ground, 'updateConnection', connectionOf(ground), { active: false })
      await call(ground, 'updateConnection', connectionOf(ground), { active: true })
    },
    returns: true,
  },
  'the connection is deleted': {
    act: (ground) => call(ground, 'deleteConnection', connectionOf(ground)),
    returns: false,
  },
  'another identity provider is put in place': {
    act: async (ground) => {
      const provider = createSamlProvider({ baseUrl: 'https://another.test', now: ground.service.now })
      const wanted = { metadataXml: provider.metadata() }
      const staged = (await call(ground, 'stageAnchor', connectionOf(ground), wanted)) as { digest: string }
      await call(ground, 'applyStagedAnchor', connectionOf(ground), { digest: staged.digest })
    },
    returns: false,
  },
  blocked: { act: (ground) => call(ground, 'deactivateUser', paramsOf(ground)), returns: false },
  'blocked and unblocked': {
    act: async (ground) => {
      await call(ground, 'deactivateUser', paramsOf(ground))
      await call(ground, 'reactivateUser', paramsOf(ground))
    },
    returns: true,
  },
  'the directory deactivates': { act: (ground) => setActive(ground, false), returns: false },
  'the directory deactivates, and takes it back': {
    act: async (ground) => {
      await setActive(ground, false)
      await setActive(ground, true)
    },
    returns: true,
  },
  'the directory deletes': {
    act: async (ground) => {
      // An update claims whom a sign-in made.
      await setActive(ground, true)
      await scim(ground, 'DELETE')
    },
    returns: false,
  },
  'the identity is removed': {
    act: (ground) =>
      call(ground, 'unlinkUser', paramsOf(ground), { connectionId: ground.company.connection.id }),
    returns: true,
  },
  'another role is given': {
    act: (ground) => call(ground, 'updateUser', paramsOf(ground), { role: 'admin' }),
    returns: true,
  },
  'the organization is deleted': {
    act: ({ company, service }) =>
      service.admin.call('deleteOrganization', {
        params: company.organization,
        body: { confirm: company.organization.slug },
      } as never),
    returns: false,
  },
  'the application is taken away': {
    act: (ground) =>
      call(ground, 'updateApplication', { id: ground.application.id }, { organizations: [ground.other] }),
    returns: true,
    isOfApplication: true,
  },
  'the application is deleted': {
    act: (ground) => call(ground, 'deleteApplication', { id: ground.application.id }),
    returns: true,
    isOfApplication: true,
  },
  // The last: these move the service's clock on, and the identity provider's with it.
  'SessionNotOnOrAfter passes': {
    act: async ({ service }) => service.advance(2 * hourMs),
    returns: true,
    isOfTime: true,
    sessionMs: hourMs,
  },
  'the session is a day old': {
    act: async ({ service }) => service.advance(25 * hourMs),
    returns: true,
    isOfTime: true,
  },
}

/** Where the end comes: before the request whose path matches, or when the application has what it has. */
export const steps = {
  'the answer of the identity provider is posted': /^\/saml\/[^/]+\/acs$/,
  'the browser finishes': /^\/saml\/[^/]+\/finish\?/,
  'the interaction goes on': /^\/oidc\/interaction\/[^/]+\?after=/,
  'the request resumes': /^\/oidc\/auth\/[^/?]+/,
  'the code is redeemed': null,
  'the token is used': null,
  'a second refresh': null,
} as const

type Step = keyof typeof steps
export interface EndCase {
  readonly end: string
  readonly step: Step
}

const hasSession: ReadonlySet<Step> = new Set(
  (Object.keys(steps) as Step[]).filter((step) => !/posted|finishes/.test(step)),
)

export function listCases(): readonly EndCase[] {
  return Object.entries(ends).flatMap(([end, { needsSession }]) =>
    (Object.keys(steps) as Step[])
      .filter((step) => needsSession !== true || hasSession.has(step))
      .map((step) => ({ end, step })),
  )
}

/** What still worked, in words; empty where all is over, and the person comes in again where they may. */
export interface Outcome {
  readonly worked: readonly string[]
  readonly comesBack: boolean
}

export interface Stage {
  run(one: EndCase | undefined): Promise<Outcome>
  /** The end and the rest of the sign-in at once; what works when both are over. */
  race(end: string, step: 'the browser finishes' | 'the request resumes'): Promise<Outcome>
  /** What works after nine hours without use of our pages, and after a day. */
  idle(): Promise<Readonly<Record<'afterPause' | 'afterEnd', Readonly<Record<string, boolean>>>>>
  close(): Promise<void>
}

/** One service with the door under /oidc, which speaks Node's own requests, on loopback. */
export async function openDoor(service: Service): Promise<{ readonly send: Send; close(): Promise<void> }> {
  const server = createServer((request, response) => void service.oidc(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const send: Send = async (request) => {
    const { pathname, search } = new URL(request.url)
    if (!pathname.startsWith('/oidc')) return service.send(request)
    const { method, headers } = request
    const body = method === 'GET' ? {} : { body: await request.text() }
    return fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
      method,
      headers,
      redirect: 'manual',
      ...body,
    })
  }
  return {
    send,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** One service behind its door. */
export async function createStage(service: Service): Promise<Stage> {
  const { send, close } = await openDoor(service)
  const register = () =>
    service.admin.call('createApplication', {
      body: { name: 'Product', redirectUris: [redirectUri] } as never,
    })
  const shared = await register()
  const another = await createCompany(service)
  const prepare = async (end: End | undefined): Promise<Ground & { sign: () => Promise<string> }> => {
    const company = await createCompany(service)
    const { sessionMs, isOfApplication } = end ?? {}
    const made = isOfApplication === true ? await register() : shared
    const { browser: elsewhere } = await company.signIn(company.person('ann'))
    const { items } = await service.admin.call('listUsers', { params: company.organization } as never)
    const basic = `${encodeURIComponent(made.clientId)}:${encodeURIComponent(made.clientSecret ?? '')}`
    const browser = createBrowser(service.url, (request) => sendHooked(request))
    const ground = {
      service,
      company,
      userId: (items as { id: string }[])[0]?.id ?? '',
      application: {
        id: made.id,
        clientId: made.clientId,
        authorization: `Basic ${Buffer.from(basic).toString('base64')}`,
      },
      other: another.organization.slug,
      elsewhere,
      browser,
    }
    /** Where it ends: at the product's callback, if all goes well. */
    const sign = async (): Promise<string> => {
      const parameters = new URLSearchParams({
        client_id: made.clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: scopeNow,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        state: 'state',
        organization: company.organization.slug,
      })
      const left = await browser.open(`/oidc/auth?${parameters}`)
      const response = sessionMs === undefined ? {} : { sessionNotOnOrAfter: service.now() + sessionMs }
      const answer = await company.provider.answer(left.url, company.person('ann'), response)
      return (await browser.postFromElsewhere(answer.acsUrl, answer.form)).url
    }
    return { ...ground, sign }
  }

  let scopeNow = ''
  let hook: { readonly path: RegExp; readonly act: () => Promise<unknown> } | undefined
  const sendHooked: Send = async (request) => {
    const { pathname, search } = new URL(request.url)
    if (hook?.path.test(`${pathname}${search}`) === true) {
      const { act } = hook
      hook = undefined
      await act()
    }
    return send(request)
  }

  const token = async ({ application }: Ground, form: Record<string, string>) => {
    const response = await send(
      new Request(`${service.url}/oidc/token`, {
        method: 'POST',
        headers: { authorization: application.authorization },
        body: new URLSearchParams(form),
      }),
    )
    return { isGood: response.status === 200, body: (await response.json()) as Record<string, string> }
  }
  const redeem = (ground: Ground, landed: string) =>
    token(ground, {
      grant_type: 'authorization_code',
      code: URL.parse(landed)?.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
    })
  const refresh = (ground: Ground, refreshToken = '') =>
    token(ground, { grant_type: 'refresh_token', refresh_token: refreshToken })
  const fetchClaims = async (accessToken = '') => {
    const headers = { authorization: `Bearer ${accessToken}` }
    return (await send(new Request(`${service.url}/oidc/me`, { headers }))).status === 200
  }
  const isSilent = async (ground: Ground): Promise<boolean> => {
    const parameters = new URLSearchParams({
      client_id: ground.application.clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: scopeNow,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      prompt: 'none',
    })
    const landed = await ground.browser.open(`/oidc/auth?${parameters}`)
    return URL.parse(landed.url)?.searchParams.has('code') === true
  }
  const isSignedIn = async (browser: Browser): Promise<boolean> =>
    (await browser.call('GET', '/session')).status === 200

  /** What works now, whatever was held from before. */
  const lookFor = async (
    ground: Ground,
    held: { readonly landed: string; readonly tokens: readonly Record<string, string>[] },
    isOfApplication = false,
  ): Promise<string[]> => {
    const worked: string[] = []
    const look = (what: string, isGood: boolean): void => void (isGood && worked.push(what))
    for (const one of held.tokens) look('userinfo', await fetchClaims(one.access_token))
    const redeemed = await redeem(ground, held.landed)
    look('the code', redeemed.isGood)
    for (const one of [...held.tokens, redeemed.body]) {
      const refreshed = await refresh(ground, one.refresh_token)
      look('refresh', refreshed.isGood)
      look('userinfo', await fetchClaims(refreshed.body.access_token))
    }
    look('prompt=none', await isSilent(ground))
    if (!isOfApplication) look('our session', await isSignedIn(ground.browser))
    return worked
  }
  const comesBack = async ({ company }: Ground): Promise<boolean> => {
    const landed = await company.signIn(company.person('ann')).catch(() => undefined)
    return landed !== undefined && isSignedIn(landed.browser)
  }

  return {
    async run(one) {
      const end = one === undefined ? undefined : ends[one.end]
      scopeNow = end?.isOfTime === true ? 'openid profile' : 'openid profile offline_access'
      const ground = await prepare(end)
      const act = async (): Promise<void> => void (await end?.act(ground))
      const path = one === undefined ? null : steps[one.step]
      hook = path === null ? undefined : { path, act }
      const landed = await ground.sign()
      if (hook !== undefined) throw new Error(`${one?.step} never came: ${landed}`)
      const tokens: Record<string, string>[] = []
      if (one?.step === 'the code is redeemed') await act()
      if (one?.step === 'the token is used' || one?.step === 'a second refresh') {
        tokens.push((await redeem(ground, landed)).body)
        if (one.step === 'a second refresh')
          tokens.push((await refresh(ground, tokens[0]?.refresh_token)).body)
        if (!(await fetchClaims(tokens.at(-1)?.access_token))) throw new Error('it did not work before')
        await act()
      }
      const worked = await lookFor(ground, { landed, tokens: tokens.slice(-1) }, end?.isOfApplication)
      return { worked, comesBack: await comesBack(ground) }
    },
    async race(name, step) {
      scopeNow = 'openid profile offline_access'
      const ground = await prepare(undefined)
      let acting: Promise<unknown> = Promise.resolve()
      hook = {
        path: steps[step],
        act: async () => {
          acting = Promise.resolve(ends[name]?.act(ground))
        },
      }
      const landed = await ground.sign()
      const [, redeemed] = await Promise.all([acting, redeem(ground, landed)])
      const worked = await lookFor(ground, { landed, tokens: [redeemed.body] })
      return { worked, comesBack: await comesBack(ground) }
    },
    async idle() {
      scopeNow = 'openid profile'
      const ground = await prepare(undefined)
      const landed = await ground.sign()
      const first = (await redeem(ground, landed)).body
      service.advance(9 * hourMs)
      const second = await refresh(ground, first.refresh_token)
      const afterPause = {
        refresh: second.isGood,
        userinfo: await fetchClaims(second.body.access_token),
        silent: await isSilent(ground),
        ours: await isSignedIn(ground.browser),
      }
      service.advance(16 * hourMs)
      const third = await refresh(ground, second.body.refresh_token)
      const afterEnd = { refresh: third.isGood, userinfo: await fetchClaims(second.body.access_token) }
      return { afterPause, afterEnd }
    },
    close,
  }
}

// Acts at the doors of OpenID Connect: what a session of each rung, or somebody else's browser or application, gets of an application's
// sign-in. The doors speak Node's own requests: a server on loopback stands in front of them.
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, createBrowser, type Send } from '../harness/browser.ts'
import type { Service } from '../harness/service.ts'
import { type Act, at, type Ground, roleOf } from './ladder-ground.ts'
import type { CallerName, Cell } from './ladder-rows.ts'

const redirectUri = 'http://127.0.0.1:4999/callback'
const verifier = 'a'.repeat(43)
const challenge = createHash('sha256').update(verifier).digest('base64url')

interface Application {
  readonly id: string
  readonly secret: string
}

interface Front {
  readonly server: Server
  readonly send: Send
  readonly own: Application
  readonly other: Application
}

const fronts = new Map<Service, Promise<Front>>()

async function startFront(service: Service): Promise<Front> {
  const server = createServer((request, response) => void service.oidc(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const send: Send = async (request) => {
    const url = new URL(request.url)
    if (!url.pathname.startsWith('/oidc')) return service.send(request)
    const { method } = request
    const body = method === 'GET' ? undefined : await request.text()
    const init = {
      method,
      headers: request.headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    } as const
    return fetch(`http://127.0.0.1:${port}${url.pathname}${url.search}`, init)
  }
  const register = async (name: string): Promise<Application> => {
    const body = { name, redirectUris: [redirectUri] }
    const made = await service.admin.call('createApplication', { body: body as never })
    return { id: made.clientId, secret: made.clientSecret ?? '' }
  }
  return { server, send, own: await register('Product'), other: await register('Other') }
}

const frontOf = ({ service }: Ground): Promise<Front> => {
  const known = fronts.get(service) ?? startFront(service)
  fronts.set(service, known)
  return known
}

/** Where servers were started, they end. */
export async function closeFronts(): Promise<void> {
  for (const front of fronts.values()) {
    const { server } = await front
    server.closeAllConnections()
    server.close()
  }
  fronts.clear()
}

const begin = ({ slug }: Ground, { own }: Front): string => {
  const parameters = new URLSearchParams({
    client_id: own.id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state: 'state',
    organization: slug,
  })
  return `/oidc/auth?${parameters}`
}

/** What a browser with this caller's session gets: where it lands, and the code of a sign-in that ended well. */
async function authorize(ground: Ground, { caller, target }: Cell) {
  const front = await frontOf(ground)
  const session = caller === 'person' ? await ground.enter('target', target) : await ground.openAs(caller)
  const browser = createBrowser(ground.service.url, front.send, new Map(session?.cookies ?? []))
  const landed = await browser.open(begin(ground, front))
  return { front, browser, landed, code: new URL(landed.url).searchParams.get('code') }
}

const basic = ({ id, secret }: Application): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`

async function post(
  ground: Ground,
  { send }: Front,
  path: string,
  by: Application,
  form: Record<string, string>,
) {
  const request = new Request(`${ground.service.url}/oidc/${path}`, {
    method: 'POST',
    headers: { authorization: basic(by) },
    body: new URLSearchParams(form),
  })
  const response = await send(request)
  const text = await response.text()
  const answer = (text === '' ? {} : JSON.parse(text)) as { error?: string; access_token?: string }
  return { status: response.status, answer }
}

const exchange = (code: string | null) => ({
  grant_type: 'authorization_code',
  code: code ?? '',
  redirect_uri: redirectUri,
  code_verifier: verifier,
})

async function readMe(ground: Ground, { send }: Front, token: string | undefined): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  return (await send(new Request(`${ground.service.url}/oidc/me`, { headers }))).status
}

const everybody: readonly CallerName[] = [
  'nobody',
  'person',
  'contact',
  'administrator',
  'owner',
  'operator session',
]
const one = { connections: 1 } as const
const people: readonly CallerName[] = ['person']

export const openIdActs: readonly Act[] = [
  {
    operation: 'GET /oidc/interaction/{uid}',
    variant: 'a session of each rung',
    callers: everybody,
    over: ['target', 'anchor', 'hasOwner'],
    only: one,
    async run(ground, cell) {
      const { landed, code } = await authorize(ground, cell)
      if (code !== null) return 'a code'
      return landed.url.startsWith(ground.provider.ssoUrl) ? 'identity provider' : landed.url
    },
    // A link speaks for nobody in particular: it opens settings and no application.
    wanted: ({ caller }) => (caller === 'person' ? 'a code' : 'identity provider'),
  },
  {
    operation: 'GET /oidc/auth/{uid}',
    variant: 'the way back, in another browser',
    callers: people,
    over: ['target'],
    only: one,
    async run(ground, cell) {
      const front = await frontOf(ground)
      const session = await ground.enter('target', cell.target)
      const urls: string[] = []
      const watching: Send = async (request) => {
        urls.push(request.url)
        return front.send(request)
      }
      const own = createBrowser(ground.service.url, watching, new Map(session.cookies))
      const landed = await own.open(begin(ground, front))
      const back = urls.find((url) => /\/oidc\/auth\/[\w-]+$/.test(url)) ?? ''
      const asked = urls.find((url) => url.includes('/oidc/interaction/')) ?? ''
      const elsewhere = createBrowser(ground.service.url, front.send)
      const seen = [await elsewhere.open(back), await elsewhere.open(asked)].map(({ status }) => status)
      return `${landed.url.includes('code=') ? 'a code' : 'no code'}, elsewhere ${seen.join(', ')}`
    },
    wanted: () => 'a code, elsewhere 400, 400',
  },
  {
    operation: 'POST /oidc/token',
    variant: 'another application’s code, one’s own, and the same again',
    callers: people,
    over: ['target', 'anchor'],
    only: one,
    async run(ground, cell) {
      const { front, code } = await authorize(ground, cell)
      const foreign = await post(ground, front, 'token', front.other, exchange(code))
      const own = await authorize(ground, cell)
      const { answer } = await post(ground, front, 'token', front.own, exchange(own.code))
      const again = await post(ground, front, 'token', front.own, exchange(own.code))
      const isIn = answer.access_token === undefined ? 'nothing' : 'tokens'
      return `${foreign.answer.error}, ${isIn}, ${again.answer.error}`
    },
    wanted: () => 'invalid_grant, tokens, invalid_grant',
  },
  {
    operation: 'POST /oidc/token',
    variant: 'once the person’s sessions were ended',
    callers: people,
    over: ['target', 'hasOwner'],
    only: one,
    async run(ground, cell) {
      const { front, code } = await authorize(ground, cell)
      const token = (await post(ground, front, 'token', front.own, exchange(code))).answer.access_token
      const open = await authorize(ground, cell)
      const before = await readMe(ground, front, token)
      await ground.prepare('endUserSessions', { params: at(ground, ground.targetId) })
      const late = await post(ground, front, 'token', front.own, exchange(open.code))
      return `${before}, ${await readMe(ground, front, token)}, ${late.answer.error}`
    },
    wanted: () => '200, 401, invalid_grant',
  },
  {
    operation: 'POST /oidc/token/revocation',
    variant: 'by another application',
    callers: people,
    over: ['target'],
    only: one,
    async run(ground, cell) {
      const { front, code } = await authorize(ground, cell)
      const { answer } = await post(ground, front, 'token', front.own, exchange(code))
      const token = answer.access_token ?? ''
      await post(ground, front, 'token/revocation', front.other, { token })
      const before = await readMe(ground, front, token)
      await post(ground, front, 'token/revocation', front.own, { token })
      return `${before}, ${await readMe(ground, front, token)}`
    },
    wanted: () => '200, 401',
  },
  {
    operation: 'POST /oidc/session/end/confirm',
    variant: 'from elsewhere, and without the page’s secret',
    callers: people,
    over: ['target'],
    only: one,
    async run(ground, cell) {
      const { browser } = await authorize(ground, cell)
      const end = async (send: Browser['postOwn']) =>
        (await send('/oidc/session/end/confirm', { logout: 'yes' })).status
      const seen = [await end(browser.postFromElsewhere), await end(browser.postOwn)]
      return `${seen.every((status) => status >= 400) ? 'refused' : 'taken'}, the target ${await roleOf(browser)}`
    },
    wanted: ({ target }) => `refused, the target ${target}`,
  },
]

// The room `simulator/saml`: a SAML identity provider on a port, with pages of its own. It writes responses as the chosen vendor does.
//
// 1. An AuthnRequest arrives (`start-provider`, `redirect-binding`); `pages` asks who signs in.
// 2. `render-assertion` writes the assertion in the vendor's shape (`vendor-shapes`).
// 3. `render-response` signs and encrypts it as asked (`sign-xml`, `encrypt-assertion`), and the browser posts it.
// 4. `logout` is the way out, in both directions.
//
// The simulator on a port: which path answers what. For development and tests; it trusts whoever reaches it.

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Directory } from '../directory/directory.ts'
import { directoryRoutes } from '../directory/routes.ts'
import { pageHeaders } from '../web/page.ts'
import type { Answer, Route } from '../web/route.ts'
import { renderChooser, renderHome, renderNotice, renderSubmission } from './pages.ts'
import { makePerson, readChoices, readPerson } from './person-form.ts'
import { createSamlProvider, type SamlPerson, type SamlProvider } from './provider.ts'
import { readAuthnRequest, readLogoutRequest } from './redirect-binding.ts'

const maxBodyBytes = 262_144

export interface StartOptions {
  /** 127.0.0.1 unless told: another site than localhost, so that cookies behave as in the world. */
  readonly host?: string
  /** 0: any free one. */
  readonly port: number
  readonly people: readonly SamlPerson[]
  /** Where the pages are for a browser, when that is not `http://host:port`. */
  readonly publicUrl?: string
  /** Stands ready in the chooser as the certificate to encrypt for. */
  readonly serviceProviderCertificate?: string
  /** Where a service provider, by its entity ID, takes LogoutResponses; undefined: the sign-out ends here. */
  readonly findLogoutUrl?: (serviceProviderEntityId: string) => string | undefined
  readonly now?: () => number
  /** The directory whose pages are served beside those of sign-in, under /directory. Its people sign in, too. */
  readonly directory?: Directory
  /** Whom its start page offers to sign in to. */
  readonly applications?: () => readonly Application[]
  /** Pages of whoever starts it, by method and path: `GET /open`. */
  readonly routes?: Readonly<Record<string, Route>>
}

/** A service provider that knows this identity provider. */
export interface Application {
  readonly name: string
  /** Its assertion consumer service. */
  readonly acsUrl: string
  readonly audience: string
}

export interface StartedProvider {
  readonly url: string
  readonly provider: SamlProvider
  close(): Promise<void>
}

/** Listens; rejects when the port is taken. People made on its pages live until it closes. */
export async function startSamlProvider(options: StartOptions): Promise<StartedProvider> {
  const { host = '127.0.0.1', now } = options
  let routes: Readonly<Record<string, Route>> = {}
  let url = ''
  const server = createServer((request, response) => {
    void answerRequest(request, url, (name) => routes[name]).then(({ status, body, headers }) =>
      response.writeHead(status, { ...pageHeaders, ...headers }).end(body),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, host, resolve)
  })
  const shownHost = host.includes(':') ? `[${host}]` : host
  url = options.publicUrl ?? `http://${shownHost}:${(server.address() as AddressInfo).port}`
  const provider = createSamlProvider({ baseUrl: url, ...(now === undefined ? {} : { now }) })
  routes = {
    ...options.routes,
    ...createRoutes(provider, createPeople(options), options),
    ...(options.directory === undefined ? {} : directoryRoutes(options.directory)),
  }
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url, provider, close }
}

async function answerRequest(
  request: IncomingMessage,
  baseUrl: string,
  find: (name: string) => Route | undefined,
): Promise<Answer> {
  try {
    const url = new URL(request.url ?? '/', baseUrl)
    assertSameOrigin(request, baseUrl)
    const route = find(`${request.method === 'HEAD' ? 'GET' : request.method} ${url.pathname}`)
    if (route === undefined)
      return { status: 404, body: renderNotice('Nothing here', 'There is no such page.') }
    return await route({ url, fields: await readFields(request) })
  } catch (error) {
    const sentence = error instanceof Error ? error.message : 'The request could not be read.'
    return { status: 400, body: renderNotice('That did not work', sentence) }
  }
}

// Forms that change something come from these pages; sign-in answers whoever sends a browser.
function assertSameOrigin({ method, headers, url }: IncomingMessage, baseUrl: string): void {
  const isChange = method === 'POST' && (url ?? '').startsWith('/directory')
  const site = headers['sec-fetch-site']
  const isOwn =
    site === undefined
      ? headers.origin === undefined || headers.origin === new URL(baseUrl).origin
      : site === 'same-origin'
  if (isChange && !isOwn) throw new Error('The form came from another site.')
}

async function readFields(request: IncomingMessage): Promise<URLSearchParams> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > maxBodyBytes) throw new Error('The form is too large.')
    parts.push(part)
  }
  return new URLSearchParams(Buffer.concat(parts).toString())
}

interface People {
  list(): readonly SamlPerson[]
  add(person: SamlPerson): void
  /** Ids in the directory, by NameID. */
  ids(): ReadonlyMap<string, string> | undefined
}

/** One list: whoever is made at a sign-in is in the directory, and whoever is in the directory can sign in. */
function createPeople({ people: given, directory }: StartOptions): People {
  const people = [...given]
  const isKnown = (nameId: string): boolean =>
    people.some((one) => one.nameId.toLowerCase() === nameId.toLowerCase())
  const list = (): readonly SamlPerson[] => {
    for (const { userName, givenName, familyName } of directory?.state().people ?? [])
      if (!isKnown(userName)) people.push(makePerson(`${givenName} ${familyName}`, userName))
    return people
  }
  return {
    list,
    add(person) {
      if (list().includes(person) || isKnown(person.nameId)) return
      people.push(person)
      const { firstName, lastName } = person.attributes
      directory?.savePerson({
        userName: person.nameId,
        givenName: firstName?.[0] ?? '',
        familyName: lastName?.[0] ?? '',
      })
    },
    ids: () => directory && new Map(directory.state().people.map(({ userName, id }) => [userName, id])),
  }
}

function createRoutes(
  provider: SamlProvider,
  people: People,
  options: StartOptions,
): Readonly<Record<string, Route>> {
  const certificate = options.serviceProviderCertificate ?? ''
  const findPerson = (fields: URLSearchParams): SamlPerson => {
    const chosen = people.list()[Number(fields.get('person') ?? 'new')] ?? readPerson(fields)
    people.add(chosen)
    return chosen
  }
  return {
    'GET /': () => ({
      status: 200,
      body: renderHome({
        provider,
        people: people.list(),
        applications: (options.applications?.() ?? []).map(({ name, acsUrl, audience }) => ({
          name,
          tileUrl: `/tile?${new URLSearchParams({ acs: acsUrl, audience })}`,
        })),
        directory: people.ids(),
      }),
    }),
    'GET /metadata': () => ({
      status: 200,
      body: provider.metadata(),
      headers: { 'content-type': 'application/samlmetadata+xml' },
    }),
    'POST /people': ({ fields }) => {
      people.add(readPerson(fields))
      return { status: 303, body: '', headers: { location: '/' } }
    },
    'GET /sso': ({ url }) => {
      const { issuer } = readAuthnRequest(url.href)
      return {
        status: 200,
        body: renderChooser({ people: people.list(), issuer, hidden: { login: url.search }, certificate }),
      }
    },
    'GET /tile': ({ url: { searchParams } }) => {
      const hidden = readTile(searchParams)
      const issuer = hidden.audience
      return { status: 200, body: renderChooser({ people: people.list(), issuer, hidden, certificate }) }
    },
    'POST /sso': async ({ fields }) => answerChoice(provider, people.list(), fields, findPerson, certificate),
    'GET /slo': ({ url }) => answerLogout(provider, url, options.findLogoutUrl),
  }
}

// `acs` and `audience` as an administrator of the identity provider would have typed them in.
function readTile(fields: URLSearchParams) {
  const acs = fields.get('acs') ?? ''
  if (!/^https?:$/.test(URL.parse(acs)?.protocol ?? ''))
    throw new Error('Name the assertion consumer service: /tile?acs=https://…&audience=…')
  const relayState = fields.get('RelayState')
  return {
    acs,
    audience: fields.get('audience') ?? acs,
    ...(relayState === null ? {} : { RelayState: relayState }),
  }
}

async function answerChoice(
  provider: SamlProvider,
  people: readonly SamlPerson[],
  fields: URLSearchParams,
  findPerson: (fields: URLSearchParams) => SamlPerson,
  certificate: string,
): Promise<Answer> {
  const login = fields.get('login')
  const tile = login === null ? readTile(fields) : undefined
  const loginUrl = `${provider.ssoUrl}${login ?? ''}`
  try {
    const person = findPerson(fields)
    const choices = readChoices(fields)
    const answer =
      tile === undefined
        ? await provider.answer(loginUrl, person, choices)
        : await provider.offer(
            { acsUrl: tile.acs, audience: tile.audience, relayState: tile.RelayState },
            person,
            choices,
          )
    return { status: 200, body: renderSubmission(answer) }
  } catch (error) {
    const issuer = tile?.audience ?? readAuthnRequest(loginUrl).issuer
    const hidden: Record<string, string> = tile ?? { login: login ?? '' }
    const problem = error instanceof Error ? error.message : 'That could not be sent.'
    return { status: 400, body: renderChooser({ people, issuer, hidden, certificate, problem }) }
  }
}

function answerLogout(
  provider: SamlProvider,
  url: URL,
  findLogoutUrl: StartOptions['findLogoutUrl'],
): Answer {
  const request = readLogoutRequest(url.href)
  const destination = request === undefined ? undefined : findLogoutUrl?.(request.issuer)
  if (request !== undefined && destination !== undefined) {
    const location = provider.renderLogoutResponse({ destination, inResponseTo: request.id })
    return { status: 302, body: '', headers: { location } }
  }
  return {
    status: 200,
    body: renderNotice('Signed out', 'The identity provider has ended its session.'),
  }
}

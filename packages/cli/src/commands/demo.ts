// `rollcall demo`: the service with an organization, Acme, and a simulated identity provider beside it, on another site
// (127.0.0.1 against localhost), so that browsers treat the two as they treat strangers. Everything is set up by files of
// configuration, as any operator would.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Client, type Connection, createClient } from '@rollcall/api'
import { type Config, readConfig, startService } from '@rollcall/server'
import {
  type Application,
  createDirectory,
  createHttpSend,
  makePerson,
  type PretendDirectory,
  startSamlProvider,
} from '@rollcall/simulator'
import { readText, readWords } from '../arguments.ts'
import { ownCommand, publicCommand } from '../own-command.ts'
import { listenForStop } from '../stop.ts'
import { version } from '../version.ts'
import { createDoors } from './demo-doors.ts'
import { applyDemo } from './demo-file.ts'
import { findDemoPort } from './demo-ports.ts'
import { startDemoProduct } from './demo-product.ts'

const params = { slug: 'acme' }
const domain = 'acme.test'
const connectionName = 'Acme identity provider'
const usualFolder = 'data/demo'
const stopWithinMs = 10_000
/** Where the identity provider of a demo says that it is, on whatever port. */
const ownEntityId = /^http:\/\/127\.0\.0\.1:\d+\/metadata$/

const people = [
  makePerson('Ada Lovelace', `ada@${domain}`, ['Engineering']),
  makePerson('Grace Hopper', `grace@${domain}`, ['Engineering', 'Admins']),
  makePerson('Mallory Outside', 'mallory@elsewhere.test'),
]

export async function demo(args: readonly string[]): Promise<number> {
  const productFile = readText(readWords(args, { product: 'text' }, 0, 0), 'product') ?? findPackedProduct()
  const { config, moved } = await placeDemo()
  const operatorKey = config.operatorKey ?? randomBytes(32).toString('base64url')
  const service = await startService(
    { ...config, operatorKey, command: commandOfDemo() },
    version,
    process.stdout.isTTY === true,
  ).catch(tellOfPorts)
  const open: { close(): Promise<void> }[] = [service]
  try {
    const http = createHttpSend()
    open.unshift(http)
    const directory = createDirectory({ send: http.send, wait: async (ms) => void (await sleep(ms)) })
    fillDirectory(directory, config.url)
    const baseUrl = `http://127.0.0.1:${service.port}`
    const client = createClient({ baseUrl, operatorKey, send: (request) => fetch(request) })
    const doors = createDoors({
      operator: () => service.createOperatorLink(),
      settings: async () => (await client.call('createPortalLink', { params, body: { role: 'owner' } })).url,
    })
    const applications: Application[] = []
    const provider = await startSamlProvider({
      directory,
      ...placeOfProvider(config),
      people,
      applications: () => applications,
      routes: doors.routes,
      findLogoutUrl: (entityId) => entityId.replace(/metadata$/, 'slo'),
    })
    open.unshift(provider)
    const { acsUrl, entityId: audience } = await setUp(client, provider.provider.metadata(), config.url)
    applications.push({ name: 'Acme, at Rollcall', acsUrl, audience })
    const { url, dataFolder, host } = config
    const place = { url, operatorKey, dataFolder, host, port: config.port === 0 ? 0 : config.port + 2 }
    const product = productFile === undefined ? undefined : await startDemoProduct(client, productFile, place)
    if (product !== undefined) open.unshift(product)
    const tile = `${provider.url}/tile?${new URLSearchParams({ acs: acsUrl, audience })}`
    const { settings, operator } = doors.addresses(provider.url)
    const links = { url, dataFolder, provider: provider.url, settings, operator, operatorKey, tile, moved }
    const stop = listenForStop()
    stop.started()
    console.log(renderWelcome({ ...links, product: product?.url }))
    await stop.asked
  } catch (error) {
    return tellOfPorts(error)
  } finally {
    setTimeout(() => process.exit(1), stopWithinMs).unref()
    for (const one of open) await one.close()
  }
  return 0
}

/** Where nobody chose a port and something has the usual ones, such as `npm start`, free ones near them; then says so. */
async function placeDemo(): Promise<{ config: Config; moved: string }> {
  const config = readDemoConfig()
  if (process.env.PORT || process.env.ROLLCALL_URL) return { config, moved: '' }
  const port = await findDemoPort(config.port, config.host)
  if (port === undefined || port === config.port) return { config, moved: '' }
  const usual = `${config.port} to ${config.port + 2}`
  const moved = `\nSomething else listens on one of the ports ${usual}, so the demo has ${port} to ${port + 2}.\n`
  return { config: readDemoConfig(port), moved }
}

/** As a page tells it: with the data folder of a demo, where that is the usual one. */
const commandOfDemo = (): string =>
  process.env.ROLLCALL_DATA ? publicCommand() : `ROLLCALL_DATA=${usualFolder} ${publicCommand()}`

// Whatever it listens on, as in a container: a browser finds it at 127.0.0.1.
function placeOfProvider({ host, port }: Config): { host: string; port: number; publicUrl?: string } {
  return port === 0 ? { host, port } : { host, port: port + 1, publicUrl: `http://127.0.0.1:${port + 1}` }
}

/** The example product that the packed command brings along; a clone names its own. */
function findPackedProduct(): string | undefined {
  const file = fileURLToPath(new URL('../../lib/product/index.js', import.meta.url))
  return existsSync(file) ? file : undefined
}

// Who starts a demo has chosen one port at most.
function tellOfPorts(error: unknown): never {
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
    Object.assign(error as Error, {
      about:
        ': the demo takes that one for itself, and the two after it for the identity provider and the product',
    })
  throw error
}

// The people who sign in, as a directory has them; provisioning waits for a token.
function fillDirectory(directory: PretendDirectory, url: string): void {
  const ids = people.map(({ nameId, attributes }) => {
    const [givenName = '', ...rest] = (attributes.displayName?.[0] ?? nameId).split(' ')
    return directory.savePerson({ userName: nameId, givenName, familyName: rest.join(' ') })
  })
  directory.saveGroup('Engineering', ids.slice(0, 2))
  directory.saveGroup('Admins', ids.slice(1, 2))
  directory.configure({ baseUrl: `${url}/scim/v2`, creates: true, updates: true, deactivates: true })
}

// Never a database or a data folder that somebody else works with, unless the folder is named.
function readDemoConfig(port?: number): Config {
  return readConfig({
    ...process.env,
    ...(port === undefined ? {} : { PORT: String(port) }),
    DATABASE_URL: undefined,
    DATABASE_URL_FILE: undefined,
    ROLLCALL_DATA: process.env.ROLLCALL_DATA || usualFolder,
    ROLLCALL_LOG_LEVEL: process.env.ROLLCALL_LOG_LEVEL || 'warn',
    ROLLCALL_DEV: '1',
  })
}

/** What is there from an earlier start is kept; the identity provider has a new key each time. On another port both sides
 * have other addresses, so the connection is made anew. Connections to anybody else are left alone. */
async function setUp(
  client: Client,
  metadataXml: string,
  url: string,
): Promise<{ acsUrl: string; entityId: string }> {
  const known = await client.call('listOrganizations', { query: { search: params.slug } })
  const isThere = known.items.some(({ slug }) => slug === params.slug)
  const own = isThere ? await findOwn(client, url) : undefined
  const connection = {
    name: connectionName,
    identityProvider: 'generic',
    metadataXml,
    isActive: true,
  } as const
  await applyDemo(client, {
    rollcall: 1,
    organizations: [
      {
        ...params,
        ...(isThere ? {} : { name: 'Acme', roleMappings: [{ group: 'Admins', role: 'admin' as const }] }),
        // One that takes another one's place takes nothing by itself: neither the domain nor the directory.
        connections: [
          own === undefined ? { ...connection, followsDirectory: true } : { ...connection, id: own.id },
        ],
        domains: [
          { name: domain, isVerified: true, ...(own === undefined ? { connections: [connectionName] } : {}) },
        ],
      },
    ],
  })
  return (await findOwn(client, url)) as Connection
}

/** The connection of this address; those of others that a demo had before are taken away. */
async function findOwn(client: Client, url: string): Promise<Connection | undefined> {
  const { items } = await client.call('listConnections', { params })
  const connections = items.filter((one) => ownEntityId.test(one.identityProviderMetadata?.entityId ?? ''))
  const own = connections.find(({ acsUrl }) => acsUrl.startsWith(`${url}/`))
  for (const { id } of connections)
    if (id !== own?.id) await client.call('deleteConnection', { params: { ...params, id } })
  return own
}

function renderWelcome(links: {
  readonly url: string
  readonly dataFolder: string
  readonly provider: string
  readonly settings: string
  readonly operator: string
  readonly operatorKey: string
  readonly moved: string
  readonly tile: string
  readonly product: string | undefined
}): string {
  const product = links.product === undefined ? '' : `\n  The example product   ${links.product}`
  return `
Rollcall's demo: the organization Acme, and an identity provider that it trusts.
${links.moved}
  Sign in as a person   ${links.url}/sso/acme
  Open the settings     ${links.settings}
                        (as Acme's administrator)
  The operator's side   ${links.operator}
                        (in another browser or a private window)
  Operator key          ${links.operatorKey}
                        (for the API: ${links.url}/api/v1/docs)
  Identity provider     ${links.provider}
  Its dashboard's tile  ${links.tile}${product}

These addresses work as often as you open them, until the demo stops.

Try this:
  1. Sign in as Ada. Her account is made there and then.
  2. Open the settings > Users > Ada > Deactivate.
  3. Reload Ada's page: her session is gone. Sign in again: she is refused, and Activity says why.
  4. Sign in as Mallory, whose domain Acme has not proved.
  5. Provision instead: User Provisioning > Switch to SCIM > Create an API key. Paste it at
     ${links.provider}/directory/provisioning, Test API Credentials, and watch the first step light up.
     Assign people and groups there; unassign somebody: at once they are deactivated.
${links.product === undefined ? '' : renderProductSteps(links.product, links.provider)}
Commands reach it from a second terminal like this:
  ROLLCALL_DATA='${links.dataFolder}' ${ownCommand()} portal-link acme --role owner

Ctrl-C stops it. The data is in ${links.dataFolder}.
`
}

function renderProductSteps(product: string, provider: string): string {
  return `  6. The product follows. Sign in at ${product} as Grace, who administers Acme:
     Settings > Security there opens what you have just set up, and leads back.
     Assign and unassign Ada at ${provider}/directory/assignments: the product's list
     changes under your eyes. Unassign Grace: she is out of the product at once.
`
}

// `rollcall demo`: the service with an organization, Acme, and a simulated identity provider beside it, on another site
// (127.0.0.1 against localhost), so that browsers treat the two as they treat strangers. Everything is set up through the
// management API, as any operator would.
import { resolve } from 'node:path'
import { type Client, createClient } from '@rollcall/api'
import { readConfig, startService } from '@rollcall/server'
import { makePerson, startSamlProvider } from '@rollcall/simulator'
import { readWords } from '../arguments.ts'
import { version } from '../version.ts'

const params = { slug: 'acme' }
const domain = 'acme.test'
const stopWithinMs = 10_000
/** Known to whoever reads this, and good for nothing but the demo's own data. */
const demoOperatorKey = 'rollcall-demo-operator-key-0123456789abcdef'

const people = [
  makePerson('Ada Lovelace', `ada@${domain}`, ['Engineering']),
  makePerson('Grace Hopper', `grace@${domain}`, ['Engineering', 'Admins']),
  makePerson('Mallory Outside', 'mallory@elsewhere.test'),
]

export async function demo(args: readonly string[]): Promise<number> {
  readWords(args, {}, 0, 0)
  const config = readConfig({
    ROLLCALL_DATA: resolve('data/demo'),
    ROLLCALL_OPERATOR_KEY: demoOperatorKey,
    ROLLCALL_LOG_LEVEL: 'warn',
    ...process.env,
    ROLLCALL_DEV: '1',
  })
  const operatorKey = config.operatorKey ?? demoOperatorKey
  const service = await startService(config, version, process.stdout.isTTY === true)
  const open: { close(): Promise<void> }[] = [service]
  try {
    const provider = await startSamlProvider({
      port: config.port === 0 ? 0 : config.port + 1,
      people,
      findLogoutUrl: (entityId) => entityId.replace(/metadata$/, 'slo'),
    })
    open.unshift(provider)
    const baseUrl = `http://127.0.0.1:${service.port}`
    const client = createClient({ baseUrl, operatorKey, send: (request) => fetch(request) })
    const connection = await setUp(client, provider.provider.metadata(), config.url)
    const { url: settings } = await client.call('createPortalLink', { params, body: { role: 'owner' } })
    const target = new URLSearchParams({ acs: connection.acsUrl, audience: connection.entityId })
    const tile = `${provider.url}/tile?${target}`
    console.log(renderWelcome({ url: config.url, provider: provider.url, settings, tile }))
    await new Promise<void>((done) => {
      process.once('SIGTERM', done)
      process.once('SIGINT', done)
    })
  } finally {
    setTimeout(() => process.exit(1), stopWithinMs).unref()
    for (const one of open) await one.close()
  }
  return 0
}

/** What is there from an earlier start is kept; the identity provider has a new key each time. On another port both sides
 * have other addresses, so the connection is made anew. */
async function setUp(
  client: Client,
  metadataXml: string,
  url: string,
): Promise<{ acsUrl: string; entityId: string }> {
  const known = await client.call('listOrganizations', { query: { search: params.slug } })
  if (!known.items.some(({ slug }) => slug === params.slug))
    await client.call('createOrganization', { body: { name: 'Acme', slug: params.slug } })
  const domains = (await client.call('listDomains', { params })).items
  const proved =
    domains.find(({ name }) => name === domain) ??
    (await client.call('addDomain', { params, body: { name: domain } }))
  await client.call('assertDomain', { params: { ...params, id: proved.id }, body: { verified: true } })
  const connections = (await client.call('listConnections', { params })).items
  const own = connections.find(({ acsUrl }) => acsUrl.startsWith(`${url}/`))
  for (const { id } of connections)
    if (id !== own?.id) await client.call('deleteConnection', { params: { ...params, id } })
  if (own !== undefined) {
    const change = { metadataXml, active: true }
    return client.call('updateConnection', { params: { ...params, id: own.id }, body: change })
  }
  const body = {
    name: 'Simulated identity provider',
    identityProvider: 'generic',
    metadataXml,
    active: true,
  } as const
  return client.call('createConnection', { params, body })
}

function renderWelcome(links: {
  readonly url: string
  readonly provider: string
  readonly settings: string
  readonly tile: string
}): string {
  return `
Rollcall's demo: the organization Acme, and an identity provider that it trusts.

  Sign in as a person   ${links.url}/sso/acme
  Open the settings     ${links.settings}
                        (works once, for 5 minutes; for another one start the demo again)
  Identity provider     ${links.provider}
  Its dashboard's tile  ${links.tile}

Try this:
  1. Sign in as Ada. Her account is made there and then.
  2. Open the settings: Ada is listed, with her sign-in. Click Deactivate.
  3. Reload Ada's page: her session is gone. Sign in again: she is refused, and the settings say why.
  4. Sign in as Mallory, whose domain Acme has not proved.

Ctrl-C stops it. The data is in ${resolve(process.env.ROLLCALL_DATA ?? 'data/demo')}.
`
}

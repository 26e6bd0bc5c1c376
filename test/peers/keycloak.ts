// Keycloak (Maven Central): as an identity provider by SAML, set up as our guide says and by importing our metadata, and as an OpenID
// provider. Each has a server of its own with its database in memory.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Connection } from '@rollcall/api'
import { freePort } from '../harness/ports.ts'
import { installed, placeOf } from './installed.ts'
import { java } from './needs.ts'
import { openIdPeer } from './openid.ts'
import type { Stage } from './peer.ts'
import type { Form, Page, Person } from './person.ts'
import { startServer } from './process.ts'
import { type Encryption, samlPeer } from './saml.ts'

const version = '26.7.3'
const needs = [java, installed('keycloak', `Keycloak ${version}`)]
const realm = 'people'
const person = { name: 'ann', password: 'secret of ann' }

type Json = Readonly<Record<string, unknown>>

interface Server {
  readonly url: string
  /** Of the admin API, below the realm. */
  call(method: string, path: string, body?: Json | string): Promise<unknown>
  rollKey(): Promise<void>
  signOut(person: Person): Promise<Page>
  signOutByAdministrator(): Promise<void>
  output(): string
  stop(): Promise<void>
}

async function start(stage: Stage, domain: string): Promise<Server> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const folder = join(stage.folder, `keycloak-${port}`)
  mkdirSync(folder)
  const words = [
    'start',
    '--optimized',
    '--http-enabled=true',
    '--http-host=127.0.0.1',
    `--http-port=${port}`,
    `--hostname=${url}`,
    '--cache=local',
    '--log-level=warn',
  ]
  const server = await startServer(
    ['sh', join(placeOf('keycloak'), `keycloak-${version}/bin/kc.sh`), ...words],
    `${url}/realms/master`,
    {
      cwd: folder,
      env: {
        KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
        KC_BOOTSTRAP_ADMIN_PASSWORD: 'admin',
        JAVA_OPTS_APPEND: `-Xmx700m -Djava.io.tmpdir=${folder}`,
      },
      seconds: 500,
    },
  )
  const grant = { grant_type: 'password', client_id: 'admin-cli', username: 'admin', password: 'admin' }
  const ask = async (method: string, path: string, body?: Json | string): Promise<unknown> => {
    // A token lives for a minute.
    const granted = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams(grant),
    })
    const { access_token: token } = (await granted.json()) as { access_token: string }
    const response = await fetch(`${url}/admin${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': typeof body === 'string' ? 'text/plain' : 'application/json',
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}\n${server.output()}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  const ann = {
    username: person.name,
    email: `ann@${domain}`,
    emailVerified: true,
    firstName: 'Ann',
    lastName: 'Person',
    enabled: true,
    credentials: [{ type: 'password', value: person.password, temporary: false }],
  }
  await ask('POST', '/realms', { realm, enabled: true, users: [ann] })
  let keys = 100
  return {
    url,
    call: (method, path, body) => ask(method, `/realms/${realm}${path}`, body),
    async rollKey() {
      keys += 1
      const config = { priority: [String(keys)], enabled: ['true'], active: ['true'], keySize: ['2048'] }
      await ask('POST', `/realms/${realm}/components`, {
        name: `key-${keys}`,
        providerId: 'rsa-generated',
        providerType: 'org.keycloak.keys.KeyProvider',
        config,
      })
    },
    async signOutByAdministrator() {
      const users = (await ask('GET', `/realms/${realm}/users?username=ann`)) as readonly { id: string }[]
      for (const { id } of users) await ask('POST', `/realms/${realm}/users/${id}/logout`, {})
    },
    signOut: (one) => one.open(`${url}/realms/${realm}/protocol/openid-connect/logout`),
    output: () => server.output(),
    stop: () => server.stop(),
  }
}

/** On the page that asks whoever signs out whether they mean it. */
const press = (_page: Page, forms: readonly Form[]): Form | undefined =>
  forms.find(({ action }) => action.includes('/logout/logout-confirm'))

const contents: Readonly<Record<Encryption, string | undefined>> = {
  // What it chooses by itself.
  'AES-GCM': undefined,
  'AES-CBC': 'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
}

/** As docs/guides/keycloak.md says. */
function renderClient({ entityId, acsUrl }: Connection, channel: 'front' | 'back'): Json {
  const [slo, soap] = [acsUrl.replace(/acs$/, 'slo'), acsUrl.replace(/acs$/, 'slo-soap')]
  const property = (attribute: string): Json => ({
    name: attribute,
    protocol: 'saml',
    protocolMapper: 'saml-user-property-mapper',
    config: { 'user.attribute': attribute, 'attribute.name': attribute, 'attribute.nameformat': 'Basic' },
  })
  return {
    clientId: entityId,
    protocol: 'saml',
    enabled: true,
    redirectUris: [acsUrl],
    frontchannelLogout: channel === 'front',
    attributes: {
      saml_assertion_consumer_url_post: acsUrl,
      saml_single_logout_service_url_post: slo,
      saml_single_logout_service_url_redirect: slo,
      saml_single_logout_service_url_soap: soap,
      'saml.client.signature': 'false',
      'saml.server.signature': 'true',
      'saml.assertion.signature': 'true',
      'saml.signature.algorithm': 'RSA_SHA256',
      'saml.authnstatement': 'true',
    },
    protocolMappers: ['id', 'email', 'firstName', 'lastName'].map(property),
  }
}

async function register(
  { call }: Server,
  connection: Connection,
  metadata: string,
  encryption: Encryption | undefined,
  channel: 'front' | 'back',
): Promise<void> {
  const query = `clientId=${encodeURIComponent(connection.entityId)}`
  const known = (await call('GET', `/clients?${query}`)) as readonly { id: string }[]
  for (const { id } of known) await call('DELETE', `/clients/${id}`)
  const byGuide = renderClient(connection, channel)
  const imported = (await call('POST', '/client-description-converter', metadata)) as Json
  // Clients > Import client, where our metadata switches encryption on; its attributes are nobody's yet.
  const { protocolMappers } = byGuide
  const chosen = encryption === undefined ? undefined : contents[encryption]
  const attributes = {
    ...(imported.attributes as Json),
    ...(chosen === undefined ? {} : { 'saml.encryption.algorithm': chosen }),
  }
  await call(
    'POST',
    '/clients',
    encryption === undefined ? byGuide : { ...imported, attributes, protocolMappers },
  )
}

export const keycloakSaml = samlPeer({
  name: 'keycloak',
  needs,
  identityProvider: 'keycloak',
  encryptions: ['AES-GCM', 'AES-CBC'],
  hasBackChannel: true,
  async start(stage, domain) {
    const server = await start(stage, domain)
    return {
      version,
      metadataUrl: `${server.url}/realms/${realm}/protocol/saml/descriptor`,
      person: { ...person, press },
      register: (connection, metadata, encryption, channel) =>
        register(server, connection, metadata, encryption, channel ?? 'front'),
      signOut: (one) => server.signOut(one),
      signOutByAdministrator: () => server.signOutByAdministrator(),
      rollKey: () => server.rollKey(),
      output: () => server.output(),
      stop: () => server.stop(),
    }
  },
})

export const keycloakOpenId = openIdPeer({
  name: 'keycloak',
  needs,
  identityProvider: 'keycloak',
  logout: { fromHere: 'back', fromThere: true, byAdministrator: true },
  async start(stage, domain) {
    const server = await start(stage, domain)
    const clientSecret = 'a secret/with + signs, and an = sign'
    return {
      version,
      issuer: `${server.url}/realms/${realm}`,
      clientId: 'rollcall',
      clientSecret,
      person: { ...person, press },
      register: async ({ redirectUri }, backchannelLogoutUri) => {
        await server.call('POST', '/clients', {
          clientId: 'rollcall',
          protocol: 'openid-connect',
          enabled: true,
          publicClient: false,
          secret: clientSecret,
          redirectUris: [redirectUri],
          attributes: {
            'pkce.code.challenge.method': 'S256',
            'backchannel.logout.url': backchannelLogoutUri,
            'backchannel.logout.session.required': 'true',
          },
        })
      },
      signOut: (one) => server.signOut(one),
      signOutByAdministrator: () => server.signOutByAdministrator(),
      rollKey: () => server.rollKey(),
      output: () => server.output(),
      stop: () => server.stop(),
    }
  },
})

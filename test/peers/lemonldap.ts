// LemonLDAP::NG (Debian) with Lasso, on Starman: as an identity provider by SAML, and as an OpenID provider. It reads its configuration
// when it starts, so that a change of it is a restart; sessions are files, and go on.
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSamlKey } from '@rollcall/simulator'
import { freePort } from '../harness/ports.ts'
import { lemonldap, starman } from './needs.ts'
import { openIdPeer } from './openid.ts'
import type { Stage } from './peer.ts'
import type { Form, Page, Person } from './person.ts'
import { type PeerProcess, startServer } from './process.ts'
import { samlPeer } from './saml.ts'

const needs = [starman, lemonldap]
const person = { name: 'ann', password: 'ann' }

type Json = Readonly<Record<string, unknown>>

interface Server {
  readonly url: string
  readonly version: string
  /** Laid over what it is configured with. */
  configure(more: Json): Promise<void>
  signOut(person: Person): Promise<Page>
  output(): string
  stop(): Promise<void>
}

/** Debian's: its own modules have each another one. */
function readVersion(): string {
  const { stdout } = spawnSync('dpkg-query', ['-W', 'lemonldap-ng'], { encoding: 'utf8' })
  return /\t([^+\s]+)/.exec(stdout)?.[1] ?? ''
}

async function start(stage: Stage, domain: string, first: Json): Promise<Server> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const folder = join(stage.folder, `lemonldap-${port}`)
  for (const one of ['conf', 'sessions/lock', 'psessions/lock', 'cache'])
    mkdirSync(join(folder, one), { recursive: true })
  const cache = (name: string): string =>
    `{ 'namespace' => '${name}', 'default_expires_in' => 600, 'cache_root' => '${folder}/cache', 'cache_depth' => 3 }`
  const ini = [
    '[all]',
    'logLevel = notice',
    '[configuration]',
    'type = File',
    `dirName = ${folder}/conf`,
    'localStorage = Cache::FileCache',
    `localStorageOptions = ${cache('config')}`,
    '[portal]',
    'staticPrefix = /static',
    'templateDir = /usr/share/lemonldap-ng/portal/templates',
    'languages = en',
    '',
  ]
  writeFileSync(join(folder, 'lemonldap-ng.ini'), ini.join('\n'))
  const files = (name: string): Json => ({
    Directory: `${folder}/${name}`,
    LockDirectory: `${folder}/${name}/lock`,
  })
  let configuration: Json = {
    cfgNum: 1,
    cfgDate: Math.floor(Date.now() / 1_000),
    cfgVersion: '2.16.1',
    portal: `${url}/`,
    domain: '127.0.0.1',
    cookieName: 'lemonldap',
    securedCookie: 0,
    authentication: 'Demo',
    userDB: 'Same',
    demoExportedVars: { cn: 'cn', mail: 'mail', uid: 'uid' },
    globalStorage: 'Apache::Session::File',
    globalStorageOptions: files('sessions'),
    persistentStorage: 'Apache::Session::File',
    persistentStorageOptions: files('psessions'),
    localSessionStorage: 'Cache::FileCache',
    localSessionStorageOptions: {
      namespace: 'sessions',
      default_expires_in: 600,
      cache_root: `${folder}/cache`,
      cache_depth: 3,
    },
    locationRules: { [`127.0.0.1:${port}`]: { default: 'accept' } },
    whatToTrace: 'uid',
    ...first,
  }
  let server: PeerProcess | undefined
  let said = ''
  const begin = async (): Promise<void> => {
    writeFileSync(join(folder, 'conf/lmConf-1.json'), JSON.stringify(configuration))
    const psgi = join(import.meta.dirname, 'lemonldap/portal.psgi')
    server = await startServer(
      ['starman', '--workers', '3', '--listen', `127.0.0.1:${port}`, psgi],
      `${url}/ping`,
      {
        cwd: folder,
        env: { LLNG_DEFAULTCONFFILE: join(folder, 'lemonldap-ng.ini'), EMAIL: `ann@${domain}` },
      },
    )
  }
  const stop = async (): Promise<void> => {
    said = server?.output() ?? said
    await server?.stop()
    server = undefined
  }
  await begin()
  return {
    url,
    version: readVersion(),
    async configure(more) {
      await stop()
      configuration = { ...configuration, ...more }
      await begin()
    },
    /** Its page has others told in frames, which a browser opens. */
    async signOut(one) {
      const page = await one.open(`${url}/?logout=1`)
      const frames = [...page.text.matchAll(/<(?:iframe|img)\b[^>]*\ssrc="([^"]+)"/g)]
        .map(([, to = '']) => new URL(to.replaceAll('&amp;', '&'), page.url).href)
        .filter((to) => /SAMLRequest|relaySingleLogout|logout/i.test(to))
      for (const frame of frames) await one.open(frame)
      return page
    },
    output: () => `${said}${server?.output() ?? ''}`,
    stop,
  }
}

/** On the page that asks whoever signs out whether they mean it. */
const press = (_page: Page, forms: readonly Form[]): Form | undefined =>
  forms.find(({ markup }) => /name="confirm"/.test(markup))

const format = 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic'

export const lemonldapSaml = samlPeer({
  name: 'lemonldap',
  needs,
  // Lasso's own choice for it, and the one that it has.
  encryptions: ['AES-CBC'],
  async start(stage, domain) {
    const renderKey = (): Json => {
      const { privateKeyPem: privateKey, certificatePem: certificate } = createSamlKey()
      return {
        samlServicePrivateKeySig: privateKey,
        samlServicePublicKeySig: certificate,
        samlServicePrivateKeyEnc: privateKey,
        samlServicePublicKeyEnc: certificate,
      }
    }
    const server = await start(stage, domain, {
      issuerDBSAMLActivation: 1,
      samlOrganizationDisplayName: 'People',
      samlOrganizationName: 'People',
      samlOrganizationURL: 'http://127.0.0.1/',
      samlServiceSignatureMethod: 'RSA_SHA256',
      samlServiceUseCertificateInResponse: 1,
      ...renderKey(),
    })
    return {
      version: server.version,
      metadataUrl: `${server.url}/saml/metadata`,
      person: { ...person, press },
      register: (_connection, metadata, encryption) =>
        server.configure({
          samlSPMetaDataXML: { rollcall: { samlSPMetaDataXML: metadata } },
          samlSPMetaDataExportedAttributes: {
            rollcall: { mail: `1;email;${format};email`, cn: `1;displayName;${format};displayName` },
          },
          samlSPMetaDataOptions: {
            rollcall: {
              samlSPMetaDataOptionsEncryptionMode: encryption === undefined ? 'none' : 'assertion',
              samlSPMetaDataOptionsSignSSOMessage: 1,
              samlSPMetaDataOptionsSignSLOMessage: 1,
              samlSPMetaDataOptionsCheckSSOMessageSignature: 0,
              samlSPMetaDataOptionsCheckSLOMessageSignature: 1,
              samlSPMetaDataOptionsNameIDFormat: 'persistent',
            },
          },
        }),
      signOut: (one) => server.signOut(one),
      rollKey: () => server.configure(renderKey()),
      output: () => server.output(),
      stop: () => server.stop(),
    }
  },
})

export const lemonldapOpenId = openIdPeer({
  name: 'lemonldap',
  needs,
  // It tells others by frames alone, which say nothing to a service without a page of its own for that.
  logout: { fromHere: true, fromThere: false },
  async start(stage, domain) {
    let keys = 0
    const renderKey = (): Json => {
      keys += 1
      const { privateKey, publicKey } = generateKeyPairSync('rsa', {
        modulusLength: 2048,
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
        publicKeyEncoding: { type: 'spki', format: 'pem' },
      })
      return {
        oidcServicePrivateKeySig: privateKey,
        oidcServicePublicKeySig: publicKey,
        oidcServiceKeyIdSig: `key-${keys}`,
      }
    }
    const server = await start(stage, domain, {
      issuerDBOpenIDConnectActivation: 1,
      oidcServiceAllowAuthorizationCodeFlow: 1,
      ...renderKey(),
    })
    const clientSecret = 'a secret of rollcall'
    return {
      version: server.version,
      issuer: server.url,
      clientId: 'rollcall',
      clientSecret,
      person: { ...person, press },
      register: ({ redirectUri }) =>
        server.configure({
          oidcRPMetaDataExportedVars: { rollcall: { email: 'mail', name: 'cn' } },
          oidcRPMetaDataOptions: {
            rollcall: {
              oidcRPMetaDataOptionsClientID: 'rollcall',
              oidcRPMetaDataOptionsClientSecret: clientSecret,
              oidcRPMetaDataOptionsDisplayName: 'Rollcall',
              oidcRPMetaDataOptionsIDTokenSignAlg: 'RS256',
              oidcRPMetaDataOptionsRedirectUris: redirectUri,
              oidcRPMetaDataOptionsBypassConsent: 1,
              oidcRPMetaDataOptionsUserIDAttr: 'uid',
            },
          },
        }),
      rollKey: () => server.configure(renderKey()),
      output: () => server.output(),
      stop: () => server.stop(),
    }
  },
})

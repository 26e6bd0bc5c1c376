// Identity providers that do as they like, each of which signs people in as long as its connection is set as it needs it: whatever it is
// asked for, it answers in its own way.
import { inflateRawSync } from 'node:zlib'
import type { ConnectionOptions } from '@rollcall/api'
import type { ResponseOptions } from '@rollcall/simulator'
import { type Browser, createBrowser } from '../harness/browser.ts'
import type { Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

export interface OddProvider {
  readonly name: string
  /** How the connection has to be set. */
  readonly options: Partial<ConnectionOptions>
  /** Refuses to answer. */
  readonly refuses?: (loginUrl: string) => boolean
  /** Answers nobody: people come from its tiles. */
  readonly onlyOffers?: boolean
  readonly response?: (at: { readonly now: number; readonly certificate: string }) => Partial<ResponseOptions>
}

const hourMs = 3_600_000
const isSigned = (loginUrl: string): boolean => new URL(loginUrl).searchParams.has('Signature')
const encryptedBy =
  (encryption: NonNullable<ResponseOptions['encryption']>) =>
  ({ certificate }: { readonly certificate: string }) =>
    ({ encryptFor: certificate, encryption, sign: 'both' }) as const
const ofAgo = (now: number, xml: string): string =>
  xml.replace(/AuthnInstant="[^"]*"/, `AuthnInstant="${new Date(now - 3 * hourMs).toISOString()}"`)

export const oddProviders: readonly OddProvider[] = [
  {
    name: 'does not ask again, whatever ForceAuthn says',
    options: {},
    response: ({ now }) => ({ mutateBeforeSigning: (xml) => ofAgo(now, xml) }),
  },
  {
    name: 'does not answer whoever asks for ForceAuthn',
    options: {},
    refuses: (url) => readRequest(url).includes('ForceAuthn="true"'),
  },
  { name: 'only offers', options: { allowUnsolicited: true }, onlyOffers: true },
  { name: 'takes no request that is signed', options: {}, refuses: isSigned },
  {
    name: 'takes no request that is not signed',
    options: { signRequests: true },
    refuses: (url) => !isSigned(url),
  },
  {
    name: 'encrypts nothing, and signs the response alone',
    options: {},
    response: () => ({ sign: 'response' }),
  },
  {
    name: 'encrypts with AES-CBC alone',
    options: { allowAesCbc: true },
    response: encryptedBy('aes256-cbc'),
  },
  {
    name: 'encrypts with AES-GCM',
    options: { wantEncryptedAssertions: true },
    response: encryptedBy('aes256-gcm'),
  },
  {
    name: 'has a clock that is ahead',
    options: { clockSkewSeconds: 240 },
    response: ({ now }) => ({ now: now + 200_000 }),
  },
  {
    name: 'names people in a format that nobody asked for, in a context that says little, without groups',
    options: { nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
    response: () => ({
      nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
      mutateBeforeSigning: (xml) => xml.replace(/ac:classes:\w+/, 'ac:classes:unspecified'),
    }),
  },
]

function readRequest(loginUrl: string): string {
  const deflated = new URL(loginUrl).searchParams.get('SAMLRequest') ?? ''
  return inflateRawSync(Buffer.from(deflated, 'base64')).toString('utf8')
}

/** An organization whose owner signs in by it. */
export async function createOddCompany(service: Service, odd: OddProvider) {
  const company = await createCompany(service, { connection: { options: odd.options } })
  const { slug } = company.organization
  const { items: keys } = await service.admin.call('listServiceKeys', { params: { slug } })
  const key = keys[0] ?? (await service.admin.call('createServiceKey', { params: { slug } }))
  const boss = company.person('boss')
  const signIn = async () => {
    const landed = await come(service, company, odd, key.certificate)
    return landed.text.includes('You are signed in')
  }
  await signIn()
  const { items } = await service.admin.call('listUsers', {
    params: { slug },
    query: { search: boss.nameId },
  })
  const id = items[0]?.id ?? ''
  await service.admin.call('updateUser', { params: { slug, id }, body: { role: 'owner' } })
  return { company, slug, signIn }
}

// As somebody does it who is sent back a few times.
async function come(service: Service, company: Company, odd: OddProvider, certificate: string) {
  const browser: Browser = createBrowser(service.url, service.send)
  const { connection, provider } = company
  const boss = company.person('boss')
  const response = odd.response?.({ now: service.now(), certificate }) ?? {}
  let landed = await browser.open(`/saml/${connection.id}/login`)
  for (let turn = 0; turn < 3 && landed.url.startsWith(provider.ssoUrl); turn += 1) {
    if (odd.refuses?.(landed.url) === true) break
    const answer =
      odd.onlyOffers === true
        ? await provider.offer({ acsUrl: connection.acsUrl, audience: connection.entityId }, boss, response)
        : await provider.answer(landed.url, boss, response)
    landed = await browser.postFromElsewhere(answer.acsUrl, answer.form)
  }
  return landed
}

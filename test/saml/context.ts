// What the corpus is made against: two parties, one request, one moment. Owns no judgement of any response.

import {
  createSamlKey,
  encodeResponse,
  type ResponseOptions,
  renderSamlResponse,
  type SamlKey,
} from '@rollcall/simulator'
import type { SamlCode } from '../../packages/server/src/saml/saml-error.ts'
import type { Trust, VerifiedAssertion } from '../../packages/server/src/saml/verify-response.ts'

/** Enough to make every entry; a service under test must trust `idpKey` and nothing else, unless an entry says so. */
export interface Context {
  readonly idpKey: SamlKey
  /** A key that nobody trusts. */
  readonly attackerKey: SamlKey
  readonly acsUrl: string
  /** The service provider's. */
  readonly entityId: string
  readonly idpEntityId: string
  /** The service provider's, PEM: what assertions are encrypted for. */
  readonly spCertificate: string
  readonly inResponseTo: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/** A response that must be refused. */
export interface HostileEntry {
  readonly name: string
  /** Any of these is right. */
  readonly codes: readonly SamlCode[]
  /** The base64 that is posted. */
  make(context: Context): Promise<string>
  /** Only where the connection must differ from the usual one. */
  trust?(trust: Trust): Trust
}

/** A response that must be accepted. */
export interface GoodEntry {
  readonly name: string
  make(context: Context): Promise<string>
  trust?(trust: Trust): Trust
  /** `attributes` are compared as a whole; other fields only where they are named. */
  expect(context: Context): Partial<VerifiedAssertion>
}

/** The account that the attacker really has. */
export const mallory = 'mallory@acme.test'
/** The account that the attacker wants. */
export const victim = 'owner@acme.test'

const spKey = createSamlKey({ commonName: 'Service provider' })

/** Times are near `now`; the service provider's private key is with the trust, as it never leaves the service. */
export function createContext(now = Date.UTC(2026, 4, 5, 6, 7, 8, 900)): Context {
  return {
    idpKey: createSamlKey({ commonName: 'Identity provider' }),
    attackerKey: createSamlKey({ commonName: 'Attacker' }),
    acsUrl: 'https://rollcall.test/saml/conn_a1/acs',
    entityId: 'https://rollcall.test/saml/conn_a1',
    idpEntityId: 'https://idp.acme.test/saml',
    spCertificate: spKey.certificatePem,
    inResponseTo: '_request-1',
    now,
  }
}

/** What the service provider of `createContext` believes. */
export function createTrust(context: Context): Trust {
  return {
    organizationId: 'org',
    entityId: context.entityId,
    acsUrl: context.acsUrl,
    identityProvider: { entityId: context.idpEntityId, certificates: [context.idpKey.certificatePem] },
    decryptionKeys: [spKey.privateKeyPem],
    allowsAesCbc: false,
    clockSkewSeconds: 120,
    stableIdAttribute: null,
  }
}

export type Change = Partial<ResponseOptions>

/** Throws where an edit changes nothing: an entry would not be what its name says. */
export function mustChange(before: string, after: string): string {
  if (before === after) throw new Error('The edit of this entry changed nothing')
  return after
}

/** XML of an acceptable response about mallory, with one thing changed. */
export function render(context: Context, change: Change = {}): Promise<string> {
  return renderSamlResponse({
    idpEntityId: context.idpEntityId,
    acsUrl: context.acsUrl,
    audience: context.entityId,
    inResponseTo: context.inResponseTo,
    nameId: mallory,
    attributes: { email: [mallory] },
    now: context.now,
    key: context.idpKey,
    ...change,
    mutateBeforeSigning: guardEdit(change.mutateBeforeSigning),
    mutateAfterSigning: guardEdit(change.mutateAfterSigning),
  })
}

const guardEdit =
  (edit: Change['mutateBeforeSigning']): ((xml: string) => string) =>
  (xml) =>
    edit === undefined ? xml : mustChange(xml, edit(xml))

/** The same in base64. */
export async function send(context: Context, change: Change = {}): Promise<string> {
  return encodeResponse(await render(context, change))
}

/** An entry that is the acceptable response with one thing changed. */
export function change(
  name: string,
  codes: SamlCode | readonly SamlCode[],
  how: Change | ((context: Context) => Change),
  trust?: HostileEntry['trust'],
): HostileEntry {
  return {
    name,
    codes: [codes].flat() as readonly SamlCode[],
    make: (context) => send(context, typeof how === 'function' ? how(context) : how),
    ...(trust === undefined ? {} : { trust }),
  }
}

/** An entry whose XML is made by hand. */
export function forge(
  name: string,
  codes: SamlCode | readonly SamlCode[],
  make: (context: Context) => Promise<string>,
  trust?: HostileEntry['trust'],
): HostileEntry {
  return {
    name,
    codes: [codes].flat() as readonly SamlCode[],
    make: async (context) => encodeResponse(await make(context)),
    ...(trust === undefined ? {} : { trust }),
  }
}

// The library, stopped at the signed bytes: what it would read from them next, and forgive, is read by assertion.ts.
import { createRequire } from 'node:module'
import { type Profile, SAML } from '@node-saml/node-saml'

/** Its `getAssertionXml` gives the bytes that a verified signature covers (decision 010). */
class SignatureEngine extends SAML {
  protected override async processValidlySignedAssertionAsync(
    xml: string,
  ): Promise<{ profile: Profile; loggedOut: boolean }> {
    const profile = { issuer: '', nameID: '', nameIDFormat: '', getAssertionXml: () => xml }
    return { profile, loggedOut: false }
  }
}

/** What is to be verified, and how: plain data, which may go to another thread. */
export type Verification = ResponseVerification | ElementVerification

/** A response whose assertion is in the clear. */
export interface ResponseVerification {
  /** In base64, as it came. */
  readonly samlResponse: string
  /** PEM of those whose signature values hold. */
  readonly signers: readonly string[]
  readonly issuer: string
  readonly callbackUrl: string
  readonly wantsResponseSigned: boolean
  readonly wantsAssertionSigned: boolean
}

/** One signed element: a response around what is encrypted, what was encrypted, a message of single logout. */
export interface ElementVerification {
  readonly xml: string
  /** The way from the root to it, by numbers of child elements; empty: the root itself. */
  readonly way: readonly number[]
  /** PEM of the one whose signature value holds. */
  readonly signer: string
}

/** What the signature covers: of a response the assertion. Undefined when one of the signatures does not hold. */
export async function verifySignatures(wanted: Verification): Promise<string | undefined> {
  return 'way' in wanted ? verifyElement(wanted) : verifyAssertion(wanted)
}

interface DomElement {
  readonly nodeType: number
  readonly childNodes: ArrayLike<DomElement>
}

interface LibraryXml {
  parseDomFromString(xml: string): Promise<{ readonly documentElement: DomElement }>
  getVerifiedXml(xml: string, element: DomElement, certificates: readonly string[]): string | null
  signXml(
    xml: string,
    xpath: string,
    location: { readonly reference: string; readonly action: 'after' },
    options: {
      readonly privateKey: string
      readonly signatureAlgorithm: 'sha256'
      readonly digestAlgorithm: 'sha256'
    },
  ): string
}

// The very check that it makes of the signatures of a response, with which it offers no method of its own to begin.
const libraryXml: LibraryXml = createRequire(import.meta.resolve('@node-saml/node-saml'))('./xml.js')

const elementNode = 1

async function verifyElement({ xml, way, signer }: ElementVerification): Promise<string | undefined> {
  try {
    const { documentElement } = await libraryXml.parseDomFromString(xml)
    let element: DomElement | undefined = documentElement
    for (const number of way)
      element = Array.from(element?.childNodes ?? []).filter(({ nodeType }) => nodeType === elementNode)[
        number
      ]
    return element && (libraryXml.getVerifiedXml(xml, element, [signer]) ?? undefined)
  } catch {
    return undefined
  }
}

/** A message with our signature behind its Issuer (core §5.4), by RSA-SHA256; `key` is a PEM. */
export function signMessage(xml: string, name: string, key: string): string {
  const message = `/*[local-name(.)='${name}']`
  const location = { reference: `${message}/*[local-name(.)='Issuer']`, action: 'after' } as const
  return libraryXml.signXml(xml, message, location, {
    privateKey: key,
    signatureAlgorithm: 'sha256',
    digestAlgorithm: 'sha256',
  })
}

async function verifyAssertion(wanted: ResponseVerification): Promise<string | undefined> {
  const engine = new SignatureEngine({
    idpCert: [...wanted.signers],
    issuer: wanted.issuer,
    callbackUrl: wanted.callbackUrl,
    audience: false,
    acceptedClockSkewMs: -1,
    wantAuthnResponseSigned: wanted.wantsResponseSigned,
    wantAssertionsSigned: wanted.wantsAssertionSigned,
  })
  try {
    const { profile } = await engine.validatePostResponseAsync({ SAMLResponse: wanted.samlResponse })
    return profile?.getAssertionXml?.()
  } catch {
    // The library's words are for developers; ours follow.
    return undefined
  }
}

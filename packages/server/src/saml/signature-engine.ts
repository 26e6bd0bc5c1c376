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

/** A document whose root is signed: a response around what is encrypted, what was encrypted, a message of logout. */
export interface ElementVerification {
  readonly xml: string
  /** PEM of the one whose signature value holds. */
  readonly signer: string
}

/** What the signature covers: of a response the assertion. Undefined when one of the signatures does not hold. */
export async function verifySignatures(wanted: Verification): Promise<string | undefined> {
  return 'xml' in wanted ? verifyRoot(wanted) : verifyAssertion(wanted)
}

interface LibraryXml {
  parseDomFromString(xml: string): Promise<{ readonly documentElement: unknown }>
  getVerifiedXml(xml: string, element: unknown, certificates: readonly string[]): string | null
}

// The very check that it makes of the signatures of a response, with which it offers no method of its own to begin.
const libraryXml = createRequire(import.meta.resolve('@node-saml/node-saml'))('./xml.js') as LibraryXml

async function verifyRoot({ xml, signer }: ElementVerification): Promise<string | undefined> {
  try {
    const { documentElement } = await libraryXml.parseDomFromString(xml)
    return libraryXml.getVerifiedXml(xml, documentElement, [signer]) ?? undefined
  } catch {
    return undefined
  }
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

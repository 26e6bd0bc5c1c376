// The library, stopped at the signed bytes: what it would read from them next, and forgive, is read by assertion.ts.
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
export interface Verification {
  /** In base64, as it came. */
  readonly samlResponse: string
  /** PEM of those whose signature values hold. */
  readonly signers: readonly string[]
  readonly issuer: string
  readonly callbackUrl: string
  readonly wantsResponseSigned: boolean
  readonly wantsAssertionSigned: boolean
  /** PEM. */
  readonly decryptionKey: string | undefined
}

/** The assertion as the signature covers it; undefined when one of the signatures does not hold. */
export async function verifySignatures(wanted: Verification): Promise<string | undefined> {
  const engine = new SignatureEngine({
    idpCert: [...wanted.signers],
    issuer: wanted.issuer,
    callbackUrl: wanted.callbackUrl,
    audience: false,
    acceptedClockSkewMs: -1,
    wantAuthnResponseSigned: wanted.wantsResponseSigned,
    wantAssertionsSigned: wanted.wantsAssertionSigned,
    ...(wanted.decryptionKey === undefined ? {} : { decryptionPvk: wanted.decryptionKey }),
  })
  try {
    const { profile } = await engine.validatePostResponseAsync({ SAMLResponse: wanted.samlResponse })
    return profile?.getAssertionXml?.()
  } catch {
    // The library's words are for developers; ours follow.
    return undefined
  }
}

// Signs one element of a document in place: enveloped, canonicalized, the Signature right after its Issuer (SAML core §5.4).

import { SignedXml } from 'xml-crypto'
import { type SamlKey, toBareCertificate } from './key.ts'

const canonicalizations = {
  exclusive: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  inclusive: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
} as const

const signatures = {
  'rsa-sha256': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'rsa-sha512': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'rsa-sha1': 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
} as const

const digests = {
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  sha512: 'http://www.w3.org/2001/04/xmlenc#sha512',
  sha1: 'http://www.w3.org/2000/09/xmldsig#sha1',
} as const

export interface SignOptions {
  readonly key: SamlKey
  /** Empty: the Signature declares the default namespace. */
  readonly prefix: string
  readonly signatureAlgorithm: keyof typeof signatures
  readonly digestAlgorithm: keyof typeof digests
  readonly canonicalization: keyof typeof canonicalizations
  readonly keptPrefixes: readonly string[]
  readonly hasKeyInfo: boolean
}

/** `element`: the local name of what is signed, the first of that name in the document. */
export function signXml(xml: string, element: string, options: SignOptions): string {
  const canonicalization = canonicalizations[options.canonicalization]
  const mark = options.prefix === '' ? '' : `${options.prefix}:`
  const signer = new SignedXml({
    privateKey: options.key.privateKeyPem,
    signatureAlgorithm: signatures[options.signatureAlgorithm],
    canonicalizationAlgorithm: canonicalization,
    idAttribute: 'ID',
    getKeyInfoContent: () =>
      options.hasKeyInfo
        ? `<${mark}X509Data><${mark}X509Certificate>${toBareCertificate(options.key.certificatePem)}</${mark}X509Certificate></${mark}X509Data>`
        : null,
  })
  const target = isRoot(xml, element) ? '/*' : `(//*[local-name(.)='${element}'])[1]`
  signer.addReference({
    xpath: target,
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', canonicalization],
    digestAlgorithm: digests[options.digestAlgorithm],
    inclusiveNamespacesPrefixList: [...options.keptPrefixes],
  })
  const hasIssuer = new RegExp(`<(?:[\\w]+:)?${element}\\b[^>]*>\\s*<(?:[\\w]+:)?Issuer\\b`).test(xml)
  signer.computeSignature(xml, {
    prefix: options.prefix,
    location: hasIssuer
      ? { reference: `${target}/*[local-name(.)='Issuer'][1]`, action: 'after' }
      : { reference: target, action: 'prepend' },
  })
  return signer.getSignedXml()
}

/** The root is the first of its name, and is found without looking at everything below it. */
function isRoot(xml: string, element: string): boolean {
  return new RegExp(`^<(?:[\\w]+:)?${element}\\b`).test(xml)
}

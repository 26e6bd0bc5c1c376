// What a response is made of. Every field but the first few has a sound default, so that a test changes one thing at a time.

import type { SamlKey } from './key.ts'
import type { SamlShape, Signed } from './vendor-shapes.ts'

/** What can be left out, by the name of its element, or of its attribute after the element's. */
export type Omittable =
  | 'AssertionId'
  | 'AssertionIssuer'
  | 'AttributeStatement'
  | 'AudienceRestriction'
  | 'AuthnStatement'
  | 'Conditions'
  | 'ConditionsNotBefore'
  | 'ConditionsNotOnOrAfter'
  | 'ConfirmationInResponseTo'
  | 'ConfirmationNotOnOrAfter'
  | 'Destination'
  | 'KeyInfo'
  | 'NameID'
  | 'Recipient'
  | 'ResponseId'
  | 'ResponseInResponseTo'
  | 'ResponseIssuer'
  | 'SessionIndex'
  | 'Status'
  | 'Subject'
  | 'SubjectConfirmation'
  | 'SubjectConfirmationData'

export type ContentEncryption = 'aes256-gcm' | 'aes128-gcm' | 'aes256-cbc' | 'aes128-cbc'

/** XML put verbatim at a place; it is signed with what surrounds it. */
export interface ExtraXml {
  /** After the Status of the Response. */
  readonly afterStatus?: string
  /** Before the end of the Response. */
  readonly responseEnd?: string
  /** Before the end of the Subject. */
  readonly subject?: string
  /** Before the end of the Conditions. */
  readonly conditions?: string
  /** After the Conditions, where an Advice belongs. */
  readonly afterConditions?: string
  /** Before the end of the AttributeStatement. */
  readonly attributes?: string
  /** Before the end of the Assertion. */
  readonly assertionEnd?: string
}

/** Times are milliseconds since 1970. */
export interface ResponseOptions {
  readonly idpEntityId: string
  /** Destination and Recipient. */
  readonly acsUrl: string
  /** The service provider's entity ID. */
  readonly audience: string
  /** Undefined: unsolicited. */
  readonly inResponseTo?: string | undefined
  readonly nameId: string
  /** The shape's own unless told. */
  readonly nameIdFormat?: string | undefined
  /** Sent under exactly these names; `toVendorAttributes` gives a vendor's. */
  readonly attributes?: Readonly<Record<string, readonly string[]>>
  readonly sessionIndex?: string | undefined
  readonly now: number
  readonly shape?: SamlShape
  /** What the vendor signs unless told. */
  readonly sign?: Signed
  readonly key: SamlKey
  readonly signatureAlgorithm?: 'rsa-sha256' | 'rsa-sha512' | 'rsa-sha1'
  readonly digestAlgorithm?: 'sha256' | 'sha512' | 'sha1'
  readonly canonicalization?: 'exclusive' | 'inclusive'
  /** The service provider's certificate, PEM: the assertion is signed first and then encrypted. */
  readonly encryptFor?: string | undefined
  readonly encryption?: ContentEncryption
  /** Whether the encrypted key says for which certificate it is; true unless told. */
  readonly namesEncryptionCertificate?: boolean

  readonly destination?: string
  readonly recipient?: string
  readonly responseIssuer?: string
  readonly assertionIssuer?: string
  /** One AudienceRestriction for each list. */
  readonly audiences?: readonly (readonly string[])[]
  readonly notBefore?: number
  readonly notOnOrAfter?: number
  readonly confirmationMethod?: string
  readonly confirmationNotOnOrAfter?: number
  readonly confirmationInResponseTo?: string | undefined
  readonly issueInstant?: number
  readonly sessionNotOnOrAfter?: number | undefined
  /** The URI of the StatusCode; Success unless told. */
  readonly status?: string
  readonly responseId?: string
  readonly assertionId?: string
  readonly omit?: readonly Omittable[]
  readonly extraXml?: ExtraXml

  /** The whole Response, before anything is signed or encrypted. */
  readonly mutateBeforeSigning?: (xml: string) => string
  /** What would be sent. */
  readonly mutateAfterSigning?: (xml: string) => string
}

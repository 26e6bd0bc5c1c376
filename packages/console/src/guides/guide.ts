// What a set-up guide consists of. Owns no words.

/** A value that a step asks to paste: the console fills it in, the documentation names it. */
export type GuideValue =
  | 'acsUrl'
  | 'sloUrl'
  | 'sloSoapUrl'
  | 'entityId'
  | 'spMetadataUrl'
  | 'loginUrl'
  | 'scimBaseUrl'
  | 'apiKey'
  | 'tokenUrl'
export type Provider =
  | 'okta'
  | 'entra'
  | 'google'
  | 'onelogin'
  | 'jumpcloud'
  | 'ping'
  | 'adfs'
  | 'keycloak'
  | 'generic'

export interface GuideStep {
  /** `**bold**` for names in the vendor's console, backticks for code. */
  readonly text: string
  /** `label`: the vendor's own name of the field. */
  readonly values?: readonly { readonly label: string; readonly value: GuideValue }[]
  readonly table?: {
    readonly head: readonly [string, string]
    readonly rows: readonly (readonly [string, string])[]
  }
}
export interface GuideSection {
  readonly title: string
  readonly steps: readonly GuideStep[]
}
export interface Guide {
  readonly provider: Provider
  readonly name: string
  readonly kind: 'sso' | 'scim'
  /** The way through the vendor's console. */
  readonly where: string
  readonly sections: readonly GuideSection[]
  readonly notes: readonly string[]
}

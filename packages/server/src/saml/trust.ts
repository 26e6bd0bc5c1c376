// What is believed of a response: the terms of one connection.

/** What a connection believes, and whom. */
export interface Trust {
  /** Whose the connection is. */
  readonly organizationId: string
  /** Ours, as the audience. */
  readonly entityId: string
  readonly acsUrl: string
  readonly identityProvider: { readonly entityId: string; readonly certificates: readonly string[] }
  /** PEM; tried in order. */
  readonly decryptionKeys: readonly string[]
  readonly allowsAesCbc: boolean
  /** Refuses an assertion that came in the clear. */
  readonly requiresEncryption?: boolean
  readonly clockSkewSeconds: number
  /** The attribute that names a person for good; null: the NameID does. */
  readonly stableIdAttribute: string | null
}

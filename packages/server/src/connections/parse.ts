// What the JSON columns of a connection hold.

import type { ConnectionOptions } from '@rollcall/api'
import { readJson } from '../base/json.ts'
import type { OpenIdTrust } from '../id-tokens/trust.ts'
import type { IdentityProviderMetadata } from '../saml/idp-metadata.ts'
import type { ConnectionTable } from '../store/schema.ts'

/** What holds where nothing was said. */
export const defaultOptions: ConnectionOptions = {
  signRequests: false,
  wantEncryptedAssertions: false,
  allowAesCbc: false,
  allowUnsolicited: false,
  forceAuthn: false,
  nameIdFormat: null,
  ignoreNameIdCase: false,
  stableIdAttribute: null,
  clockSkewSeconds: 120,
}

/** Null until the identity provider is known. */
export function parseMetadata(row: ConnectionTable): IdentityProviderMetadata | null {
  return row.metadata === null ? null : readJson<IdentityProviderMetadata>(row.metadata)
}

/** Null until the issuer is known. */
export function parseOpenId(row: ConnectionTable): OpenIdTrust | null {
  return row.oidc === null ? null : readJson<OpenIdTrust>(row.oidc)
}

/** With the defaults of whatever is not stored. */
export function parseOptions(row: ConnectionTable): ConnectionOptions {
  return { ...defaultOptions, ...readJson(row.options) }
}

// What this service can do, as RFC 7643 §5 describes it.

import type { JsonObject } from '../json.ts'
import { serviceProviderConfigUrn } from '../urn.ts'

const oauth: JsonObject = {
  type: 'oauth2',
  name: 'OAuth 2.0 client credentials',
  description: 'An access token from /scim/oauth/token, sent in the Authorization header.',
  specUri: 'https://www.rfc-editor.org/info/rfc6749',
}

/** `baseUrl` has no slash at its end; the limits are the ones that are enforced. */
export interface ServiceProviderConfigOptions {
  readonly baseUrl: string
  readonly documentationUri?: string
  readonly maxResults: number
  /** Of /Bulk. */
  readonly maxOperations: number
  /** Bytes. */
  readonly maxPayloadSize: number
  readonly defaultPageSize: number
  /** RFC 9865: how long a cursor stays good. */
  readonly cursorTimeoutSeconds: number
  /** Whether the token endpoint is there beside the keys. */
  readonly hasOAuth: boolean
  /** Whether everything that the interoperability profile (draft-zollner-scim-interop-profile) demands is kept. */
  readonly isInteropConformant?: boolean
}

/** RFC 7643 §5 and RFC 9865 §4; password change is not supported. Who does not keep the interoperability profile leaves its claim out. */
export function renderServiceProviderConfig(options: ServiceProviderConfigOptions): JsonObject {
  return {
    schemas: [serviceProviderConfigUrn],
    ...(options.documentationUri === undefined ? {} : { documentationUri: options.documentationUri }),
    patch: { supported: true },
    bulk: {
      supported: true,
      maxOperations: options.maxOperations,
      maxPayloadSize: options.maxPayloadSize,
    },
    filter: { supported: true, maxResults: options.maxResults },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: options.defaultPageSize,
      maxPageSize: options.maxResults,
      cursorTimeout: options.cursorTimeoutSeconds,
    },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'The API key of a directory, sent in the Authorization header.',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
      ...(options.hasOAuth ? [oauth] : []),
    ],
    ...(options.isInteropConformant === true ? { interopProfileConformant: true } : {}),
    meta: {
      resourceType: 'ServiceProviderConfig',
      location: `${options.baseUrl}/ServiceProviderConfig`,
    },
  }
}

// What this service can do, as RFC 7643 §5 describes it.

import type { JsonObject } from '../json.ts'
import { serviceProviderConfigUrn } from '../urn.ts'

/** `baseUrl` has no slash at its end; the limits are the ones that are enforced. */
export interface ServiceProviderConfigOptions {
  readonly baseUrl: string
  readonly documentationUri?: string
  readonly maxResults: number
  readonly maxPayloadSize: number
}

/** RFC 7643 §5; /Bulk and password change are not supported. */
export function renderServiceProviderConfig(options: ServiceProviderConfigOptions): JsonObject {
  return {
    schemas: [serviceProviderConfigUrn],
    ...(options.documentationUri === undefined ? {} : { documentationUri: options.documentationUri }),
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: options.maxPayloadSize },
    filter: { supported: true, maxResults: options.maxResults },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'The API key of a directory, sent in the Authorization header.',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    meta: {
      resourceType: 'ServiceProviderConfig',
      location: `${options.baseUrl}/ServiceProviderConfig`,
    },
  }
}

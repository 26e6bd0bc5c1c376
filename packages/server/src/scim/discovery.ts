// The handlers of discovery (RFC 7644 §4), which also answer without a key. What they say is made once.
import {
  type JsonObject,
  renderListResponse,
  renderResourceTypes,
  renderSchemas,
  renderServiceProviderConfig,
  ScimError,
} from '@rollcall/scim'
import { maxLargeBodyBytes } from '../http/limits.ts'
import type { OrganizationTypes } from '../provisioning/organization-types.ts'
import { maxBulkOperations } from './bulk.ts'
import { cursorTtlSeconds } from './cursor.ts'
import type { ScimAnswer } from './exchange.ts'
import { listLimits } from './lists.ts'

/** What answers without a key, below the base URL. */
export const discoveryRoutes = [
  'ServiceProviderConfig',
  'ResourceTypes',
  'ResourceTypes/{id}',
  'Schemas',
  'Schemas/{id}',
] as const

export interface Discovery {
  /** Undefined when `path` (below the base URL) is none of discovery's. Throws ScimError 403 for a filter, 404 for an unknown id. */
  find(path: readonly string[], parameters: URLSearchParams, types: OrganizationTypes): ScimAnswer | undefined
}

export function createDiscovery(scimBaseUrl: string): Discovery {
  const config = renderServiceProviderConfig({
    baseUrl: scimBaseUrl,
    maxResults: listLimits.maxCount,
    maxOperations: maxBulkOperations,
    maxPayloadSize: maxLargeBodyBytes,
    defaultPageSize: listLimits.defaultCount,
    cursorTimeoutSeconds: cursorTtlSeconds,
    hasOAuth: true,
  })
  const made = new WeakMap<OrganizationTypes, ReadonlyMap<string, readonly JsonObject[]>>()
  const listsOf = (types: OrganizationTypes): ReadonlyMap<string, readonly JsonObject[]> => {
    let lists = made.get(types)
    if (lists === undefined) {
      const served = [types.user, types.group]
      lists = new Map([
        ['ResourceTypes', renderResourceTypes(served, scimBaseUrl)],
        ['Schemas', renderSchemas(served, scimBaseUrl)],
      ])
      made.set(types, lists)
    }
    return lists
  }
  return {
    find([endpoint = '', id, ...more], parameters, types) {
      if (more.length > 0) return undefined
      if (endpoint === 'ServiceProviderConfig' && id === undefined) return answer(config, endpoint)
      const list = listsOf(types).get(endpoint)
      if (list === undefined) return undefined
      // RFC 7644 §4: a filter here is to be refused with 403.
      if (parameters.has('filter')) throw new ScimError(403, undefined, `${endpoint} cannot be filtered`)
      if (id === undefined)
        return answer(
          renderListResponse({ totalResults: list.length, startIndex: 1, resources: list }),
          endpoint,
        )
      const found = list.find((one) => one.id === decode(id))
      if (found === undefined) throw new ScimError(404, undefined, `There is no such entry in ${endpoint}`)
      return answer(found, endpoint)
    },
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function answer(value: JsonObject, endpoint: string): ScimAnswer {
  return { status: 200, body: JSON.stringify(value), explanation: `Read ${endpoint}.` }
}

// The handlers of discovery (RFC 7644 §4), which also answer without a key. What they say is made once.
import {
  groupResourceType,
  type JsonObject,
  renderListResponse,
  renderResourceTypes,
  renderSchemas,
  renderServiceProviderConfig,
  ScimError,
  userResourceType,
} from '@rollcall/scim'
import { maxBodyBytes } from '../http/limits.ts'
import type { ScimAnswer } from './exchange.ts'
import { listLimits } from './lists.ts'

const served = [userResourceType, groupResourceType]

export interface Discovery {
  /** Undefined when `path` (below the base URL) is none of discovery's. Throws ScimError 403 for a filter, 404 for an unknown id. */
  find(path: readonly string[], parameters: URLSearchParams): ScimAnswer | undefined
}

export function createDiscovery(scimBaseUrl: string): Discovery {
  const config = renderServiceProviderConfig({
    baseUrl: scimBaseUrl,
    maxResults: listLimits.maxCount,
    maxPayloadSize: maxBodyBytes,
  })
  const lists = new Map<string, readonly JsonObject[]>([
    ['ResourceTypes', renderResourceTypes(served, scimBaseUrl)],
    ['Schemas', renderSchemas(served, scimBaseUrl)],
  ])
  return {
    find([endpoint = '', id, ...more], parameters) {
      if (more.length > 0) return undefined
      if (endpoint === 'ServiceProviderConfig' && id === undefined) return answer(config, endpoint)
      const list = lists.get(endpoint)
      if (list === undefined) return undefined
      // RFC 7644 §4: a filter here is to be refused with 403.
      if (parameters.has('filter')) throw new ScimError(403, undefined, `${endpoint} cannot be filtered`)
      if (id === undefined)
        return answer(
          renderListResponse({ totalResults: list.length, startIndex: 1, resources: list }),
          endpoint,
        )
      const found = list.find((one) => one.id === decodeURIComponent(id))
      if (found === undefined) throw new ScimError(404, undefined, `There is no such entry in ${endpoint}`)
      return answer(found, endpoint)
    },
  }
}

function answer(value: JsonObject, endpoint: string): ScimAnswer {
  return { status: 200, body: JSON.stringify(value), explanation: `Read ${endpoint}.` }
}

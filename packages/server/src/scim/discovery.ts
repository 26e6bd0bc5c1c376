// The handlers of discovery (RFC 7644 §4), which also answer without a key. What they say is made once.
import { say } from '@rollcall/api/sentences'
import {
  declaresEveryType,
  type JsonObject,
  type Profile,
  renderListResponse,
  renderResourceTypes,
  renderSchemas,
  renderServiceProviderConfig,
} from '@rollcall/scim'
import { maxLargeBodyBytes } from '../http/limits.ts'
import type { OrganizationTypes } from '../provisioning/organization-types.ts'
import { cursorTtlSeconds } from '../resources/cursor.ts'
import { refuse } from '../resources/refusals.ts'
import { maxBulkOperations } from './bulk.ts'
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

/** `isLoose`: the id was written in another case. */
export interface Discovered {
  readonly answer: ScimAnswer
  readonly isLoose: boolean
}

/** Answers what discovery asks. */
export interface Discovery {
  /**
   * Undefined when `path` (below the base URL) is none of discovery's. Throws ScimError 403 for a filter, 404 for an unknown id.
   */
  find(
    path: readonly string[],
    parameters: URLSearchParams,
    types: OrganizationTypes,
    profile: Profile,
  ): Discovered | undefined
}

/** Discovery below this base URL. */
export function createDiscovery(scimBaseUrl: string): Discovery {
  const facts = {
    baseUrl: scimBaseUrl,
    maxResults: listLimits.maxCount,
    maxOperations: maxBulkOperations,
    maxPayloadSize: maxLargeBodyBytes,
    defaultPageSize: listLimits.defaultCount,
    cursorTimeoutSeconds: cursorTtlSeconds,
    hasOAuth: true,
  }
  const config = renderServiceProviderConfig(facts)
  const interopConfig = renderServiceProviderConfig({ ...facts, isInteropConformant: true })
  const configOf = ({ user, group }: OrganizationTypes, { demands }: Profile): JsonObject =>
    demands.has('interop-claim') && declaresEveryType([user, group]) ? interopConfig : config
  type Made = WeakMap<OrganizationTypes, ReadonlyMap<string, readonly JsonObject[]>>
  const [usual, full]: readonly [Made, Made] = [new WeakMap(), new WeakMap()]
  const listsOf = (
    types: OrganizationTypes,
    profile: Profile,
  ): ReadonlyMap<string, readonly JsonObject[]> => {
    // Entra maps to no attribute that the schemas do not list, and the interoperability profile wants them to list all.
    const isFull = profile.name === 'entra' || profile.demands.has('interop-claim')
    const made = isFull ? full : usual
    let lists = made.get(types)
    if (lists === undefined) {
      const served = [types.user, types.group]
      lists = new Map([
        ['ResourceTypes', renderResourceTypes(served, scimBaseUrl)],
        ['Schemas', renderSchemas(served, scimBaseUrl, isFull)],
      ])
      made.set(types, lists)
    }
    return lists
  }
  return {
    find([endpoint = '', id, ...more], parameters, types, profile) {
      if (more.length > 0) return undefined
      const isConfig = endpoint === 'ServiceProviderConfig' && id === undefined
      const list = listsOf(types, profile).get(endpoint)
      if (list === undefined && !isConfig) return undefined
      // RFC 7644 §4: a filter here is to be refused with 403.
      if (parameters.has('filter')) throw refuse('endpoint_unfiltered', { endpoint })
      if (list === undefined) return exact(configOf(types, profile), endpoint)
      if (id === undefined)
        return exact(
          renderListResponse({ totalResults: list.length, startIndex: 1, resources: list }),
          endpoint,
        )
      const found = list.find((one) => one.id === id)
      if (found !== undefined) return exact(found, endpoint)
      const lower = id.toLowerCase()
      const meant = profile.tolerances.has('loose-addresses')
        ? list.find((one) => String(one.id).toLowerCase() === lower)
        : undefined
      if (meant === undefined) throw refuse('entry_unknown', { endpoint })
      return { ...exact(meant, endpoint), isLoose: true }
    },
  }
}

function exact(value: JsonObject, endpoint: string): Discovered {
  return { answer: answer(value, endpoint), isLoose: false }
}

function answer(value: JsonObject, endpoint: string): ScimAnswer {
  return { status: 200, body: JSON.stringify(value), explanation: [say('read_endpoint', { endpoint })] }
}

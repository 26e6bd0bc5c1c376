// The body that answers a list or a search (RFC 7644 §3.4.2). Which resources are in it is decided elsewhere.

import type { JsonObject } from '../json.ts'
import { listResponseUrn } from '../urn.ts'

/** `itemsPerPage` is the number of resources in this very answer. */
export function renderListResponse(parts: {
  readonly totalResults: number
  readonly startIndex: number
  readonly resources: readonly JsonObject[]
}): JsonObject {
  return {
    schemas: [listResponseUrn],
    totalResults: parts.totalResults,
    startIndex: parts.startIndex,
    itemsPerPage: parts.resources.length,
    Resources: parts.resources,
  }
}

// The answer to a bulk request (RFC 7644 §3.7.3).

import type { JsonObject, JsonValue } from '../json.ts'
import { bulkResponseUrn } from '../urn.ts'
import type { BulkOperation } from './read-bulk.ts'

/** What became of one operation. `location` is absent only for a POST that failed; `response` is the error of a failure. */
export interface BulkOutcome {
  readonly operation: BulkOperation
  readonly status: number
  readonly location?: string | undefined
  readonly version?: string | undefined
  readonly response?: JsonValue | undefined
}

/** In the order given; `status` is a string (RFC 7644 §3.7.3). */
export function renderBulkResponse(outcomes: readonly BulkOutcome[]): JsonObject {
  return { schemas: [bulkResponseUrn], Operations: outcomes.map(renderOutcome) }
}

function renderOutcome({ operation, status, location, version, response }: BulkOutcome): JsonObject {
  return {
    ...(location === undefined ? {} : { location }),
    method: operation.method,
    ...(operation.sentBulkId === undefined ? {} : { bulkId: operation.sentBulkId }),
    ...(version === undefined ? {} : { version }),
    status: String(status),
    ...(response === undefined ? {} : { response }),
  }
}

// The one refusal of this package, and its body (RFC 7644 §3.12). It does not know which route answers it.

import type { JsonObject } from './json.ts'
import { errorUrn } from './urn.ts'

/** The closed list of RFC 7644 §3.12, Table 9, and the three of RFC 9865 §3. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount'

/** A refusal to a SCIM client: `detail` leaves the house and echoes names at most, no value of the input; `cause` never leaves. */
export class ScimError extends Error {
  readonly status: number
  readonly scimType: ScimType | undefined
  readonly detail: string

  constructor(
    status: number,
    scimType: ScimType | undefined,
    detail: string,
    options?: { readonly cause?: unknown },
  ) {
    super(detail, options)
    this.name = 'ScimError'
    this.status = status
    this.scimType = scimType
    this.detail = detail
  }
}

/** The body of RFC 7644 §3.12; `status` is a string there, and Okta: its test asserts that. */
export function renderError(error: ScimError): JsonObject {
  const body = { schemas: [errorUrn], status: String(error.status), detail: error.detail }
  return error.scimType === undefined ? body : { ...body, scimType: error.scimType }
}

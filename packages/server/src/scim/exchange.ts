// What passes between the SCIM door and its handlers: a request that was admitted, and an answer not yet rendered.
import type { Sentence } from '@rollcall/api/sentences'
import type { JsonValue, Reading, ScimError } from '@rollcall/scim'
import type { Act } from '../events/record.ts'
import type { AnswerBody, HeaderReader } from '../http/asked.ts'
import type { Database } from '../store/database.ts'
import type { ProvisioningClient } from './authenticate.ts'

/** A request that was admitted. */
export interface ScimRequest {
  readonly database: Database
  readonly client: ProvisioningClient
  readonly act: Act
  readonly scimBaseUrl: string
  readonly headers: HeaderReader
  readonly parameters: URLSearchParams
  /** From the path; empty where the route has none. */
  readonly id: string
  /** Parsed; undefined where the route takes no body. */
  readonly body: JsonValue | undefined
  /** What was read otherwise than the RFCs have it, or left aside, of all that this request says: the door tells of it. */
  readonly reading: Reading
  /** Logs what should not have happened; the answer of an operation that it happened to. */
  readonly toFault: (error: unknown) => ScimError
}

/** An answer that is not rendered yet. */
export interface ScimAnswer {
  readonly status: number
  /** JSON text, whole or as it is made; undefined for an answer without a body. */
  readonly body?: AnswerBody
  readonly headers?: Readonly<Record<string, string>>
  /** What the administrator is told, one sentence after another. */
  readonly explanation: readonly Sentence[]
}

/** Answers one method of one path. */
export type ScimHandler = (request: ScimRequest) => Promise<ScimAnswer>

// The words of a conversation: what a vendor asks, step by step, and what it needs to hear back.
// Owns the shapes only; the conversations themselves are data in okta.ts and entra.ts.

import type { Person } from '../base/person.ts'

/** One parsed response; `body` is undefined when there was none or when it is not JSON (then `text` says what came). */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: unknown
}

/** What a conversation has learned so far: ids since the 201 of their creates. */
export type Known = Readonly<Record<string, string>>

/** Returns undefined when the vendor would accept the answer, else one sentence that says why it would not. */
export type Check = (answer: Answer, known: Known) => string | undefined

/**
 * One request of a conversation. `path` begins below the base URL and is written as the vendor encodes it; `{id}`
 * there and in strings of the body, and `{userName}`-like names of a person there, are filled in when it is asked.
 */
export interface Step {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** Replace the vendor's own headers of the same name for this step. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** What the id of a 201 is known by from then on; `id` unless told otherwise. */
  readonly keeps?: string
  readonly expect: { readonly statuses: readonly number[]; readonly check?: Check }
}

/** One identity provider as a provisioning client: everything the runner needs to know about it. */
export interface Vendor {
  readonly name: string
  /** How many people it works on at a time unless told otherwise. */
  readonly concurrency: number
  /** The headers of each request, with the key as the vendor presents it; Content-Type goes only with a body. */
  headers(key: string): Readonly<Record<string, string>>
  /** Percent-encodes one value inside a query, in the vendor's own way. */
  encode(value: string): string
  /** Asked once, when an administrator presses "test connection" and saves. */
  opening(person: Person): readonly Step[]
  /** The life of one person; people take turns between the vendor's shapes by their number. */
  conversation(person: Person): readonly Step[]
  /** The life of one group with two people of its own; `groupName` is known from its beginning. Absent: pushes no groups. */
  groupConversation?(first: Person, second: Person): readonly Step[]
}

// The shapes of the contract that a product works with; types only.
import type { FeedEvent } from '@rollcall/api'

export type { EventData, EventType, FeedEvent, ProblemBody, ProblemCode, UserState } from '@rollcall/api'

/** One answer of the events API: keep `nextCursor` in the transaction in which the events are applied. */
export interface EventPage {
  readonly items: readonly FeedEvent[]
  readonly nextCursor: string
}

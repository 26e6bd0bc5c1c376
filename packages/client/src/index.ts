// The public face of the client for products. Nothing here needs Node: it runs in Bun, Deno and edge runtimes as well.
export { type CallInput, ProblemError, type ResultOf } from '@rollcall/api/client'
export {
  createRollcall,
  type EventsWish,
  type ListOperation,
  type Rollcall,
  type RollcallOptions,
} from './rollcall.ts'
export type {
  EventData,
  EventPage,
  EventType,
  FeedEvent,
  ProblemBody,
  ProblemCode,
  UserState,
} from './types.ts'
export { verifyWebhook, type WebhookCode, type WebhookInput, WebhookVerificationError } from './webhook.ts'

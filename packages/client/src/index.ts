// The room `client`: the client for products, in any JavaScript runtime. It keeps no state.
//
// 1. `rollcall.ts` calls an operation by its name, and goes through lists and events as iterators.
// 2. `retry.ts` says which failures may be tried again, and when.
// 3. `webhook.ts` verifies a delivery before anything of it is read.
// `types.ts` has the shapes that a product works with.
//
// The public face of the client for products. Nothing here needs Node: it runs in Bun, Deno and edge runtimes as well.
export { type CallInput, ProblemError, type ResultOf } from '@rollcall/api/client'
export {
  createRollcall,
  type EventsWish,
  type FormerName,
  type ListOperation,
  type NowOf,
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

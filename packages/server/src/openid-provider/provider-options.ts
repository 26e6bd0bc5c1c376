// What our OpenID Connect provider is made of.
import type { Clock } from '../base/clock.ts'
import type { Envelope } from '../base/envelope.ts'
import type { Log } from '../base/log.ts'
import type { FindBrand } from '../brand/places.ts'
import type { AnonymousLimit } from '../http/anonymous-limit.ts'
import type { ClientAddress } from '../http/client-address.ts'
import type { CookieRules } from '../http/cookies.ts'
import type { CountWrong } from '../http/wrong-credentials.ts'
import type { Look } from '../pages/look.ts'
import type { Database } from '../store/database.ts'

/** In seconds. */
export const minute = 60

/** In seconds. */
export const hour = 60 * minute

/** In seconds. */
export const day = 24 * hour

/** For the library, which would take none for now: older than any age that is asked for. */
export const unknownTime = 0

/** What our provider is made of. */
export interface ProviderOptions {
  readonly database: Database
  readonly envelope: Envelope
  readonly clock: Clock
  readonly log: Log
  /** Public base URL, without a slash at the end. */
  readonly url: string
  readonly cookies: CookieRules
  readonly look: Look
  /** What pages show of an application's sign-in. */
  readonly findBrand: FindBrand
  readonly addresses: ClientAddress
  readonly countWrong: CountWrong
  readonly anonymous: AnonymousLimit
  /** The text behind an application's key set. */
  readonly fetchKeys: (url: string) => Promise<string>
}

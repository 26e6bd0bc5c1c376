// What the pages of the portal are given.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { CookieRules } from '../http/cookies.ts'
import type { Database } from '../store/database.ts'

export interface PortalOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly url: string
  readonly scimBaseUrl: string
  readonly cookies: CookieRules
}

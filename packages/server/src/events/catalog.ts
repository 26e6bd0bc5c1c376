// Every event there is: its type, what it is about, and the shape of the data that may leave the house.

/** Before and after of one attribute; null where it was or is unassigned. Never a secret. */
export interface Change {
  readonly attribute: string
  readonly before: unknown
  readonly after: unknown
}

interface Changes {
  readonly changes: readonly Change[]
}

/** `noun.past` -> its data. */
export interface EventCatalog {
  'organization.created': { readonly name: string; readonly slug: string }
  'organization.updated': Changes
  'organization.deleted': { readonly name: string; readonly slug: string }
  'organization.seat_limit_exceeded': { readonly seatLimit: number; readonly activeUsers: number }
  'provisioning.mode_changed': { readonly before: string; readonly after: string }
  'api_key.created': {
    readonly name: string
    readonly prefix: string
    readonly profile: string
    readonly expiresAt: string | null
  }
  'api_key.renamed': { readonly before: string; readonly after: string }
  'api_key.rotated': { readonly prefix: string; readonly overlapSeconds: number }
  'api_key.revoked': { readonly name: string }
  'user.provisioned': { readonly source: string; readonly user: unknown }
  'user.linked': Changes & { readonly reason: 'claimed' | 'restored' }
  'user.updated': Changes
  'user.deactivated': Changes
  'user.reactivated': Changes
  'user.reassigned': { readonly before: string | null; readonly after: string | null }
  'user.deprovisioned': { readonly userName: string; readonly externalId: string | null }
}

export type EventType = keyof EventCatalog
export type SubjectType = 'organization' | 'api_key' | 'user'

/** One fact, before it has an id and a time. */
export type NewEvent = {
  [T in EventType]: {
    readonly type: T
    readonly subject: { readonly type: SubjectType; readonly id: string }
    readonly data: EventCatalog[T]
  }
}[EventType]

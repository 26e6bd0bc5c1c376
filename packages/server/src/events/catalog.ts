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
  'organization.opened_by_operator': Record<never, never>
  'organization.seat_limit_exceeded': { readonly seatLimit: number; readonly activeUsers: number }
  'provisioning.mode_changed': { readonly before: string; readonly after: string }
  'organization.ownerless': { readonly lastOwner: string }
  'provisioning.settings_changed': Changes
  'domain.added': { readonly name: string }
  'domain.verified': { readonly name: string; readonly by: 'dns' | 'operator' }
  'domain.lost': { readonly name: string }
  'domain.removed': { readonly name: string }
  'connection.created': { readonly name: string; readonly identityProvider: string }
  'connection.updated': Changes
  'connection.metadata_changed': Changes
  'connection.metadata_failed': { readonly reason: string }
  'connection.relinked': { readonly identities: number; readonly dropped: number }
  'connection.deleted': { readonly name: string }
  'service_key.created': { readonly fingerprint: string }
  'service_key.activated': { readonly fingerprint: string; readonly overlapDays: number }
  'portal_link.created': { readonly role: string; readonly kind: string; readonly email: string | null }
  'portal_link.used': { readonly role: string; readonly kind: string; readonly email: string | null }
  'portal_link.revoked': { readonly kind: string }
  'invitation.created': { readonly email: string; readonly role: string }
  'invitation.resent': { readonly email: string }
  'invitation.revoked': { readonly email: string }
  'invitation.accepted': { readonly email: string; readonly userId: string }
  'api_key.created': {
    readonly name: string
    readonly prefix: string
    readonly profile: string
    readonly expiresAt: string | null
  }
  'api_key.renamed': { readonly before: string; readonly after: string }
  'api_key.rotated': { readonly prefix: string; readonly overlapSeconds: number }
  'api_key.revoked': { readonly name: string }
  'oauth_client.created': { readonly name: string; readonly method: string; readonly profile: string }
  'oauth_client.renamed': { readonly before: string; readonly after: string }
  'oauth_client.secret_rotated': { readonly overlapSeconds: number }
  'oauth_client.revoked': { readonly name: string }
  'user.provisioned': { readonly source: string; readonly user: unknown }
  'user.linked': Changes & { readonly reason: 'claimed' | 'restored' }
  'user.updated': Changes
  'user.deactivated': Changes
  'user.reactivated': Changes
  'user.reassigned': { readonly before: string | null; readonly after: string | null }
  'user.signed_in': { readonly connectionId: string; readonly isFirst: boolean }
  'user.signed_out': { readonly by: 'user' | 'identity_provider' }
  'user.identity_linked': {
    readonly connectionId: string
    readonly reason: string
    readonly stableId: string
  }
  'user.identity_unlinked': { readonly connectionId: string; readonly stableId: string }
  'user.role_changed': {
    readonly before: string
    readonly after: string
    readonly origin: 'default' | 'group' | 'hand'
  }
  'user.blocked': { readonly userName: string }
  'user.unblocked': { readonly userName: string }
  'group.created': { readonly displayName: string; readonly externalId: string | null }
  'group.updated': Changes
  /** Ids of users and groups, at most 1,000 in one event. */
  'group.members_changed': { readonly added: readonly string[]; readonly removed: readonly string[] }
  'group.deleted': { readonly displayName: string; readonly externalId: string | null }
  'user.deprovisioned': { readonly userName: string; readonly externalId: string | null }
}

export type EventType = keyof EventCatalog
export type SubjectType =
  | 'organization'
  | 'api_key'
  | 'oauth_client'
  | 'user'
  | 'group'
  | 'domain'
  | 'connection'
  | 'service_key'
  | 'portal_link'
  | 'invitation'

/** One fact, before it has an id and a time. */
export type NewEvent = {
  [T in EventType]: {
    readonly type: T
    readonly subject: { readonly type: SubjectType; readonly id: string }
    readonly data: EventCatalog[T]
  }
}[EventType]

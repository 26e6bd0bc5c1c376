// An identity as a row, and what it is found by.
import type { IdentityTable, WithdrawnIdentityTable } from '../store/schema.ts'

/** An identity as it is read. */
export type IdentityRow = Omit<IdentityTable, 'organization_id' | 'sessions_ended_at'>

/** One that was looked up by its key. */
export type KnownIdentity = Omit<IdentityTable, 'organization_id'>

/** What names an identity inside its organization. */
export interface IdentityKey {
  readonly connectionId: string
  readonly idpEntityId: string
  readonly stableId: string
}

/** What a version of an anchor that is withdrawn kept of somebody. */
export type KeptKey = Pick<
  WithdrawnIdentityTable,
  'user_id' | 'connection_id' | 'number' | 'stable_id' | 'proved_key'
>

/** The columns of an identity. */
export const identityColumns = [
  'connection_id',
  'idp_entity_id',
  'stable_id',
  'user_id',
  'name_id',
  'name_id_format',
  'attributes',
  'proved_key',
  'created_at',
  'last_sign_in_at',
] as const

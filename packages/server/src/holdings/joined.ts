// What rooms above join to their own rows, for one round trip: what people hold in applications.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { OidcAccountTable, OidcRecordTable } from '../store/schema.ts'

/** Codes, tokens, grants and sessions of the provider. */
export const recordRows = sql<OidcRecordTable>`oidc_record`.as('oidc_record')

/** Subjects of OpenID Connect, by whom they are. */
export const accountRows = sql<OidcAccountTable>`oidc_account`.as('oidc_account')

/** `user_id`: who holds something of an application that this condition on `oidc_record` is true of. */
export const selectHolders = (isMeant: RawBuilder<SqlBool>) =>
  sql`SELECT user_id FROM oidc_record WHERE ${isMeant} AND client_id IS NOT NULL`

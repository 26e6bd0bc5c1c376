// Whose word is kept, as conditions of statements.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { UserTable } from '../store/schema.ts'
import { isLowered } from './said.ts'

/** Among the names that an account had before: whose they were. Names are compared without capitals, so that nobody is called like this. */
export function toAccountName(id: string): string {
  return `Account ${id}`
}

/** The resource of names alone: nobody was removed, and nobody is restored or linked by it. */
export const ofNobody = '{}'

/** Whether a role was given by hand that is none of an administrator. */
export const isBelow = sql<SqlBool>`(role_origin = 'hand' AND role NOT IN ('owner', 'admin'))`

/** Whether an administrator's word is kept of a deleted person. */
export const isKept = sql<SqlBool>`(blocked_at IS NOT NULL OR ${isBelow} OR role_by_owner IS NOT NULL OR blocked_by_owner_at IS NOT NULL)`

/** Whether it is kept of whoever this is, who is not removed yet. */
export function hasKeptWord(
  row: Pick<UserTable, 'blocked_at' | 'role' | 'role_origin' | 'role_by_owner' | 'blocked_by_owner_at'>,
): boolean {
  const isByOwner = row.role_by_owner !== null || row.blocked_by_owner_at !== null
  return row.blocked_at !== null || isByOwner || isLowered(row)
}

/** Whether a key that nobody has confirmed made an account, or claimed it: then its externalId is the word of that key. */
export function isByUnconfirmed(organizationId: string, table: 'user' | 'deleted_user'): RawBuilder<0 | 1> {
  const keyId = sql.ref(`${table}.provisional_key_id`)
  const of = (keys: 'api_key' | 'oauth_client') => sql`EXISTS (SELECT 1 FROM ${sql.table(keys)} AS k
    WHERE k.organization_id = ${organizationId} AND k.id = ${keyId} AND k.is_provisional = 1)`
  const role = (column: string) => sql.ref(`${table}.${column}`)
  return sql<
    0 | 1
  >`CASE WHEN ${keyId} IS NULL THEN 0 WHEN ${role('role')} IN ('owner', 'admin') AND ${role('role_origin')} = 'hand' THEN 0
    WHEN ${of('api_key')} THEN 1 WHEN ${of('oauth_client')} THEN 1 ELSE 0 END`
}

/** Whether that key wrote the externalId of an account that it claimed: it can give a first one, and change none. */
export function isIdOfUnconfirmed(organizationId: string, table: 'user' | 'deleted_user'): RawBuilder<0 | 1> {
  const of = (column: string) => sql.ref(`${table}.${column}`)
  return sql<0 | 1>`CASE WHEN ${of('external_id')} IS NOT NULL
    AND ${of('id_by_claim')} = ${of('provisional_key_id')}
    THEN ${isByUnconfirmed(organizationId, table)} ELSE 0 END`
}

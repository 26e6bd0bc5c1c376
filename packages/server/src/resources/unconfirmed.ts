// What is found of the resources that keys made which nobody has confirmed.
import { type SqlBool, sql } from 'kysely'
import type { Condition } from './filter-sql.ts'

/** What such a key made itself, but for people of whom the directory decides by now. */
export function isOwnOf(table: 'user' | 'group', keyId: string): Condition {
  const more = table === 'user' ? sql`AND directory_decides = 0` : sql``
  return () => sql<SqlBool>`(provisional_key_id = ${keyId} ${more})`
}

/** What none of them made; an account that has become privileged is an administrator's word by then. */
export function isOfNoUnconfirmed(table: 'user' | 'group', organizationId: string): Condition {
  const of = (keys: 'api_key' | 'oauth_client') => sql`EXISTS (SELECT 1 FROM ${sql.table(keys)} AS k
    WHERE k.organization_id = ${organizationId} AND k.id = provisional_key_id AND k.is_provisional = 1)`
  const made = table === 'user' ? sql`source = 'scim' AND role NOT IN ('owner', 'admin') AND` : sql``
  return () =>
    sql<SqlBool>`NOT (provisional_key_id IS NOT NULL AND ${made} (${of('api_key')} OR ${of('oauth_client')}))`
}

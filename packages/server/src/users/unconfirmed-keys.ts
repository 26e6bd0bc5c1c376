// The keys and OAuth clients that nobody has confirmed, of which an organization has few.
import { type RawBuilder, sql } from 'kysely'

/** Their ids, which a statement about very many rows looks up once, and not for each of them. */
export function unconfirmedKeys(organizationId: unknown): RawBuilder<unknown> {
  const of = (table: 'api_key' | 'oauth_client') => sql`SELECT k.id FROM ${sql.table(table)} AS k
    WHERE k.organization_id = ${organizationId} AND k.is_provisional = 1`
  return sql`${of('api_key')} UNION ALL ${of('oauth_client')}`
}

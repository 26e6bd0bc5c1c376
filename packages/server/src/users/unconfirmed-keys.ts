// The keys and OAuth clients that nobody has confirmed, of which an organization has few.
import { type RawBuilder, sql } from 'kysely'
import { organizationStatement } from '../store/statement.ts'

type Table = 'api_key' | 'oauth_client'

const eachOf = (of: (table: Table) => RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`${of('api_key')} UNION ALL ${of('oauth_client')}`

/** Their ids, which a statement about very many rows looks up once, and not for each of them. */
export function unconfirmedKeys(organizationId: unknown): RawBuilder<unknown> {
  return eachOf(
    (table) => sql`SELECT k.id FROM ${sql.table(table)} AS k
      WHERE k.organization_id = ${organizationId} AND k.is_provisional = 1`,
  )
}

/** `maker`: who made this one, which is the same for all keys and clients of one set-up link. */
export function makerOf(organizationId: unknown, keyId: unknown): RawBuilder<unknown> {
  return eachOf(
    (table) => sql`SELECT coalesce(m.maker_id, m.id) AS maker FROM ${sql.table(table)} AS m
      WHERE m.organization_id = ${organizationId} AND m.id = ${keyId}`,
  )
}

/** The ids of those that were made by whoever made this one: by the same set-up link. */
export function unconfirmedKeysBeside(organizationId: unknown, keyId: unknown): RawBuilder<unknown> {
  const maker = makerOf(organizationId, keyId)
  return eachOf(
    (table) => sql`SELECT k.id FROM ${sql.table(table)} AS k
      WHERE k.organization_id = ${organizationId} AND k.is_provisional = 1 AND coalesce(k.maker_id, k.id) IN (${maker})`,
  )
}

/** Whether this key is one of them. */
export const selectIsUnconfirmed = organizationStatement<{ keyId: string }>('is_unconfirmed_key')(
  ({ place, organizationId, db }) => {
    const of = (table: 'api_key' | 'oauth_client') => sql`SELECT k.id FROM ${sql.table(table)} AS k
      WHERE k.organization_id = ${organizationId} AND k.id = ${place('keyId')} AND k.is_provisional = 1`
    const statement = sql<{ id: string }>`${of('api_key')} UNION ALL ${of('oauth_client')}`
    return { compile: () => statement.compile(db) }
  },
)

// Whose word counts for nothing where it is asked how the directory fares: keys and clients that nobody has confirmed, beside others that
// are. Where there are no others they are all that there is of a directory.

import { sql } from 'kysely'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'

/** The ids of those; none where no key or client is confirmed that works. */
export const selectUnheard = organizationStatement<{ at: number }>('keys_that_say_nothing_of_health')(
  ({ db, place, organizationId }) => {
    const of = (
      table: 'api_key' | 'oauth_client',
      isProvisional: 0 | 1,
    ) => sql`SELECT k.id FROM ${sql.table(table)} AS k
      WHERE k.organization_id = ${organizationId} AND k.is_provisional = ${sql.lit(isProvisional)}`
    const works = sql`AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ${place('at')})`
    const isAny = sql`(EXISTS (${of('api_key', 0)} ${works}) OR EXISTS (${of('oauth_client', 0)} ${works}))`
    const statement = sql<{
      id: string
    }>`SELECT id FROM (${of('api_key', 1)} UNION ALL ${of('oauth_client', 1)}) AS unheard WHERE ${isAny}`
    return { compile: () => statement.compile(db) }
  },
)

/** The same in a transaction. */
export async function listUnheard(tx: OrganizationTx, at: number): Promise<ReadonlySet<string>> {
  return new Set((await tx.all(selectUnheard, { at })).map(({ id }) => id))
}

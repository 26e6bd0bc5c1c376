// What came while an anchor was in place: accounts and links that it made, keys that its people made. Listed when it is withdrawn,
// so that somebody looks whether they shall stay.
import type { AnchorRestored } from '@rollcall/api'
import type { OrganizationTx } from '../store/database.ts'
import { organizationQuery } from '../store/statement.ts'

const maxNamed = 50

type Came = AnchorRestored['came']
type Row = { readonly id: string; readonly name: string }

/** Since then, through this connection. `isNamed`: people by their names. */
export async function listCame(
  tx: OrganizationTx,
  connectionId: string,
  since: number,
  isNamed: boolean,
): Promise<Came> {
  const linked = await tx.all(
    organizationQuery(({ db, organizationId }) =>
      db
        .selectFrom('identity')
        .innerJoin('user', (join) =>
          join
            .onRef('user.organization_id', '=', 'identity.organization_id')
            .onRef('user.id', '=', 'identity.user_id'),
        )
        .select(['user.id', 'user.user_name', 'user.source', 'user.created_at'])
        .where('identity.organization_id', '=', organizationId)
        .where('identity.connection_id', '=', connectionId)
        .where('identity.created_at', '>=', since)
        .orderBy('user.id'),
    ),
    {},
  )
  const isNew = (row: (typeof linked)[number]): boolean => row.source === 'sso' && row.created_at >= since
  const toRow = (row: (typeof linked)[number]): Row => ({ id: row.id, name: row.user_name })
  return {
    accounts: toList(linked.filter(isNew).map(toRow), isNamed),
    links: toList(linked.filter((row) => !isNew(row)).map(toRow), isNamed),
    keys: toList(await listKeys(tx, connectionId, since), true),
  }
}

function toList(rows: readonly Row[], isNamed: boolean): Came['accounts'] {
  return { count: rows.length, items: rows.slice(0, isNamed ? maxNamed : 0) }
}

// Made by somebody whom the connection knows: who made a key stands in its event.
async function listKeys(tx: OrganizationTx, connectionId: string, since: number): Promise<readonly Row[]> {
  const made = ['api_key', 'oauth_client'] as const
  const rows = await Promise.all(
    made.map((table) =>
      tx.all(
        organizationQuery(({ db, organizationId }) =>
          db
            .selectFrom(table)
            .select([`${table}.id`, `${table}.name`])
            .where(`${table}.organization_id`, '=', organizationId)
            .where(`${table}.created_at`, '>=', since)
            .where(`${table}.revoked_at`, 'is', null)
            .where((on) =>
              on.exists(
                on
                  .selectFrom('event')
                  .innerJoin('identity', (join) =>
                    join
                      .onRef('identity.organization_id', '=', 'event.organization_id')
                      .onRef('identity.user_id', '=', 'event.actor_id')
                      .on('identity.connection_id', '=', connectionId),
                  )
                  .select('event.id')
                  .where('event.organization_id', '=', organizationId)
                  .whereRef('event.subject_id', '=', `${table}.id`)
                  .where('event.type', '=', `${table}.created`),
              ),
            )
            .orderBy(`${table}.id`),
        ),
        {},
      ),
    ),
  )
  return rows.flat()
}

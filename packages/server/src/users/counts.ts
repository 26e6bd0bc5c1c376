// How many users and groups an organization has: counters that change with the rows, because counting a million is slow.
import { type RawBuilder, sql } from 'kysely'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'

const slots = 16

const changeCount = organizationStatement<{ slot: number; users: number; active: number; groups: number }>(
  'change_user_count',
)(({ db, place, organizationId }) =>
  db
    .insertInto('user_count')
    .values({
      organization_id: organizationId,
      slot: place('slot'),
      users: place('users'),
      active_users: place('active'),
      groups: place('groups'),
    })
    .onConflict((on) =>
      on.columns(['organization_id', 'slot']).doUpdateSet((set) => ({
        users: set('user_count.users', '+', set.ref('excluded.users')),
        active_users: set('user_count.active_users', '+', set.ref('excluded.active_users')),
        groups: set('user_count.groups', '+', set.ref('excluded.groups')),
      })),
    ),
)

/** How many of one kind there are, inside a statement. */
export const countOf = (organizationId: unknown, table: 'user' | 'group'): RawBuilder<number> =>
  sql<number>`(SELECT coalesce(sum(${sql.ref(`${table}s`)}), 0) FROM user_count WHERE organization_id = ${organizationId})`

/** Sums over the slots; null before the first user or group. */
export const selectCounts = organizationStatement('user_count')(({ db, organizationId }) =>
  db
    .selectFrom('user_count')
    .select((on) => [
      on.cast<number>(on.fn.sum('users'), 'bigint').as('users'),
      on.cast<number>(on.fn.sum('active_users'), 'bigint').as('active_users'),
      on.cast<number>(on.fn.sum('groups'), 'bigint').as('groups'),
    ])
    .where('organization_id', '=', organizationId),
)

// Those of this process that are under way together have slots of their own, and so do mostly those of two processes.
let turn = Math.floor(Math.random() * slots)

/** Last in its transaction, and one slot only: two transactions cannot wait for each other, and few wait at all. */
export function writeCount(
  tx: OrganizationTx,
  change: { readonly users?: number; readonly activeUsers?: number; readonly groups?: number },
): void {
  const { users = 0, activeUsers = 0, groups = 0 } = change
  turn = (turn + 1) % slots
  tx.write(changeCount, { slot: turn, users, active: activeUsers, groups })
}

const hasUnconfirmed = (organizationId: unknown): RawBuilder<number> => {
  const of = (table: 'api_key' | 'oauth_client') => sql`EXISTS (SELECT 1 FROM ${sql.table(table)} AS k
    WHERE k.organization_id = ${organizationId} AND k.is_provisional = 1)`
  return sql<number>`CASE WHEN ${of('api_key')} OR ${of('oauth_client')} THEN 1 ELSE 0 END`
}

/** How many people and groups there are, and whether a key is at work that nobody has confirmed. */
export const selectFacts = organizationStatement('list_facts')(({ organizationId, db }) => {
  const statement = sql<{ users: number | null; groups: number | null; has_unconfirmed: number }>`
    SELECT cast(sum(users) AS bigint) AS users, cast(sum(groups) AS bigint) AS groups,
      ${hasUnconfirmed(organizationId)} AS has_unconfirmed
    FROM user_count WHERE organization_id = ${organizationId}`
  return { compile: () => statement.compile(db) }
})

/** The same as one text inside a statement, which `readFacts` reads. */
export const factsOf = (organizationId: unknown): RawBuilder<string> =>
  sql<string>`(SELECT coalesce(sum(users), 0) || ' ' || coalesce(sum(groups), 0) || ' ' || ${hasUnconfirmed(organizationId)}
    FROM user_count WHERE organization_id = ${organizationId})`

/** What holds for the lists of an organization. */
export interface Facts {
  readonly users: number
  readonly groups: number
  /** Whether a key is at work that nobody has confirmed. */
  readonly hasUnconfirmed: boolean
}

/** What `factsOf` says; nothing is there where no row came to say it. */
export function readFacts(text: string | undefined): Facts {
  const [users = 0, groups = 0, unconfirmed = 0] = (text ?? '').split(' ').map(Number)
  return { users, groups, hasUnconfirmed: unconfirmed === 1 }
}

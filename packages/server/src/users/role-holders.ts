// What is asked of people and of their last sign-ins where it is only to be said what would become of them: a slice at a time, by index.
import { type SqlBool, sql } from 'kysely'
import type { IdentityTable, UserTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'

/** Somebody with the role that they have, and whether they can sign in. */
export type RoleHolder = Pick<UserTable, 'id' | 'role' | 'role_origin' | 'active' | 'blocked_at'>

/** Everybody behind an id, in the order of ids. */
export const selectRoleHolders = organizationStatement<{ after: string; limit: number }>('role_holders')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('user')
      .select(['id', 'role', 'role_origin', 'active', 'blocked_at'])
      .where('organization_id', '=', organizationId)
      .where('id', '>', place('after'))
      .orderBy('id')
      .limit(place('limit')),
)

/** What the last sign-in of somebody by one connection said. */
export type LastSignIn = Pick<
  IdentityTable,
  'user_id' | 'connection_id' | 'name_id' | 'attributes' | 'last_sign_in_at'
>

/** Of some people, one for each connection that knows them. */
export const selectLastSignIns = organizationStatement<{ ids: string }>('last_sign_ins')(
  ({ db, place, organizationId, dialect }) => {
    const isTheirs = sql<SqlBool>`i.organization_id = ${organizationId} AND i.user_id = wanted.value`
    const statement = sql<LastSignIn>`SELECT i.user_id, i.connection_id, i.name_id, i.attributes, i.last_sign_in_at
      FROM ${dialect.unfold(place('ids'))} ${dialect.beside('identity', 'i', isTheirs)}`
    return { compile: () => statement.compile(db) }
  },
)

/** What an act on somebody is judged by, and what they are shown by. */
export const selectManaged = organizationStatement<{ ids: string }>('managed_people')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('user')
      .select(['id', 'user_name', 'role', 'role_origin', 'active', 'managed_by', 'blocked_at'])
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids'))),
)

/** How many owners can sign in. */
export const countOwners = organizationStatement('active_owners')(({ db, organizationId }) =>
  db
    .selectFrom('user')
    .select((on) => on.cast<number>(on.fn.countAll(), 'bigint').as('owners'))
    .where('organization_id', '=', organizationId)
    // In the words of the index that they alone are in.
    .where(sql<SqlBool>`role = 'owner'`)
    .where('active', '=', 1)
    .where('blocked_at', 'is', null),
)

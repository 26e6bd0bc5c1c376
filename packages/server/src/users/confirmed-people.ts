// Which people somebody above a set-up link has said are there. Whom only an unconfirmed key, or a connection that nobody above a set-up
// link vouches for, has made may be as many as it likes: they weigh nothing beside others.

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { unconfirmedKeys } from './unconfirmed-keys.ts'

/** The word of a key that nobody has confirmed alone: it made the account, and nobody above has let them in or out, or raised them. */
const isOfUnconfirmedKey = (organizationId: unknown, table: 'user' | 'deleted_user') => {
  const of = (column: string) => sql.ref(`${table}.${column}`)
  return sql<SqlBool>`(${of('source')} = 'scim' AND ${of('directory_decides')} = 0
    AND ${of('blocked_at')} IS NULL AND coalesce(${of('role')}, 'member') NOT IN ('owner', 'admin')
    AND ${of('provisional_key_id')} IN (${unconfirmedKeys(organizationId)}))`
}

const peoplePerSlice = 500
/** Beyond so many whom nobody has said no further ones are looked at. */
const maxSlices = 60

// An account that a sign-in made, and no directory manages, is the word of its connections.
const isOfContact = (organizationId: unknown): RawBuilder<SqlBool> => {
  const identities = (isAbove: RawBuilder<unknown>) => sql`EXISTS (SELECT 1 FROM identity AS i
    JOIN connection AS c ON c.organization_id = i.organization_id AND c.id = i.connection_id
    WHERE i.organization_id = ${organizationId} AND i.user_id = "user".id ${isAbove})`
  return sql<SqlBool>`("user".source = 'sso' AND "user".managed_by IS NULL AND "user".role NOT IN ('owner', 'admin')
    AND ${identities(sql``)} AND NOT ${identities(sql`AND c.anchor_rung <> 'contact'`)})`
}

const countSlice = organizationStatement<{ after: string }>('confirmed_people')(
  ({ db, place, organizationId }) => {
    const isUnsaid = sql`${isOfUnconfirmedKey(organizationId, 'user')} OR ${isOfContact(organizationId)}`
    const statement = sql<{ last: string | null; people: number | null }>`
      SELECT max(id) AS last, cast(sum(said) AS bigint) AS people FROM (
        SELECT id, CASE WHEN active = 0 OR ${isUnsaid} THEN 0 ELSE 1 END AS said FROM "user"
        WHERE organization_id = ${organizationId} AND id > ${place('after')} ORDER BY id LIMIT ${sql.lit(peoplePerSlice)}) AS slice`
    return { compile: () => statement.compile(db) }
  },
)

/** How many active people somebody above a set-up link has said; counted no further than `enough`. */
export async function countConfirmedPeople(tx: OrganizationTx, enough: number): Promise<number> {
  let count = 0
  let after = ''
  for (let slices = 0; slices < maxSlices && count < enough; slices += 1) {
    const slice = await tx.first(countSlice, { after })
    if (slice === undefined || slice.last === null) break
    count += Number(slice.people)
    after = slice.last
    await new Promise((resolve) => setImmediate(resolve))
  }
  return count
}

/** Of these, JSON, who are there or were removed: whom a key made that nobody has confirmed, with nobody else's word on them. */
export const selectOfUnconfirmed = organizationStatement<{ ids: string }>('people_of_unconfirmed_keys')(
  ({ db, place, organizationId, dialect }) => {
    const of = (table: 'user' | 'deleted_user') => sql`SELECT id FROM ${sql.table(table)}
      WHERE organization_id = ${organizationId} AND ${dialect.isIn('id', place('ids'))} AND ${isOfUnconfirmedKey(organizationId, table)}`
    const statement = sql<{ id: string }>`${of('user')} UNION ALL ${of('deleted_user')}`
    return { compile: () => statement.compile(db) }
  },
)

/** The same in a transaction. */
export async function listOfUnconfirmed(
  tx: OrganizationTx,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  return new Set((await tx.all(selectOfUnconfirmed, { ids: JSON.stringify(ids) })).map(({ id }) => id))
}

const countOfUnconfirmed = organizationStatement('active_people_of_unconfirmed_keys')(
  ({ db, organizationId }) => {
    const statement = sql<{ people: number }>`SELECT cast(count(*) AS bigint) AS people FROM "user"
      WHERE organization_id = ${organizationId} AND active = 1 AND ${isOfUnconfirmedKey(organizationId, 'user')}`
    return { compile: () => statement.compile(db) }
  },
)

/** How many active people there are by the word of such keys alone; they make a bounded number. */
export async function countUnconfirmedPeople(tx: OrganizationTx): Promise<number> {
  return Number((await tx.first(countOfUnconfirmed, {}))?.people ?? 0)
}

// Which people somebody above a set-up link has said are there. Whom only an unconfirmed key, or a connection that nobody above a set-up
// link vouches for, has made may be as many as it likes: they weigh nothing beside others.

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { passedOn } from './said.ts'
import { unconfirmedKeys } from './unconfirmed-keys.ts'

const isAdministering = (role: unknown) => sql`coalesce(${role}, 'member') IN ('owner', 'admin')`

/** A key that nobody has confirmed made or claimed the account, and nobody above has let them in or out. */
const isByUnconfirmedKey = (organizationId: unknown, table: 'user' | 'deleted_user') => {
  const of = (column: string) => sql.ref(`${table}.${column}`)
  return sql<SqlBool>`(${of('directory_decides')} = 0 AND ${of('provisional_key_id')} IN (${unconfirmedKeys(organizationId)}))`
}

/**
 * The word of such a key alone: it made the account, and nobody above has raised them. A block says nothing here: the key may write the
 * names of somebody who is blocked on whatever it makes.
 */
const isOfUnconfirmedKey = (organizationId: unknown, table: 'user' | 'deleted_user') => {
  const of = (column: string) => sql.ref(`${table}.${column}`)
  return sql<SqlBool>`(${of('source')} = 'scim' AND NOT ${isAdministering(of('role'))} AND ${isByUnconfirmedKey(organizationId, table)})`
}

const peoplePerSlice = 500
/** Beyond so many whom nobody has said no further ones are looked at. */
const maxSlices = 60

// An account that a sign-in made is the word of its connections, until a directory claims it that somebody has confirmed. Whose connection
// is gone is nobody's word any more.
const isOfContact = (organizationId: unknown): RawBuilder<SqlBool> => {
  const isClaimed = sql`("user".managed_by IS NOT NULL AND NOT coalesce(${isByUnconfirmedKey(organizationId, 'user')}, false))`
  const isVouchedFor = sql`EXISTS (SELECT 1 FROM identity AS i
    JOIN connection AS c ON c.organization_id = i.organization_id AND c.id = i.connection_id
    WHERE i.organization_id = ${organizationId} AND i.user_id = "user".id AND c.anchor_rung <> 'contact')`
  return sql<SqlBool>`("user".source = 'sso' AND NOT ${isAdministering(sql.ref('user.role'))}
    AND NOT ${isClaimed} AND NOT ${isVouchedFor})`
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

// Said of the very account, and not passed on to it from another one whose names the key wrote on it. A version before kept that only
// where the account was called otherwise.
const isBlockedItself = (table: 'user' | 'deleted_user') => {
  const of = (column: string) => sql.ref(`${table}.${column}`)
  return sql<SqlBool>`(${of('blocked_at')} IS NOT NULL
    AND coalesce(${of('is_block_passed_on')}, 0) = 0 AND coalesce(${of('blocked_as')}, '') <> ${sql.lit(passedOn)})`
}

const selectAmong = (
  name: string,
  isMeant: (organizationId: unknown, table: 'user' | 'deleted_user') => RawBuilder<SqlBool>,
) =>
  organizationStatement<{ ids: string }>(name)(({ db, place, organizationId, dialect }) => {
    const of = (table: 'user' | 'deleted_user') => sql`SELECT id FROM ${sql.table(table)}
      WHERE organization_id = ${organizationId} AND ${dialect.isIn('id', place('ids'))} AND ${isMeant(organizationId, table)}`
    const statement = sql<{ id: string }>`${of('user')} UNION ALL ${of('deleted_user')}`
    return { compile: () => statement.compile(db) }
  })

const selectOfUnconfirmed = selectAmong('people_of_unconfirmed_keys', isOfUnconfirmedKey)

/** Of these, who are there or were removed: whom a key made that nobody has confirmed. Their departures are nobody's. */
export async function listOfUnconfirmed(
  tx: OrganizationTx,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  return new Set((await tx.all(selectOfUnconfirmed, { ids: JSON.stringify(ids) })).map(({ id }) => id))
}

/** Of these, JSON, the same: but for those of whom somebody above has said, of the very account, that they are kept out. */
export const selectUnsaidOfUnconfirmed = selectAmong(
  'unsaid_people_of_unconfirmed_keys',
  (organizationId, table) =>
    sql<SqlBool>`(${isOfUnconfirmedKey(organizationId, table)} AND NOT ${isBlockedItself(table)})`,
)

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

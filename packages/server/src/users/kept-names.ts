// Under which names somebody is found whose word is kept: addresses and identities of accounts that were removed or lost them.
import { createHash } from 'node:crypto'
import { type SqlBool, sql } from 'kysely'
import { createId } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { toUserColumns, toUserNameKey, type UserColumns } from '../mapping/user-columns.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { IdentityTable, UserTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { isIdOfUnconfirmed, isKept, ofNobody, toAccountName } from './kept-conditions.ts'
import { isInRange, type KeyRange, listKeyRanges } from './linked-people.ts'
import { saidColumns } from './said.ts'

const keepAddress = organizationStatement<{ key: string; userId: string }>('keep_deleted_email')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('deleted_email')
      .values({ organization_id: organizationId, value_key: place('key'), user_id: place('userId') }),
)

/** Of somebody who is being removed, and of whom an administrator's word is kept. */
export function keepDeletedEmails(tx: OrganizationTx, userId: string, keys: readonly string[]): void {
  for (const key of new Set(keys)) tx.write(keepAddress, { key, userId })
}

const keepNames = organizationStatement<{ id: string; of: string; at: number }>('keep_lost_names')(
  ({ db, place, organizationId, dialect }) =>
    db
      .insertInto('deleted_user')
      .columns([
        'organization_id',
        'id',
        'user_name_key',
        'external_id',
        'resource',
        'created_at',
        'blocked_at',
        'role',
        'role_origin',
        'provisional_key_id',
        'source',
        'blocked_by_owner_at',
        'role_by_owner',
        'blocked_as',
        'is_block_passed_on',
        'given_as',
        'deleted_at',
      ])
      .expression((on) =>
        on
          .selectFrom('user')
          .select('organization_id')
          .select(dialect.text(place('id')).as('id'))
          .select('user_name_key')
          .select(
            sql<
              string | null
            >`CASE WHEN ${isIdOfUnconfirmed(organizationId, 'user')} = 1 THEN NULL ELSE external_id END`.as(
              'external_id',
            ),
          )
          .select(sql.lit(ofNobody).as('resource'))
          .select(['created_at', 'blocked_at', 'role', 'role_origin', 'provisional_key_id', 'source'])
          .select(saidColumns)
          .select(dialect.bigint(place('at')).as('at'))
          .where('organization_id', '=', organizationId)
          .where('id', '=', place('of'))
          .where(isKept),
      ),
)

/**
 * An identity as one of the names that somebody is known by: of its connection, so that nobody of another is meant. Names are compared
 * without capitals, so that nobody is called like this.
 */
export function toIdentityName(connectionId: string, stableId: string): string {
  return `Identity ${connectionId} ${createHash('sha256').update(stableId).digest('hex')}`
}

/** Of the people of one table, in the order of their ids: so many are looked at by one statement. */
const peoplePerSlice = 1_000

interface SpokenSlice {
  readonly after: string
  readonly until: string
}

// Elsewhere an identity provider chooses its ids as it likes.
const isFollowed = sql`CASE WHEN c.follows_directory = 1 AND c.anchor_rung IN ('administrator', 'owner') THEN 1 ELSE 0 END`

const spokenIn = (['user', 'deleted_user'] as const).map((table) => ({
  end: organizationStatement<{ after: string }>(`end_of_spoken_slice ${table}`)(
    ({ db, place, organizationId }) =>
      db
        .selectFrom(table)
        .select('id')
        .where('organization_id', '=', organizationId)
        .where('id', '>', place('after'))
        .orderBy('id')
        .limit(1)
        .offset(peoplePerSlice - 1),
  ),
  identities: organizationStatement<SpokenSlice>(`identities_of_spoken ${table}`)(
    ({ db, place, organizationId, dialect }) => {
      const isTheirs = sql<SqlBool>`i.organization_id = ${organizationId} AND i.user_id = u.id`
      const statement = sql<{
        user_id: string
        stable_id: string
        proved_key: string | null
        is_followed: number
      }>`SELECT i.user_id, i.stable_id, i.proved_key, ${isFollowed} AS is_followed
        FROM ${sql.table(table)} AS u ${dialect.beside('identity', 'i', isTheirs)}
        LEFT JOIN connection AS c ON c.organization_id = ${organizationId} AND c.id = i.connection_id
        WHERE u.organization_id = ${organizationId} AND u.id > ${place('after')} AND u.id <= ${place('until')} AND ${isKept}`
      return { compile: () => statement.compile(db) }
    },
  ),
}))

/** After every id. */
const lastId = '~'

/** Of a name, id or address, as compared: the accounts of whom something was said that identity providers know by it. */
export async function readSpokenIdentities(
  database: Database,
  scope: OrganizationScope,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, Set<string>>()
  const note = (name: string, id: string) => found.set(name, (found.get(name) ?? new Set()).add(id))
  for (const { end, identities } of spokenIn)
    for (let after = ''; after !== lastId; ) {
      const [last] = await database.readOrganization(scope, end, { after })
      const until = last?.id ?? lastId
      for (const row of await database.readOrganization(scope, identities, { after, until })) {
        if (row.proved_key) note(row.proved_key, row.user_id)
        if (Number(row.is_followed) !== 1) continue
        note(row.stable_id, row.user_id)
        note(toUserNameKey(row.stable_id), row.user_id)
      }
      after = until
    }
  return found
}

type KnownBy = Pick<IdentityTable, 'connection_id' | 'stable_id' | 'proved_key'>

/** By what identity providers call somebody, and the addresses that they proved. */
export function toIdentityNames(identities: readonly KnownBy[]): readonly string[] {
  return identities.flatMap((one) => [
    toIdentityName(one.connection_id, one.stable_id),
    ...(one.proved_key ? [one.proved_key] : []),
  ])
}

/**
 * The directory calls somebody by other names of whom an administrator has said something: whoever comes under those of before, or by an
 * identity that may be dropped with them, is still the same. It is kept as if the account had been removed, and the write comes before that
 * of the new names.
 */
export function keepLostNames(
  tx: OrganizationTx,
  of: {
    readonly id: string
    readonly before: UserColumns
    readonly after: UserColumns
    readonly identities: readonly KnownBy[]
  },
  at: number,
): void {
  const { before, after, identities } = of
  const isKnown = (key: string) => key === after.userNameKey || after.emailKeys.includes(key)
  const isSameId = before.externalId === null || before.externalId === after.externalId
  const isCalledSame = isSameId && [before.userNameKey, ...before.emailKeys].every(isKnown)
  if (isCalledSame && identities.length === 0) return
  const id = createId('usr', at)
  tx.write(keepNames, { id, of: of.id, at })
  keepDeletedEmails(tx, id, [...before.emailKeys, ...toIdentityNames(identities), toAccountName(of.id)])
}

/** Identities that are taken from somebody who goes on being called the same. */
export function keepLostIdentities(
  tx: OrganizationTx,
  row: Pick<UserTable, 'id' | 'resource'>,
  identities: readonly KnownBy[],
  at: number,
): void {
  const columns = toUserColumns(readJson(row.resource))
  keepLostNames(tx, { id: row.id, before: columns, after: columns, identities }, at)
}

const selectBlockedOf = organizationStatement<KeyRange>('blocked_of_connection')(
  ({ db, place, organizationId, dialect }) => {
    const isTheirs = sql<SqlBool>`u.organization_id = ${organizationId} AND u.id = i.user_id`
    const statement = sql<
      Pick<UserTable, 'id' | 'resource'> & KnownBy
    >`SELECT u.id, u.resource, i.connection_id, i.stable_id, i.proved_key
      FROM (SELECT user_id, connection_id, stable_id, proved_key FROM identity
        WHERE organization_id = ${organizationId} AND connection_id = ${place('connectionId')} AND ${isInRange(place)}) AS i
        ${dialect.beside('user', 'u', isTheirs)}
      WHERE u.blocked_at IS NOT NULL ORDER BY u.id`
    return { compile: () => statement.compile(db) }
  },
)

/** Before a connection's identities are deleted: whoever came by one of them is still who is kept out. */
export async function keepIdentitiesOfConnection(
  tx: OrganizationTx,
  connectionId: string,
  at: number,
): Promise<void> {
  for (const range of await listKeyRanges(tx, 'identity', { connectionId }))
    for (const one of await tx.all(selectBlockedOf, range)) keepLostIdentities(tx, one, [one], at)
}

const forgetAddresses = organizationStatement<{ ids: string }>('forget_deleted_emails')(
  ({ db, place, organizationId, dialect }) =>
    db
      .deleteFrom('deleted_email')
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('user_id', place('ids'))),
)

/** Of people who are there again, or gone for good. */
export function forgetDeletedEmails(tx: OrganizationTx, ids: readonly string[]): void {
  tx.write(forgetAddresses, { ids: JSON.stringify(ids) })
}

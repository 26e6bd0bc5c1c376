// Whom a sign-in meets: accounts by address, externalId and name, and how much each of them counts.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { readAddress, spellingsOf } from '../base/address.ts'
import { isPrivileged, rungOfRole } from '../base/rung.ts'
import { toEmailKey } from '../mapping/user-columns.ts'
import type { OrganizationTx } from '../store/database.ts'
import { isLocked, mayWaitFor } from '../store/lock-order.ts'
import type { UserTable } from '../store/schema.ts'
import { organizationStatement, type Statement, type Words } from '../store/statement.ts'
import { lockPeople } from './lock-people.ts'
import { unconfirmedKeys } from './unconfirmed-keys.ts'
import { type UserRow, userColumnNames } from './user-row.ts'

/** Those who have a claim to be meant come first, so that nobody is hidden behind many others. */
const lookedAt = 20

/** Of everybody who has an address, or an externalId, so many are sorted at most, from each end of the index. */
const sortedAt = 200

/** Whether a key that nobody has confirmed made or claimed the user. */
export const isByUnconfirmed = (organizationId: unknown): RawBuilder<0 | 1> => {
  const of = (table: 'api_key' | 'oauth_client') => sql`EXISTS (SELECT 1 FROM ${sql.table(table)} AS k
    WHERE k.organization_id = ${organizationId} AND k.id = "user".provisional_key_id AND k.is_provisional = 1)`
  return sql<
    0 | 1
  >`CASE WHEN "user".provisional_key_id IS NULL THEN 0 WHEN ${of('api_key')} THEN 1 WHEN ${of('oauth_client')} THEN 1 ELSE 0 END`
}

// As isUnconfirmed has it, but for those who administer, who come first anyway: the address of whom such a key claimed is not its word.
const isWordOfUnconfirmed = (organizationId: unknown): RawBuilder<0 | 1> =>
  sql`CASE WHEN "user".source <> 'scim' THEN 0 ELSE ${isByUnconfirmed(organizationId)} END`

const byRung = sql`CASE role WHEN 'owner' THEN 0 WHEN 'admin' THEN 1 ELSE 2 END`

const isByHand = sql`CASE WHEN role_origin = 'hand' THEN 0 ELSE 1 END`

/** A user as a name finds them. */
export type FoundUser = UserRow &
  Pick<UserTable, (typeof foundColumns)[number]> & { readonly is_unconfirmed: 0 | 1 }

const foundColumns = ['recovery_address', 'given_external_id', 'given_name_key', 'soft_key'] as const

const foundUsers = ({ db, organizationId }: Pick<Words<'organization', unknown>, 'db' | 'organizationId'>) =>
  db
    .selectFrom('user')
    .select(userColumnNames)
    .select([...foundColumns, isByUnconfirmed(organizationId).as('is_unconfirmed')])
    .where('organization_id', '=', organizationId)

// Of very many who share a name no more are sorted than these: the first and the last of them as they were made, and the first who do not
// have it by the word of a key that is unconfirmed now, so that such a key hides nobody: also not whom another one made and was confirmed
// since.
const fewOf = (
  organizationId: unknown,
  holders: RawBuilder<unknown>,
  id: 'id' | 'user_id',
  /** Of an account of such a key, `u`: AND, and when the name is the key's word; nothing: always. */
  isItsWord: RawBuilder<unknown>,
): RawBuilder<unknown> => {
  const ids = sql.ref(`h.${id}`)
  const from = (order: 'ASC' | 'DESC') =>
    sql`SELECT * FROM (SELECT ${ids} AS id ${holders} ORDER BY ${ids} ${sql.raw(order)} LIMIT ${sql.lit(sortedAt)}) AS of_end`
  return sql`${from('ASC')} UNION ${from('DESC')} UNION SELECT * FROM (SELECT ${ids} AS id ${holders}
    AND NOT EXISTS (SELECT 1 FROM "user" AS u WHERE u.organization_id = ${organizationId} AND u.id = ${ids}
      AND u.provisional_key_id IN (${unconfirmedKeys(organizationId)}) AND u.role NOT IN ('owner', 'admin') ${isItsWord})
    ORDER BY ${ids} LIMIT ${sql.lit(2 * lookedAt)}) AS said`
}

/** Whom an externalId may mean. */
export const fewByExternalId = (organizationId: unknown, externalId: unknown): RawBuilder<unknown> =>
  fewOf(
    organizationId,
    sql`FROM "user" AS h WHERE h.organization_id = ${organizationId} AND h.external_id = ${externalId}`,
    'id',
    // Also a claimed one may have it by the key's word alone.
    sql``,
  )

/** Whether a text has characters beyond ASCII; not one that is null. */
export const isBeyondAscii = (text: RawBuilder<unknown>): RawBuilder<SqlBool> =>
  sql`octet_length(${text}) <> length(${text})`

// Whoever is recovered by the address has the best claim to it: owners, then administrators by hand, then all others who administer.
const fewRecovered = (
  { organizationId, dialect }: Pick<Words<'organization', unknown>, 'organizationId' | 'dialect'>,
  key: unknown,
): RawBuilder<unknown> => {
  const of = (
    isRung: string,
  ) => sql`SELECT * FROM (SELECT "user".id FROM ${dialect.byIndex('user', 'user_recovery')}
    WHERE "user".organization_id = ${organizationId} AND "user".recovery_address IS NOT NULL
    AND lower("user".recovery_address) = ${key} AND ${sql.raw(isRung)}
    AND EXISTS (SELECT 1 FROM user_email AS e WHERE e.organization_id = ${organizationId} AND e.value_key = ${key}
      AND e.user_id = "user".id)
    LIMIT ${sql.lit(2 * lookedAt)}) AS recovered`
  // Letters beyond ASCII each database folds in its own way, or not at all: of those who administer and have the address, and have such
  // letters in the other one as well, whoever looks compares them himself.
  const beyond = sql`SELECT * FROM (SELECT "user".id FROM ${dialect.byIndex('user', 'user_privileged')}
    WHERE ${isBeyondAscii(dialect.text(key))} AND "user".organization_id = ${organizationId} AND "user".role IN ('owner', 'admin')
    AND ${isBeyondAscii(sql`"user".recovery_address`)}
    AND EXISTS (SELECT 1 FROM user_email AS e
      WHERE e.organization_id = ${organizationId} AND e.value_key = ${key} AND e.user_id = "user".id)
    ORDER BY ${byRung}, ${isByHand}, "user".id LIMIT ${sql.lit(2 * lookedAt)}) AS beyond_ascii`
  return sql`${of(`"user".role = 'owner'`)} UNION ${of(`"user".role = 'admin' AND "user".role_origin = 'hand'`)}
    UNION ${of(`"user".role = 'admin'`)} UNION ${beyond}`
}

/** Whom an address may mean. */
export const fewByAddress = (
  words: Pick<Words<'organization', unknown>, 'organizationId' | 'dialect'>,
  key: unknown,
): RawBuilder<unknown> =>
  sql`${fewOf(
    words.organizationId,
    sql`FROM user_email AS h WHERE h.organization_id = ${words.organizationId} AND h.value_key = ${key}`,
    'user_id',
    sql`AND u.source = 'scim'`,
  )} UNION ${fewRecovered(words, key)}`

const selectByExternalId = organizationStatement<{ externalId: string }>('users_by_external_id')((words) =>
  foundUsers(words)
    .where(words.dialect.isAmong('id', fewByExternalId(words.organizationId, words.place('externalId'))))
    .orderBy(byRung)
    .orderBy(isByUnconfirmed(words.organizationId))
    .orderBy('id')
    .limit(lookedAt),
)

const selectByAddress = organizationStatement<{ emailKey: string; otherKey: string }>('users_by_address')(
  (words) => {
    const few = (key: 'emailKey' | 'otherKey') => fewByAddress(words, words.place(key))
    return foundUsers(words)
      .where(words.dialect.isAmong('id', sql`${few('emailKey')} UNION ${few('otherKey')}`))
      .orderBy(byRung)
      .orderBy(isByHand)
      .orderBy(isWordOfUnconfirmed(words.organizationId))
      .orderBy('active', 'desc')
      .orderBy('id')
      .limit(lookedAt)
  },
)

const selectByName = organizationStatement<{ userNameKey: string }>('user_by_name_with_maker')((words) =>
  foundUsers(words).where('user_name_key', '=', words.place('userNameKey')),
)

// Whom a name may find, in the order of its own look; no more than that look finds, and as many again where others are ahead by then.
const metBy = (order: 'address' | 'externalId') =>
  organizationStatement<{ name: string }>(`met_by_${order === 'address' ? order : 'external_id'}`)(
    ({ db, place, organizationId, dialect }) => {
      const name = place('name')
      const [few, by, most] =
        order === 'address'
          ? [
              fewByAddress({ organizationId, dialect }, name),
              sql`${byRung}, ${isByHand}, ${isWordOfUnconfirmed(organizationId)}, active DESC`,
              2 * lookedAt,
            ]
          : [
              fewByExternalId(organizationId, name),
              sql`${byRung}, ${isByUnconfirmed(organizationId)}`,
              lookedAt,
            ]
      const statement = sql<{
        id: string
      }>`SELECT id FROM "user" WHERE organization_id = ${organizationId} AND ${dialect.isAmong('id', few)}
        ORDER BY ${by}, id LIMIT ${sql.lit(most)}`
      return { compile: () => statement.compile(db) }
    },
  )

const metByAddress = metBy('address')

const metByExternalId = metBy('externalId')

const metByNames = organizationStatement<{ names: string }>('met_by_names')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('user')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('user_name_key', place('names'))),
)

/** By what somebody may be met. */
export interface MetBy {
  /** userNames as compared. */
  readonly names: readonly string[]
  /** As compared, in each spelling. */
  readonly addresses: readonly string[]
  readonly externalId?: string
}

/**
 * Before a unit looks for somebody by several names: all whom they find are locked by one statement, in the order of their ids, for two
 * units that meet the same people by other names would wait for each other. Where the unit has locked people already, each look does it.
 */
export async function lockMet(
  tx: OrganizationTx,
  { names, addresses, externalId = '' }: MetBy,
): Promise<void> {
  if (!mayWaitFor(tx, 'person')) return
  const met = await Promise.all([
    tx.all(metByNames, { names: JSON.stringify(names) }),
    ...addresses.map((name) => tx.all(metByAddress, { name })),
    tx.all(metByExternalId, { name: externalId }),
  ])
  await lockPeople(
    tx,
    met.flat().map(({ id }) => id),
  )
}

/** `look`: nothing is done to whom it finds. */
export type Finding = 'lock' | 'look'

// What is found is read anew when it is locked: it may have become somebody else's name meanwhile.
async function findLocked<Args>(
  tx: OrganizationTx,
  statement: Statement<'organization', Args, FoundUser>,
  args: NoInfer<Args>,
  finding: Finding,
): Promise<readonly FoundUser[]> {
  for (;;) {
    const found = await tx.all(statement, args)
    const free = found.map(({ id }) => id).filter((id) => !isLocked(tx, id))
    if (finding === 'look' || free.length === 0) return found
    await lockPeople(tx, free)
  }
}

/** Whether all that is known of a user is the word of a key that nobody has confirmed: beside anybody else it counts for nothing. */
export function isUnconfirmed(row: FoundUser): boolean {
  return row.is_unconfirmed === 1 && row.source === 'scim' && !isPrivileged(row.role)
}

/**
 * Whether no directory manages the account whose word counts. What an unconfirmed key claims, which it did not make, stays as it was: for
 * nobody better known, and for nobody less.
 */
export function isUnclaimed(row: Pick<FoundUser, 'managed_by' | 'is_unconfirmed' | 'source'>): boolean {
  return row.managed_by === null || (row.is_unconfirmed === 1 && row.source !== 'scim')
}

/**
 * Whether a sign-in made the account of this address where it was only found, and nobody has said since that it is theirs: no sign-in
 * proved it, no directory that counts manages the account, and it administers nothing.
 */
export function isBySoft(row: FoundUser, address: string): boolean {
  const isOwn = row.soft_key !== null && spellingsOf(address).includes(row.soft_key)
  return isOwn && row.source === 'sso' && isUnclaimed(row) && !isPrivileged(row.role)
}

/** More than one means that the id is ambiguous and links nobody. What an unconfirmed key wrote is no second one. */
export async function findByExternalId(
  tx: OrganizationTx,
  externalId: string,
  finding: Finding = 'lock',
): Promise<readonly FoundUser[]> {
  const found = await findLocked(tx, selectByExternalId, { externalId }, finding)
  return leaveHighest(found, (row) => (isUnconfirmed(row) || isUnclaimed(row) ? 0 : 1))
}

/** By the name as it is compared. */
export async function findByName(
  tx: OrganizationTx,
  userNameKey: string,
  finding: Finding = 'lock',
): Promise<FoundUser | undefined> {
  return (await findLocked(tx, selectByName, { userNameKey }, finding))[0]
}

/**
 * Everybody who has an address, as compared: those with the best claim to it first. A client may have stored its domain in either
 * spelling.
 */
export async function listHolders(
  tx: OrganizationTx,
  address: string,
  finding: Finding = 'lock',
): Promise<readonly FoundUser[]> {
  const [emailKey, otherKey] = spellingsOf(address)
  const found = await findLocked(tx, selectByAddress, { emailKey, otherKey }, finding)
  return found.toSorted((one, other) => claimOf(other, address) - claimOf(one, address))
}

/** Those of whom nobody has a better claim to the address; more than one means that it is ambiguous and links nobody. */
export async function findByAddress(
  tx: OrganizationTx,
  address: string,
  finding: Finding = 'lock',
): Promise<readonly FoundUser[]> {
  return leaveBest(await listHolders(tx, address, finding), address)
}

/** Of those who have an address. */
export function leaveBest(holders: readonly FoundUser[], address: string): readonly FoundUser[] {
  return leaveHighest(holders, (row) => claimOf(row, address))
}

/**
 * How much the word is worth that gives somebody an address: of an owner or administrator who is recovered by it, whoever gave the role
 * confirmed it; a directory, an import or a sign-in said it; a key did that nobody has confirmed.
 */
export function claimOf(row: FoundUser, address: string): number {
  if (!isConfirmedAs(row, address)) return isUnconfirmed(row) ? 0 : 1
  if (row.role === 'owner') return 4
  return row.role_origin === 'hand' ? 3 : 2
}

/** Whether it is the recovery address of somebody who administers. */
export function isConfirmedAs(row: FoundUser, address: string): boolean {
  return isPrivileged(row.role) && isRecoveredBy(row, address)
}

/**
 * Whether nothing speaks against it that this is whoever somebody gave an administrator's role by hand: they are found by the
 * externalId or userName that the account had then, or prove an address that was confirmed as theirs. Of everybody else it is so.
 */
export function isAsGiven(
  row: FoundUser,
  found: { readonly externalId?: string; readonly userNameKey?: string; readonly provedKey: string | null },
): boolean {
  if (rungOfRole(row.role) !== 'administrator' || row.role_origin !== 'hand') return true
  if (found.externalId !== undefined && row.given_external_id === found.externalId) return true
  if (found.userNameKey !== undefined && row.given_name_key === found.userNameKey) return true
  return found.provedKey !== null && isConfirmedAs(row, found.provedKey)
}

/** Whether it is their recovery address, as addresses are compared. */
export function isRecoveredBy(
  { recovery_address: own }: Pick<UserTable, 'recovery_address'>,
  address: string,
): boolean {
  if (own === null) return false
  const spelled = toEmailKey(readAddress(own)?.address ?? own)
  return spellingsOf(address).some((one) => spellingsOf(spelled).includes(one))
}

function leaveHighest<T>(rows: readonly T[], rank: (row: T) => number): readonly T[] {
  const highest = Math.max(...rows.map(rank))
  return rows.filter((row) => rank(row) === highest)
}

// What an administrator said of somebody, and a removal by the directory does not end: a block, and a role below the console that was
// given by hand. It waits for the account in which the person comes back, until an administrator says otherwise or the final purge.

import { createHash } from 'node:crypto'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { spellingsOf } from '../base/address.ts'
import { createId } from '../base/id.ts'
import { isPrivileged, type Role } from '../base/rung.ts'
import type { UserColumns } from '../mapping/user-columns.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { UserTable } from '../store/schema.ts'
import { type Dialect, organizationStatement, type Place } from '../store/statement.ts'

/** What is known of an account that is about to be made. */
export type Comer = Pick<UserColumns, 'externalId' | 'userNameKey' | 'emailKeys'> & {
  /** What an identity provider calls them: it may be the externalId of before, and says nothing where it is not. */
  readonly stableId?: string
  /** It is the word of a key that nobody has confirmed: another externalId makes nobody another person. */
  readonly isUnconfirmed?: boolean
}

export interface KeptWord {
  /** Since when an administrator has kept them out. */
  readonly blockedAt: number | null
  /** The role that an administrator gave them by hand. */
  readonly role: Role | null
}

interface Sought {
  readonly externalId: string | null
  readonly stableId: string | null
  /** JSON: whatever they are called, name or address, as compared. */
  readonly names: string
  readonly isUnconfirmed: 0 | 1
}

// A name and an address are compared with both: a directory calls the same person by either.
function toNames({ userNameKey, emailKeys }: Comer): ReadonlySet<string> {
  return new Set([userNameKey, ...emailKeys].flatMap((one) => [one, ...spellingsOf(one)]))
}

function toSought(comer: Comer): Sought {
  return {
    externalId: comer.externalId,
    stableId: comer.stableId ?? null,
    names: JSON.stringify([...toNames(comer)]),
    isUnconfirmed: comer.isUnconfirmed === true ? 1 : 0,
  }
}

/** The resource of names alone: nobody was removed, and nobody is restored or linked by it. */
export const ofNobody = '{}'

const isBelow = sql<SqlBool>`(role_origin = 'hand' AND role NOT IN ('owner', 'admin'))`
/** Whether an administrator's word is kept of a deleted person. */
const isKept = sql<SqlBool>`(blocked_at IS NOT NULL OR ${isBelow})`

/** Whether it is kept of whoever this is, who is not removed yet. */
export function hasKeptWord(row: Pick<UserTable, 'blocked_at' | 'role' | 'role_origin'>): boolean {
  return row.blocked_at !== null || (row.role_origin === 'hand' && !isPrivileged(row.role))
}

// Two externalIds that differ are two people, if a confirmed directory says so; else any name will do.
function isSame(dialect: Dialect, organizationId: string, place: Place<Sought>): RawBuilder<SqlBool> {
  const [externalId, stableId] = [dialect.text(place('externalId')), dialect.text(place('stableId'))]
  const isUnconfirmed = dialect.integer(place('isUnconfirmed'))
  const isNamed = sql`(${dialect.isIn('user_name_key', place('names'))} OR id IN (SELECT user_id FROM deleted_email
    WHERE deleted_email.organization_id = ${organizationId} AND ${dialect.isIn('value_key', place('names'))}))`
  return sql<SqlBool>`(external_id = ${externalId} OR external_id = ${stableId}
    OR (${isNamed} AND (${isUnconfirmed} = 1 OR external_id IS NULL OR ${externalId} IS NULL)))`
}

// The same row once more, which the store refuses: a unit of writes alone learns in this way that there is something to be read.
const refuse = organizationStatement<Sought>('refuse_kept_word')(({ db, place, organizationId, dialect }) => {
  const columns = ['organization_id', 'id', 'user_name_key', 'resource', 'created_at', 'deleted_at'] as const
  return db
    .insertInto('deleted_user')
    .columns([...columns])
    .expression((on) =>
      on
        .selectFrom('deleted_user')
        .select([...columns])
        .where('organization_id', '=', organizationId)
        .where(isKept)
        .where(isSame(dialect, organizationId, place)),
    )
})

/** In a unit that makes an account and reads nothing: the store refuses it (`kept_word`) where there is something to be found. */
export function refuseKept(tx: OrganizationTx, comer: Comer): void {
  tx.write(refuse, toSought(comer))
}

const selectKept = organizationStatement<{ externalIds: string; names: string }>('kept_words')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('deleted_user')
      .select(['id', 'user_name_key', 'external_id', 'blocked_at', 'role', 'role_origin'])
      .select((on) =>
        on
          .selectFrom('deleted_email')
          .select(dialect.gather('value_key').as('keys'))
          .where('deleted_email.organization_id', '=', organizationId)
          .whereRef('deleted_email.user_id', '=', 'deleted_user.id')
          .as('email_keys'),
      )
      .where('organization_id', '=', organizationId)
      .where(isKept)
      .where(
        sql<SqlBool>`(${dialect.isIn('external_id', place('externalIds'))} OR ${dialect.isIn('user_name_key', place('names'))}
          OR id IN (SELECT user_id FROM deleted_email WHERE deleted_email.organization_id = ${organizationId}
            AND ${dialect.isIn('value_key', place('names'))}))`,
      )
      .orderBy('deleted_at', 'desc')
      .orderBy('id', 'desc'),
)

/** Of each, in their order, what holds for the account that is about to be made. */
export async function findKept(
  tx: OrganizationTx,
  comers: readonly Comer[],
): Promise<readonly (KeptWord | undefined)[]> {
  const ids = comers.flatMap(({ externalId, stableId }) => [externalId, stableId ?? null])
  const known = ids.filter((one) => one !== null)
  const names = new Set(comers.flatMap((one) => [...toNames(one)]))
  const found = await tx.all(selectKept, {
    externalIds: JSON.stringify(known),
    names: JSON.stringify([...names]),
  })
  if (found.length === 0) return comers.map(() => undefined)
  const removed = found.map((row) => ({
    ...row,
    called: [row.user_name_key, ...(JSON.parse(row.email_keys ?? '[]') as string[])],
  }))
  return comers.map((comer) => {
    const own = toNames(comer)
    const words = removed.filter(({ external_id: id, called }) => {
      if (id !== null && (id === comer.externalId || id === comer.stableId)) return true
      const isOpen = comer.isUnconfirmed === true || id === null || comer.externalId === null
      return isOpen && called.some((one) => own.has(one))
    })
    const role = words.find((one) => one.role_origin === 'hand' && !isPrivileged(one.role ?? 'owner'))?.role
    const blockedAt = words.find((one) => one.blocked_at !== null)?.blocked_at
    if (role === undefined && blockedAt === undefined) return undefined
    return { role: role ?? null, blockedAt: blockedAt == null ? null : Number(blockedAt) }
  })
}

const liftKept = organizationStatement<Sought>('lift_kept_blocks')(({ db, place, organizationId, dialect }) =>
  db
    .updateTable('deleted_user')
    .set({ blocked_at: null })
    .where('organization_id', '=', organizationId)
    .where('blocked_at', 'is not', null)
    .where(isSame(dialect, organizationId, place)),
)

/** A block is lifted for the person: the accounts of before that were removed with it keep nobody out any more. */
export function liftKeptBlocks(tx: OrganizationTx, of: Comer): void {
  tx.write(liftKept, toSought(of))
}

const forgetRoles = organizationStatement<Sought>('forget_kept_roles')(
  ({ db, place, organizationId, dialect }) =>
    db
      .updateTable('deleted_user')
      .set({ role_origin: 'default' })
      .where('organization_id', '=', organizationId)
      .where(isBelow)
      .where(isSame(dialect, organizationId, place)),
)

/** An administrator gave the person a role: what was said of accounts of before is over. */
export function forgetKeptRoles(tx: OrganizationTx, of: Comer): void {
  tx.write(forgetRoles, toSought(of))
}

const keepAddress = organizationStatement<{ key: string; userId: string }>('keep_deleted_email')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('deleted_email')
      .values({ organization_id: organizationId, value_key: place('key'), user_id: place('userId') }),
)

/** Of somebody who is being removed, and of whom an administrator's word is kept. */
export function keepDeletedEmails(tx: OrganizationTx, userId: string, keys: readonly string[]): void {
  for (const key of keys) tx.write(keepAddress, { key, userId })
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
        'deleted_at',
      ])
      .expression((on) =>
        on
          .selectFrom('user')
          .select('organization_id')
          .select(dialect.text(place('id')).as('id'))
          .select(['user_name_key', 'external_id'])
          .select(sql.lit(ofNobody).as('resource'))
          .select(['created_at', 'blocked_at', 'role', 'role_origin'])
          .select(dialect.bigint(place('at')).as('at'))
          .where('organization_id', '=', organizationId)
          .where('id', '=', place('of'))
          .where(isKept),
      ),
)

/** An identity as one of the names that somebody is known by: of its connection, so that nobody of another is meant. */
export function toIdentityName(connectionId: string, stableId: string): string {
  return `identity ${connectionId} ${createHash('sha256').update(stableId).digest('hex')}`
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
    readonly identities: readonly {
      readonly connection_id: string
      readonly stable_id: string
      readonly proved_key: string | null
    }[]
  },
  at: number,
): void {
  const { before, after, identities } = of
  const isKnown = (key: string) => key === after.userNameKey || after.emailKeys.includes(key)
  const isSameId = before.externalId === null || before.externalId === after.externalId
  const isCalledSame = isSameId && [before.userNameKey, ...before.emailKeys].every(isKnown)
  if (isCalledSame && identities.length === 0) return
  const id = createId('usr', at)
  const known = identities.flatMap((one) => [
    toIdentityName(one.connection_id, one.stable_id),
    ...(one.proved_key ? [one.proved_key] : []),
  ])
  tx.write(keepNames, { id, of: of.id, at })
  keepDeletedEmails(tx, id, [...new Set([...before.emailKeys, ...known])])
}

// Of most removed people no address is indexed: what was sent of them is looked through. JSON writes none of an address otherwise.
const selectRemoved = organizationStatement<{ names: string; one: string; other: string }>('removed_of_name')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('deleted_user')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where(
        sql<SqlBool>`(${dialect.isIn('user_name_key', place('names'))} OR lower(resource) LIKE ${dialect.text(place('one'))} ESCAPE '!'
          OR lower(resource) LIKE ${dialect.text(place('other'))} ESCAPE '!'
          OR id IN (SELECT user_id FROM deleted_email WHERE deleted_email.organization_id = ${organizationId}
            AND ${dialect.isIn('value_key', place('names'))}))`,
      )
      .limit(1),
)

/** Whether somebody who was removed, and is not gone for good, had the address, or was called like it. */
export async function wasSomebodys(tx: OrganizationTx, address: string): Promise<boolean> {
  const [one, other] = spellingsOf(address).map(
    (key) => `%"value":${JSON.stringify(key).replace(/[!%_]/g, '!$&')}%`,
  )
  const names = JSON.stringify([...new Set([address, ...spellingsOf(address)])])
  return (await tx.first(selectRemoved, { names, one: one ?? '', other: other ?? '' })) !== undefined
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

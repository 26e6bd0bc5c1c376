// What an administrator said of somebody, and a removal by the directory does not end: a block, and a role below the console that was
// given by hand. It holds for every account in which the person comes back, until an administrator says otherwise or the final purge.

import type { JsonObject } from '@rollcall/scim'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { readJson } from '../base/json.ts'
import { isPrivileged, type Role } from '../base/rung.ts'
import { toUserColumns, type UserColumns } from '../mapping/user-columns.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { UserTable } from '../store/schema.ts'
import { type Dialect, organizationStatement } from '../store/statement.ts'
import { type Comer, toNames } from './kept-comers.ts'
import { isByUnconfirmed, isIdOfUnconfirmed, isKept } from './kept-conditions.ts'
import { toIdentityNames } from './kept-names.ts'
import { askedAhead, isAnythingSaid } from './kept-refusals.ts'
import { joinAllWords, joinWords, type KeptWord, namesOf, type Said, toWordOf } from './said.ts'
import {
  type Asked,
  type Crowd,
  depths,
  type Lists,
  listDeciding,
  selectListed,
  selectMet,
} from './spoken.ts'

// Whether there is any that the next one finds, mostly there is none, and that is found out by keys alone; and which names very many have.
const selectSome = organizationStatement<{ externalIds: string; names: string; ids: string }>(
  'some_spoken_word',
)(({ db, place, organizationId, dialect }) => {
  const by = (list: 'names' | 'ids', table: string, column: string) => {
    const isKey = sql<SqlBool>`one.organization_id = ${organizationId} AND ${sql.ref(`one.${column}`)} = wanted.value`
    return sql`EXISTS (SELECT 1 FROM ${dialect.lookUp(place(list), table, isKey)} WHERE ${isKept})`
  }
  const isKnown = [
    by('ids', 'user', 'id'),
    by('ids', 'deleted_user', 'id'),
    by('names', 'user', 'user_name_key'),
  ]
  const statement = sql<{ path: Crowd['path'] | 'known'; value: string; state: number }>`
    SELECT 'known' AS path, '' AS value, 1 AS state WHERE ${sql.join(isKnown, sql` OR `)}
    UNION ALL ${selectMet(dialect, organizationId, place, isKept)}`
  return { compile: () => statement.compile(db) }
})

// One statement, so that nobody is missed who is removed or brought back meanwhile.
const selectSpoken = organizationStatement<Lists>('spoken_words')(
  ({ db, place, organizationId, dialect }) => {
    const columnsOf = (
      table: 'user' | 'deleted_user',
    ) => sql`id, user_name_key, external_id, blocked_at, role, role_origin,
    created_at, source, ${isByUnconfirmed(organizationId, table)} AS is_unconfirmed,
    ${isIdOfUnconfirmed(organizationId, table)} AS is_id_unconfirmed,
    blocked_by_owner_at, role_by_owner, blocked_as, is_block_passed_on, given_as,
    ${gatherIdentities(dialect, organizationId, table)} AS identities`
    const keys = sql`(SELECT ${dialect.gather('value_key')} FROM deleted_email
      WHERE deleted_email.organization_id = ${organizationId} AND deleted_email.user_id = deleted_user.id)`
    const isListed = (table: 'user' | 'deleted_user') =>
      dialect.isAmong('id', selectListed(dialect, organizationId, table, place))
    const statement = sql<
      SpokenRow & { readonly resource: string | null; readonly email_keys: string | null }
    >`SELECT * FROM (
      SELECT ${columnsOf('user')}, resource, NULL AS email_keys, 0 AS removed_at
        FROM "user" WHERE organization_id = ${organizationId} AND ${isKept} AND ${isListed('user')}
      UNION ALL SELECT ${columnsOf('deleted_user')}, NULL, ${keys}, deleted_at
        FROM deleted_user WHERE organization_id = ${organizationId} AND ${isKept} AND ${isListed('deleted_user')}) AS spoken
      ORDER BY CASE WHEN removed_at = 0 THEN 0 ELSE 1 END, removed_at DESC, id DESC`
    return { compile: () => statement.compile(db) }
  },
)

/** JSON: by what identity providers know an account. */
function gatherIdentities(
  dialect: Dialect,
  organizationId: string,
  table: 'user' | 'deleted_user',
): RawBuilder<string | null> {
  const list = dialect.gatherRows(['i.connection_id', 'i.stable_id', 'i.proved_key'])
  return sql<string | null>`(SELECT ${list} FROM identity AS i
    WHERE i.organization_id = ${organizationId} AND i.user_id = ${sql.ref(`${table}.id`)})`
}

const selectUnconfirmedKey = organizationStatement<{ keyId: string }>('unconfirmed_key')(
  ({ db, place, organizationId }) => {
    const of = (keys: 'api_key' | 'oauth_client') => sql`SELECT id FROM ${sql.table(keys)}
      WHERE organization_id = ${organizationId} AND id = ${place('keyId')} AND is_provisional = 1`
    const statement = sql<{ id: string }>`${of('api_key')} UNION ALL ${of('oauth_client')}`
    return { compile: () => statement.compile(db) }
  },
)

/** Whether a key made an account that nobody has confirmed. */
export async function isOfUnconfirmedKey(
  tx: OrganizationTx,
  row: Pick<UserTable, 'provisional_key_id' | 'source'>,
): Promise<boolean> {
  return row.source === 'scim' && isOfUnconfirmed(tx, row)
}

// The same of one account.
async function isOfUnconfirmed(
  tx: OrganizationTx,
  { provisional_key_id: keyId }: Pick<UserTable, 'provisional_key_id'>,
): Promise<boolean> {
  return keyId !== null && (await tx.first(selectUnconfirmedKey, { keyId })) !== undefined
}

/** An account of which an administrator has said something. */
export interface Spoken
  extends Pick<UserTable, 'id' | 'external_id' | 'blocked_at' | 'created_at' | keyof Said>,
    Partial<Pick<UserTable, 'role' | 'role_origin'>> {
  /** Whatever it is called, name or address, as compared. */
  readonly called: readonly string[]
  /** Of those, by what identity providers know them. */
  readonly proved: readonly string[]
  readonly is_unconfirmed: 0 | 1
  readonly is_id_unconfirmed: 0 | 1
  readonly source: UserTable['source'] | null
  /** 0: it is there. */
  readonly removed_at: number
}

type SpokenRow = Omit<Spoken, 'called' | 'proved' | 'role' | 'role_origin'> & {
  readonly identities: string | null
  readonly user_name_key: string
  readonly role: Role | null
  readonly role_origin: UserTable['role_origin'] | null
}

function toSpoken(row: SpokenRow, emailKeys: readonly string[]): Spoken {
  const { role, role_origin: origin, identities, ...rest } = row
  const known = readJson<readonly (readonly [string, string, string | null])[]>(identities ?? '[]')
  return {
    ...rest,
    called: [row.user_name_key, ...emailKeys],
    proved: toIdentityNames(
      known.map(([connection_id, stable_id, proved_key]) => ({ connection_id, stable_id, proved_key })),
    ),
    ...(role === null ? {} : { role }),
    ...(origin === null ? {} : { role_origin: origin }),
  }
}

/** People who come, as lists of what is asked. */
export function toAsked(comers: readonly Comer[]): Asked {
  const externalIds = comers.flatMap(({ externalId, stableId }) => [externalId, stableId ?? null])
  return {
    externalIds: [...new Set(externalIds.filter((one) => one !== null))],
    names: [...new Set(comers.flatMap((one) => [...toNames(one)]))],
    ids: [...new Set(comers.flatMap((one) => [...(one.knownBy ?? [])]))],
  }
}

// Removed or there: of names that very many have those that decide.
async function listSpoken(tx: OrganizationTx, comers: readonly Comer[]): Promise<readonly Spoken[]> {
  const ahead = askedAhead.get(tx)
  askedAhead.delete(tx)
  if (!(await (ahead ?? isAnythingSaid(tx)))) return []
  const asked = toAsked(comers)
  const { externalIds, names, ids } = asked
  const [first, some] = [JSON.stringify(externalIds), JSON.stringify(names)]
  const met = await tx.all(selectSome, { externalIds: first, names: some, ids: JSON.stringify(ids) })
  if (met.length === 0) return []
  const isCrowd = (state: number) => Number(state) === 2
  const crowds = met.flatMap(({ path, value, state }) =>
    path === 'known' || !isCrowd(state) ? [] : [{ path, value }],
  )
  let spoken: readonly Spoken[] = []
  for (const depth of depths) {
    const { lists, isCut } = await listDeciding(tx, asked, crowds, depth)
    spoken = await readSpoken(tx, lists)
    if (!isCut) break
  }
  return spoken
}

/** The words that wait for somebody by these names. */
export async function readSpoken(tx: OrganizationTx, lists: Lists): Promise<readonly Spoken[]> {
  return (await tx.all(selectSpoken, lists)).map(({ resource, email_keys: keys, ...row }) =>
    toSpoken(
      row,
      resource === null
        ? readJson<string[]>(keys ?? '[]')
        : toUserColumns(readJson<JsonObject>(resource)).emailKeys,
    ),
  )
}

// Of accounts that were found for many people: by each what it may be known by, so that nobody is held against all of them.
function gatherByName(spoken: readonly Spoken[]): (comer: Comer) => readonly Spoken[] {
  const known = new Map<string, Set<Spoken>>()
  const places = new Map(spoken.map((one, at) => [one, at]))
  const note = (key: string, one: Spoken) => known.set(key, (known.get(key) ?? new Set()).add(one))
  for (const one of spoken) {
    const { called, proved, blocked_as: blockedAs, given_as: givenAs, external_id: externalId } = one
    for (const name of [...called, ...proved, ...namesOf(blockedAs, []), ...namesOf(givenAs, [])])
      note(`name ${name}`, one)
    if (externalId !== null) note(`externalId ${externalId}`, one)
    note(`id ${one.id}`, one)
  }
  return (comer) => {
    const ids = [comer.externalId, comer.stableId].flatMap((one) =>
      one == null ? [] : [`externalId ${one}`],
    )
    const others = [...(comer.knownBy ?? [])].map((id) => `id ${id}`)
    const keys = [...[...toNames(comer)].map((name) => `name ${name}`), ...ids, ...others]
    const theirs = new Set(keys.flatMap((key) => [...(known.get(key) ?? [])]))
    return [...theirs].toSorted((one, other) => (places.get(one) ?? 0) - (places.get(other) ?? 0))
  }
}

/** Of those who were found for many, what was said of the same person. */
export function leaveOwn(comer: Comer, spoken: readonly Spoken[]): readonly Spoken[] {
  const own = toNames(comer)
  return spoken.flatMap((one) => {
    const { id, external_id: externalId, is_unconfirmed: isUnconfirmed } = one
    if (id === comer.id) return []
    const isTheirs = isOfUnconfirmedMake(one) && comer.isMadeByUnconfirmed !== true
    const isSameId = externalId !== null && (externalId === comer.externalId || externalId === comer.stableId)
    if (isSameId && !isTheirs && Number(one.is_id_unconfirmed) !== 1) return [one]
    // Nor is an unconfirmed key believed of the account that it made, or gave its externalId.
    const isBelieved = comer.isUnconfirmed !== true && Number(isUnconfirmed) !== 1
    if (isBelieved && externalId !== null && comer.externalId !== null) return []
    if (comer.knownBy?.has(id) === true) return [one]
    const isCalled = (said: string | null) => namesOfWord(one, said, comer).some((name) => own.has(name))
    return leaveWords(one, { isBlocked: isCalled(one.blocked_as), isGiven: isCalled(one.given_as) })
  })
}

function isOfUnconfirmedMake({ source, is_unconfirmed: isUnconfirmed }: Spoken): boolean {
  return source === 'scim' && Number(isUnconfirmed) === 1
}

/**
 * By which names a word on an account is on whoever has one of them: what the account is called, and what whoever signs in to it has
 * proved. A key that nobody has confirmed may write everybody's names on what it makes: of that it is who has signed in to it. Of whoever
 * signs in, or was called so before, nobody else says who they are: there it counts as well what the account was called on the page when
 * somebody spoke of it (`said`), and nothing that was written beside that, or since. Among such keys all of it counts.
 */
function namesOfWord(one: Spoken, said: string | null, comer: Comer): readonly string[] {
  if (!isOfUnconfirmedMake(one) || comer.isMadeByUnconfirmed === true) return [...one.called, ...one.proved]
  return comer.isKnownByName === true ? [...one.proved, ...namesOf(said, nowOf(one))] : one.proved
}

// What was said of the account, of the block and the role.
function leaveWords(
  one: Spoken,
  { isBlocked, isGiven }: { readonly isBlocked: boolean; readonly isGiven: boolean },
): readonly Spoken[] {
  if (isBlocked && isGiven) return [one]
  if (!isBlocked && !isGiven) return []
  if (isGiven) return [{ ...one, blocked_at: null, blocked_by_owner_at: null }]
  return [{ ...one, role_origin: 'default', role_by_owner: null }]
}

function nowOf({ called, proved }: Spoken): readonly string[] {
  return [...called.slice(0, 1), ...proved]
}

// An administrator's block holds for no owner, nor does a role that they gave: they could say neither of an owner's account. What an owner
// said is not taken back by what an administrator says after it.
function leaveSayable(comer: Comer, spoken: readonly Spoken[]): readonly Spoken[] {
  if (comer.isOwner !== true) return spoken
  return spoken.map(({ role: _, role_origin: __, ...one }) => ({
    ...one,
    ...(one.role_by_owner === null ? {} : { role: one.role_by_owner, role_origin: 'hand' as const }),
    blocked_at: one.blocked_by_owner_at,
  }))
}

/** The latest block, and the role of whoever comes first. */
function toWord(spoken: readonly Spoken[]): KeptWord | undefined {
  return joinAllWords(spoken.map((one) => toWordOf(one, nowOf(one))))
}

/**
 * Of each, in their order, what holds for the account that is about to be made, of accounts that were removed or are there: whoever makes
 * one beside them is not asked who they are.
 */
export async function findWords(
  tx: OrganizationTx,
  comers: readonly Comer[],
): Promise<readonly (KeptWord | undefined)[]> {
  const spokenOf = gatherByName(await listSpoken(tx, comers))
  return comers.map((comer) => toWord(leaveSayable(comer, leaveOwn(comer, spokenOf(comer)))))
}

/**
 * What holds for somebody who is brought back under `id`, who was removed at `leftAt`: the blocks of every other account of theirs, and the
 * lower role that one was given in which they have come back since. `own`: the role that they had by hand; what was said of accounts
 * that had been there beside it does not lower it.
 */
export async function findWordsSince(
  tx: OrganizationTx,
  comer: Comer,
  of: Pick<UserTable, 'provisional_key_id'> & {
    readonly source: UserTable['source'] | null
    readonly leftAt: number
    readonly own: Role | null
  },
): Promise<KeptWord | undefined> {
  const { leftAt, own } = of
  const isUnconfirmed = await isOfUnconfirmed(tx, of)
  const isMadeByUnconfirmed = isUnconfirmed && of.source === 'scim'
  const named = { ...comer, isUnconfirmed, isMadeByUnconfirmed, isKnownByName: true }
  const spoken = leaveSayable(named, leaveOwn(named, await listSpoken(tx, [named])))
  const later = spoken.filter((one) => own === null || Number(one.created_at) >= leftAt)
  return joinWords(toWord(later), toWord(spoken))
}

/**
 * What holds for an account that is there, because it is called by names that it had not, or is let in again after something was said of
 * another account of the person while it was out. What was said before of accounts that share the other names is known to whoever left
 * it in. Nobody loses a role of the console that somebody gave by hand because the directory calls them otherwise.
 */
export async function findGained(
  tx: OrganizationTx,
  of: {
    readonly row: Pick<
      UserTable,
      'id' | 'active' | 'deactivated_at' | 'role' | 'role_origin' | 'provisional_key_id' | 'source'
    >
    readonly before: UserColumns
    readonly after: UserColumns
    readonly isUnconfirmed?: boolean
    /** It is another person's from here on. */
    readonly isReassigned?: boolean
    /** An owner who comes in without ownership. */
    readonly losesOwnership?: boolean
  },
): Promise<KeptWord | undefined> {
  const { row, before, after, isReassigned } = of
  const leftAt = row.active === 0 && after.isActive ? Number(row.deactivated_at ?? 0) : undefined
  const isChosen = row.role_origin === 'hand' && isPrivileged(row.role)
  const isCalledAnew = !isChosen && (isReassigned === true || gainsNames(before, after))
  if (leftAt === undefined && !isCalledAnew) return undefined
  const isSameId = after.externalId === before.externalId
  const isTheirs = await isOfUnconfirmed(tx, row)
  const isUnconfirmed = of.isUnconfirmed === true || (isSameId && isTheirs)
  const more = {
    id: row.id,
    ...(isUnconfirmed ? { isUnconfirmed } : {}),
    isMadeByUnconfirmed: isTheirs && row.source === 'scim',
    isOwner: row.role === 'owner' && isReassigned !== true && of.losesOwnership !== true,
  }
  const [own, other] = [
    { ...after, ...more },
    { ...before, ...more },
  ]
  const said = leaveOwn(own, await listSpoken(tx, [own]))
  const known = isReassigned === true ? [] : leaveOwn(other, said)
  const isSince = (at: number | null) => leftAt !== undefined && at !== null && Number(at) >= leftAt
  const isFresh = (one: Spoken) => isCalledAnew && known.every(({ id }) => id !== one.id)
  const listBlocked = (some: readonly Spoken[]) =>
    some.filter((one) => isFresh(one) || isSince(one.blocked_at))
  const spoken = leaveSayable(own, said)
  const lowered = spoken.filter((one) => isFresh(one) || isSince(one.created_at))
  const word = joinWords(toWord(lowered), toWord(listBlocked(spoken)))
  if (word !== undefined) return word
  const isWithheld = own.isOwner && listBlocked(said).some((one) => one.blocked_at !== null)
  return isWithheld ? { role: null, blockedAt: null, isWithheld } : undefined
}

function gainsNames(before: UserColumns, after: UserColumns): boolean {
  // Mostly; and other spellings take their time.
  if (isCalledAs(before, after) && before.externalId === after.externalId) return false
  const known = toNames(before)
  const isNewId = after.externalId !== null && after.externalId !== before.externalId
  return isNewId || [...toNames(after)].some((one) => !known.has(one))
}

function isCalledAs(one: UserColumns, other: UserColumns): boolean {
  const isSame = one.userNameKey === other.userNameKey && one.emailKeys.length === other.emailKeys.length
  return isSame && one.emailKeys.every((key, at) => key === other.emailKeys[at])
}

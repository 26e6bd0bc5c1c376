// What an administrator said of somebody, and a removal by the directory does not end: a block, and a role below the console that was
// given by hand. It holds for every account in which the person comes back, until an administrator says otherwise or the final purge.

import { createHash } from 'node:crypto'
import type { JsonObject } from '@rollcall/scim'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { spellingsOf } from '../base/address.ts'
import { makeRoom } from '../base/bounded.ts'
import { createId } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { isPrivileged, type Role } from '../base/rung.ts'
import { toUserColumns, toUserNameKey, type UserColumns } from '../mapping/user-columns.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { IdentityTable, RoleOrigin, UserTable } from '../store/schema.ts'
import { type Dialect, organizationStatement } from '../store/statement.ts'
import { isInRange, type KeyRange, listKeyRanges } from './linked-people.ts'
import { lockPeople } from './lock-people.ts'
import {
  isLowered,
  joinAllWords,
  joinWords,
  type KeptWord,
  namesOf,
  type Said,
  saidColumns,
  toWordOf,
} from './said.ts'
import {
  type Asked,
  type Crowd,
  depths,
  isAnySaid,
  type Lists,
  listDeciding,
  listWhole,
  mayBeSaid,
  selectListed,
  selectMet,
} from './spoken.ts'

/** What is known of an account that is about to be made. */
export type Comer = Pick<UserColumns, 'externalId' | 'userNameKey' | 'emailKeys'> & {
  /** What an identity provider calls them: it may be the externalId of before, and says nothing where it is not. */
  readonly stableId?: string
  /** It is the word of a key that nobody has confirmed: another externalId makes nobody another person. */
  readonly isUnconfirmed?: boolean
  /** An account that is there, or that is brought back: what is said of it itself is not looked for. */
  readonly id?: string
  /** Of one who is brought back: other accounts that are known by what is theirs. */
  readonly knownBy?: ReadonlySet<string>
  /** They are an owner, or become one by this: what an administrator said of another account is no word on them. */
  readonly isOwner?: boolean
  /** An account that a key made which nobody has confirmed. */
  readonly isMadeByUnconfirmed?: boolean
  /** They sign in, or are brought back: what an unconfirmed key made is they where it has their name. */
  readonly isKnownByName?: boolean
}

interface Sought {
  readonly externalId: string | null
  readonly userNameKey: string
  /** JSON: whatever they are called, name or address, as compared. */
  readonly names: string
}

// A name and an address are compared with both: a directory calls the same person by either.
function toNames({ userNameKey, emailKeys, id }: Comer): ReadonlySet<string> {
  const own = id === undefined ? [] : [toAccountName(id)]
  return new Set([...[userNameKey, ...emailKeys].flatMap((one) => [one, ...spellingsOf(one)]), ...own])
}

// Among the names that an account had before: whose they were.
function toAccountName(id: string): string {
  return `account ${id}`
}

/** The resource of names alone: nobody was removed, and nobody is restored or linked by it. */
export const ofNobody = '{}'

const isBelow = sql<SqlBool>`(role_origin = 'hand' AND role NOT IN ('owner', 'admin'))`
/** Whether an administrator's word is kept of a deleted person. */
const isKept = sql<SqlBool>`(blocked_at IS NOT NULL OR ${isBelow} OR role_by_owner IS NOT NULL OR blocked_by_owner_at IS NOT NULL)`

/** Whether it is kept of whoever this is, who is not removed yet. */
export function hasKeptWord(
  row: Pick<UserTable, 'blocked_at' | 'role' | 'role_origin' | 'role_by_owner' | 'blocked_by_owner_at'>,
): boolean {
  const isByOwner = row.role_by_owner !== null || row.blocked_by_owner_at !== null
  return row.blocked_at !== null || isByOwner || isLowered(row)
}

// A row that the store refuses, for it is there twice: a unit of writes alone learns in this way that there is something to be read. That
// is so of whoever comes back under the name or the externalId of a deleted person, and where an administrator's word may hold: what is
// read then says whether it does.
function refuseWhere(
  dialect: Dialect,
  organizationId: string,
  place: (name: 'externalId' | 'userNameKey') => unknown,
  isSaid: RawBuilder<SqlBool>,
): RawBuilder<unknown> {
  const [externalId, own] = [dialect.text(place('externalId')), dialect.text(place('userNameKey'))]
  const isRemoved = (is: RawBuilder<SqlBool>) =>
    sql`EXISTS (SELECT 1 FROM deleted_user WHERE organization_id = ${organizationId} AND ${is})`
  return sql`INSERT INTO deleted_user (organization_id, id, user_name_key, resource, created_at, deleted_at)
    SELECT ${dialect.text(organizationId)}, 'word', '', ${sql.lit(ofNobody)}, 0, 0 FROM (SELECT 1 UNION ALL SELECT 2) AS twice
    WHERE ${isRemoved(sql`user_name_key = ${own}`)} OR ${isRemoved(sql`external_id = ${externalId}`)} OR ${isSaid}`
}

// Most people have one name: of that no list is unfolded.
const refuse = (isOne: boolean) =>
  organizationStatement<Sought>(isOne ? 'refuse_kept_word_of_name' : 'refuse_kept_word')(
    ({ db, place, organizationId, dialect }) => {
      const isSame = (column: string, value: unknown) =>
        sql<SqlBool>`${sql.ref(column)} = ${dialect.text(value)}`
      const isSaid = mayBeSaid(dialect, organizationId, {
        isName: (column) =>
          isOne ? isSame(column, place('userNameKey')) : dialect.isIn(column, place('names')),
        isId: (column) => isSame(column, place('externalId')),
        hasOthers: !isOne,
        is: isKept,
      })
      const statement = refuseWhere(dialect, organizationId, place, isSaid)
      return { compile: () => statement.compile(db) }
    },
  )
const [refuseList, refuseOne] = [refuse(false), refuse(true)]

// The same where nothing was said of anybody, which is how most organizations are.
const refuseAny = organizationStatement<Omit<Sought, 'names'>>('refuse_any_word')(
  ({ db, place, organizationId, dialect }) => {
    const statement = refuseWhere(dialect, organizationId, place, isAnySaid(dialect, organizationId))
    return { compile: () => statement.compile(db) }
  },
)

const selectAnySaid = organizationStatement('any_word')(({ db, organizationId, dialect }) => {
  const statement = sql<{ said: number }>`SELECT 1 AS said WHERE ${isAnySaid(dialect, organizationId)}`
  return { compile: () => statement.compile(db) }
})

const looksPerGuess = 256
const maxGuesses = 10_000
/**
 * Organizations in which something was said of somebody, and how often that is taken for granted before it is asked again. Whoever takes it
 * for granted looks whom it is said of, so that a wrong guess costs a look and nothing else.
 */
const guesses = new Map<string, number>()

function guessSaid(organizationId: string): boolean {
  const left = guesses.get(organizationId) ?? 0
  if (left <= 1) guesses.delete(organizationId)
  else guesses.set(organizationId, left - 1)
  return left > 0
}

function noteSaid(organizationId: string): void {
  makeRoom(guesses, maxGuesses)
  guesses.set(organizationId, looksPerGuess)
}

async function isAnythingSaid(tx: OrganizationTx): Promise<boolean> {
  if (guessSaid(tx.organizationId)) return true
  if ((await tx.first(selectAnySaid, {})) === undefined) return false
  noteSaid(tx.organizationId)
  return true
}

const askedAhead = new WeakMap<OrganizationTx, Promise<boolean>>()

/**
 * Asks right behind the lock of somebody who may be let in, without waiting for it, so that one answer has both. The first look of the unit
 * goes by it: what the unit writes itself is asked for anew.
 */
export function askAnythingSaid(tx: OrganizationTx): Promise<boolean> {
  const answer = isAnythingSaid(tx)
  askedAhead.set(tx, answer)
  return answer
}

/**
 * How a unit that makes an account and reads nothing has the store refuse it (`kept_word`): where anything was said of anybody, or where it
 * may be said of whoever comes.
 */
export type Unread = 'nothing is said' | 'nothing is said of them'

/** What is to be tried first in the organization, and after a refusal of the one that was tried; undefined: it is to be read. */
export function chooseUnread(organizationId: string, refused?: Unread): Unread | undefined {
  if (refused === 'nothing is said of them') return undefined
  if (refused === undefined && !guessSaid(organizationId)) return 'nothing is said'
  if (refused !== undefined) noteSaid(organizationId)
  return 'nothing is said of them'
}

/** In a unit that makes an account and reads nothing. Of a name or an externalId of somebody who was removed it is refused as well. */
export function refuseKept(tx: OrganizationTx, comer: Comer, unread: Unread): void {
  const { externalId, userNameKey } = comer
  if (unread === 'nothing is said') {
    tx.write(refuseAny, { externalId, userNameKey })
    return
  }
  const names = [...toNames(comer)]
  const isOne = names.every((name) => name === userNameKey)
  tx.write(isOne ? refuseOne : refuseList, { externalId, userNameKey, names: JSON.stringify(names) })
}

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
    blocked_by_owner_at, role_by_owner, blocked_as, given_as,
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

/** Whether a key that nobody has confirmed made an account, or claimed it: then its externalId is the word of that key. */
function isByUnconfirmed(organizationId: string, table: 'user' | 'deleted_user'): RawBuilder<0 | 1> {
  const keyId = sql.ref(`${table}.provisional_key_id`)
  const of = (keys: 'api_key' | 'oauth_client') => sql`EXISTS (SELECT 1 FROM ${sql.table(keys)} AS k
    WHERE k.organization_id = ${organizationId} AND k.id = ${keyId} AND k.is_provisional = 1)`
  const role = (column: string) => sql.ref(`${table}.${column}`)
  return sql<
    0 | 1
  >`CASE WHEN ${keyId} IS NULL THEN 0 WHEN ${role('role')} IN ('owner', 'admin') AND ${role('role_origin')} = 'hand' THEN 0
    WHEN ${of('api_key')} THEN 1 WHEN ${of('oauth_client')} THEN 1 ELSE 0 END`
}

/** Whether that key wrote the externalId of an account that it claimed: it can give a first one, and change none. */
function isIdOfUnconfirmed(organizationId: string, table: 'user' | 'deleted_user'): RawBuilder<0 | 1> {
  const of = (column: string) => sql.ref(`${table}.${column}`)
  return sql<0 | 1>`CASE WHEN ${of('external_id')} IS NOT NULL
    AND ${of('id_by_claim')} = ${of('provisional_key_id')}
    THEN ${isByUnconfirmed(organizationId, table)} ELSE 0 END`
}

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
interface Spoken
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

function toAsked(comers: readonly Comer[]): Asked {
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

async function readSpoken(tx: OrganizationTx, lists: Lists): Promise<readonly Spoken[]> {
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
function leaveOwn(comer: Comer, spoken: readonly Spoken[]): readonly Spoken[] {
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

const createLift = (isByOwner: boolean) =>
  organizationStatement<{ ids: string }>(isByOwner ? 'lift_kept_blocks' : 'lift_kept_blocks_below')(
    ({ db, place, organizationId, dialect }) => {
      const lift = db
        .updateTable('deleted_user')
        .set({ blocked_at: null, ...(isByOwner ? { blocked_by_owner_at: null } : {}) })
        .where('organization_id', '=', organizationId)
        .where(dialect.isIn('id', place('ids')))
      return isByOwner ? lift : lift.where(sql<SqlBool>`(role IS NULL OR role <> 'owner')`)
    },
  )
const liftBelow = createLift(false)
const liftAll = createLift(true)

// Of whom something is said to be over: as at a sign-in, an account that an unconfirmed key made is they by what the page showed of it.
async function listOver(
  tx: OrganizationTx,
  of: Comer,
): Promise<{ readonly removed: readonly Spoken[]; readonly there: readonly Spoken[] }> {
  const comer = { ...of, isKnownByName: true }
  const spoken = await readSpoken(tx, listWhole(toAsked([comer])))
  const before = of.id === undefined ? undefined : toAccountName(of.id)
  // With the names that the very account had before.
  const own = spoken.filter(({ called }) => before !== undefined && called.includes(before))
  const others = leaveOwn(
    comer,
    spoken.filter((one) => !own.includes(one)),
  )
  const there: Spoken[] = []
  const removed: Spoken[] = []
  for (const one of [...own, ...others]) (Number(one.removed_at) === 0 ? there : removed).push(one)
  return { removed, there }
}

// What an owner said of other accounts that are there, and an administrator has taken back for those, holds for owners until an owner does.
async function takeBack(
  tx: OrganizationTx,
  there: readonly Spoken[],
  statement: typeof takeBackBlocks,
): Promise<void> {
  if (there.length === 0) return
  const ids = there.map(({ id }) => id)
  await lockPeople(tx, ids)
  tx.write(statement, { ids: JSON.stringify(ids) })
}

const takeBackBlocks = organizationStatement<{ ids: string }>('take_back_blocks')(
  ({ db, place, organizationId, dialect }) =>
    db
      .updateTable('user')
      .set({ blocked_by_owner_at: null })
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids')))
      .where('blocked_at', 'is', null),
)
const takeBackRoles = organizationStatement<{ ids: string }>('take_back_roles')(
  ({ db, place, organizationId, dialect }) =>
    db
      .updateTable('user')
      .set({ role_by_owner: null })
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids')))
      .where(sql<SqlBool>`NOT (role_origin = 'hand' AND role = role_by_owner)`),
)

/**
 * A block is lifted for the person: the accounts of before that were removed with it keep nobody out any more. An owner's stays blocked
 * where neither an owner nor the operator lifts it: brought back, they would be an owner. Nor does an administrator's lift end for owners
 * what an owner said.
 */
export async function liftKeptBlocks(
  tx: OrganizationTx,
  of: Comer,
  by: { readonly isByOwner: boolean },
): Promise<void> {
  const { removed, there } = await listOver(tx, of)
  const over = removed.filter((one) => one.blocked_at !== null || one.blocked_by_owner_at !== null)
  if (over.length > 0)
    tx.write(by.isByOwner ? liftAll : liftBelow, { ids: JSON.stringify(over.map(({ id }) => id)) })
  const isLifted = (one: Spoken) => one.blocked_at === null && one.blocked_by_owner_at !== null
  if (by.isByOwner) await takeBack(tx, there.filter(isLifted), takeBackBlocks)
}

const createForget = (isByOwner: boolean) =>
  organizationStatement<{ ids: string }>(isByOwner ? 'forget_kept_roles' : 'forget_kept_roles_below')(
    ({ db, place, organizationId, dialect }) =>
      db
        .updateTable('deleted_user')
        .set({
          role_origin: sql<RoleOrigin>`CASE WHEN ${isBelow} THEN 'default' ELSE role_origin END`,
          ...(isByOwner ? { role_by_owner: null } : {}),
        })
        .where('organization_id', '=', organizationId)
        .where(dialect.isIn('id', place('ids'))),
  )
const forgetBelow = createForget(false)
const forgetAll = createForget(true)

/**
 * An administrator gave the person a role: what was said of accounts of before is over, but for what an owner said and holds for owners.
 */
export async function forgetKeptRoles(
  tx: OrganizationTx,
  of: Comer,
  by: { readonly isByOwner: boolean },
): Promise<void> {
  const { removed, there } = await listOver(tx, of)
  const over = removed.filter((one) => isLowered(one) || one.role_by_owner !== null)
  if (over.length > 0)
    tx.write(by.isByOwner ? forgetAll : forgetBelow, { ids: JSON.stringify(over.map(({ id }) => id)) })
  const isTakenBack = (one: Spoken) =>
    one.role_by_owner !== null && !(isLowered(one) && one.role === one.role_by_owner)
  if (by.isByOwner) await takeBack(tx, there.filter(isTakenBack), takeBackRoles)
}

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

/** An identity as one of the names that somebody is known by: of its connection, so that nobody of another is meant. */
export function toIdentityName(connectionId: string, stableId: string): string {
  return `identity ${connectionId} ${createHash('sha256').update(stableId).digest('hex')}`
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

// What is refused at a write because an administrator's word waits for somebody: asked with the write, or ahead of it.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { makeRoom } from '../base/bounded.ts'
import type { OrganizationTx } from '../store/database.ts'
import { type Dialect, organizationStatement } from '../store/statement.ts'
import { type Comer, toNames } from './kept-comers.ts'
import { isKept, ofNobody } from './kept-conditions.ts'
import { isAnySaid, mayBeSaid } from './spoken.ts'

interface Sought {
  readonly externalId: string | null
  readonly userNameKey: string
  /** JSON: whatever they are called, name or address, as compared. */
  readonly names: string
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

/** Whether an administrator's word waits for anybody of the organization. */
export async function isAnythingSaid(tx: OrganizationTx): Promise<boolean> {
  if (guessSaid(tx.organizationId)) return true
  if ((await tx.first(selectAnySaid, {})) === undefined) return false
  noteSaid(tx.organizationId)
  return true
}

/** By transaction: whether anything is said at all, asked beside a lock. */
export const askedAhead = new WeakMap<OrganizationTx, Promise<boolean>>()

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

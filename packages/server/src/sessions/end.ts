// Whoever is out is out everywhere: the one way in which what people have by signing in ends. Our sessions, and what
// applications hold of the person (OpenID Connect sessions, codes, grants, tokens), end in the caller's transaction; applications
// are told; an event says why. A session that a new sign-in in the same browser replaces is not ended by this.
import type { EventData } from '@rollcall/api'
import { sql } from 'kysely'
import { type Act, record } from '../events/record.ts'
import {
  countSessionsOf,
  endManyRecords,
  endManySessions,
  findPeopleWithMany,
  type Many,
} from '../holdings/generations.ts'
import {
  beginnings,
  endProductSessions,
  renderHeld,
  type Through,
  throughArguments,
} from '../holdings/sign-outs.ts'
import type { Database, OrganizationTx } from '../store/database.ts'
import { StoreRestart } from '../store/errors.ts'
import { organizationStatement } from '../store/statement.ts'
import { removeRecoveryChanges, removeRecoveryChangesThrough } from '../users/recovery-changes.ts'
import { noteSessionsEnded, noteSessionsEndedBy } from '../users/sessions-ended.ts'
import { type EndCause, recordEnded } from './ended-event.ts'
import { deleteSessionsThrough, endOfMany, selectThrough } from './ended-many.ts'
import { endSessionsOfLink } from './link-sessions.ts'
import { endSessionById, type Session } from './sessions.ts'

/** Whose sessions end, and why. */
export interface Ending {
  readonly userIds: readonly string[]
  readonly cause: EndCause
  /** In the words of who asked for it. */
  readonly reason?: string | undefined
  /** Only what came through this connection, or through these versions of its anchor. */
  readonly through?: Through
  /** Of ours only these; what applications hold ends all the same. */
  readonly sessionIds?: readonly string[]
  /** Whether applications are left alone, because they have been told already. */
  readonly isOursAlone?: boolean
  /** Whether the caller has written into the person's row that it ends (`writeUser`). */
  readonly isNoted?: boolean
  /** Of one person: whether they hold anything, where the caller has asked since the row was locked (`holdsAnything`). */
  readonly isHolding?: boolean
}

/** What has ended. */
export interface Ended {
  /** Who had anything that could end, in the order of their ids. */
  readonly userIds: readonly string[]
  readonly sessions: number
  readonly applications: number
}

const nothing: Ended = { userIds: [], sessions: 0, applications: 0 }

interface Held {
  readonly user_id: string
  readonly kind: 'session' | 'application'
  /** The application; empty of sessions. */
  readonly id: string
  readonly connection_id: string | null
  readonly anchor_number: number | null
  /** How many sessions these are, and how many of them were named. */
  readonly many: number | string
  readonly named: number | string
}

interface HeldBy {
  /** Whose sessions, whose records of applications, and whose use of applications: JSON of ids of users. */
  readonly ids: string
  readonly recordIds: string
  readonly all: string
  /** JSON of ids of sessions. */
  readonly named: string
  readonly at: number
}

// What ends, counted by the store, however much it is: also what applications may hold by themselves, of which nothing here is left but
// that they were used.
const selectHeld = organizationStatement<HeldBy>('held_by_users')(
  ({ db, place, organizationId, dialect }) => {
    const own = (ids: 'ids' | 'recordIds' | 'all') =>
      sql`organization_id = ${organizationId} AND ${dialect.isIn('user_id', place(ids))}`
    const isLive = sql`expires_at > ${place('at')}`
    const isNamed = dialect.isIn('id', place('named'))
    const statement = sql<Held>`SELECT user_id, 'session' AS kind, '' AS id, connection_id, anchor_number, count(*) AS many,
        count(CASE WHEN ${isNamed} THEN 1 END) AS named
      FROM session WHERE ${own('ids')} AND ${isLive} GROUP BY user_id, connection_id, anchor_number
      UNION ${renderHeld(sql`${own('recordIds')} AND ${isLive}`, own('all'))}`
    return { compile: () => statement.compile(db) }
  },
)

// Of one person: whether there is anything to be looked at. Most people whom a directory lets go have never signed in here.
const holdsAny = organizationStatement<{ userId: string }>('held_by_one')(({ db, place, organizationId }) => {
  const has = (table: string) =>
    sql`EXISTS (SELECT 1 FROM ${sql.table(table)} WHERE organization_id = ${organizationId} AND user_id = ${place('userId')})`
  const any = ['session', 'oidc_record', ...beginnings].map(has)
  const statement = sql<{ held: number }>`SELECT 1 AS held WHERE ${sql.join(any, sql` OR `)}`
  return { compile: () => statement.compile(db) }
})

/**
 * Whether somebody, whose row is locked, has anything by signing in: read before the writes, so that those hold nobody up while the answer
 * is waited for.
 */
export async function holdsAnything(tx: OrganizationTx, userId: string): Promise<boolean> {
  const ahead = askedAhead.get(tx)
  if (ahead?.userId === userId) return ahead.answer
  return (await tx.all(holdsAny, { userId })).length > 0
}

const askedAhead = new WeakMap<
  OrganizationTx,
  { readonly userId: string; readonly answer: Promise<boolean> }
>()

/** Asks right behind the lock of somebody who may go, without waiting for it, so that one answer has both. */
export function askHoldsAnything(tx: OrganizationTx, userId: string): Promise<boolean> {
  const answer = holdsAnything(tx, userId)
  askedAhead.set(tx, { userId, answer })
  return answer
}

// In the order of their names, all that may go and that nobody has.
const countFree = organizationStatement<{ ids: string; at: number }>('free_sessions_of_users')(
  ({ db, place, organizationId, dialect }) => {
    const sessions = db
      .selectFrom('session')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('user_id', place('ids')))
      .where('expires_at', '>', place('at'))
      .orderBy('secret_hash')
    return db.selectFrom(dialect.lockFree(sessions).as('free')).select((on) => on.fn.countAll().as('free'))
  },
)

const deleteSessions = organizationStatement<{ ids: string }>('delete_sessions_of_users')(
  ({ db, place, organizationId, dialect }) =>
    db
      .deleteFrom('session')
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('user_id', place('ids'))),
)

/** More than this many people are not told of in the transaction of their cause. */
export const maxPeopleAtOnce = 500

/** What applications hold of these people by this connection, and by which version of its anchor. */
export async function listHeldThrough(
  tx: OrganizationTx,
  wanted: { readonly userIds: readonly string[]; readonly connectionId: string; readonly at: number },
): Promise<readonly { readonly userId: string; readonly anchorNumber: number | null }[]> {
  const all = JSON.stringify(wanted.userIds)
  const rows = await tx.all(selectHeld, { ids: none, recordIds: all, all, named: none, at: wanted.at })
  return rows
    .filter((row) => row.kind === 'application' && row.connection_id === wanted.connectionId)
    .map((row) => ({ userId: row.user_id, anchorNumber: row.anchor_number }))
}

const none = '[]'

/**
 * In the transaction of the change that asks for it. Whoever has nothing gets no event. Throws StoreRestart where an act has a session of
 * theirs. Sign-ins that are under way wait for the user's row, or the connection's, which the caller has locked, and open nothing then:
 * they were proven before.
 */
export async function endSessions(tx: OrganizationTx, act: Act, ending: Ending): Promise<Ended> {
  if (ending.userIds.length === 0) return nothing
  // What ends through one connection takes nothing from what another one proves: an identity provider keeps nobody out elsewhere.
  const connectionId = ending.through?.connectionId
  if (ending.isNoted === true) return endHeld(tx, act, ending)
  if (connectionId === undefined) noteSessionsEnded(tx, ending.userIds, act.at)
  else noteSessionsEndedBy(tx, connectionId, ending.userIds, act.at)
  return endHeld(tx, act, ending)
}

async function endHeld(tx: OrganizationTx, act: Act, ending: Ending): Promise<Ended> {
  const { through, sessionIds } = ending
  if (ending.userIds.length === 0) return nothing
  const [userId = ''] = ending.userIds
  const isOne = ending.userIds.length === 1
  if (through !== undefined || sessionIds === undefined)
    removeRecoveryChanges(tx, ending.userIds, through && throughArguments(through))
  if (isOne && !(ending.isHolding ?? (await holdsAnything(tx, userId)))) return nothing
  const many = await findMany(tx, ending)
  const [ids, recordIds] = [without(ending.userIds, many.sessions), without(ending.userIds, many.records)]
  // An act keeps its session until it is over, and may wait for people whom this unit has locked: so this one gives way.
  const named = JSON.stringify(sessionIds ?? [])
  const [rows, free] = await Promise.all([
    tx.all(selectHeld, { ids, recordIds, all: JSON.stringify(ending.userIds), named, at: act.at }),
    tx.first(countFree, { ids, at: act.at }),
  ])
  if (countSessions(rows) > Number(free?.free)) throw new StoreRestart()
  const held = rows.filter((row) => isMeant(row, ending))
  const userIds = [...new Set([...held.map((row) => row.user_id), ...many.sessions, ...many.records])].sort()
  if (userIds.length === 0) return nothing
  if (sessionIds !== undefined) for (const id of sessionIds) endSessionById(tx, id)
  else if (through === undefined) tx.write(deleteSessions, { ids })
  else tx.write(deleteSessionsThrough, { ids, ...throughArguments(through) })
  endManySessions(tx, many.sessions)
  if (ending.isOursAlone !== true) endProductSessions(tx, { userIds, through, leftIds: many.records }, act.at)
  endManyRecords(tx, many.records)
  recordEnded(tx, act, userIds, ending.cause, ending.reason)
  return { userIds, ...countHeld(held, ending), ...(await countMany(tx, many.sessions, held, ending)) }
}

function without(ids: readonly string[], left: readonly string[]): string {
  return JSON.stringify(left.length === 0 ? ids : ids.filter((id) => !left.includes(id)))
}

// Of whom everything ends: those of whom there is so much that it is removed in slices. Where only a part ends, it is told from the rest
// by each row.
async function findMany(tx: OrganizationTx, ending: Ending): Promise<Many> {
  const { through, sessionIds, isOursAlone } = ending
  if (through !== undefined || isOursAlone === true) return nobodyMuch
  const many = await findPeopleWithMany(tx, ending.userIds)
  return sessionIds === undefined ? many : { sessions: [], records: many.records }
}

const nobodyMuch: Many = { sessions: [], records: [] }

function countSessions(rows: readonly Held[]): number {
  return rows.reduce((sum, row) => sum + Number(row.many), 0)
}

function isMeant(row: Held, { through, sessionIds, isOursAlone }: Ending): boolean {
  if (row.kind === 'application' && isOursAlone === true) return false
  if (row.kind === 'session' && sessionIds !== undefined) return Number(row.named) > 0
  if (through === undefined) return true
  if (row.connection_id === null) return row.kind === 'application'
  const { anchorNumbers: numbers } = through
  const isOfVersion =
    numbers === undefined || (row.anchor_number !== null && numbers.includes(Number(row.anchor_number)))
  return row.connection_id === through.connectionId && isOfVersion
}

function countHeld(held: readonly Held[], ending: Ending): Pick<Ended, 'sessions' | 'applications'> {
  const counted = ending.sessionIds === undefined ? 'many' : 'named'
  const applications = held.filter((row) => row.kind === 'application')
  return {
    sessions: held.reduce((sum, row) => sum + Number(row[counted]), 0),
    applications: new Set(applications.map((row) => `${row.user_id} ${row.id}`)).size,
  }
}

async function countMany(
  tx: OrganizationTx,
  userIds: readonly string[],
  held: readonly Held[],
  ending: Ending,
): Promise<Partial<Pick<Ended, 'sessions'>>> {
  if (userIds.length === 0) return {}
  return { sessions: countHeld(held, ending).sessions + (await countSessionsOf(tx, userIds)) }
}

/**
 * What came through a connection that is no longer trusted; before its identities go. Of many people everything ends with COMMIT,
 * too, and the events follow in slices. Returns how many people had anything. What is proven by then is the connection's to note
 * (connections/ends.ts).
 */
export async function endSessionsThrough(
  tx: OrganizationTx,
  act: Act,
  through: Through,
  cause: EndCause,
): Promise<number> {
  removeRecoveryChangesThrough(tx, throughArguments(through))
  const limit = maxPeopleAtOnce + 1
  const rows = await tx.all(selectThrough, { ...throughArguments(through), limit })
  if (rows.length === limit) return endOfMany(tx, act, through, cause)
  const userIds = rows.map(({ user_id: userId }) => userId)
  return (await endHeld(tx, act, { userIds, cause, through })).userIds.length
}

/** A person's own sign-out: this session of ours, and what applications hold of the person. A link's session is nobody's. */
export async function signOut(database: Database, session: Session, act: Act): Promise<void> {
  const { id, userId } = session
  await database.inOrganization(session.scope, async (tx) => {
    if (userId === null) return endSessionById(tx, id)
    recordSignOut(tx, act, userId, 'user')
    await endSessions(tx, act, { userIds: [userId], cause: 'signed_out', sessionIds: [id] })
  })
}

/** Of a person who signed out of an application: this session of ours. What the application's sign-in held has ended already. */
export async function signOutHere(database: Database, session: Session, act: Act): Promise<void> {
  const { id, userId } = session
  await database.inOrganization(session.scope, async (tx) => {
    if (userId === null) return endSessionById(tx, id)
    recordSignOut(tx, act, userId, 'user')
    await endSessions(tx, act, {
      userIds: [userId],
      cause: 'signed_out',
      sessionIds: [id],
      isOursAlone: true,
    })
  })
}

/** A person's own, everywhere; of a link's session, every session that the link opened. */
export async function signOutEverywhere(database: Database, session: Session, act: Act): Promise<Ended> {
  const { userId } = session
  return database.inOrganization(session.scope, async (tx) => {
    if (userId === null) {
      endSessionById(tx, session.id)
      if (session.linkId !== null) await endSessionsOfLink(tx, session.linkId)
      return nothing
    }
    recordSignOut(tx, act, userId, 'user')
    return endSessions(tx, act, { userIds: [userId], cause: 'requested' })
  })
}

/** Records that somebody signed out. */
export function recordSignOut(
  tx: OrganizationTx,
  act: Act,
  userId: string,
  by: EventData<'user.signed_out'>['by'],
): void {
  record(tx, act, { type: 'user.signed_out', subject: { type: 'user', id: userId }, data: { by } })
}

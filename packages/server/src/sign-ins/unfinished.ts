// What an identity provider ends before it has begun here: sign-ins that it has proven, and that no browser has finished yet, or whose
// person has still to say something. Nobody may be known by them: what they would become a session of is in what was proven alone.
import { type SqlBool, sql } from 'kysely'
import { readSessionId } from '../base/texts.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { endedOutcome, reviveAssertion } from './sign-ins.ts'
import { hashOf } from './whose.ts'

/** Whose sign-ins: those of a name, of sessions at the identity provider, or of both. */
export interface MeantSignIns {
  readonly connectionId: string
  /** Null: whoever has the session. */
  readonly nameId: string | null
  /** Empty: all of the name. */
  readonly sessionIndexes: readonly string[]
}

type Table = 'sign_in' | 'pending_sign_in'

interface Wanted {
  readonly connectionId: string
  readonly nameHash: string
  /** JSON. */
  readonly sessionHashes: string
  readonly isOfAnySession: 0 | 1
  readonly now: number
}

// Found by the name or the session, and never by what was said of the person. Of those that wait for their browser, with the very words
// of the index. A test of a staged anchor was proven by another one than the logout. In the order of ids, as all who lock several do.
const findNamed = (table: Table, by: 'name' | 'session') =>
  organizationStatement<Wanted>(`${table}_of_${by}`)(({ db, place, organizationId, dialect }) => {
    const isInSession = sql<SqlBool>`(${dialect.integer(place('isOfAnySession'))} = 1 OR session_hash IS NULL
      OR ${dialect.isIn('session_hash', place('sessionHashes'))})`
    const named = db
      .selectFrom(table)
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('connectionId'))
      .where('expires_at', '>', place('now'))
      .where('anchor_digest', 'is', null)
      .where(table === 'sign_in' ? sql<SqlBool>`finished_at IS NULL` : sql<SqlBool>`1 = 1`)
    const found =
      by === 'name'
        ? named.where('name_hash', '=', place('nameHash')).where(isInSession)
        : named.where(dialect.isIn('session_hash', place('sessionHashes')))
    return dialect.lock(found.orderBy('id'))
  })
const ofName = {
  sign_in: findNamed('sign_in', 'name'),
  pending_sign_in: findNamed('pending_sign_in', 'name'),
}
const ofSession = {
  sign_in: findNamed('sign_in', 'session'),
  pending_sign_in: findNamed('pending_sign_in', 'session'),
}

// What a version before proved has no hashes, and is gone half an hour after it.
const findUnnamed = (table: Table) =>
  organizationStatement<Pick<Wanted, 'connectionId' | 'now'> & { readonly part: string }>(
    `${table}_without_name`,
  )(({ db, place, organizationId, dialect }) => {
    const waiting = sql<SqlBool>`name_hash IS NULL AND proven_at IS NOT NULL AND finished_at IS NULL`
    const unnamed = db
      .selectFrom(table)
      .select(['id', 'outcome'])
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('connectionId'))
      .where('expires_at', '>', place('now'))
      .where('anchor_digest', 'is', null)
      .where(table === 'sign_in' ? waiting : sql<SqlBool>`name_hash IS NULL`)
      .where((on) => dialect.contains(on.ref('outcome'), place('part')))
    return dialect.lock(unnamed.orderBy('id'))
  })
const withoutName = { sign_in: findUnnamed('sign_in'), pending_sign_in: findUnnamed('pending_sign_in') }

// Whoever is finishing it right now is waited for: then it has a session, which is ended like every other one.
const markEnded = organizationStatement<{ ids: string; at: number; outcome: string }>('sign_ins_ended')(
  ({ db, place, organizationId, dialect }) =>
    db
      .updateTable('sign_in')
      .set({ finished_at: place('at'), outcome: place('outcome'), name_hash: null, session_hash: null })
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids')))
      .where('finished_at', 'is', null)
      .returning('id'),
)

const removeWaiting = organizationStatement<{ ids: string }>('delete_pending_sign_ins')(
  ({ db, place, organizationId, dialect }) =>
    db
      .deleteFrom('pending_sign_in')
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids')))
      .returning('id'),
)

/** Ends them, before sessions are looked for; how many it were. */
export async function endUnfinished(tx: OrganizationTx, meant: MeantSignIns, now: number): Promise<number> {
  const proven = JSON.stringify(await find(tx, 'sign_in', meant, now))
  const ended = await tx.change(markEnded, { ids: proven, at: now, outcome: endedOutcome })
  const waiting = JSON.stringify(await find(tx, 'pending_sign_in', meant, now))
  return ended.length + (await tx.change(removeWaiting, { ids: waiting })).length
}

async function find(
  tx: OrganizationTx,
  table: Table,
  meant: MeantSignIns,
  now: number,
): Promise<readonly string[]> {
  const { connectionId, nameId, sessionIndexes } = meant
  // Whoever names nobody means one session.
  const sessions = nameId === null ? sessionIndexes.slice(0, 1) : sessionIndexes
  const named = await tx.all(nameId === null ? ofSession[table] : ofName[table], {
    connectionId,
    nameHash: hashOf(nameId ?? ''),
    sessionHashes: JSON.stringify(sessions.map(hashOf)),
    isOfAnySession: sessions.length === 0 ? 1 : 0,
    now,
  })
  // As JSON of an assertion has it.
  const part =
    nameId === null
      ? `"sessionIndex":${JSON.stringify(sessions[0] ?? '')}`
      : `"nameId":${JSON.stringify(nameId)}`
  const unnamed = await tx.all(withoutName[table], { connectionId, now, part })
  return [...named, ...unnamed.filter(({ outcome }) => isMeant(meant, outcome))].map(({ id }) => id)
}

function isMeant({ nameId, sessionIndexes: indexes }: MeantSignIns, outcome: string | null): boolean {
  if (outcome === null) return false
  const assertion = reviveAssertion(outcome)
  const index = readSessionId(assertion.sessionIndex)
  if (nameId === null) return index !== null && index === indexes[0]
  return assertion.nameId === nameId && (indexes.length === 0 || index === null || indexes.includes(index))
}

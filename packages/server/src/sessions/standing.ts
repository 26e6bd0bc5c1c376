// What an act stands on, looked at once more by the transaction that writes it. Between the door and the store lies whatever the act
// waits for (a body, somebody's metadata, DNS, its turn): whoever is out by then does nothing more. What is found is locked until COMMIT, so
// that whoever ends it waits for the act that is under way, and every act after that end finds nothing.

import { type Kysely, sql } from 'kysely'
import { isAbove, type Rung, rungOfRole } from '../base/rung.ts'
import { hashSecret } from '../base/secret.ts'
import { isOfPresent } from '../holdings/generations.ts'
import type { Database, InstallationTx, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { InstallationTables, UserTable } from '../store/schema.ts'
import { type Dialect, installationStatement, organizationStatement, type Place } from '../store/statement.ts'
import { keepMakerOfAct } from '../users/asked.ts'
import { isOfListed } from './embed-origins.ts'
import { isOperatorSessionOver } from './operator.ts'
import { rungOfSession } from './rung.ts'
import { isSessionOver, presentKeySetting, type Session } from './sessions.ts'

/** As the door found it. */
export type Standing =
  | {
      readonly kind: 'session'
      readonly hash: string
      readonly userId: string | null
      /** By which the act was judged. */
      readonly rung: Rung
    }
  | { readonly kind: 'operator_session'; readonly hash: string; readonly keyHash: string }
  | { readonly kind: 'operator_key'; readonly keyHash: string }
  /** Of whoever may open the data folder. */
  | { readonly kind: 'control_socket' }

/** Of whoever came with this cookie. */
export function standingOfSession(session: Session, token: string): Standing {
  return { kind: 'session', hash: hashSecret(token), userId: session.userId, rung: rungOfSession(session) }
}

/** `ended`: the door would know nobody any more. `lost`: the act was judged by a rung that its maker has no longer. */
export type Stand = 'holds' | 'ended' | 'lost'

interface Words<Args> {
  readonly db: Tables
  readonly place: Place<Args>
  readonly dialect: Dialect
}
type Tables = Kysely<Pick<InstallationTables, 'session' | 'operator_secret' | 'setting'>>

// Acts of one organization come one after another, and so do those of the installation: two who end each other do not both do it, nobody waits
// for somebody who waits for them, and the record has all of them in the order of their commits.
const takeTurn = organizationStatement('turn_of_act')(({ db, organizationId, dialect }) => {
  const statement = sql`SELECT ${dialect.hold(sql`${organizationId} || ' acts'`)} AS held`
  return { compile: () => statement.compile(db) }
})
const takeTurnOfInstallation = installationStatement('turn_of_act_of_installation')(({ db, dialect }) => {
  const statement = sql`SELECT ${dialect.hold(sql`' acts'`)} AS held`
  return { compile: () => statement.compile(db) }
})

/**
 * Runs a unit of work that comes through a connection, and ends sessions of somebody or calls them otherwise, in its turn among acts. An
 * act keeps its maker and its session and may wait for the connection: whoever has locked that one waits for neither.
 */
export function inTurnOfActs<T>(
  database: Database,
  scope: OrganizationScope,
  work: (tx: OrganizationTx) => Promise<T>,
): Promise<T> {
  return database.inTurn(scope.organizationId, () =>
    database.inOrganization(scope, async (tx) => {
      await tx.all(takeTurn, {})
      return work(tx)
    }),
  )
}

// What a link of the operator opened holds only under the operator key in force.
const keepSession = ({ db, place, dialect }: Words<{ hash: string }>) => {
  const tables = db
  const present = tables.selectFrom('setting').select('value').where('name', '=', presentKeySetting)
  const session = tables
    .selectFrom('session')
    .select(['organization_id', 'kind', 'role', 'last_seen_at', 'expires_at', 'frame', 'created_at'])
    .where('secret_hash', '=', place('hash'))
    .where((on) => on.or([on('key_hash', 'is', null), on('key_hash', '=', present)]))
    .where(isOfPresent('session'))
  return dialect.lock(session, 'to keep the key')
}
const sessionOf = {
  organization: organizationStatement<{ hash: string }>('session_of_act')(keepSession),
  installation: installationStatement<{ hash: string }>('session_of_act_of_installation')(keepSession),
}

const keepOperatorSession = ({ db, place, dialect }: Words<{ hash: string; keyHash: string }>) => {
  const session = db
    .selectFrom('operator_secret')
    .select(['last_seen_at', 'expires_at'])
    .where('secret_hash', '=', place('hash'))
    .where('kind', '=', 'session')
    .where('key_hash', '=', place('keyHash'))
  return dialect.lock(session, 'to keep the key')
}
const operatorSessionOf = {
  organization: organizationStatement<{ hash: string; keyHash: string }>('operator_session_of_act')(
    keepOperatorSession,
  ),
  installation: installationStatement<{ hash: string; keyHash: string }>(
    'operator_session_of_act_of_installation',
  )(keepOperatorSession),
}

const selectKey = ({ db }: Words<Record<never, never>>) =>
  db.selectFrom('setting').select('value').where('name', '=', presentKeySetting)
const keyOf = {
  organization: organizationStatement('operator_key_of_act')(selectKey),
  installation: installationStatement('operator_key_of_act_of_installation')(selectKey),
}

/**
 * The first that a unit of work of an act does: its turn, then whether what it stands on still holds, in one round trip; of a frame in
 * two.
 */
export async function keepStanding(
  tx: OrganizationTx,
  standing: Standing,
  now: () => number,
): Promise<Stand> {
  const turn = tx.all(takeTurn, {})
  switch (standing.kind) {
    case 'session': {
      const { hash, userId } = standing
      const [, maker, session] = await Promise.all([
        turn,
        userId === null ? undefined : tx.first(keepMakerOfAct, { id: userId }),
        tx.first(sessionOf.organization, { hash }),
      ])
      if (session?.organization_id !== tx.organizationId || isSessionOver(session, now())) return 'ended'
      if (userId !== null && !isIn(maker)) return 'ended'
      if (!(await isOfListed(tx, session))) return 'ended'
      const isLower = maker !== undefined && isAbove(standing.rung, rungOfRole(maker.role))
      return isLower || rungOfSession(session) !== standing.rung ? 'lost' : 'holds'
    }
    case 'operator_session': {
      const { hash, keyHash } = standing
      const [, session] = await Promise.all([
        turn,
        tx.first(operatorSessionOf.organization, { hash, keyHash }),
      ])
      return session === undefined || isOperatorSessionOver(session, now()) ? 'ended' : 'holds'
    }
    case 'operator_key': {
      const [, present] = await Promise.all([turn, tx.first(keyOf.organization, {})])
      return isKeyOver(standing.keyHash, present) ? 'ended' : 'holds'
    }
    case 'control_socket':
      await turn
      return 'holds'
  }
}

/** The same of what belongs to no organization. */
export async function keepStandingInInstallation(
  tx: InstallationTx,
  standing: Standing,
  now: () => number,
): Promise<Stand> {
  const turn = tx.all(takeTurnOfInstallation, {})
  switch (standing.kind) {
    case 'session': {
      const [, session] = await Promise.all([turn, tx.first(sessionOf.installation, { hash: standing.hash })])
      if (session === undefined || isSessionOver(session, now())) return 'ended'
      return rungOfSession(session) === standing.rung ? 'holds' : 'lost'
    }
    case 'operator_session': {
      const { hash, keyHash } = standing
      const [, session] = await Promise.all([
        turn,
        tx.first(operatorSessionOf.installation, { hash, keyHash }),
      ])
      return session === undefined || isOperatorSessionOver(session, now()) ? 'ended' : 'holds'
    }
    case 'operator_key': {
      const [, present] = await Promise.all([turn, tx.first(keyOf.installation, {})])
      return isKeyOver(standing.keyHash, present) ? 'ended' : 'holds'
    }
    case 'control_socket':
      await turn
      return 'holds'
  }
}

function isIn(maker: Pick<UserTable, 'active' | 'blocked_at'> | undefined): boolean {
  return maker?.active === 1 && maker.blocked_at === null
}

/** A node that started with another key has ended this one, though the node that was asked still knows it. */
function isKeyOver(keyHash: string, present: { readonly value: string } | undefined): boolean {
  return present !== undefined && present.value !== keyHash
}

/** Whether it goes on. Whoever ends it waits until what was asked for in it is confirmed, or has ended it first. */
export async function keepSessionById(tx: OrganizationTx, id: string, now: number): Promise<boolean> {
  const session = await tx.first(lockSessionById, { id, now })
  return session !== undefined && isOfListed(tx, session)
}

const lockSessionById = organizationStatement<{ id: string; now: number }>('session_under_recovery_change')(
  ({ db, place, organizationId, dialect }) =>
    dialect.lock(
      db
        .selectFrom('session')
        .select(['frame', 'created_at'])
        .where('organization_id', '=', organizationId)
        .where('id', '=', place('id'))
        .where('expires_at', '>', place('now'))
        .where(isOfPresent('session')),
      'to keep the key',
    ),
)

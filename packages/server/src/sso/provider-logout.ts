// What ends when an identity provider says that somebody has signed out there, by SAML or by OpenID Connect: sessions of ours that it
// names, and what applications hold by this connection.
import type { FoundConnection } from '../connections/find.ts'
import { endSessions, recordSignOut } from '../sessions/end.ts'
import { listSessionsOfIndex, listSessionsOfNameId } from '../sessions/sessions.ts'
import { rememberLogoutRequest } from '../sign-ins/sign-ins.ts'
import type { OrganizationTx } from '../store/database.ts'
import { StoreConflict } from '../store/errors.ts'
import { selectUsersByNameId } from '../users/identities.ts'
import { selectUserForUpdate } from '../users/users.ts'
import { explainState } from './explain.ts'
import { noteVisit, SignOutRefusal, type SsoOptions, type Visit } from './visit.ts'

/** What it said, signed. */
export interface AskedEnd {
  /** Of the message, with its kind: it is used once. */
  readonly id: string
  /** Null: whoever has a session of these indexes. */
  readonly nameId: string | null
  /** Of its own sessions; empty: all of the name. */
  readonly sessionIndexes: readonly string[]
  /** From here on the same message is refused for its age alone. */
  readonly expiresAt: number
}

export interface EndedByProvider {
  readonly userIds: readonly string[]
  /** Of ours. */
  readonly sessionIds: readonly string[]
}

/** Throws SignOutRefusal where the message was used before. */
export async function endAsAsked(
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  asked: AskedEnd,
): Promise<EndedByProvider> {
  const ended = await endOf(options, visit, found, asked)
  const count = ended.userIds.length
  const explanation = `The identity provider signed out ${count} session holder(s).`
  const status = visit.request.method === 'POST' ? 200 : 303
  noteVisit(options, visit, found, { status, explanation, code: null })
  return ended
}

// Whether or not a session of ours is left: applications may hold more than we do. Of ours those end that the message names; what
// applications hold by this connection ends in any case, for they know no index.
async function endOf(
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  asked: AskedEnd,
): Promise<EndedByProvider> {
  const connectionId = found.row.id
  const act = {
    actor: { kind: 'system', job: 'single logout' },
    rung: 'connection',
    at: visit.at,
    context: visit.context,
  } as const
  const work = options.database.inOrganization(found.scope, async (tx) => {
    const { id, nameId, expiresAt } = asked
    rememberLogoutRequest(tx, { connectionId, id, expiresAt })
    const list = () => listMeant(tx, connectionId, asked)
    const known = nameId === null ? [] : await tx.all(selectUsersByNameId, { connectionId, nameId })
    const holders = (await list()).flatMap(({ userId }) => (userId === null ? [] : [userId]))
    const userIds = [...new Set([...holders, ...known.map(({ user_id: userId }) => userId)])].sort()
    // Whoever is signing in by it right now is waited for, and ends as well.
    for (const userId of userIds) await tx.first(selectUserForUpdate, { id: userId })
    const sessionIds = (await list()).map((session) => session.id)
    const ended = await endSessions(tx, act, {
      userIds,
      cause: 'identity_provider',
      through: { connectionId },
      sessionIds,
    })
    for (const userId of ended.userIds) recordSignOut(tx, act, userId, 'identity_provider')
    return { userIds: ended.userIds, sessionIds }
  })
  return work.catch((error: unknown) => {
    if (error instanceof StoreConflict)
      throw new SignOutRefusal('replayed', `Single logout: ${explainState('replayed')}`, found)
    throw error
  })
}

function listMeant(
  tx: OrganizationTx,
  connectionId: string,
  { nameId, sessionIndexes: indexes }: AskedEnd,
): ReturnType<typeof listSessionsOfNameId> {
  return nameId === null
    ? listSessionsOfIndex(tx, { connectionId, index: indexes[0] ?? '' })
    : listSessionsOfNameId(tx, { connectionId, nameId, indexes })
}

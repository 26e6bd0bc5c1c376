// What ends when an identity provider says that somebody has signed out there, by SAML or by OpenID Connect: sessions of ours that it
// names, and what applications hold by this connection.
import { say } from '@rollcall/api/sentences'
import { type Act, actOfJob } from '../events/record.ts'
import type { LogoutOutcome } from '../saml/logout.ts'
import { endSessions, recordSignOut } from '../sessions/end.ts'
import { listSessionsOfIndex, listSessionsOfNameId } from '../sessions/provider-sessions.ts'
import { rememberLogoutRequest } from '../sign-ins/sign-ins.ts'
import { endUnfinished } from '../sign-ins/unfinished.ts'
import type { OrganizationTx } from '../store/database.ts'
import { StoreConflict } from '../store/errors.ts'
import { selectUsersByNameId } from '../users/identities.ts'
import { lockPeople } from '../users/lock-people.ts'
import { explainState } from './explain-state.ts'
import { findReach, type Reach } from './logout-reach.ts'
import { type ConnectionVisit, noteVisit, SignOutRefusal } from './visit.ts'

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

/** What a logout there has ended here. */
export interface EndedByProvider {
  readonly userIds: readonly string[]
  /** Of ours. */
  readonly sessionIds: readonly string[]
  /** `partial`: something that was meant goes on; `denied`: all of it does. */
  readonly outcome: LogoutOutcome
}

type Ended = Pick<EndedByProvider, 'userIds' | 'sessionIds'> & Pick<Reach, 'spared'>

/** Throws SignOutRefusal where the message was used before. */
export async function endAsAsked(here: ConnectionVisit, asked: AskedEnd): Promise<EndedByProvider> {
  const { visit, found } = here
  const { spared, ...ended } = await endOf(here, asked)
  const explanation = [say('logout_done', { people: ended.userIds.length })]
  const status = visit.request.method === 'POST' ? 200 : 303
  if (spared.length === 0) {
    noteVisit(here, { status, explanation, code: null })
    return { ...ended, outcome: 'done' }
  }
  const more = say('logout_spared', { people: spared.length })
  noteVisit(here, {
    status: found.row.protocol === 'oidc' ? 400 : 403,
    explanation: [...explanation, more],
    code: 'anchor_unconfirmed',
  })
  return { ...ended, outcome: ended.userIds.length === 0 ? 'denied' : 'partial' }
}

// Whether or not a session of ours is left: applications may hold more than we do. Of ours those end that the message names; what
// applications hold by this connection ends in any case, for they know no index.
async function endOf({ options, visit, found }: ConnectionVisit, asked: AskedEnd): Promise<Ended> {
  const connectionId = found.row.id
  const act = actOfJob('single logout', visit.at, visit.context)
  const work = options.database.inOrganization(found.scope, async (tx) => {
    const { id, nameId, expiresAt } = asked
    rememberLogoutRequest(tx, { connectionId, id, expiresAt })
    // Before sessions are looked for: what is being finished right now is one of them by then.
    await endUnfinished(tx, { ...asked, connectionId }, visit.at)
    const list = () => listMeant(tx, connectionId, asked)
    const known = nameId === null ? [] : await tx.all(selectUsersByNameId, { connectionId, nameId })
    const holders = (await list()).flatMap(({ userId }) => (userId === null ? [] : [userId]))
    // Whoever is signing in by it right now is waited for, and ends as well.
    const people = await lockPeople(tx, [...holders, ...known.map(({ user_id: userId }) => userId)])
    const reach = await findReach(tx, found, people, await list(), visit.at)
    return { ...(await endReached(tx, act, connectionId, reach)), spared: reach.spared }
  })
  return work.catch((error: unknown) => {
    if (error instanceof StoreConflict)
      throw new SignOutRefusal(
        'replayed',
        [say('logout_replayed'), ...explainState('replayed', found.row)],
        found,
      )
    throw error
  })
}

async function endReached(
  tx: OrganizationTx,
  act: Act,
  connectionId: string,
  { reached }: Reach,
): Promise<Pick<Ended, 'userIds' | 'sessionIds'>> {
  const ended = new Set<string>()
  for (const { anchorNumbers, ...one } of reached) {
    const through = { connectionId, anchorNumbers }
    const { userIds } = await endSessions(tx, act, { ...one, cause: 'identity_provider', through })
    for (const userId of userIds) ended.add(userId)
  }
  const userIds = [...ended].sort()
  for (const userId of userIds) recordSignOut(tx, act, userId, 'identity_provider')
  return { userIds, sessionIds: reached.flatMap(({ sessionIds }) => sessionIds) }
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

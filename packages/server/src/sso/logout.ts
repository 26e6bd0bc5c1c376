// Signing out: of this browser's session, and by SAML single logout in both directions where the identity provider offers
// it (profiles §4.4). Messages travel by the HTTP-Redirect binding and are always signed.
import { randomBytes } from 'node:crypto'
import { type FoundConnection, findConnection } from '../connections/find.ts'
import { parseMetadata, parseOptions } from '../connections/rows.ts'
import { openServiceKeys } from '../connections/service-keys.ts'
import { isSameOrigin, renderCookie, sessionCookie } from '../http/cookies.ts'
import { redirect, renderPage, type Site } from '../http/page.ts'
import type { IdentityProviderMetadata } from '../saml/idp-metadata.ts'
import {
  assertLogoutResponse,
  type LogoutRequest,
  readLogoutRequest,
  renderLogoutRequest,
  renderLogoutResponse,
} from '../saml/logout.ts'
import { readRedirectMessage, renderRedirectUrl } from '../saml/redirect-binding.ts'
import { SamlError } from '../saml/saml-error.ts'
import { endSessions, recordSignOut, signOut, signOutEverywhere } from '../sessions/end.ts'
import { rungOfSession } from '../sessions/rung.ts'
import { findSession, listSessionsOfNameId, type Session } from '../sessions/sessions.ts'
import { rememberLogoutRequest } from '../sign-ins/sign-ins.ts'
import { StoreConflict } from '../store/errors.ts'
import { selectUsersByNameId } from '../users/identities.ts'
import { selectUserForUpdate } from '../users/users.ts'
import { explainState } from './explain.ts'
import { noteVisit, type SsoOptions, SsoRefusal, type Visit } from './visit.ts'

/**
 * POST /sign-out: ends the session here and what applications hold of the person, then goes to the identity provider where it offers
 * that. With `?everywhere=1` the sessions in other browsers end as well.
 */
export async function leave(options: SsoOptions, visit: Visit): Promise<Response> {
  const { cookies, database, url } = options
  if (!isSameOrigin(visit.request.headers, url))
    return renderPage(
      {
        title: 'Not signed out',
        body: '<div class="panel"><h1>Not signed out</h1><p>The request did not come from our own page.</p></div>',
        status: 403,
      },
      cookies,
    )
  const session = await findSession(database, visit.cookies.get(sessionCookie), visit.at)
  const cleared = [['set-cookie', renderCookie(cookies, sessionCookie, '', 0)]] as const
  if (session === undefined) return redirect(`${url}/signed-out`, cleared)
  const { userId, linkId } = session
  const actor =
    userId === null
      ? ({ kind: 'portal_link', linkId: linkId ?? '' } as const)
      : ({ kind: 'user', userId } as const)
  const act = { actor, rung: rungOfSession(session), at: visit.at, context: visit.context }
  const end = visit.url.searchParams.get('everywhere') === '1' ? signOutEverywhere : signOut
  await end(database, session, act)
  return redirect((await toIdentityProvider(options, visit, session)) ?? `${url}/signed-out`, cleared)
}

async function toIdentityProvider(
  options: SsoOptions,
  visit: Visit,
  session: Session,
): Promise<string | undefined> {
  if (session.connectionId === null || session.nameId === null) return undefined
  const found = await findConnection(options.database, session.connectionId)
  const sloUrl = found === undefined ? null : (parseMetadata(found.row)?.sloUrl ?? null)
  if (found === undefined || sloUrl === null) return undefined
  const envelope = {
    id: `_${randomBytes(20).toString('hex')}`,
    now: visit.at,
    entityId: found.row.entity_id,
    destination: sloUrl,
  }
  const { nameId, nameIdFormat, sessionIndex } = session
  const xml = renderLogoutRequest(envelope, { nameId, nameIdFormat, sessionIndex })
  return renderRedirectUrl(sloUrl, { kind: 'SAMLRequest', xml }, await signingKey(options, visit, found))
}

async function signingKey(options: SsoOptions, visit: Visit, found: FoundConnection): Promise<string> {
  const [key] = await openServiceKeys(options.database, found.scope, options.envelope, visit.at)
  if (key === undefined) throw new Error('an organization always has a key pair')
  return key.privateKey
}

/** GET /saml/{id}/slo: a request of the identity provider, or its answer to ours. */
export async function consumeLogout(
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
): Promise<Response> {
  const metadata = parseMetadata(found.row)
  if (metadata === null || metadata.sloUrl === null)
    throw new SsoRefusal(
      'connection_incomplete',
      'The identity provider offers no single logout in its metadata.',
      found,
    )
  try {
    return await answer(options, visit, found, { ...metadata, sloUrl: metadata.sloUrl })
  } catch (error) {
    if (error instanceof SamlError)
      throw new SsoRefusal(error.code, `Single logout: ${error.message}.`, found)
    throw error
  }
}

async function answer(
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  metadata: IdentityProviderMetadata & { readonly sloUrl: string },
): Promise<Response> {
  const message = readRedirectMessage(visit.url.search.slice(1), metadata.certificates)
  const expected = {
    issuer: metadata.entityId,
    destination: sloUrlOf(found, options.cookies),
    now: visit.at,
    skewMs: parseOptions(found.row).clockSkewSeconds * 1_000,
  }
  if (message.kind === 'SAMLResponse') {
    assertLogoutResponse(message.xml, expected)
    return redirect(`${options.url}/signed-out`)
  }
  const request = readLogoutRequest(message.xml, expected)
  const held = await findSession(options.database, visit.cookies.get(sessionCookie), visit.at)
  const ended = await endOf(options, visit, found, request)
  noteVisit(options, visit, found, {
    status: 303,
    explanation: `The identity provider signed out ${ended.userIds.length} session holder(s).`,
    code: null,
  })
  // Metadata §2.2.2: answers may go elsewhere.
  const destination = metadata.sloResponseUrl ?? metadata.sloUrl
  const envelope = {
    id: `_${randomBytes(20).toString('hex')}`,
    now: visit.at,
    entityId: found.row.entity_id,
    destination,
  }
  const xml = renderLogoutResponse(envelope, request.id)
  const location = renderRedirectUrl(
    destination,
    { kind: 'SAMLResponse', xml, relayState: message.relayState },
    await signingKey(options, visit, found),
  )
  // The cookie of a session that this logout did not end stays: it may be another person's, another organization's, the operator's.
  const isOver = held !== undefined && ended.sessionIds.includes(held.id)
  return redirect(
    location,
    isOver ? [['set-cookie', renderCookie(options.cookies, sessionCookie, '', 0)]] : [],
  )
}

interface EndedByProvider {
  readonly userIds: readonly string[]
  /** Of ours. */
  readonly sessionIds: readonly string[]
}

// Whether or not a session of ours is left: applications may hold more than we do. Of ours those end that the request names; what
// applications hold by this connection ends in any case, for they know no SessionIndex.
async function endOf(
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  request: LogoutRequest,
): Promise<EndedByProvider> {
  const connectionId = found.row.id
  const act = {
    actor: { kind: 'system', job: 'single logout' },
    rung: 'connection',
    at: visit.at,
    context: visit.context,
  } as const
  const work = options.database.inOrganization(found.scope, async (tx) => {
    const { id, nameId, sessionIndexes, expiresAt } = request
    rememberLogoutRequest(tx, { connectionId, id, expiresAt })
    const list = () => listSessionsOfNameId(tx, { connectionId, nameId, indexes: sessionIndexes })
    const known = await tx.all(selectUsersByNameId, { connectionId, nameId })
    const holders = (await list()).flatMap(({ userId }) => (userId === null ? [] : [userId]))
    const userIds = [...new Set([...holders, ...known.map(({ user_id: userId }) => userId)])].sort()
    // Whoever is signing in by it right now is waited for, and ends as well.
    for (const id of userIds) await tx.first(selectUserForUpdate, { id })
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
      throw new SsoRefusal('replayed', `Single logout: ${explainState('replayed')}`, found)
    throw error
  })
}

/** On the host of the ACS, whose address never changes. */
export function sloUrlOf({ row }: FoundConnection, { basePath }: Site): string {
  const isOwn = row.acs_url.endsWith(`/saml/${row.id}/acs`)
  return isOwn
    ? row.acs_url.replace(/acs$/, 'slo')
    : `${new URL(row.acs_url).origin}${basePath}/saml/${row.id}/slo`
}

export function renderSignedOut(options: SsoOptions): Response {
  const body = '<div class="panel"><h1>You are signed out</h1><p><a href="/sso">Sign in again</a></p></div>'
  return renderPage({ title: 'Signed out', body }, options.cookies)
}

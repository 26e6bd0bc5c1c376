// Signing out of this browser's session, and on to the identity provider where it offers single logout (profiles §4.4). What comes back
// is single-logout.ts.
import { readJson } from '../base/json.ts'
import { findConnection } from '../connections/find.ts'
import { parseMetadata } from '../connections/rows.ts'
import { isSameOrigin, renderCookie, sessionCookie } from '../http/cookies.ts'
import { redirect } from '../http/redirect.ts'
import { renderPage } from '../pages/frame.ts'
import { notSignedOutPage } from '../pages/refusals.ts'
import { signedOutPage, stillSignedInPage } from '../pages/sessions.ts'
import type { NameQualifiers } from '../saml/assertion.ts'
import { renderLogoutRequest } from '../saml/logout.ts'
import { sendBy } from '../saml/logout-message.ts'
import { signOut, signOutEverywhere } from '../sessions/end.ts'
import { rungOfSession } from '../sessions/rung.ts'
import { findSession, type Session } from '../sessions/sessions.ts'
import { clearIdTokenCookie } from './id-token-hint.ts'
import { createLogoutId } from './logout-id.ts'
import { renderEndSessionUrl } from './openid-logout.ts'
import { renderSent, signingKey } from './single-logout.ts'
import type { ConnectionVisit, SsoOptions, Visit } from './visit.ts'

/**
 * POST /sign-out: ends the session here and what applications hold of the person, then goes to the identity provider where it offers
 * that. With `?everywhere=1` the sessions in other browsers end as well.
 */
export async function leave(options: SsoOptions, visit: Visit): Promise<Response> {
  const { cookies, database, url } = options
  const { look } = visit
  if (!isSameOrigin(visit.request.headers, url)) return renderPage(notSignedOutPage(look), look)
  const session = await findSession(database, visit.cookies.get(sessionCookie), visit.at)
  const cleared = [
    ['set-cookie', renderCookie(cookies, sessionCookie, '', 0)],
    ['set-cookie', clearIdTokenCookie(cookies)],
  ] as const
  if (session === undefined) return redirect(`${url}/signed-out`, cleared)
  const { userId, linkId } = session
  const actor =
    userId === null
      ? ({ kind: 'portal_link', linkId: linkId ?? '' } as const)
      : ({ kind: 'user', userId } as const)
  const act = { actor, rung: rungOfSession(session), at: visit.at, context: visit.context }
  const end = visit.url.searchParams.get('everywhere') === '1' ? signOutEverywhere : signOut
  await end(database, session, act)
  return (
    (await toIdentityProvider(options, visit, session, cleared)) ?? redirect(`${url}/signed-out`, cleared)
  )
}

async function toIdentityProvider(
  options: SsoOptions,
  visit: Visit,
  session: Session,
  cleared: readonly (readonly [string, string])[],
): Promise<Response | undefined> {
  if (session.connectionId === null || session.nameId === null) return undefined
  const found = await findConnection(options.database, session.connectionId)
  const endSessionUrl = found && renderEndSessionUrl({ options, visit, found }, session)
  if (endSessionUrl !== undefined) return redirect(endSessionUrl, cleared)
  const metadata = found === undefined ? null : parseMetadata(found.row)
  if (found === undefined || metadata === null || metadata.sloUrl === null) return undefined
  const { sloUrl, sloBinding } = metadata
  const here = { options, visit, found }
  const xml = renderRequest(here, session, sloUrl)
  const message = { kind: 'SAMLRequest', xml, relayState: undefined } as const
  const sent = await sendBy(sloBinding ?? 'redirect', sloUrl, message, await signingKey(here))
  return renderSent(visit, sent, cleared)
}

function renderRequest(
  { options: { envelope }, visit: { at }, found: { row } }: ConnectionVisit,
  { nameId, nameIdFormat, nameQualifiers, sessionIndex }: Session,
  destination: string,
): string {
  const id = createLogoutId(envelope, row.id, at)
  const qualifiers = nameQualifiers === null ? {} : readJson<NameQualifiers>(nameQualifiers)
  const who = { nameId: nameId ?? '', nameIdFormat, qualifiers, sessionIndex }
  return renderLogoutRequest({ id, now: at, entityId: row.entity_id, destination }, who)
}

/**
 * With `?here=1`: the identity provider did not say that it has signed the person out as well; with `?here=0` it did. Whoever is sent to
 * either by somebody else is told the truth.
 */
export async function renderSignedOut(options: SsoOptions, visit: Visit): Promise<Response> {
  const here = visit.url.searchParams.get('here')
  const { look } = visit
  const token = visit.cookies.get(sessionCookie)
  const session = here === null ? undefined : await findSession(options.database, token, visit.at)
  return renderPage(session === undefined ? signedOutPage(look, here === '1') : stillSignedInPage(look), look)
}

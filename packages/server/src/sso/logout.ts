// Signing out: of this browser's session, and by SAML single logout in both directions where the identity provider offers
// it (profiles §4.4). Messages travel by the HTTP-Redirect binding and are always signed.
import { randomBytes } from 'node:crypto'
import { type FoundConnection, findConnection } from '../connections/find.ts'
import { parseMetadata, parseOptions } from '../connections/rows.ts'
import { openServiceKeys } from '../connections/service-keys.ts'
import { endProductSessions } from '../deliveries/sign-outs.ts'
import { record } from '../events/record.ts'
import { isSameOrigin, renderCookie, sessionCookie } from '../http/cookies.ts'
import { redirect, renderPage } from '../http/page.ts'
import type { IdentityProviderMetadata } from '../saml/idp-metadata.ts'
import {
  assertLogoutResponse,
  readLogoutRequest,
  renderLogoutRequest,
  renderLogoutResponse,
} from '../saml/logout.ts'
import { readRedirectMessage, renderRedirectUrl } from '../saml/redirect-binding.ts'
import { SamlError } from '../saml/saml-error.ts'
import { endSession, endSessionsOfNameId, findSession, type Session } from '../sessions/sessions.ts'
import { noteVisit, type SsoOptions, SsoRefusal, type Visit } from './visit.ts'

/** POST /sign-out: ends the session here, then at the identity provider where it offers that. */
export async function signOut(options: SsoOptions, visit: Visit): Promise<Response> {
  if (!isSameOrigin(visit.request.headers, options.url))
    return renderPage(
      {
        title: 'Not signed out',
        body: '<div class="panel"><h1>Not signed out</h1><p>The request did not come from our own page.</p></div>',
        status: 403,
      },
      options.cookies.isSecure,
    )
  const token = visit.cookies.get(sessionCookie)
  const session = await findSession(options.database, token, visit.at)
  const cleared = [['set-cookie', renderCookie(options.cookies, sessionCookie, '', 0)]] as const
  if (token !== undefined) await endSession(options.database, token)
  if (session === undefined) return redirect(`${options.url}/signed-out`, cleared)
  await recordSignOut(options, visit, session)
  return redirect((await toIdentityProvider(options, visit, session)) ?? `${options.url}/signed-out`, cleared)
}

async function recordSignOut(options: SsoOptions, visit: Visit, session: Session): Promise<void> {
  const { userId } = session
  if (userId === null) return
  const act = {
    actor: { kind: 'user', userId },
    rung: 'person',
    at: visit.at,
    context: visit.context,
  } as const
  await options.database.inOrganization(session.scope, async (tx) => {
    record(tx, act, { type: 'user.signed_out', subject: { type: 'user', id: userId }, data: { by: 'user' } })
    endProductSessions(tx, userId, visit.at)
  })
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
    destination: sloUrlOf(found),
    now: visit.at,
    skewMs: parseOptions(found.row).clockSkewSeconds * 1_000,
  }
  if (message.kind === 'SAMLResponse') {
    assertLogoutResponse(message.xml, expected)
    return redirect(`${options.url}/signed-out`)
  }
  const request = readLogoutRequest(message.xml, expected)
  const ended = await endSessions(options, visit, found, request)
  noteVisit(options, visit, found, {
    status: 303,
    explanation: `The identity provider signed out ${ended} session holder(s).`,
    code: null,
  })
  const envelope = {
    id: `_${randomBytes(20).toString('hex')}`,
    now: visit.at,
    entityId: found.row.entity_id,
    destination: metadata.sloUrl,
  }
  const xml = renderLogoutResponse(envelope, request.id)
  const location = renderRedirectUrl(
    metadata.sloUrl,
    { kind: 'SAMLResponse', xml, relayState: message.relayState },
    await signingKey(options, visit, found),
  )
  return redirect(location, [['set-cookie', renderCookie(options.cookies, sessionCookie, '', 0)]])
}

async function endSessions(
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  request: ReturnType<typeof readLogoutRequest>,
): Promise<number> {
  return options.database.inOrganization(found.scope, async (tx) => {
    const wanted = { connectionId: found.row.id, nameId: request.nameId, indexes: request.sessionIndexes }
    const userIds = await endSessionsOfNameId(tx, wanted)
    for (const userId of userIds) {
      const act = {
        actor: { kind: 'system', job: 'single logout' },
        rung: 'connection',
        at: visit.at,
        context: visit.context,
      } as const
      record(tx, act, {
        type: 'user.signed_out',
        subject: { type: 'user', id: userId },
        data: { by: 'identity_provider' },
      })
      endProductSessions(tx, userId, visit.at)
    }
    return userIds.length
  })
}

/** On the host of the ACS, whose address never changes. */
export function sloUrlOf({ row }: FoundConnection): string {
  const isOwn = row.acs_url.endsWith(`/saml/${row.id}/acs`)
  return isOwn ? row.acs_url.replace(/acs$/, 'slo') : `${new URL(row.acs_url).origin}/saml/${row.id}/slo`
}

export function renderSignedOut(options: SsoOptions): Response {
  const body = '<div class="panel"><h1>You are signed out</h1><p><a href="/sso">Sign in again</a></p></div>'
  return renderPage({ title: 'Signed out', body }, options.cookies.isSecure)
}

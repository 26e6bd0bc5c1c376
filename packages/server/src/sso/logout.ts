// Signing out: of this browser's session, and by SAML single logout in both directions where the identity provider offers
// it (profiles §4.4). Messages travel by the HTTP-Redirect binding and are always signed.
import { randomBytes } from 'node:crypto'
import { type FoundConnection, findConnection } from '../connections/find.ts'
import { parseMetadata, parseOptions } from '../connections/rows.ts'
import { openServiceKeys } from '../connections/service-keys.ts'
import { isSameOrigin, renderCookie, sessionCookie } from '../http/cookies.ts'
import { redirect, renderPage, type Site } from '../http/page.ts'
import type { NameQualifiers } from '../saml/assertion.ts'
import type { IdentityProviderMetadata } from '../saml/idp-metadata.ts'
import {
  assertLogoutResponse,
  type LogoutRequest,
  readLogoutRequest,
  readUnsignedRequest,
  renderLogoutRequest,
  renderLogoutResponse,
} from '../saml/logout.ts'
import {
  type RedirectMessage,
  readRedirectMessage,
  readUnverifiedMessage,
  renderRedirectUrl,
} from '../saml/redirect-binding.ts'
import { SamlError } from '../saml/saml-error.ts'
import { endSessions, recordSignOut, signOut, signOutEverywhere } from '../sessions/end.ts'
import { rungOfSession } from '../sessions/rung.ts'
import { findSession, listSessionsOfNameId, type Session } from '../sessions/sessions.ts'
import { rememberLogoutRequest } from '../sign-ins/sign-ins.ts'
import { StoreConflict } from '../store/errors.ts'
import { selectUsersByNameId } from '../users/identities.ts'
import { selectUserForUpdate } from '../users/users.ts'
import { explainState } from './explain.ts'
import { toSentences, vendorFields } from './vendor-fields.ts'
import { noteVisit, SignOutRefusal, type SsoOptions, type Visit } from './visit.ts'

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
  const { nameId, nameIdFormat, nameQualifiers, sessionIndex } = session
  const qualifiers = nameQualifiers === null ? {} : (JSON.parse(nameQualifiers) as NameQualifiers)
  const xml = renderLogoutRequest(envelope, { nameId, nameIdFormat, qualifiers, sessionIndex })
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
    throw new SignOutRefusal(
      'connection_incomplete',
      'Single logout: the metadata of the identity provider has no SingleLogoutService with the HTTP-Redirect binding.',
      found,
    )
  const known = { ...metadata, sloUrl: metadata.sloUrl }
  try {
    return await answer(options, visit, found, known)
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
    const explanation = explainLogout(found, error)
    // Our own session was over before this came: what the other side answers changes nothing of that.
    if (visit.url.searchParams.has('SAMLResponse') && !visit.url.searchParams.has('SAMLRequest')) {
      noteVisit(options, visit, found, { status: 403, explanation, code: error.code })
      return redirect(`${options.url}/signed-out?here=1`)
    }
    const denied = error.code === 'signature_missing' ? await deny(options, visit, found, known) : undefined
    if (denied === undefined) throw new SignOutRefusal(error.code, explanation, found)
    noteVisit(options, visit, found, {
      status: 403,
      explanation: `${explanation} It was answered that nobody was.`,
      code: error.code,
    })
    return denied
  }
}

function explainLogout({ row }: FoundConnection, error: SamlError): string {
  const { name, logout, signing } = vendorFields[row.identity_provider]
  const isUnsigned = error.code === 'signature_missing' || error.code === 'algorithm_refused'
  const what = isUnsigned
    ? `Have ${name} sign messages of single logout with RSA-SHA256: ${signing} (SimpleSAMLphp: sign.logout)`
    : `Compare "${logout}" in ${name} with the connection's`
  return toSentences(`Single logout: ${error.message}, so nobody was signed out by it. ${what}.`)
}

// Nobody is signed out by what nobody signed; whoever asked hears of that, and goes on with its other applications.
async function deny(
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  metadata: Metadata,
): Promise<Response | undefined> {
  try {
    const message = readUnverifiedMessage(visit.url.search.slice(1))
    if (message.kind !== 'SAMLRequest') return undefined
    const id = readUnsignedRequest(message.xml, toExpected(options, visit, found, metadata))
    return redirect(await renderAnswer(options, visit, found, metadata, { id, outcome: 'denied', message }))
  } catch (error) {
    if (error instanceof SamlError) return undefined
    throw error
  }
}

type Metadata = IdentityProviderMetadata & { readonly sloUrl: string }

function toExpected(
  { cookies }: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  metadata: Metadata,
): Parameters<typeof readLogoutRequest>[1] {
  return {
    issuer: metadata.entityId,
    destination: sloUrlOf(found, cookies),
    now: visit.at,
    skewMs: parseOptions(found.row).clockSkewSeconds * 1_000,
  }
}

async function renderAnswer(
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  metadata: Metadata,
  {
    id,
    outcome,
    message,
  }: { readonly id: string; readonly outcome: 'done' | 'denied'; readonly message: RedirectMessage },
): Promise<string> {
  // Metadata §2.2.2: answers may go elsewhere.
  const destination = metadata.sloResponseUrl ?? metadata.sloUrl
  const envelope = {
    id: `_${randomBytes(20).toString('hex')}`,
    now: visit.at,
    entityId: found.row.entity_id,
    destination,
  }
  const xml = renderLogoutResponse(envelope, id, outcome)
  return renderRedirectUrl(
    destination,
    { kind: 'SAMLResponse', xml, relayState: message.relayState },
    await signingKey(options, visit, found),
  )
}

async function answer(
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  metadata: Metadata,
): Promise<Response> {
  const message = readRedirectMessage(visit.url.search.slice(1), metadata.certificates)
  const expected = toExpected(options, visit, found, metadata)
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
  const done = { id: request.id, outcome: 'done', message } as const
  const location = await renderAnswer(options, visit, found, metadata, done)
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
      throw new SignOutRefusal('replayed', `Single logout: ${explainState('replayed')}`, found)
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

/** With `?here=1`: the identity provider did not say that it has signed the person out as well. */
export async function renderSignedOut(options: SsoOptions, visit: Visit): Promise<Response> {
  const isHere = visit.url.searchParams.get('here') === '1'
  const token = visit.cookies.get(sessionCookie)
  const session = isHere ? await findSession(options.database, token, visit.at) : undefined
  if (session !== undefined) {
    const title = 'You are still signed in here'
    const body = `<div class="panel"><h1>${title}</h1><form method="post" action="/sign-out"><button>Sign out</button></form></div>`
    return renderPage({ title, body, mayLeave: true }, options.cookies)
  }
  const title = isHere ? 'You are signed out here' : 'You are signed out'
  const note = isHere
    ? '<p>Your identity provider did not say that it has signed you out as well. Close your browser, or sign out there, if others use it.</p>'
    : ''
  const body = `<div class="panel"><h1>${title}</h1>${note}<p><a href="/sso">Sign in again</a></p></div>`
  return renderPage({ title: 'Signed out', body }, options.cookies)
}

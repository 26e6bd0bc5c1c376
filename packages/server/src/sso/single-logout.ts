// Single logout as the identity provider has it (profiles §4.4): its requests, and its answers to ours, by the browser (HTTP-Redirect,
// HTTP-POST) or by itself (SOAP). Nothing is done that was not signed.

import { randomBytes } from 'node:crypto'
import { type Sentence, say } from '@rollcall/api/sentences'
import type { FoundConnection } from '../connections/find.ts'
import { parseMetadata, parseOptions } from '../connections/rows.ts'
import { openServiceKeys } from '../connections/service-keys.ts'
import { givenBack } from '../http/anonymous-limit.ts'
import { readBody } from '../http/body.ts'
import { renderCookie, sessionCookie } from '../http/cookies.ts'
import { maxSamlFormBytes } from '../http/limits.ts'
import { redirect } from '../http/redirect.ts'
import type { Site } from '../http/site.ts'
import { isUnkeepableForm } from '../http/unkeepable.ts'
import { renderPage } from '../pages/frame.ts'
import { goingPage } from '../pages/sessions.ts'
import type { IdentityProviderMetadata } from '../saml/idp-metadata.ts'
import {
  assertLogoutResponse,
  type Expected,
  type LogoutOutcome,
  type LogoutRequest,
  readLogoutRequest,
  readUnsignedRequest,
  renderLogoutResponse,
} from '../saml/logout.ts'
import {
  type Carried,
  isAnswer,
  type LogoutMessage,
  readSigned,
  readUnsigned,
  renderFault,
  type Sent,
  sendBy,
  wrapAnswer,
} from '../saml/logout-message.ts'
import { SamlError } from '../saml/saml-error.ts'
import { maxXmlBytes } from '../saml/xml.ts'
import { findSession } from '../sessions/sessions.ts'
import type { SsoCode } from './codes.ts'
import { isLogoutId } from './logout-id.ts'
import { endAsAsked } from './provider-logout.ts'
import { refetch } from './refetch.ts'
import { samlPlacesOf } from './vendor-fields.ts'
import { type ConnectionVisit, chargeTried, noteVisit, SignOutRefusal, type Visit } from './visit.ts'

/** GET and POST /saml/{id}/slo: a request of the identity provider, or its answer to ours. */
export async function consumeLogout(here: ConnectionVisit): Promise<Response> {
  const { options, visit, found } = here
  const metadata = parseMetadata(found.row)
  if (metadata === null || metadata.sloUrl === null)
    throw new SignOutRefusal('connection_incomplete', [say('logout_without_address')], found)
  const carried = await readCarried(visit, found)
  const asked = { carried, metadata, sloUrl: metadata.sloUrl, address: sloUrlOf(found, options.cookies) }
  try {
    return await answer(here, asked)
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
    const explanation = explainLogout(found, error)
    // Our own session was over before this came: what the other side answers changes nothing of that.
    if (isAnswer(carried)) {
      noteVisit(here, { status: 403, explanation, code: error.code })
      return redirect(`${options.url}/signed-out?here=1`)
    }
    const denied = error.code === 'signature_missing' ? await deny(here, asked) : undefined
    if (denied === undefined) throw new SignOutRefusal(error.code, explanation, found)
    noteVisit(here, {
      status: 403,
      explanation: [...explanation, say('logout_denied')],
      code: error.code,
    })
    return denied
  }
}

async function readCarried(visit: Visit, found: FoundConnection): Promise<Carried> {
  if (visit.request.method !== 'POST') return { binding: 'redirect', rawQuery: visit.url.search.slice(1) }
  const read = await readBody(visit.request, maxSamlFormBytes)
  const isSound = !('fault' in read) && !isUnkeepableForm(read.text)
  if (isSound) return { binding: 'post', form: new URLSearchParams(read.text) }
  const isLarge = 'fault' in read && read.fault === 'too_large'
  throw new SignOutRefusal(
    isLarge ? 'too_large' : 'malformed',
    [say(isLarge ? 'logout_too_large' : 'logout_broken')],
    found,
  )
}

/**
 * POST /saml/{id}/slo-soap: a request that the identity provider brings itself. It is answered at once, and there is no browser: what
 * is refused is refused in XML.
 */
export async function consumeSoapLogout(here: ConnectionVisit): Promise<Response> {
  const { options, visit, found } = here
  const metadata = parseMetadata(found.row)
  const read = await readBody(visit.request, maxXmlBytes)
  if (metadata === null || 'fault' in read) {
    const isLarge = 'fault' in read && read.fault === 'too_large'
    const code = metadata === null ? 'connection_incomplete' : isLarge ? 'too_large' : 'malformed'
    const explanation = [say('logout_unreadable')]
    noteVisit(here, { status: 403, explanation, code })
    return renderXml(renderFault('The message was not taken'), 403)
  }
  const carried = { binding: 'soap', text: read.text.replace(/^\uFEFF/, '') } as const
  const expected = toExpected(visit, found, metadata, soapUrlOf(found, options.cookies))
  try {
    const { message, by } = await readByNewest(here, { carried, metadata })
    const request = readLogoutRequest(message.xml, expected)
    const { outcome } = await endAsAsked({ ...here, found: by }, toEnd(request))
    options.anonymous.giveBack(visit.context.ip, givenBack)
    return await answerBySoap(here, { id: request.id, outcome })
  } catch (error) {
    const refused = toRefused(error, found)
    if (refused === undefined) throw error
    // Whoever signs with another key is nobody to whom anything is said.
    const id = refused.code === 'signature_invalid' ? undefined : tryId(carried, expected)
    const more = id === undefined ? [] : [say('logout_denied')]
    noteVisit(here, {
      status: 403,
      explanation: [...refused.explanation, ...more],
      code: refused.code,
    })
    if (id !== undefined) return answerBySoap(here, { id, outcome: 'denied' })
    return renderXml(renderFault('The message was not taken'), 403)
  }
}

// Undefined: it is no refusal.
function toRefused(
  error: unknown,
  found: FoundConnection,
): { readonly code: SsoCode; readonly explanation: readonly Sentence[] } | undefined {
  if (error instanceof SignOutRefusal) return { code: error.code, explanation: error.sentences }
  if (error instanceof SamlError) return { code: error.code, explanation: explainLogout(found, error) }
  return undefined
}

function tryId(carried: Carried, expected: Expected): string | undefined {
  try {
    return readUnsignedRequest(readUnsigned(carried).root, expected)
  } catch (error) {
    if (error instanceof SamlError) return undefined
    throw error
  }
}

type Outcome = { readonly id: string; readonly outcome: LogoutOutcome }

async function answerBySoap(here: ConnectionVisit, { id, outcome }: Outcome): Promise<Response> {
  const { visit, found } = here
  const xml = renderLogoutResponse(toEnvelope(visit, found, null), id, outcome)
  return renderXml(await wrapAnswer(xml, await signingKey(here)), 200)
}

function renderXml(xml: string, status: number): Response {
  const headers = {
    'content-type': 'text/xml; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  }
  return new Response(xml, { status, headers })
}

function explainLogout({ row }: FoundConnection, error: SamlError): readonly Sentence[] {
  const at = samlPlacesOf(row.identity_provider)
  const isUnsigned = error.code === 'signature_missing' || error.code === 'algorithm_refused'
  const advice = isUnsigned ? say('advise_sign_logout', at) : say('advise_logout', at)
  return [say('logout_ineffective'), error.found, advice]
}

interface Asked {
  readonly carried: Carried
  readonly metadata: IdentityProviderMetadata
  readonly sloUrl: string
  /** Ours, to which it was sent. */
  readonly address: string
}

// Nobody is signed out by what nobody signed; whoever asked hears of that, and goes on with its other applications.
async function deny(here: ConnectionVisit, asked: Asked): Promise<Response | undefined> {
  const { visit, found } = here
  const id = tryId(asked.carried, toExpected(visit, found, asked.metadata, asked.address))
  if (id === undefined) return undefined
  const { relayState } = readUnsigned(asked.carried)
  const sent = await renderAnswer(here, asked, { id, outcome: 'denied', relayState })
  return renderSent(visit, sent, [])
}

function toExpected(
  visit: Visit,
  found: FoundConnection,
  metadata: IdentityProviderMetadata,
  destination: string,
): Expected {
  return {
    issuer: metadata.entityId,
    destination,
    now: visit.at,
    skewMs: parseOptions(found.row).clockSkewSeconds * 1_000,
  }
}

function toEnvelope(
  { at }: Visit,
  { row }: FoundConnection,
  destination: string | null,
): Parameters<typeof renderLogoutResponse>[0] {
  return { id: `_${randomBytes(20).toString('hex')}`, now: at, entityId: row.entity_id, destination }
}

async function renderAnswer(
  here: ConnectionVisit,
  { metadata, sloUrl }: Asked,
  { id, outcome, relayState }: Outcome & { readonly relayState: string | undefined },
): Promise<Sent> {
  const { visit, found } = here
  // Metadata §2.2.2: answers may go elsewhere.
  const destination = metadata.sloResponseUrl ?? sloUrl
  const xml = renderLogoutResponse(toEnvelope(visit, found, destination), id, outcome)
  const message = { kind: 'SAMLResponse', xml, relayState } as const
  const key = await signingKey(here)
  return sendBy(metadata.sloBinding ?? 'redirect', destination, message, key)
}

/** By a redirect, or by a form that posts itself. */
export function renderSent(
  { look }: Visit,
  sent: Sent,
  headers: readonly (readonly [string, string])[],
): Response {
  if (sent.kind === 'redirect') return redirect(sent.url, headers)
  return renderPage({ ...goingPage(look, sent, 'signOut'), headers }, look)
}

/** The private key that our messages are signed with. */
export async function signingKey({ options, visit, found }: ConnectionVisit): Promise<string> {
  const [key] = await openServiceKeys(options.database, found.scope, options.envelope, visit.at)
  if (key === undefined) throw new Error('an organization always has a key pair')
  return key.privateKey
}

// A key that was rolled without notice stands in the metadata already, as it does for sign-ins. `by` is the connection as it has proven it.
async function readByNewest(
  here: ConnectionVisit,
  { carried, metadata }: Pick<Asked, 'carried' | 'metadata'>,
): Promise<{ readonly message: LogoutMessage; readonly by: FoundConnection }> {
  const { options, visit, found } = here
  const owner = { organizationId: found.organization.id, part: found.row.entity_id }
  const readBy = (certificates: readonly string[]): Promise<LogoutMessage> =>
    readSigned(carried, certificates, owner).catch((error: unknown) => {
      chargeTried(options, visit, error)
      throw error
    })
  try {
    return { message: await readBy(metadata.certificates), by: found }
  } catch (error) {
    const isUnknown = error instanceof SamlError && error.code === 'signature_invalid'
    const fresh = isUnknown ? await refetch(here) : undefined
    const newest = fresh === undefined ? null : parseMetadata(fresh.row)
    if (fresh === undefined || newest === null) throw error
    return { message: await readBy(newest.certificates), by: fresh }
  }
}

async function answer(here: ConnectionVisit, asked: Asked): Promise<Response> {
  const { options, visit, found } = here
  const { metadata, carried, address } = asked
  const { message, by } = await readByNewest(here, { carried, metadata })
  const expected = toExpected(visit, found, metadata, address)
  if (message.kind === 'SAMLResponse') {
    assertLogoutResponse(message.xml, expected, (id) =>
      isLogoutId(options.envelope, found.row.id, id, visit.at),
    )
    return redirect(`${options.url}/signed-out?here=0`)
  }
  const request = readLogoutRequest(message.xml, expected)
  const held = await findSession(options.database, visit.cookies.get(sessionCookie), visit.at)
  const ended = await endAsAsked({ ...here, found: by }, toEnd(request))
  const { relayState } = message
  const told = { id: request.id, outcome: ended.outcome, relayState }
  const sent = await renderAnswer(here, asked, told)
  // The cookie of a session that this logout did not end stays: it may be another person's, another organization's, the operator's.
  const isOver = held !== undefined && ended.sessionIds.includes(held.id)
  return renderSent(
    visit,
    sent,
    isOver ? [['set-cookie', renderCookie(options.cookies, sessionCookie, '', 0)]] : [],
  )
}

function toEnd({ id, ...request }: LogoutRequest): LogoutRequest {
  return { id: `LogoutRequest ${id}`, ...request }
}

/** On the host of the ACS, whose address never changes. */
export function sloUrlOf({ row }: FoundConnection, { basePath }: Site): string {
  return addressOf(row, 'slo', basePath)
}

/** Where the identity provider brings messages itself. */
export function soapUrlOf({ row }: FoundConnection, { basePath }: Site): string {
  return addressOf(row, 'slo-soap', basePath)
}

function addressOf(row: FoundConnection['row'], action: 'slo' | 'slo-soap', basePath: string): string {
  const isOwn = row.acs_url.endsWith(`/saml/${row.id}/acs`)
  return isOwn
    ? row.acs_url.replace(/acs$/, action)
    : `${new URL(row.acs_url).origin}${basePath}/saml/${row.id}/${action}`
}

// POST /saml/{id}/acs: what an identity provider says of somebody is proved here, and its request spent. The browser is sent on to
// finish.ts, which knows by a cookie that it is the one that began.

import { say } from '@rollcall/api/sentences'
import { createSecret, hashSecret } from '../base/secret.ts'
import { isOwnName } from '../connections/entity-name.ts'
import type { FoundConnection } from '../connections/find.ts'
import { parseMetadata, parseOptions } from '../connections/rows.ts'
import { openServiceKeys } from '../connections/service-keys.ts'
import { givenBack } from '../http/anonymous-limit.ts'
import { readBody } from '../http/body.ts'
import { renderCookie } from '../http/cookies.ts'
import { maxSamlFormBytes } from '../http/limits.ts'
import { redirect } from '../http/redirect.ts'
import { isUnkeepableForm } from '../http/unkeepable.ts'
import { SamlError } from '../saml/saml-error.ts'
import {
  type OpenedResponse,
  openResponse,
  type Trust,
  type VerifiedAssertion,
  verifyOpened,
} from '../saml/verify-response.ts'
import { isKnownRequest, proveSignIn, proveUnsolicited } from '../sign-ins/sign-ins.ts'
import { explainSaml } from './explain-saml.ts'
import { explainState } from './explain-state.ts'
import { refetch } from './refetch.ts'
import { requestCookieName } from './request-cookie.ts'
import { sloUrlOf } from './single-logout.ts'
import { chooseAnchor } from './staged.ts'
import { readReturnTo } from './start.ts'
import { samlPlacesOf } from './vendor-fields.ts'
import {
  type ConnectionVisit,
  chargeTried,
  noteVisit,
  SignOutRefusal,
  type SsoOptions,
  SsoRefusal,
} from './visit.ts'

/** Core §4.1.5 leaves it open; an unsolicited response older than this is refused. */
const maxUnsolicitedAgeMs = 300_000

/** POST /saml/{id}/acs. */
export async function consumeResponse(here: ConnectionVisit): Promise<Response> {
  const { options, visit, found } = here
  const form = await readForm(visit.request, found)
  const logout = findLogoutMessage(form)
  if (logout !== undefined) return answerLogoutMessage(here, logout)
  const { allowUnsolicited, allowAesCbc } = parseOptions(found.row)
  const opened = withWords(found, () => openResponse(form.get('SAMLResponse') ?? '', allowAesCbc))
  if (opened.claimedRequest === undefined && !allowUnsolicited) return sendBack(here, form.get('RelayState'))
  const chosen = await chooseAnchor(options, found, opened.claimedRequest)
  const { digest } = chosen
  const { asked, assertion } = await verifyByNewest(here, opened, chosen)
  const requestId = assertion.inResponseTo
  const anchor = { number: asked.row.anchor_number, digest }
  // What a staged anchor says answers its test, and nothing else.
  if (digest !== null && requestId !== opened.claimedRequest)
    throw new SsoRefusal('request_unknown', explainState('request_unknown', found.row), found)
  if (requestId !== null && !(await mayBeUnsolicited(options, found, requestId)))
    return prove(here, { assertion, requestId, anchor })
  return proveUnasked(here, assertion, form.get('RelayState'))
}

async function readForm(request: Request, found: FoundConnection): Promise<URLSearchParams> {
  const read = await readBody(request, maxSamlFormBytes)
  if ('fault' in read)
    throw toRefusal(
      read.fault === 'too_large'
        ? new SamlError('too_large', say('response_too_large'))
        : new SamlError('malformed', say('response_cut')),
      found,
    )
  if (isUnkeepableForm(read.text)) throw new SsoRefusal('malformed', [say('text_unkeepable')], found)
  return new URLSearchParams(read.text)
}

/** Base64 of an answer: a signature and a few lines. Behind it nothing is looked for, and nothing is believed. */
const maxLogoutCharacters = 131_072

// Some identity providers have one address for everything, and others are given the wrong one.
function findLogoutMessage(form: URLSearchParams): 'request' | 'answer' | undefined {
  if (form.has('SAMLRequest')) return 'request'
  const text = Buffer.from((form.get('SAMLResponse') ?? '').slice(0, maxLogoutCharacters), 'base64').toString(
    'latin1',
  )
  const isAnswer = /^\s*(?:<\?xml[^>]*>\s*)?<(?:[\w-]+:)?LogoutResponse[\s>]/.test(text)
  // An answer about signing out bears no assertion: what does is something else in its dress.
  return isAnswer && !text.includes('Assertion') ? 'answer' : undefined
}

// Nothing of it is read or believed. Whoever signed out here is signed out, whatever the other side answers and where.
function answerLogoutMessage(here: ConnectionVisit, what: 'request' | 'answer'): Response {
  const { options, found } = here
  const at = samlPlacesOf(found.row.identity_provider)
  const explanation = [say('logout_misplaced', { ...at, url: sloUrlOf(found, options.cookies) })]
  if (what === 'request') throw new SignOutRefusal('not_a_response', explanation, found)
  noteVisit(here, { status: 403, explanation, code: 'not_a_response' })
  return redirect(`${options.url}/signed-out?here=1`)
}

function withWords<T>(found: FoundConnection, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw toRefusal(error, found)
  }
}

async function verify(
  { options, visit, found }: ConnectionVisit,
  opened: OpenedResponse,
  trust: Trust,
): Promise<VerifiedAssertion> {
  try {
    return await verifyOpened(opened, trust, visit.at)
  } catch (error) {
    chargeTried(options, visit, error)
    throw toRefusal(error, found)
  }
}

// A key that was rolled without notice stands in the metadata already: it is looked at once more before anybody is refused.
async function verifyByNewest(
  here: ConnectionVisit,
  opened: OpenedResponse,
  { asked, digest }: { readonly asked: FoundConnection; readonly digest: string | null },
): Promise<{ readonly asked: FoundConnection; readonly assertion: VerifiedAssertion }> {
  const by = async (one: FoundConnection) => {
    const trust = await toTrust(here.options, one, opened.isEncrypted, here.visit.at)
    return { asked: one, assertion: await verify({ ...here, found: one }, opened, trust) }
  }
  return by(asked).catch(async (error: unknown) => {
    const isUnknown = error instanceof SsoRefusal && error.code === 'signature_invalid' && digest === null
    const fresh = isUnknown ? await refetch({ ...here, found: asked }) : undefined
    if (fresh === undefined) throw error
    return by(fresh)
  })
}

function toRefusal(error: unknown, found: FoundConnection): unknown {
  if (!(error instanceof SamlError)) return error
  const vendor = found.row.identity_provider
  return new SsoRefusal(error.code, explainSaml(vendor, error), found)
}

// Our keys are opened only where something is encrypted.
async function toTrust(
  options: SsoOptions,
  found: FoundConnection,
  isEncrypted: boolean,
  now: number,
): Promise<Trust> {
  const { row } = found
  const connection = parseOptions(row)
  const metadata = parseMetadata(row)
  // One that a version before let be called by a name of our own is as good as unknown.
  if (metadata === null || isOwnName(metadata.entityId))
    throw new SsoRefusal('connection_incomplete', [say('connection_incomplete')], found)
  const keys = isEncrypted ? await openServiceKeys(options.database, found.scope, options.envelope, now) : []
  return {
    organizationId: found.organization.id,
    entityId: row.entity_id,
    acsUrl: row.acs_url,
    identityProvider: { entityId: metadata.entityId, certificates: metadata.certificates },
    decryptionKeys: keys.map(({ privateKey }) => privateKey),
    allowsAesCbc: connection.allowAesCbc,
    requiresEncryption: connection.wantEncryptedAssertions,
    clockSkewSeconds: connection.clockSkewSeconds,
    stableIdAttribute: connection.stableIdAttribute,
  }
}

// A click on a tile: what came is thrown away, and the sign-in is begun from here, once.
function sendBack(here: ConnectionVisit, relayState: string | null): Response {
  const { options, found } = here
  const target = new URL(`${options.url}/saml/${found.row.id}/login?tile=1`)
  const returnTo = tryReturnTo(relayState, found, options.url)
  if (returnTo !== null) target.searchParams.set('return_to', returnTo)
  const explanation = [say('unsolicited')]
  noteVisit(here, { status: 303, explanation, code: 'unsolicited' })
  return redirect(target.href)
}

function tryReturnTo(relayState: string | null, found: FoundConnection, own: string): string | null {
  try {
    return readReturnTo(relayState, found, own)
  } catch {
    return null
  }
}

// Rippling: an unsolicited response carries an InResponseTo that answers nothing.
async function mayBeUnsolicited(
  options: SsoOptions,
  found: FoundConnection,
  requestId: string,
): Promise<boolean> {
  if (!parseOptions(found.row).allowUnsolicited) return false
  return !(await isKnownRequest(options.database, found.scope, found.row.id, requestId))
}

async function prove(
  { options, visit, found }: ConnectionVisit,
  answer: Pick<Parameters<typeof proveSignIn>[2], 'assertion' | 'requestId' | 'anchor'>,
): Promise<Response> {
  const skewMs = parseOptions(found.row).clockSkewSeconds * 1_000
  const proof = { connectionId: found.row.id, skewMs, ...answer }
  const result = await proveSignIn(options.database, found.scope, proof, visit.at)
  if (result !== 'proven') throw new SsoRefusal(result, explainState(result, found.row), found)
  options.anonymous.giveBack(visit.context.ip, givenBack)
  return redirect(`${options.url}/saml/${found.row.id}/finish?request=${answer.requestId}`)
}

async function proveUnasked(
  { options, visit, found }: ConnectionVisit,
  assertion: VerifiedAssertion,
  relayState: string | null,
): Promise<Response> {
  if (Math.abs(visit.at - assertion.issueInstant) > maxUnsolicitedAgeMs)
    throw toRefusal(new SamlError('response_too_old', say('response_unasked_old')), found)
  const secret = createSecret()
  const id = `_${createSecret()}`
  const signIn = {
    id,
    connectionId: found.row.id,
    purpose: 'unsolicited',
    browserHash: hashSecret(secret),
    returnTo: tryReturnTo(relayState, found, options.url),
    sessionId: null,
    anchorNumber: found.row.anchor_number,
    anchorDigest: null,
  } as const
  const result = await proveUnsolicited(options.database, found.scope, signIn, assertion, visit.at)
  if (result !== 'proven') throw new SsoRefusal(result, explainState(result, found.row), found)
  options.anonymous.giveBack(visit.context.ip, givenBack)
  const cookie = renderCookie(options.cookies, requestCookieName(id), secret, 300)
  return redirect(`${options.url}/saml/${found.row.id}/finish?request=${id}`, [['set-cookie', cookie]])
}

// The way back. The ACS takes a cross-site POST, on which browsers withhold our cookies: it verifies, stores what was
// proven and answers 303 to a same-site page. That page checks the browser, decides who it is and opens the session.
import { findInitiateLogin } from '../applications/applications.ts'
import { createSecret, hashSecret } from '../base/secret.ts'
import { withVersion } from '../connections/anchor.ts'
import { noteTest, selectStaged } from '../connections/anchor-rows.ts'
import type { FoundConnection } from '../connections/find.ts'
import { parseMetadata, parseOptions, selectConnectionInUse } from '../connections/rows.ts'
import { openServiceKeys } from '../connections/service-keys.ts'
import { givenBack } from '../http/anonymous-limit.ts'
import { readBody } from '../http/body.ts'
import { renderCookie, sessionCookie } from '../http/cookies.ts'
import { maxSamlFormBytes } from '../http/limits.ts'
import { redirect } from '../http/page.ts'
import { toEmailKey } from '../mapping/user-columns.ts'
import { applySignIn, linkTester, type SignInResult } from '../provisioning/sign-in.ts'
import { gather, type SignInVisit } from '../provisioning/sign-in-facts.ts'
import { SamlError } from '../saml/saml-error.ts'
import {
  type OpenedResponse,
  openResponse,
  type Trust,
  type VerifiedAssertion,
  verifyOpened,
} from '../saml/verify-response.ts'
import { createSession, endSession, findSession, type Session } from '../sessions/sessions.ts'
import {
  type FinishedSignIn,
  finishSignIn,
  isFresh,
  isKnownRequest,
  proveSignIn,
  proveUnsolicited,
  type Refusal,
} from '../sign-ins/sign-ins.ts'
import type { OrganizationTx } from '../store/database.ts'
import { StoreConflict } from '../store/errors.ts'
import type { OrganizationTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { findByAddress } from '../users/identities.ts'
import { explainDenial, explainSaml, explainState, explainWithheld } from './explain.ts'
import { requestCookieName } from './request-cookie.ts'
import { chooseAnchor } from './staged.ts'
import { clearRequestCookies, readReturnTo } from './start.ts'
import { renderTestResult } from './test-result.ts'
import { noteVisit, type SsoOptions, SsoRefusal, type Visit } from './visit.ts'

/** Core §4.1.5 leaves it open; an unsolicited response older than this is refused. */
const maxUnsolicitedAgeMs = 300_000
/** Who opens the console: roles whose sessions are an administrator's. */
const consoleRoles = new Set(['owner', 'admin'])

/** POST /saml/{id}/acs. */
export async function consumeResponse(
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
): Promise<Response> {
  const form = await readForm(visit.request, found)
  const { allowUnsolicited, allowAesCbc } = parseOptions(found.row)
  const opened = withWords(found, () => openResponse(form.get('SAMLResponse') ?? '', allowAesCbc))
  if (opened.claimedRequest === undefined && !allowUnsolicited)
    return sendBack(options, visit, found, form.get('RelayState'))
  const { asked, digest } = await chooseAnchor(options, found, opened.claimedRequest)
  const trust = await toTrust(options, asked, opened.isEncrypted, visit.at)
  const assertion = await verify(opened, trust, asked, visit.at)
  const requestId = assertion.inResponseTo
  const anchor = { number: asked.row.anchor_number, digest }
  // What a staged anchor says answers its test, and nothing else.
  if (digest !== null && requestId !== opened.claimedRequest)
    throw new SsoRefusal('request_unknown', explainState('request_unknown'), found)
  if (requestId !== null && !(await mayBeUnsolicited(options, found, requestId)))
    return prove(options, visit, found, { assertion, requestId, anchor })
  return proveUnasked(options, visit, found, assertion, form.get('RelayState'))
}

async function readForm(request: Request, found: FoundConnection): Promise<URLSearchParams> {
  const read = await readBody(request, maxSamlFormBytes)
  if ('fault' in read)
    throw new SsoRefusal(
      read.fault === 'too_large' ? 'too_large' : 'malformed',
      read.fault === 'too_large'
        ? 'The response is larger than 128 KB.'
        : 'The response is not whole, or not UTF-8.',
      found,
    )
  return new URLSearchParams(read.text)
}

function withWords<T>(found: FoundConnection, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw toRefusal(error, found)
  }
}

async function verify(
  opened: OpenedResponse,
  trust: Trust,
  found: FoundConnection,
  now: number,
): Promise<VerifiedAssertion> {
  try {
    return await verifyOpened(opened, trust, now)
  } catch (error) {
    throw toRefusal(error, found)
  }
}

function toRefusal(error: unknown, found: FoundConnection): unknown {
  if (!(error instanceof SamlError)) return error
  const vendor = found.row.identity_provider as Parameters<typeof explainSaml>[0]
  return new SsoRefusal(error.code, explainSaml(vendor, error.code, error.message, error.mismatch), found)
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
  if (metadata === null)
    throw new SsoRefusal(
      'connection_incomplete',
      'The connection has no identity provider yet. Finish its set-up.',
      found,
    )
  const keys = isEncrypted ? await openServiceKeys(options.database, found.scope, options.envelope, now) : []
  return {
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
function sendBack(
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  relayState: string | null,
): Response {
  const target = new URL(`${options.url}/saml/${found.row.id}/login?tile=1`)
  const returnTo = tryReturnTo(relayState, found, options.url)
  if (returnTo !== null) target.searchParams.set('return_to', returnTo)
  const explanation =
    'An unsolicited response (a click on a tile) was not used; the sign-in was begun from here.'
  noteVisit(options, visit, found, { status: 303, explanation, code: 'unsolicited' })
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
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  answer: Pick<Parameters<typeof proveSignIn>[2], 'assertion' | 'requestId' | 'anchor'>,
): Promise<Response> {
  const proof = { connectionId: found.row.id, ...answer }
  const result = await proveSignIn(options.database, found.scope, proof, visit.at)
  if (result !== 'proven') throw new SsoRefusal(result, explainState(result), found)
  options.anonymous.giveBack(visit.context.ip, givenBack)
  return redirect(`${options.url}/saml/${found.row.id}/finish?request=${answer.requestId}`)
}

async function proveUnasked(
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  assertion: VerifiedAssertion,
  relayState: string | null,
): Promise<Response> {
  if (Math.abs(visit.at - assertion.issueInstant) > maxUnsolicitedAgeMs)
    throw new SsoRefusal(
      'response_too_old',
      'The unsolicited response was issued more than five minutes ago.',
      found,
    )
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
  if (result !== 'proven') throw new SsoRefusal(result, explainState(result), found)
  options.anonymous.giveBack(visit.context.ip, givenBack)
  const cookie = renderCookie(options.cookies, requestCookieName(id), secret, 300)
  return redirect(`${options.url}/saml/${found.row.id}/finish?request=${id}`, [['set-cookie', cookie]])
}

/** GET /saml/{id}/finish. */
export async function finish(options: SsoOptions, visit: Visit, found: FoundConnection): Promise<Response> {
  const id = visit.url.searchParams.get('request') ?? ''
  const secret = visit.cookies.get(requestCookieName(id)) ?? ''
  const wanted = { id, connectionId: found.row.id, browserHash: hashSecret(secret) }
  // Asked for before the transaction: inside it nothing else may be asked.
  const tester = await findSession(options.database, visit.cookies.get(sessionCookie), visit.at)
  const result = await finishOnce(options, visit, found, { ...wanted, tester })
  if (typeof result === 'string') throw new SsoRefusal(result, explainState(result), found)
  return 'tested' in result ? result.tested : openSession(options, visit, found, id, result)
}

type Wanted = Parameters<typeof finishSignIn>[1] & { readonly tester: Session | undefined }

interface Finished {
  readonly signIn: FinishedSignIn
  readonly result: SignInResult
  readonly session: { readonly token: string; readonly expiresAt: number } | undefined
}

// Somebody may have been first (the same person on another node, or a SCIM client): the second try finds them.
async function finishOnce(
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  wanted: Wanted,
): Promise<Finished | Refusal | { readonly tested: Response }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await options.database.inOrganization(found.scope, (tx) =>
        finishIn(tx, options, visit, found, wanted),
      )
    } catch (error) {
      const isFirstElse =
        error instanceof StoreConflict && ['user_name', 'identity'].includes(error.constraint)
      if (!isFirstElse || attempt === 3) throw error
    }
  }
}

const selectOwn = organizationStatement('organization_at_sign_in')(({ db, organizationId }) =>
  db.selectFrom('organization').selectAll().where('id', '=', organizationId).where('deleted_at', 'is', null),
)

async function finishIn(
  tx: OrganizationTx,
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  wanted: Wanted,
): Promise<Finished | Refusal | { readonly tested: Response }> {
  const signIn = await finishSignIn(tx, wanted, visit.at)
  if (typeof signIn === 'string') return signIn
  // Both are read again here: they may have been switched off since the request began.
  const organization = (await tx.first(selectOwn, {})) as OrganizationTable | undefined
  const connection = await tx.first(selectConnectionInUse, { id: found.row.id })
  if (organization === undefined || connection === undefined) return 'request_unknown'
  const act = {
    actor: { kind: 'system', job: 'single sign-on' },
    rung: 'connection',
    at: visit.at,
    context: visit.context,
  } as const
  const visitor = { organization, connection, assertion: signIn.assertion }
  if (signIn.anchorDigest !== null)
    return finishStagedTest(tx, options, visit, found, visitor, signIn.anchorDigest)
  // Another anchor was put in place since it was proven: what the one before said counts no more.
  if (signIn.anchorNumber !== null && signIn.anchorNumber !== connection.anchor_number)
    return 'anchor_changed'
  if (signIn.purpose === 'test')
    return { tested: await finishTest(tx, options, visit, found, visitor, ownTester(signIn, wanted.tester)) }
  const { assertion, freshness } = signIn
  const skewMs = parseOptions(connection).clockSkewSeconds * 1_000
  if (freshness !== null && !isFresh(freshness, assertion.authnInstant, skewMs)) return 'not_asked_again'
  const result = await applySignIn(tx, act, visitor)
  if (result.kind === 'denied') return { signIn, result, session: undefined }
  const session = createSession(
    tx,
    {
      kind: consoleRoles.has(result.user.role) ? 'administrator' : 'person',
      role: result.user.role,
      userId: result.user.id,
      label: result.user.userName,
      linkId: null,
      connectionId: connection.id,
      nameId: assertion.nameId,
      nameIdFormat: assertion.nameIdFormat,
      sessionIndex: assertion.sessionIndex,
      anchorNumber: connection.anchor_number,
      endsAt: assertion.sessionNotOnOrAfter,
      ip: visit.context.ip,
      userAgent: visit.context.userAgent,
      // A time to come is nobody's: it would be fresh for ever.
      authAt: assertion.authnInstant === null ? null : Math.min(assertion.authnInstant, visit.at),
      freshAfter: freshness?.after ?? null,
    },
    visit.at,
  )
  return { signIn, result, session }
}

function ownTester(signIn: FinishedSignIn, tester: Session | undefined): Session | undefined {
  return tester?.id === signIn.sessionId ? tester : undefined
}

async function finishTest(
  tx: OrganizationTx,
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  visitor: SignInVisit,
  tester: Session | undefined,
): Promise<Response> {
  const userId = tester === undefined ? null : await findTesterUser(tx, tester)
  const act = {
    actor: { kind: 'user', userId: userId ?? '' },
    rung: 'connection',
    at: visit.at,
    context: visit.context,
  } as const
  const isLinked = userId !== null && (await linkTester(tx, act, visitor, userId))
  const { facts, profile } = await gather(tx, visitor, visit.at)
  noteVisit(options, visit, found, { status: 200, explanation: 'A test sign-in succeeded.', code: null })
  const { isSecure } = options.cookies
  return renderTestResult({ visitor, facts, profile, isLinked, isStaged: false, isSecure })
}

// Shows what the staged anchor would mean. It opens no session and links nobody.
async function finishStagedTest(
  tx: OrganizationTx,
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  visitor: SignInVisit,
  digest: string,
): Promise<Refusal | { readonly tested: Response }> {
  const version = await tx.first(selectStaged, { connectionId: found.row.id })
  if (version?.digest !== digest) return 'anchor_changed'
  noteTest(tx, found.row.id, digest, visit.at)
  const staged = { ...visitor, connection: withVersion(visitor.connection, version) }
  const { facts, profile } = await gather(tx, staged, visit.at)
  const explanation =
    'A test sign-in against the staged anchor succeeded. It signed nobody in and linked nobody.'
  noteVisit(options, visit, found, { status: 200, explanation, code: null })
  const { isSecure } = options.cookies
  return {
    tested: renderTestResult({ visitor: staged, facts, profile, isLinked: false, isStaged: true, isSecure }),
  }
}

// A portal link names an administrator by address: the operator vouches for it.
async function findTesterUser(tx: OrganizationTx, tester: Session): Promise<string | null> {
  if (tester.userId !== null || tester.kind !== 'administrator') return tester.userId
  const [person, another] = await findByAddress(tx, toEmailKey(tester.label))
  return person !== undefined && another === undefined ? person.id : null
}

async function openSession(
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  requestId: string,
  { signIn, result, session }: Finished,
): Promise<Response> {
  if (result.kind === 'denied' || session === undefined) {
    const { decision, email, person } = result as Extract<SignInResult, { kind: 'denied' }>
    const { reason } = decision
    const who = email ?? signIn.assertion.nameId
    const explanation = explainDenial({ reason, who, role: person?.role, connection: found.row })
    throw new SsoRefusal(reason, explanation, found)
  }
  // Its beginning and its end: an office where everybody signs in at nine is not a flood.
  options.anonymous.giveBack(visit.context.ip, 1 + givenBack)
  // The session that this browser had before does not live on beside the new one.
  const old = visit.cookies.get(sessionCookie)
  if (old !== undefined) await endSession(options.database, old)
  const { user, isNew, withheld } = result
  const what = `${isNew ? 'Created an account for' : 'Signed in'} ${JSON.stringify(user.userName)}.`
  const explanation = `${what}${explainWithheld(withheld)}`
  noteVisit(options, visit, found, { status: 303, explanation, code: null })
  const seconds = (session.expiresAt - visit.at) / 1_000
  return redirect(signIn.returnTo ?? (await findLanding(options, found, signIn)), [
    ...clearRequestCookies(options, requestId),
    ['set-cookie', renderCookie(options.cookies, sessionCookie, session.token, seconds)],
  ])
}

// A click on a tile means the product: its own sign-in begins there (OpenID Connect Core §4), and finds this session.
async function findLanding(
  { database, url }: SsoOptions,
  { organization }: FoundConnection,
  { purpose }: FinishedSignIn,
): Promise<string> {
  const isTile = purpose === 'tile' || purpose === 'unsolicited'
  const application = isTile ? organization.default_application : null
  const address = application === null ? null : await findInitiateLogin(database, application)
  if (address === null) return `${url}/me`
  const target = new URL(address)
  target.searchParams.set('iss', `${url}/oidc`)
  target.searchParams.set('organization', organization.slug)
  return target.href
}

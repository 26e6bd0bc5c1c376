// The end of a sign-in: who it is decided, a session opened, the browser sent on.

import { type Sentence, say } from '@rollcall/api/sentences'
import { findInitiateLogin } from '../applications/applications.ts'
import { rungOfRole } from '../base/rung.ts'
import type { FoundConnection } from '../connections/find.ts'
import { actOfJob } from '../events/record.ts'
import { givenBack } from '../http/anonymous-limit.ts'
import { renderCookie, sessionCookie } from '../http/cookies.ts'
import { redirect } from '../http/redirect.ts'
import { clearRefusedSignIn } from '../organizations/needs.ts'
import type { SignInDenial } from '../provisioning/decide-sign-in.ts'
import { applySignIn } from '../provisioning/sign-in.ts'
import type { SignInResult } from '../provisioning/sign-in-result.ts'
import type { SignInVisit } from '../provisioning/sign-in-visit.ts'
import { createSession, endQuietSessionsOfPerson, endSession } from '../sessions/sessions.ts'
import type { FinishedSignIn } from '../sign-ins/standing.ts'
import type { OrganizationTx } from '../store/database.ts'
import {
  explainDenial,
  explainGroups,
  explainOutranked,
  explainRespelled,
  explainSoft,
  explainWithheld,
} from './explain.ts'
import { clearRequestCookies } from './start.ts'
import { type ConnectionVisit, noteVisit, type SsoOptions, SsoRefusal, type Visit } from './visit.ts'

/** What the end of a sign-in came to. */
export interface Entered {
  readonly result: SignInResult
  /** None where it was denied. */
  readonly session: { readonly token: string; readonly expiresAt: number } | undefined
}

/** Decides whose the proven sign-in is, and opens their session; in the caller's transaction. */
export async function enter(
  tx: OrganizationTx,
  visit: Visit,
  visitor: SignInVisit,
  /** Where a fresh sign-in was asked for and came: how far back it may lie. */
  freshAfter: number | null,
  /** When the session begins. */
  beginsAt: number,
): Promise<Entered> {
  const { connection, assertion } = visitor
  const act = actOfJob('single sign-on', visit.at, visit.context)
  const result = await applySignIn(tx, act, visitor)
  if (result.kind === 'denied') return { result, session: undefined }
  const rung = rungOfRole(result.user.role)
  if (rung !== 'person') clearRefusedSignIn(tx, result.user.id)
  endQuietSessionsOfPerson(tx, result.user.id, false)
  const session = createSession(
    tx,
    {
      kind: rung === 'person' ? 'person' : 'administrator',
      role: result.user.role,
      userId: result.user.id,
      label: result.user.userName,
      linkId: null,
      connectionId: connection.id,
      nameId: assertion.nameId,
      nameIdFormat: assertion.nameIdFormat,
      nameQualifiers:
        assertion.nameQualifiers === undefined ? null : JSON.stringify(assertion.nameQualifiers),
      sessionIndex: assertion.sessionIndex,
      anchorNumber: connection.anchor_number,
      endsAt: assertion.sessionNotOnOrAfter,
      ip: visit.context.ip,
      userAgent: visit.context.userAgent,
      // A time to come is nobody's: it would be fresh for ever.
      authAt: assertion.authnInstant === null ? null : Math.min(assertion.authnInstant, visit.at),
      freshAfter,
    },
    beginsAt,
  )
  return { result, session }
}

function explainDenied(
  found: FoundConnection,
  signIn: Pick<FinishedSignIn, 'assertion'>,
  result: SignInResult,
): { readonly code: SignInDenial; readonly explanation: readonly Sentence[] } {
  const { decision, email, person, isNew, knownAs } = result as Extract<SignInResult, { kind: 'denied' }>
  const { reason } = decision
  const who = email ?? signIn.assertion.nameId
  return {
    code: reason,
    explanation: explainDenial({
      reason,
      who,
      role: person?.role,
      isNew,
      connection: found.row,
      sent: signIn.assertion,
      knownAs,
    }),
  }
}

/** The refusal of a sign-in that was denied. */
export function refuseDenied(
  found: FoundConnection,
  signIn: Pick<FinishedSignIn, 'assertion'> & { readonly returnTo: string | null },
  { result }: Entered,
): SsoRefusal {
  const { code, explanation } = explainDenied(found, signIn, result)
  const come = { returnTo: signIn.returnTo, isOwn: result.kind === 'denied' && result.isOwn }
  return new SsoRefusal(code, explanation, found, { come })
}

/** The line of a denial that is answered with a question. */
export function noteDenied(
  here: ConnectionVisit,
  signIn: Pick<FinishedSignIn, 'assertion'>,
  { result }: Entered,
): void {
  const { found } = here
  noteVisit(here, { status: 403, ...explainDenied(found, signIn, result) })
}

/** Throws the refusal of a sign-in that was denied. `cookies`: what else this browser keeps or forgets. */
export async function openSession(
  here: ConnectionVisit,
  requestId: string,
  finished: Entered & { readonly signIn: Pick<FinishedSignIn, 'assertion' | 'purpose' | 'returnTo'> },
  cookies: readonly (readonly [string, string])[] = [],
): Promise<Response> {
  const { options, visit, found } = here
  const { signIn, result, session } = finished
  if (result.kind === 'denied' || session === undefined) throw refuseDenied(found, signIn, finished)
  // Its beginning and its end: an office where everybody signs in at nine is not a flood.
  options.anonymous.giveBack(visit.context.ip, 1 + givenBack)
  // The session that this browser had before does not live on beside the new one.
  const old = visit.cookies.get(sessionCookie)
  if (old !== undefined) await endSession(options.database, old)
  const { user, isNew, withheld, outranked, softAddress, respelled, lacksGroups } = result
  const explanation = [
    say(isNew ? 'sign_in_created' : 'sign_in_done', { name: user.userName }),
    ...explainWithheld(withheld),
    ...explainOutranked(outranked),
    ...explainSoft(softAddress),
    ...explainRespelled(respelled),
    ...(lacksGroups ? explainGroups(found, signIn.assertion) : []),
  ]
  noteVisit(here, { status: 303, explanation, code: null })
  options.observeSignIn(null)
  const seconds = (session.expiresAt - visit.at) / 1_000
  return redirect(signIn.returnTo ?? (await findLanding(options, found, signIn)), [
    ...clearRequestCookies(options, requestId),
    ...cookies,
    ['set-cookie', renderCookie(options.cookies, sessionCookie, session.token, seconds)],
  ])
}

// A click on a tile means the product: its own sign-in begins there (OpenID Connect Core §4), and finds this session.
async function findLanding(
  { database, url }: SsoOptions,
  { organization }: FoundConnection,
  { purpose }: Pick<FinishedSignIn, 'purpose'>,
): Promise<string> {
  const isTile = purpose === 'tile' || purpose === 'unsolicited'
  const application = isTile ? organization.default_application : null
  const address =
    application === null ? null : await findInitiateLogin(database, application, organization.id)
  if (address === null) return `${url}/me`
  const target = new URL(address)
  target.searchParams.set('iss', `${url}/oidc`)
  target.searchParams.set('organization', organization.slug)
  return target.href
}

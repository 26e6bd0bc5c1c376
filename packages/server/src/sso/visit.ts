// What every handler of the single sign-on is given, and how a visit ends badly: one code, one line in activity that an
// administrator understands, one plain page with a reference number for the person.

import type { Sentence } from '@rollcall/api/sentences'
import type { ActivityWriter } from '../activity/writer.ts'
import type { AnchorRules } from '../anchors/rules.ts'
import type { RequestContext } from '../base/actor.ts'
import type { Clock } from '../base/clock.ts'
import { toEnglish } from '../base/english.ts'
import type { Envelope } from '../base/envelope.ts'
import type { Log } from '../base/log.ts'
import type { FoundConnection } from '../connections/find.ts'
import { listWanted } from '../http/accept-language.ts'
import type { AnonymousLimit } from '../http/anonymous-limit.ts'
import { type CookieRules, readCookies } from '../http/cookies.ts'
import type { Spending } from '../http/spending.ts'
import { readUserAgent } from '../http/user-agent.ts'
import type { IdTokenVerifier } from '../id-tokens/id-token.ts'
import { type OpenIdCode, OpenIdError } from '../id-tokens/openid-error.ts'
import type { OutboundAnswer, OutboundRequest } from '../outbound/outbound.ts'
import { renderPage } from '../pages/frame.ts'
import { type Look, lookFor } from '../pages/look.ts'
import { nothingPage, refusedPage, signOutRefusedPage, unchangedPage } from '../pages/refusals.ts'
import type { SignInDenial } from '../provisioning/decide-sign-in.ts'
import { type SamlCode, SamlError } from '../saml/saml-error.ts'
import type { Refusal } from '../sign-ins/standing.ts'
import type { Database } from '../store/database.ts'

/** What the door is made of. */
export interface SsoOptions {
  readonly database: Database
  readonly activity: ActivityWriter
  readonly envelope: Envelope
  readonly clock: Clock
  readonly log: Log
  /** Public base URL, without a slash at the end. */
  readonly url: string
  readonly cookies: CookieRules
  readonly look: Look
  /** Of the operator's key: sessions of the operator end with it. */
  readonly operatorKeyHash: string
  /** Whether mail goes out. */
  readonly hasMail: boolean
  /** How anchors are read and told of. */
  readonly anchorRules: AnchorRules
  readonly spending: Spending
  /** Everybody here is anonymous until the identity provider has spoken. */
  readonly anonymous: AnonymousLimit
  /** The guarded way out. */
  readonly send: (request: OutboundRequest) => Promise<OutboundAnswer>
  readonly idTokens: IdTokenVerifier
  /** Told of each sign-in; the code of its refusal, or null. */
  readonly observeSignIn: (code: SsoCode | null) => void
}

/** One request, with what is known of who sends it. */
export interface Visit {
  readonly request: Request
  readonly url: URL
  readonly at: number
  readonly startedAt: number
  readonly context: RequestContext
  readonly cookies: ReadonlyMap<string, string>
  /** Languages, as http/accept-language.ts lists them. */
  readonly wanted: readonly string[]
  /** Of the pages that this visitor is shown. */
  readonly look: Look
}

/** One request, and the connection that it is about: what everything that answers it is given. */
export interface ConnectionVisit {
  readonly options: SsoOptions
  readonly visit: Visit
  readonly found: FoundConnection
}

/** A message that no key signed costs as many acts as keys were tried for it. The door has counted one. */
export function chargeTried({ anonymous }: SsoOptions, { context }: Visit, error: unknown): void {
  const tried = error instanceof SamlError || error instanceof OpenIdError ? error.tried : 0
  if (tried > 1) anonymous.charge(context.ip, tried - 1)
}

/** Reads what every handler needs of a request. */
export function beginVisit(
  request: Request,
  options: SsoOptions,
  known: { readonly requestId: string; readonly at: number; readonly ip: string | null },
): Visit {
  const url = new URL(request.url)
  const cookies = readCookies(request.headers, options.cookies)
  const wanted = listWanted({ url, headers: request.headers }, cookies)
  return {
    request,
    url,
    at: known.at,
    startedAt: performance.now(),
    context: { requestId: known.requestId, ip: known.ip, userAgent: readUserAgent(request.headers) },
    cookies,
    wanted,
    look: lookFor(options.look, wanted),
  }
}

/** Why a visit ends badly. */
export type SsoCode =
  | SamlCode
  | OpenIdCode
  | SignInDenial
  | Refusal
  | 'unsolicited'
  | 'unsolicited_loop'
  | 'connection_incomplete'
  | 'return_to_refused'
  | 'test_without_session'
  | 'cross_site'
  | 'pending_gone'
  | 'identity_taken'
  | 'anchor_changed'
  | 'staged_changed'
  | 'other_identity'

/** How a refusal is shown to somebody who runs the organization's settings: they are told what the matter is. */
export interface ShownRefusal {
  readonly status: number
  /** Where they start again. */
  readonly back: string
}

/** Thrown by handlers; `sentences` are for the administrator. */
export class SsoRefusal extends Error {
  readonly code: SsoCode
  /** Whose activity tells of it; undefined where no connection is known. */
  readonly found: FoundConnection | undefined
  /** Undefined: the page of a person, which says no more than whom to ask. */
  readonly shown: ShownRefusal | undefined
  readonly sentences: readonly Sentence[]
  constructor(
    code: SsoCode,
    sentences: readonly Sentence[],
    found: FoundConnection | undefined,
    shown?: ShownRefusal | undefined,
  ) {
    super(toEnglish(sentences))
    this.name = 'SsoRefusal'
    this.sentences = sentences
    this.code = code
    this.found = found
    this.shown = shown
  }
}

/** A message about signing out that was not taken: the person is told of that, and offered to sign out here. */
export class SignOutRefusal extends SsoRefusal {}

/** Leaves a line in the organization's activity: somebody came, by which connection, and what became of it. */
export function noteVisit(
  { options, visit, found }: ConnectionVisit,
  result: {
    readonly status: number
    readonly explanation: readonly Sentence[]
    readonly code: SsoCode | null
  },
): void {
  options.activity.note({
    organizationId: found.scope.organizationId,
    at: visit.at,
    method: visit.request.method,
    path: visit.url.pathname,
    status: result.status,
    durationUs: Math.round((performance.now() - visit.startedAt) * 1_000),
    explanation: result.explanation,
    requestId: visit.context.requestId,
    keyId: null,
    ip: visit.context.ip,
    userAgent: visit.context.userAgent,
    requestBody: null,
    responseBody: null,
    kind: 'sign_in',
    code: result.code,
    connectionId: found.row.id,
  })
}

/** Where owners and administrators ask for a mailed link. */
export function toMailLink(found: FoundConnection): string {
  return `/saml/${found.row.id}/mail-link`
}

/** The page of a refusal: a person's, or the one of somebody who was about to mend the connection. */
export function renderRefusal(refusal: SsoRefusal, { context, look }: Visit): Response {
  const { code, found, shown, sentences } = refusal
  const { requestId } = context
  if (refusal instanceof SignOutRefusal) return renderPage(signOutRefusedPage(look, requestId), look)
  const mailLink = found === undefined ? null : toMailLink(found)
  const page =
    shown === undefined
      ? refusedPage(look, { code, requestId, mailLink })
      : unchangedPage(look, { code, sentences, requestId, ...shown })
  return renderPage(page, look)
}

/** The same for a connection, an organization and an address that are not there. */
export function renderNothing({ context, look }: Visit): Response {
  return renderPage(nothingPage(look, context.requestId), look)
}

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
import type { FindBrand } from '../brand/places.ts'
import type { FoundConnection } from '../connections/find.ts'
import { listWanted } from '../http/accept-language.ts'
import type { AnonymousLimit } from '../http/anonymous-limit.ts'
import { type CookieRules, readCookies } from '../http/cookies.ts'
import type { Spending } from '../http/spending.ts'
import { readUserAgent } from '../http/user-agent.ts'
import type { IdTokenVerifier } from '../id-tokens/id-token.ts'
import { OpenIdError } from '../id-tokens/openid-error.ts'
import type { OutboundAnswer, OutboundRequest } from '../outbound/outbound.ts'
import { renderPage } from '../pages/frame.ts'
import { type Look, lookFor } from '../pages/look.ts'
import { nothingPage, refusedPage, signOutRefusedPage, unchangedPage } from '../pages/refusals.ts'
import { SamlError } from '../saml/saml-error.ts'
import type { Database } from '../store/database.ts'
import type { SsoCode } from './codes.ts'
import { findProduct, lookAt } from './product-link.ts'
import { reasonOf } from './reasons.ts'

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
  /** What pages show of a sign-in of an application or an organization. */
  readonly findBrand: FindBrand
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

/** How a refusal is shown to somebody who runs the organization's settings: they are told what the matter is. */
export interface ShownRefusal {
  readonly status: number
  /** Where they start again. */
  readonly back: string
}

/** What is known of a sign-in that came as far as to be refused. */
export interface Come {
  readonly returnTo: string | null
  /** Whether they were refused an account that is theirs: of no other is anything said. */
  readonly isOwn: boolean
}

/** Thrown by handlers; `sentences` are for the administrator. */
export class SsoRefusal extends Error {
  readonly code: SsoCode
  /** Whose activity tells of it; undefined where no connection is known. */
  readonly found: FoundConnection | undefined
  /** Undefined: the page of a person, which says no more than whom to ask. */
  readonly shown: ShownRefusal | undefined
  readonly sentences: readonly Sentence[]
  readonly come: Come
  constructor(
    code: SsoCode,
    sentences: readonly Sentence[],
    found: FoundConnection | undefined,
    more: { readonly shown?: ShownRefusal | undefined; readonly come?: Come | undefined } = {},
  ) {
    super(toEnglish(sentences))
    this.name = 'SsoRefusal'
    this.sentences = sentences
    this.code = code
    this.found = found
    this.shown = more.shown
    this.come = more.come ?? { returnTo: null, isOwn: false }
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
export async function renderRefusal(
  refusal: SsoRefusal,
  options: SsoOptions,
  { context, look: plain }: Visit,
): Promise<Response> {
  const { code, found, shown, sentences, come } = refusal
  const look = found === undefined ? plain : await lookAt(options, plain, found.organization, come.returnTo)
  const { requestId } = context
  if (refusal instanceof SignOutRefusal) return renderPage(signOutRefusedPage(look, requestId), look)
  if (shown !== undefined)
    return renderPage(unchangedPage(look, { code, sentences, requestId, ...shown }), look)
  const page = refusedPage(look, {
    code,
    reason: reasonOf(code, come.isOwn),
    requestId,
    mailLink: found === undefined ? null : toMailLink(found),
    start: found === undefined ? null : toStart(found, come),
    back: found === undefined ? null : await findProduct(options, found.organization, come.returnTo),
  })
  return renderPage(page, look)
}

// Both begin anew. Whoever wants another account is asked again by the identity provider: by ForceAuthn (core §3.4.1), or by
// prompt=select_account.
function toStart(
  { row }: FoundConnection,
  { returnTo }: Come,
): { readonly again: string; readonly otherAccount: string } {
  const parameters = new URLSearchParams(returnTo === null ? {} : { return_to: returnTo })
  const again = `/saml/${row.id}/login${returnTo === null ? '' : `?${parameters}`}`
  parameters.set('prompt', 'select_account')
  return { again, otherAccount: `/saml/${row.id}/login?${parameters}` }
}

/** The same for a connection, an organization and an address that are not there. */
export function renderNothing({ context, look }: Visit): Response {
  return renderPage(nothingPage(look, context.requestId), look)
}

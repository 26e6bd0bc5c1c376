// What every handler of the single sign-on is given, and how a visit ends badly: one code, one line in activity that an
// administrator understands, one plain page with a reference number for the person.
import type { ActivityWriter } from '../activity/writer.ts'
import type { AnchorRules } from '../anchors/rules.ts'
import type { RequestContext } from '../base/actor.ts'
import type { Clock } from '../base/clock.ts'
import type { Envelope } from '../base/envelope.ts'
import type { Log } from '../base/log.ts'
import type { FoundConnection } from '../connections/find.ts'
import type { AnonymousLimit } from '../http/anonymous-limit.ts'
import { type CookieRules, readCookies } from '../http/cookies.ts'
import { escapeHtml, renderPage, type Site } from '../http/page.ts'
import type { Spending } from '../http/spending.ts'
import { readUserAgent } from '../http/user-agent.ts'
import type { IdTokenVerifier } from '../openid/id-token.ts'
import { type OpenIdCode, OpenIdError } from '../openid/openid-error.ts'
import type { OutboundAnswer, OutboundRequest } from '../outbound/outbound.ts'
import type { SignInDenial } from '../provisioning/decide-sign-in.ts'
import { type SamlCode, SamlError } from '../saml/saml-error.ts'
import type { Refusal } from '../sign-ins/sign-ins.ts'
import type { Database } from '../store/database.ts'

export interface SsoOptions {
  readonly database: Database
  readonly activity: ActivityWriter
  readonly envelope: Envelope
  readonly clock: Clock
  readonly log: Log
  /** Public base URL, without a slash at the end. */
  readonly url: string
  readonly cookies: CookieRules
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
}

export interface Visit {
  readonly request: Request
  readonly url: URL
  readonly at: number
  readonly startedAt: number
  readonly context: RequestContext
  readonly cookies: ReadonlyMap<string, string>
}

/** A message that no key signed costs as many acts as keys were tried for it. The door has counted one. */
export function chargeTried({ anonymous }: SsoOptions, { context }: Visit, error: unknown): void {
  const tried = error instanceof SamlError || error instanceof OpenIdError ? error.tried : 0
  if (tried > 1) anonymous.charge(context.ip, tried - 1)
}

export function beginVisit(
  request: Request,
  options: SsoOptions,
  known: { readonly requestId: string; readonly at: number; readonly ip: string | null },
): Visit {
  return {
    request,
    url: new URL(request.url),
    at: known.at,
    startedAt: performance.now(),
    context: { requestId: known.requestId, ip: known.ip, userAgent: readUserAgent(request.headers) },
    cookies: readCookies(request.headers, options.cookies),
  }
}

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

/** Thrown by handlers; `explanation` is for the administrator. */
export class SsoRefusal extends Error {
  readonly code: SsoCode
  /** Whose activity tells of it; undefined where no connection is known. */
  readonly found: FoundConnection | undefined
  /** Undefined: the page of a person, which says no more than whom to ask. */
  readonly shown: ShownRefusal | undefined
  constructor(
    code: SsoCode,
    explanation: string,
    found: FoundConnection | undefined,
    shown?: ShownRefusal | undefined,
  ) {
    super(explanation)
    this.name = 'SsoRefusal'
    this.code = code
    this.found = found
    this.shown = shown
  }
}

/** A message about signing out that was not taken: the person is told of that, and offered to sign out here. */
export class SignOutRefusal extends SsoRefusal {}

/** Leaves a line in the organization's activity: somebody came, by which connection, and what became of it. */
export function noteVisit(
  options: SsoOptions,
  visit: Visit,
  found: FoundConnection,
  result: { readonly status: number; readonly explanation: string; readonly code: SsoCode | null },
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
export function renderRefusal(refusal: SsoRefusal, requestId: string, site: Site): Response {
  const { code, found, shown } = refusal
  if (refusal instanceof SignOutRefusal) return renderSignOutRefusal(requestId, site)
  if (shown === undefined)
    return renderPersonsRefusal(code, found === undefined ? null : toMailLink(found), requestId, site)
  const body = `<div class="panel"><h1>Nothing was changed</h1><p>${escapeHtml(refusal.message)}</p><p><a href="${escapeHtml(shown.back)}">Start again</a></p><p class="soft">Code <code>${code}</code>, reference <code>${requestId}</code></p></div>`
  return renderPage({ title: 'Nothing was changed', body, status: shown.status }, site)
}

function renderSignOutRefusal(requestId: string, site: Site): Response {
  const title = 'Your identity provider did not sign you out here'
  const body = `<div class="panel"><h1>${title}</h1><p>It sent a message to do so that could not be taken. If you are signed in here, you can sign out yourself.</p><form method="post" action="/sign-out"><button>Sign out</button></form><p class="soft">Reference <code>${requestId}</code></p></div>`
  return renderPage({ title, body, status: 403, mayLeave: true }, site)
}

// It says who can help and how to name the case; being not provisioned yet, and a connection that changed meanwhile, are told apart.
function renderPersonsRefusal(
  code: SsoCode,
  mailLink: string | null,
  requestId: string,
  site: Site,
): Response {
  const { title, text, status } = wordsOf(code)
  const reference = `<p class="soft">${status === 409 ? `Code <code>${code}</code>, reference` : 'Reference'} <code>${requestId}</code></p>`
  const way =
    code === 'not_provisioned' || mailLink === null
      ? ''
      : `<p class="soft">You own or administer this organization here? <a href="${escapeHtml(mailLink)}">Can’t sign in?</a></p>`
  const body = `<div class="panel"><h1>${title}</h1><p>${text}</p>${reference}${way}</div>`
  return renderPage({ title, body, status }, site)
}

function wordsOf(code: SsoCode): { readonly title: string; readonly text: string; readonly status: number } {
  const refused = { title: 'You could not be signed in', status: 403 }
  switch (code) {
    case 'not_provisioned':
      return {
        title: 'Your account is not ready yet',
        text: 'Your account has not been provisioned yet. Ask your administrator to assign you to this application.',
        status: 403,
      }
    case 'not_asked_again':
      return {
        ...refused,
        text: 'A fresh sign-in was asked for, and your identity provider did not ask you again. Sign out there and try once more, or ask your administrator for help and name this reference.',
      }
    case 'proof_over':
      return {
        ...refused,
        text: 'Your sessions, or those of this way to sign in, were ended after you had proven who you are. Nothing came of what was begun before: sign in again.',
        status: 409,
      }
    case 'anchor_changed':
      return {
        ...refused,
        text: 'How your organization signs people in was changed meanwhile. Nothing came of what was begun before: start again.',
        status: 409,
      }
    default:
      return { ...refused, text: 'Ask your administrator for help and name this reference.' }
  }
}

/** The same for a connection, an organization and an address that are not there. */
export function renderNothing(requestId: string, site: Site): Response {
  const title = 'There is no sign-in at this address'
  const body = `<div class="panel"><h1>There is no <span class="whole">sign-in</span> at this address</h1><p>Check the link, or ask your administrator for it.</p><p class="soft">Reference <code>${requestId}</code></p></div>`
  return renderPage({ title, body, status: 404 }, site)
}

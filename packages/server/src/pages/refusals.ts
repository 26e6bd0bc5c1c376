// The pages of a sign-in that is refused: they say who can help and how to name the case, and no more to whom no more may be said.
import { toHelpUrl } from '@rollcall/api'
import type { Sentence } from '@rollcall/api/sentences'
import type { Page } from './frame.ts'
import { type Html, html } from './html.ts'
import { explain, type Look, type PlainKey, wordsOf } from './look.ts'
import { code, codeAndReference, copyableReference, copyScript, inEnglish, reference } from './parts.ts'

/** The same for a connection, an organization and an address that are not there. */
export function nothingPage(look: Look, requestId: string): Page {
  const say = wordsOf(look)
  const heading = say('nothing.heading', {
    signIn: html`<span class="whole">${say('nothing.signIn')}</span>`,
  })
  const body = html`<div class="panel"><h1>${heading}</h1><p>${say('nothing.text')}</p>${reference(look, requestId)}</div>`
  return { title: say('nothing.title'), body, status: 404 }
}

/** What a person may be told of why they were refused; `other` says no more than whom to ask. */
export type Reason =
  | 'blocked'
  | 'notProvisioned'
  | 'misconfigured'
  | 'wrongAccount'
  | 'again'
  | 'provider'
  | 'away'
  | 'notAskedAgain'
  | 'proofOver'
  | 'anchorChanged'
  | 'other'

interface Told {
  readonly title?: PlainKey
  readonly text: PlainKey
  readonly status?: number
  /** What the person can do here: another account at the identity provider, or the same once more. */
  readonly way: 'otherAccount' | 'again'
}

const told: Readonly<Record<Reason, Told>> = {
  blocked: { title: 'refused.blocked.title', text: 'refused.blocked', way: 'otherAccount' },
  notProvisioned: {
    title: 'refused.notProvisioned.title',
    text: 'refused.notProvisioned',
    way: 'otherAccount',
  },
  misconfigured: { title: 'refused.misconfigured.title', text: 'refused.misconfigured', way: 'again' },
  wrongAccount: { title: 'refused.wrongAccount.title', text: 'refused.wrongAccount', way: 'otherAccount' },
  again: { title: 'refused.again.title', text: 'refused.again', way: 'again' },
  provider: { title: 'refused.provider.title', text: 'refused.provider', way: 'otherAccount' },
  away: { title: 'refused.away.title', text: 'refused.away', way: 'again' },
  notAskedAgain: { text: 'refused.notAskedAgain', way: 'otherAccount' },
  proofOver: { text: 'refused.proofOver', way: 'again', status: 409 },
  anchorChanged: { text: 'refused.anchorChanged', way: 'again', status: 409 },
  other: { text: 'refused.text', way: 'otherAccount' },
}

/** The operator's product, as a place to go to. */
export interface ProductLink {
  readonly name: string
  readonly url: string
}

/** A refusal, as far as the person may know it. */
export interface ShownRefusal {
  readonly reason: Reason
  /** Shown beside the reference of a 409 alone: whoever reads it mends something. */
  readonly code: string
  readonly requestId: string
  /** Where owners and administrators ask for a mailed link. */
  readonly mailLink: string | null
  /** Where a sign-in by the same connection begins: as it did, and asking for another account. */
  readonly start: { readonly again: string; readonly otherAccount: string } | null
  readonly back: ProductLink | null
}

/** What a person reads who was refused. */
export function refusedPage(look: Look, refusal: ShownRefusal): Page {
  const say = wordsOf(look)
  const { reason, requestId } = refusal
  const { title: titleKey = 'refused.title', text, status = 403 } = told[reason]
  const title = say(titleKey)
  const more = reason === 'away' ? html`<p>${sayOperator(look)}</p>` : ''
  const named =
    status === 409 ? codeAndReference(look, refusal.code, requestId) : copyableReference(look, requestId)
  const body = html`<div class="panel"><h1>${title}</h1><p>${say(text)}</p>${more}${renderWays(look, refusal)}${named}${renderRecovery(look, refusal)}</div>`
  return { title, body, status, ...(status === 409 ? {} : { script: copyScript }) }
}

function renderWays(look: Look, { reason, start, back, requestId }: ShownRefusal): Html | '' {
  const say = wordsOf(look)
  const { way } = told[reason]
  const ways = [
    start === null ? [] : [html`<a class="button" href="${start[way]}">${say(`action.${way}`)}</a>`],
    back === null
      ? []
      : [html`<a class="button quiet" href="${back.url}">${say('action.back', { product: back.name })}</a>`],
    supportLink(look, requestId),
  ].flat()
  return ways.length === 0 ? '' : html`<p class="ways">${ways}</p>`
}

// With the reference in its subject: whoever helps finds the case by it.
function supportLink(look: Look, requestId: string): readonly Html[] {
  const { supportEmail } = look.brand
  const mail = supportEmail === null ? null : toHelpUrl({ supportUrl: null, supportEmail })
  const href = mail === null ? toHelpUrl(look.brand) : `${mail}?subject=${encodeURIComponent(requestId)}`
  return href === null
    ? []
    : [html`<a class="button quiet" href="${href}">${wordsOf(look)('action.support')}</a>`]
}

// Of a product with a name the service behind it is not spoken of.
function sayOperator(look: Look): Html {
  const say = wordsOf(look)
  const { productName } = look.brand
  return productName === null
    ? say('refused.away.operator')
    : say('refused.away.product', { product: productName })
}

function renderRecovery(look: Look, { reason, mailLink }: ShownRefusal): Html | '' {
  const say = wordsOf(look)
  if (mailLink === null || reason === 'notProvisioned') return ''
  return html`<p class="soft">${say('recover.offerHere')} <a href="${mailLink}">${say('recover.title')}</a></p>`
}

/** What somebody reads who was about to change the organization's sign-in: they are told what the matter is. */
export function unchangedPage(
  look: Look,
  refusal: {
    readonly code: string
    /** What the matter is. */
    readonly sentences: readonly Sentence[]
    readonly status: number
    /** Where they start again. */
    readonly back: string
    readonly requestId: string
  },
): Page {
  const say = wordsOf(look)
  const { back, sentences, status, requestId } = refusal
  const body = html`<div class="panel"><h1>${say('unchanged.title')}</h1><p>${explain(look, sentences)}</p>
<p><a href="${back}">${say('unchanged.again')}</a></p>
${codeAndReference(look, refusal.code, requestId)}</div>`
  return { title: say('unchanged.title'), body, status }
}

/** A message about signing out was not taken: the person is offered to sign out here. */
export function signOutRefusedPage(look: Look, requestId: string): Page {
  const say = wordsOf(look)
  const title = say('notSignedOut.byProvider')
  const body = html`<div class="panel"><h1>${title}</h1><p>${say('notSignedOut.byProviderText')}</p>
<form method="post" action="/sign-out"><button>${say('signOut')}</button></form>${reference(look, requestId)}</div>`
  return { title, body, status: 403, mayLeave: true }
}

/** A form of another site asked to sign out. */
export function notSignedOutPage(look: Look): Page {
  const say = wordsOf(look)
  const title = say('notSignedOut.title')
  const body = html`<div class="panel"><h1>${title}</h1><p>${say('notSignedOut.text')}</p></div>`
  return { title, body, status: 403 }
}

/** What an application asked for and may not have; its team reads why. `uri`: one that is not registered. */
export function wrongRequestPage(
  look: Look,
  error: { readonly code: string; readonly description: string; readonly uri: string | null },
): Page {
  const say = wordsOf(look)
  const title = say('refused.title')
  const came =
    error.uri === null
      ? ''
      : html`<p class="soft">${say('application.redirectUri', { uri: code(error.uri) })}</p>`
  const body = html`<div class="panel"><h1>${title}</h1><p>${say('application.wrong')}</p>
<p class="soft">${code(error.code)} ${inEnglish(error.description)}</p>${came}</div>`
  return { title, body }
}

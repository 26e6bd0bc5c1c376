// The pages of a sign-in that is refused: they say who can help and how to name the case, and no more to whom no more may be said.
import type { Sentence } from '@rollcall/api/sentences'
import type { Page } from './frame.ts'
import { html } from './html.ts'
import { explain, type Look, type PlainKey, wordsOf } from './look.ts'
import { code, codeAndReference, inEnglish, reference } from './parts.ts'

/** The same for a connection, an organization and an address that are not there. */
export function nothingPage(look: Look, requestId: string): Page {
  const say = wordsOf(look)
  const heading = say('nothing.heading', {
    signIn: html`<span class="whole">${say('nothing.signIn')}</span>`,
  })
  const body = html`<div class="panel"><h1>${heading}</h1><p>${say('nothing.text')}</p>${reference(look, requestId)}</div>`
  return { title: say('nothing.title'), body, status: 404 }
}

interface Told {
  readonly title?: PlainKey
  readonly text: PlainKey
  readonly status?: number
}

/** Refusals that are told apart: of who is not provisioned yet, and of what the person can mend by themselves. */
const told: Readonly<Record<string, Told>> = {
  not_provisioned: { title: 'refused.notProvisioned.title', text: 'refused.notProvisioned' },
  not_asked_again: { text: 'refused.notAskedAgain' },
  proof_over: { text: 'refused.proofOver', status: 409 },
  anchor_changed: { text: 'refused.anchorChanged', status: 409 },
}

/** What a person reads. `mailLink`: where owners and administrators ask for a mailed link. */
export function refusedPage(
  look: Look,
  refusal: { readonly code: string; readonly requestId: string; readonly mailLink: string | null },
): Page {
  const say = wordsOf(look)
  const {
    title: titleKey = 'refused.title',
    text,
    status = 403,
  } = told[refusal.code] ?? { text: 'refused.text' }
  const title = say(titleKey)
  const named =
    status === 409
      ? codeAndReference(look, refusal.code, refusal.requestId)
      : reference(look, refusal.requestId)
  const way =
    refusal.code === 'not_provisioned' || refusal.mailLink === null
      ? ''
      : html`<p class="soft">${say('recover.offerHere')} <a href="${refusal.mailLink}">${say('recover.title')}</a></p>`
  const body = html`<div class="panel"><h1>${title}</h1><p>${say(text)}</p>${named}${way}</div>`
  return { title, body, status }
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

// The pages of coming and going: who is signed in, who is no longer, and the step to another site between.
import type { Role } from '../base/rung.ts'
import type { Page } from './frame.ts'
import { html, trust } from './html.ts'
import { type Look, wordsOf } from './look.ts'
import { facts, hidden } from './parts.ts'
import type { ProductLink } from './refusals.ts'

/** A form that is posted to another site. */
export interface PostForm {
  readonly url: string
  readonly fields: Readonly<Record<string, string>>
}

const sendsItself = 'document.forms[0].submit()'

/** A page that posts itself to the identity provider, with a button where scripts are off: the HTTP-POST binding on the way out. */
export function goingPage(look: Look, { url, fields }: PostForm, what: 'signIn' | 'signOut'): Page {
  const say = wordsOf(look)
  const form = html`<form method="post" action="${url}">${hidden(fields)}<button>${say('continue')}</button></form>`
  const body = html`<div class="panel"><h1>${say('going.heading')}</h1>${form}</div>`
  return { title: say(what), body, script: sendsItself, mayLeave: true }
}

/** Who is signed in here, and the way out. `slug`: of the organization whose settings they may open. */
export function mePage(
  look: Look,
  me: {
    readonly label: string
    readonly organization: string
    readonly role: Role
    /** RFC 3339. */
    readonly until: string
    readonly slug: string | null
    readonly product: ProductLink | null
  },
): Page {
  const say = wordsOf(look)
  const product =
    me.product === null
      ? ''
      : html`<p class="ways"><a class="button" href="${me.product.url}">${say('action.continue', { product: me.product.name })}</a></p>`
  const settings =
    me.slug === null ? '' : html`<p><a href="/organizations/${me.slug}/settings">${say('settings')}</a></p>`
  const rows = facts([
    [say('me.as'), me.label],
    [say('me.organization'), me.organization],
    [say('me.role'), say(`me.role.${me.role}`)],
    [say('me.until'), html`<time datetime="${me.until}">${toMinute(look, me.until)}</time>`],
  ])
  const body = html`<div class="panel"><h1>${say('me.heading')}</h1>${rows}${product}${settings}<form
class="inline" method="post" action="/sign-out"><button>${say('signOut')}</button></form>
<form class="inline" method="post" action="/sign-out?everywhere=1"><button class="quiet">${say('me.everywhere')}</button></form></div>`
  return { title: say('me.title'), body, mayLeave: true, script: localTimes }
}

// Where there are no scripts it stays in UTC, and says so.
const localTimes = `for (const time of document.querySelectorAll('time')) {
  const format = { dateStyle: 'long', timeStyle: 'short', calendar: 'gregory', numberingSystem: 'latn' }
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, format).format(new Date(time.dateTime))
}`

function toMinute({ language: { locale } }: Look, time: string): string {
  const format = { dateStyle: 'long', timeStyle: 'long', timeZone: 'UTC' } as const
  return new Intl.DateTimeFormat(locale, format).format(new Date(time))
}

/** `isHere`: the identity provider did not say that it has signed the person out as well. */
export function signedOutPage(look: Look, isHere: boolean): Page {
  const say = wordsOf(look)
  const note = isHere ? html`<p>${say('signedOut.hereText')}</p>` : ''
  const heading = say(isHere ? 'signedOut.here' : 'signedOut.heading')
  const body = html`<div class="panel"><h1>${heading}</h1>${note}<p><a href="/sso">${say('signedOut.again')}</a></p></div>`
  return { title: say('signedOut.title'), body }
}

/** Of who is sent to where somebody is told that they are signed out, and is not. */
export function stillSignedInPage(look: Look): Page {
  const say = wordsOf(look)
  const title = say('signedOut.still')
  const body = html`<div class="panel"><h1>${title}</h1>
<form method="post" action="/sign-out"><button>${say('signOut')}</button></form></div>`
  return { title, body, mayLeave: true }
}

/** Signed out of an application that names no place to go on to. */
export function signedOutOfApplicationPage(look: Look): Page {
  const title = wordsOf(look)('signedOut.heading')
  return { title, body: html`<div class="panel"><h1>${title}</h1></div>` }
}

/** Asks whether an application's sign-out is meant. `form`: the library's own. `isSure`: it sends itself. */
export function signOutPage(look: Look, form: string, isSure: boolean): Page {
  const say = wordsOf(look)
  const whole = trust(form.replace('</form>', '<input type="hidden" name="logout" value="yes"></form>'))
  const body = html`<div class="panel"><h1>${say('signOut')}</h1>${whole}<button form="op.logoutForm"
type="submit">${say('signOut')}</button></div>`
  return { title: say('signOut'), body, mayLeave: true, ...(isSure ? { script: sendsItself } : {}) }
}

const ended = { over: 400, stale: 403, refused: 403 } as const

/** An application's sign-in that cannot go on: over, not fresh enough, or not for this person. */
export function applicationRefusedPage(look: Look, why: keyof typeof ended): Page {
  const say = wordsOf(look)
  const title = say(`application.${why}`)
  const body = html`<div class="panel"><h1>${title}</h1><p>${say(`application.${why}Text`)}</p></div>`
  return { title, body, status: ended[why] }
}

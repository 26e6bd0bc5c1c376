// The pages on which a person says what shall become of a proven sign-in. Names that a customer chose are quoted, because they may say
// anything.
import type { Page } from './frame.ts'
import { type Html, html } from './html.ts'
import { isolate, type Look, wordsOf } from './look.ts'
import { code, type Fact, facts, hidden, reference } from './parts.ts'

/** What the connection is, and who vouches for it: the person decides by this. */
export interface ShownConnection {
  readonly name: string
  /** Where its identity provider lives. */
  readonly host: string
  /** Who put it in place, and when; `null` where that is not known. */
  readonly put: { readonly who: string; readonly at: number } | null
  /** What is different from the version before. */
  readonly changes: readonly string[]
}

/** A form of our own pages. */
export interface ShownForm {
  /** Below /saml/{connectionId}. */
  readonly action: string
  readonly request: string
  readonly digest: string
}

/** A time to the minute, in UTC. */
export function toDay(at: number): string {
  return `${new Date(at).toISOString().replace('T', ' ').slice(0, 16)} UTC`
}

/** What a form has to say of which request it is, and of what was seen. */
export function fields({ request, digest }: ShownForm): Html {
  return hidden({ request, digest })
}

function describe(look: Look, shown: ShownConnection): Html {
  const say = wordsOf(look)
  const rows: Fact[] = [
    [say('connection.name'), say('mend.quoted', { name: shown.name })],
    [say('connection.host'), shown.host],
    [say('connection.put'), shown.put === null ? say('connection.notRecorded') : shown.put.who],
  ]
  if (shown.put !== null) rows.push([say('connection.at'), toDay(shown.put.at)])
  const changes =
    shown.changes.length === 0
      ? ''
      : html`<h2>${say('connection.changes')}</h2><ul>${shown.changes.map((one) => html`<li>${isolate(one)}</li>`)}</ul>`
  return html`${facts(rows)}${changes}`
}

/** What a link joins: the account here, and what the identity provider calls the person. */
export interface ShownLink {
  readonly account: string
  /** What confirming does beside the link: nothing, makes the account, or gives it ownership. */
  readonly gives: 'nothing' | 'account' | 'ownership'
  readonly nameId: string
  readonly address: string | null
  /** Whether nobody of the account's rung has confirmed the connection yet: the link says that it is right. */
  readonly isConfirmation: boolean
  /** What the account had by this connection before. */
  readonly replaces: string | null
  /** The account that the identity is linked to now; no name: one that was removed. */
  readonly takenFrom: { readonly name: string | null } | null
  /** Where a new owner is recovered from then on. */
  readonly recovery: string | null
}

/** A panel: both sides by name, and one button. */
export function linkOffer(look: Look, link: ShownLink, shown: ShownConnection, form: ShownForm): Html {
  const say = wordsOf(look)
  const rows: Fact[] = [
    [say('account.here'), link.account],
    [say('account.there'), link.nameId],
  ]
  if (link.address !== null && link.address !== link.nameId) rows.push([say('account.address'), link.address])
  if (link.replaces !== null) rows.push([say('account.insteadOf'), link.replaces])
  if (link.takenFrom !== null)
    rows.push([say('account.takenFrom'), link.takenFrom.name ?? say('account.removed')])
  if (link.recovery !== null) rows.push([say('account.recovery'), link.recovery])
  const recovery = link.recovery === null ? '' : html`<p>${say('offer.recovery')}</p>`
  const warning = link.isConfirmation
    ? html`<p><strong>${say('offer.confirms')}</strong> ${say('offer.unconfirmed')}</p>${describe(look, shown)}`
    : ''
  return html`<div class="panel"><h2>${say('offer.heading')}</h2>${facts(rows)}<p>${say(`offer.${link.gives}`)}</p>${recovery}${warning}
<form method="post" action="${form.action}">${fields(form)}<button>${say('offer.button')}</button></form></div>`
}

/** The offer alone, after a sign-in that could link. */
export function linkOfferPage(look: Look, offer: Html): Page {
  const title = wordsOf(look)('offer.title')
  return { title, body: html`<h1>${title}</h1>${offer}`, mayLeave: true }
}

/** `isOver`: the session that linked it came by the identity that it replaces. */
export function linkedPage(look: Look, account: string, settings: string, isOver: boolean): Page {
  const say = wordsOf(look)
  const over = isOver ? html`<p>${say('linked.over')}</p>` : ''
  const body = html`<div class="panel"><h1>${say('linked.heading')}</h1>
<p class="good">${say('linked.text', { account })}</p>${over}
<p><a href="${settings}">${say('settings')}</a></p></div>`
  return { title: say('linked.title'), body }
}

/** Refused until somebody of the person's rung confirms the anchor. */
export function asleepPage(
  look: Look,
  asked: {
    readonly name: string
    readonly reference: string
    /** How the person gets a link; null where no mail goes out. */
    readonly mail: ShownForm | null
  },
): Page {
  const say = wordsOf(look)
  const way =
    asked.mail === null
      ? html`<p>${say('asleep.ask')}</p>`
      : html`<p>${say('asleep.mail')}</p>
<form method="post" action="${asked.mail.action}">${fields(asked.mail)}<button>${say('mail.button')}</button></form>`
  const body = html`<div class="panel"><h1>${say('asleep.heading')}</h1>
<p>${say('asleep.text', { connection: asked.name })}</p>${way}
<p class="soft">${say('asleep.others', { reference: code(asked.reference) })}</p></div>`
  return { title: say('asleep.title'), body, status: 403, mayLeave: true }
}

/** The same whether there is such an account or not. */
export function mailedPage(look: Look, requestId: string): Page {
  const say = wordsOf(look)
  const title = say('mailed.title')
  const body = html`<div class="panel"><h1>${title}</h1><p>${say('mailed.text')}</p>
<p>${say('mailed.limit')}</p>${reference(look, requestId)}</div>`
  return { title, body }
}

/** Asks for the address of somebody whom no sign-in has proved. */
export function mailQuestionPage(
  look: Look,
  action: string,
  /** `isAway`: what is known of the identity provider says that it may be out of reach. */
  asked: { readonly address: string; readonly isAway: boolean },
): Page {
  const say = wordsOf(look)
  const body = html`<div class="panel"><h1>${say('mail.heading')}</h1><p>${say('mail.text')}</p>${sayAway(look, asked.isAway)}
<form method="post" action="${action}"><label for="email">${say('mail.label')}</label>
<input id="email" name="email" type="email" autocomplete="email" required
maxlength="320" value="${asked.address}" aria-describedby="about-email"><p class="hint" id="about-email">${say('mail.hint')}</p>
<button>${say('mail.button')}</button></form></div>`
  return { title: say('mail.button'), body }
}

function sayAway(look: Look, isAway: boolean): Html | '' {
  return isAway ? html`<p>${wordsOf(look)('mail.away')}</p>` : ''
}

/** Where no link is mailed: whom to ask. */
export function noMailPage(look: Look, isAway: boolean): Page {
  const say = wordsOf(look)
  const body = html`<div class="panel"><h1>${say('mail.heading')}</h1><p>${say('noMail.text')}</p>${sayAway(look, isAway)}
<p class="soft">${say('noMail.others')}</p></div>`
  return { title: say('noMail.title'), body }
}

/** The page that a mailed link ends on: what changed, who changed it, when, and where the identity provider lives. */
export function confirmAnchorPage(
  look: Look,
  asked: {
    readonly account: string
    readonly nameId: string
    readonly shown: ShownConnection
    readonly form: ShownForm
    /** Where they say what their identity provider is instead. */
    readonly mend: string | null
  },
): Page {
  const say = wordsOf(look)
  const unknown =
    asked.mend === null
      ? say('anchor.confirm.unknown')
      : say('anchor.confirm.unknownOrMend', {
          mend: html`<a href="${asked.mend}">${say('anchor.confirm.mend')}</a>`,
        })
  const who = facts([
    [say('account.here'), asked.account],
    [say('account.there'), asked.nameId],
  ])
  const body = html`<div class="panel"><h1>${say('anchor.confirm.heading')}</h1>${describe(look, asked.shown)}${who}
<p>${say('anchor.confirm.text')}</p>
<form method="post" action="${asked.form.action}">${fields(asked.form)}<button>${say('anchor.confirm.button')}</button></form>
<p class="soft">${unknown}</p></div>`
  return { title: say('anchor.confirm.title'), body, mayLeave: true }
}

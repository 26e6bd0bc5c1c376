// The pages on which a person says what shall become of a proven sign-in. Pure: words and escaped HTML; names that a customer chose
// are quoted, because they may say anything.
import { escapeHtml, type Page } from '../http/page.ts'

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

export function toDay(at: number): string {
  return `${new Date(at).toISOString().replace('T', ' ').slice(0, 16)} UTC`
}

export function quote(text: string): string {
  return `“${escapeHtml(text)}”`
}

export function fields({ request, digest }: ShownForm): string {
  return `<input type="hidden" name="request" value="${escapeHtml(request)}"><input type="hidden" name="digest" value="${escapeHtml(digest)}">`
}

export function facts(rows: readonly (readonly [string, string])[]): string {
  return `<dl>${rows.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>`
}

function describe(shown: ShownConnection): string {
  const rows: [string, string][] = [
    ['Connection', `“${shown.name}”`],
    ['Identity provider', shown.host],
    ['Put in place by', shown.put === null ? 'not recorded' : shown.put.who],
    ...(shown.put === null ? [] : [['At', toDay(shown.put.at)] as [string, string]]),
  ]
  const changes =
    shown.changes.length === 0
      ? ''
      : `<h2>What changed</h2><ul>${shown.changes.map((one) => `<li>${escapeHtml(one)}</li>`).join('')}</ul>`
  return `${facts(rows)}${changes}`
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
export function renderLinkOffer(link: ShownLink, shown: ShownConnection, form: ShownForm): string {
  const rows: [string, string][] = [
    ['Your account here', link.account],
    ['At the identity provider', link.nameId],
    ...(link.address === null || link.address === link.nameId
      ? []
      : [['Its address', link.address] as [string, string]]),
    ...(link.replaces === null ? [] : [['Instead of', link.replaces] as [string, string]]),
    ...(link.takenFrom === null
      ? []
      : [['Taken from', link.takenFrom.name ?? 'an account that was removed'] as [string, string]]),
    ...(link.recovery === null ? [] : [['Recovery address', link.recovery] as [string, string]]),
  ]
  const gives = {
    nothing: 'From then on, whoever signs in as that identity is you.',
    account:
      'An account of an owner is made for this address. From then on, whoever signs in as that identity is this owner.',
    ownership:
      'The account becomes an owner of this organization, and every other identity of it is dropped. From then on, whoever signs in as that identity is this owner.',
  }[link.gives]
  const recovery =
    link.recovery === null
      ? ''
      : '<p>Where links are mailed by which an owner is recovered, they go to the recovery address: whoever reads that mailbox is taken for this owner.</p>'
  const warning = link.isConfirmation
    ? `<p><strong>You also say that this is your organization’s identity provider:</strong> nobody with your rights has confirmed it yet.</p>${describe(shown)}`
    : ''
  return `<div class="panel"><h2>Is this you?</h2>${facts(rows)}<p>${gives}</p>${recovery}${warning}
<form method="post" action="${escapeHtml(form.action)}">${fields(form)}<button>Link it to my account</button></form></div>`
}

/** `isOver`: the session that linked it came by the identity that it replaces. */
export function renderLinked(account: string, settings: string, isOver: boolean): Page {
  const over = isOver
    ? '<p>You were signed in by the identity that it replaces, and everything that came by that one has ended: sign in again.</p>'
    : ''
  const body = `<div class="panel"><h1>It is linked</h1><p class="good">${quote(account)} is now linked to this identity.</p>${over}<p><a href="${escapeHtml(settings)}">Organization settings</a></p></div>`
  return { title: 'Linked', body }
}

/** Refused until somebody of the person's rung confirms the anchor. */
export function renderAsleep(asked: {
  readonly name: string
  readonly reference: string
  /** How the person gets a link; null where no mail goes out. */
  readonly mail: ShownForm | null
}): Page {
  const way =
    asked.mail === null
      ? '<p>Ask the operator of this service for a link into your organization’s settings: it confirms the connection.</p>'
      : `<p>We can mail you a link by which you confirm it. It goes to the address that was on your account when you were given your rights.</p>
<form method="post" action="${escapeHtml(asked.mail.action)}">${fields(asked.mail)}<button>Mail me a link</button></form>`
  const body = `<div class="panel"><h1>Your sign-in waits for a confirmation</h1>
<p>The connection ${quote(asked.name)} was set up or changed, and nobody with your rights has confirmed it since. Until then it signs in nobody who owns or administers the organization.</p>${way}
<p class="soft">An owner or administrator who is signed in can confirm it too, under Single sign-on. Reference <code>${asked.reference}</code></p></div>`
  return { title: 'Waiting for a confirmation', body, status: 403, mayLeave: true }
}

/** The same whether there is such an account or not. */
export function renderMailed(reference: string): Page {
  const body = `<div class="panel"><h1>Look into your mail</h1><p>If this is the account of an owner or administrator here, and mail goes out to it, a link is on its way. It works once, for 30 minutes.</p><p>At most three are sent an hour, and five a day. Nothing comes? Ask the operator of this service.</p><p class="soft">Reference <code>${reference}</code></p></div>`
  return { title: 'Look into your mail', body }
}

/** Asks for the address of somebody whom no sign-in has proved. */
export function renderMailQuestion(action: string, address: string): Page {
  const body = `<div class="panel"><h1>For owners and administrators</h1><p>If your organization’s identity provider no longer signs you in, we can mail you a link by which you mend its connection.</p>
<form method="post" action="${escapeHtml(action)}"><label for="email">Your recovery address</label><input id="email" name="email" type="email" autocomplete="email" required maxlength="320" value="${escapeHtml(address)}" aria-describedby="about-email"><p class="hint" id="about-email">The address that was on your account when you were given your rights, unless you have changed it.</p><button>Mail me a link</button></form></div>`
  return { title: 'Mail me a link', body }
}

/** Where no link is mailed: whom to ask. */
export function renderNoMail(): Page {
  const body = `<div class="panel"><h1>For owners and administrators</h1><p>No links are mailed for this organization. If your identity provider no longer signs you in, ask the operator of this service for a link into your organization’s settings: there you mend its connection.</p><p class="soft">An owner or administrator who is signed in can mend it too, under Single sign-on.</p></div>`
  return { title: 'Whom to ask', body }
}

/** The page that a mailed link ends on: what changed, who changed it, when, and where the identity provider lives. */
export function renderConfirm(asked: {
  readonly account: string
  readonly nameId: string
  readonly shown: ShownConnection
  readonly form: ShownForm
  /** Where they say what their identity provider is instead. */
  readonly mend: string | null
}): Page {
  const way =
    asked.mend === null
      ? ''
      : `, or <a href="${escapeHtml(asked.mend)}">say what your identity provider is instead</a>`
  const who = facts([
    ['Your account here', asked.account],
    ['At the identity provider', asked.nameId],
  ])
  const body = `<div class="panel"><h1>Is this your organization’s identity provider?</h1>${describe(asked.shown)}${who}
<p>Confirming signs you in, and lets it sign in everybody with your rights.</p>
<form method="post" action="${escapeHtml(asked.form.action)}">${fields(asked.form)}<button>Confirm and sign in</button></form>
<p class="soft">If you do not recognise it, close this page and tell the operator of this service${way}.</p></div>`
  return { title: 'Confirm the connection', body, mayLeave: true }
}

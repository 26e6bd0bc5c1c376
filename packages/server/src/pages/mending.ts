// The pages on which an owner or administrator mends a connection by a mailed link. Names that a customer chose are quoted, because they
// may say anything.
import type { AnchorWord, StagedAnchor } from '@rollcall/api'
import type { Page } from './frame.ts'
import { type Html, html, type Part } from './html.ts'
import { isolate, type Look, type PlainKey, textOf, wordsOf } from './look.ts'
import { code, type Fact, facts, hidden, inEnglish } from './parts.ts'
import { fields, type ShownForm } from './pending.ts'

/** Whose link it is, and which connection it mends. */
export interface ShownMending {
  readonly account: string
  readonly connection: string
  /** Where its identity provider lives now. */
  readonly host: string
}

/** What the person entered; shown again where it was refused, but for the secret and the metadata itself. */
export interface Entered {
  readonly metadataUrl: string
  readonly metadataXml: string
  readonly stableId: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Between spaces. */
  readonly scopes: string
}

/** The anchor that is in place, where nobody of the person's rung vouches for it. */
export interface Unconfirmed {
  readonly put: AnchorWord | null
}

function ours(look: Look, shown: ShownMending, ...more: readonly Fact[]): Html {
  const say = wordsOf(look)
  return facts([
    [say('account.here'), shown.account],
    [say('connection.name'), say('mend.quoted', { name: shown.connection })],
    [say('connection.host'), shown.host],
    ...more,
  ])
}

function field(name: keyof Entered, label: Html, value: string, attributes: Html): Html {
  return html`<label for="${name}">${label}</label><input id="${name}" name="${name}" ${attributes} value="${value}">`
}

/** What to enter at the identity provider, and what it is now. */
export interface MendingForm {
  readonly action: string
  readonly protocol: string
  readonly acsUrl: string
  readonly entityId: string
  readonly entered: Entered
}

function renderFields(look: Look, { protocol, entered }: MendingForm): Html {
  const say = wordsOf(look)
  const { metadataUrl, stableId, issuer, clientId, scopes } = entered
  if (protocol === 'oidc')
    return html`${[
      field('issuer', say('mend.issuer'), issuer, html`type="url" required maxlength="500"`),
      field('clientId', say('mend.clientId'), clientId, html`type="text" required maxlength="500"`),
      html`<label for="clientSecret">${say('mend.clientSecret')}</label>
<input id="clientSecret" name="clientSecret" type="password" autocomplete="off"
maxlength="1000" aria-describedby="about-secret">`,
      html`<p class="hint" id="about-secret">${say('mend.clientSecretHint')}</p>`,
      field('scopes', say('mend.scopes'), scopes, html`type="text" maxlength="2100"`),
    ]}`
  return html`${[
    field('metadataUrl', say('mend.metadataUrl'), metadataUrl, html`type="url" maxlength="2000"`),
    html`<label for="metadataXml">${say('mend.metadataXml')}</label>
<textarea id="metadataXml" name="metadataXml" rows="6" spellcheck="false"></textarea>`,
    field(
      'stableId',
      say('mend.stableId'),
      stableId,
      html`type="text" aria-describedby="about-stable-id" maxlength="500"`,
    ),
    html`<p class="hint" id="about-stable-id">${say('mend.stableIdHint')}</p>`,
  ]}`
}

/** Where a link leads: sign in, or say what the identity provider is now. */
export function mendingPage(
  look: Look,
  asked: {
    readonly shown: ShownMending
    readonly login: string
    readonly form: MendingForm
    /** Why what was entered is not taken. */
    readonly problem: {
      readonly text: string
      readonly code: string
      readonly status: number
      readonly waitSeconds: number | null
    } | null
  },
): Page {
  const say = wordsOf(look)
  const { shown, login, form, problem } = asked
  const isOpenId = form.protocol === 'oidc'
  const said =
    problem === null
      ? ''
      : html`<p class="bad" role="alert">${inEnglish(problem.text)} ${code(problem.code)}</p>`
  const names: readonly Fact[] = isOpenId
    ? [[say('mend.redirectUri'), form.acsUrl]]
    : [
        [say('mend.acsUrl'), form.acsUrl],
        [say('mend.entityId'), form.entityId],
      ]
  const body = html`<div class="panel"><h1>${say('mend.heading')}</h1>${ours(look, shown)}
<p>${say('mend.text')}</p>
<p><a class="button" href="${login}">${say('signIn')}</a></p></div>
<div class="panel"><h2>${say('mend.changed')}</h2>${said}
<p>${say(isOpenId ? 'mend.secretEnded' : 'mend.certificateReplaced')}</p>
${facts(names)}
<form method="post" action="${form.action}">${renderFields(look, form)}<button>${say('mend.show')}</button></form></div>`
  const headers =
    problem === null || problem.waitSeconds === null
      ? []
      : [['retry-after', String(problem.waitSeconds)] as const]
  return { title: say('mend.title'), body, status: problem?.status ?? 200, headers }
}

/** Parts of an anchor, and of what is entered, by their names in the management API. */
const parts: Readonly<Record<string, PlainKey>> = {
  entityId: 'part.entityId',
  ssoUrl: 'part.ssoUrl',
  ssoBinding: 'part.ssoBinding',
  sloUrl: 'part.sloUrl',
  endSessionEndpoint: 'part.endSessionEndpoint',
  sloBinding: 'part.sloBinding',
  sloResponseUrl: 'part.sloResponseUrl',
  certificates: 'part.certificates',
  metadataUrl: 'part.metadataUrl',
  metadataXml: 'part.metadataXml',
  issuer: 'part.issuer',
  clientId: 'part.clientId',
  clientSecret: 'part.clientSecret',
  authorizationEndpoint: 'part.authorizationEndpoint',
  tokenEndpoint: 'part.tokenEndpoint',
  userinfoEndpoint: 'part.userinfoEndpoint',
  jwksUri: 'part.jwksUri',
  sendsIssuer: 'part.sendsIssuer',
  stableIdAttribute: 'part.stableIdAttribute',
  nameIdFormat: 'part.nameIdFormat',
  scopes: 'part.scopes',
  authentication: 'part.authentication',
}

/** By which word a person knows a part of an anchor; undefined of what has none. */
export function findPartKey(name: string): PlainKey | undefined {
  return parts[name]
}

/** What a person calls a part of an anchor. */
export function labelOf(look: Look, name: string): string {
  const key = findPartKey(name)
  return key === undefined ? name : textOf(look, key)
}

function toLines(look: Look, value: unknown): Html {
  const say = wordsOf(look)
  const all: Part[] = (Array.isArray(value) ? value : [value]).map((one) =>
    one === null ? say('mend.nothing') : String(one),
  )
  return html`${all.map((one) => html`<span class="line">${isolate(one)}</span>`)}`
}

type ShownChange = StagedAnchor['changes'][number]

function renderChange(look: Look, change: ShownChange): Html {
  const say = wordsOf(look)
  const { attribute, before, after } = change
  const said =
    attribute === 'clientSecret'
      ? html`<p>${saySecret(look, change)}</p>`
      : html`<dl><dt>${say('mend.now')}</dt><dd>${toLines(look, before)}</dd>
<dt>${say('mend.then')}</dt><dd>${toLines(look, after)}</dd></dl>`
  return html`<li><h3>${labelOf(look, attribute)}</h3>${said}</li>`
}

// Of a secret only that it is another one.
function saySecret(look: Look, { before, after }: ShownChange): Html {
  const say = wordsOf(look)
  if (after === null) return say('mend.secretTaken')
  return say(before === null ? 'mend.secretSet' : 'mend.secretReplaced')
}

function renderUnconfirmed(look: Look, unconfirmed: Unconfirmed | null, { host }: ShownMending): Html | '' {
  const say = wordsOf(look)
  if (unconfirmed === null) return ''
  const { put } = unconfirmed
  const who =
    put === null || put.name === null
      ? put && say(`mend.rung.${put.rung}`)
      : say('mend.quoted', { name: put.name })
  const by = put === null || who === null ? '' : say('mend.putBy', { who, at: put.at })
  return html`<p><strong>${say('mend.unconfirmed', { host, put: by })}</strong></p>`
}

function renderChanges(look: Look, { changes }: StagedAnchor): Html {
  const rows = changes.map((change) => renderChange(look, change))
  return html`<h2>${wordsOf(look)('mend.changes')}</h2><ul class="plain">${rows}</ul>`
}

// Whom it keeps out, and what becomes of the others. Names are for those who have proved who they are.
function renderPeople(look: Look, { asleep, relink }: StagedAnchor, isProven: boolean): Html {
  const say = wordsOf(look)
  const more = asleep.count - asleep.people.length
  const list = asleep.people.map(({ userName }) => html`<li>${say('mend.quoted', { name: userName })}</li>`)
  const named = html`<ul>${list}${more > 0 ? html`<li>${say('mend.more', { count: more })}</li>` : ''}</ul>`
  const refused = say('mend.asleep', { count: asleep.count })
  const kept = asleep.count === 0 ? '' : html`<p><strong>${refused}</strong></p>${isProven ? named : ''}`
  const moved =
    relink === null
      ? ''
      : html`<p>${say('mend.moved')}</p>${facts([
          [say('mend.relinked'), String(relink.relinked)],
          [say('mend.dropped'), String(relink.dropped)],
          [say('mend.kept'), String(relink.kept)],
        ])}`
  return html`${kept}${moved}`
}

/** What was staged with the link: compare, then sign in there. */
export function stagedPage(
  look: Look,
  asked: {
    readonly shown: ShownMending
    readonly staged: StagedAnchor
    readonly unconfirmed: Unconfirmed | null
    readonly action: string
    readonly again: string
  },
): Page {
  const say = wordsOf(look)
  const { shown, staged, unconfirmed } = asked
  const body = html`<div class="panel"><h1>${say('mend.staged.heading')}</h1>${ours(look, shown, [say('mend.hostThen'), staged.host])}
${renderChanges(look, staged)}${renderUnconfirmed(look, unconfirmed, shown)}${renderPeople(look, staged, false)}
<p>${say('mend.staged.text')}</p>
<form method="post" action="${asked.action}">${hidden({ digest: staged.digest })}<button>${say('mend.staged.button')}</button></form>
<p><a href="${asked.again}">${say('mend.staged.again')}</a></p></div>`
  return { title: say('mend.changes'), body, isWide: true, mayLeave: true }
}

/** The test was theirs: the last question. */
export function mendedPage(
  look: Look,
  asked: {
    readonly shown: ShownMending
    readonly staged: StagedAnchor
    /** Whether what is in place now can be brought back. */
    readonly isRestorable: boolean
    readonly nameId: string
    readonly address: string | null
    /** Whether the identity is linked to the account already; else putting it in place links it. */
    readonly isOwn: boolean
    /** What the account had by this connection. */
    readonly replaces: string | null
    readonly unconfirmed: Unconfirmed | null
    readonly form: ShownForm
  },
): Page {
  const say = wordsOf(look)
  const { shown, staged, nameId, address, isOwn, replaces, unconfirmed, form } = asked
  const rows: Fact[] = [
    [say('mend.hostThen'), staged.host],
    [say('mend.nameIdThen'), nameId],
  ]
  if (address !== null && address !== nameId) rows.push([say('mend.addressThen'), address])
  if (!isOwn && replaces !== null) rows.push([say('account.insteadOf'), replaces])
  const who = isOwn
    ? html`<p class="good">${say('mend.own')}</p>`
    : html`<p><strong>${say('mend.isYou')}</strong> ${say('mend.isYouText')}</p>`
  const body = html`<div class="panel"><h1>${say('mend.place')}</h1>${ours(look, shown, ...rows)}${who}
${renderChanges(look, staged)}${renderUnconfirmed(look, unconfirmed, shown)}${renderPeople(look, staged, true)}
<p>${say(asked.isRestorable ? 'mend.placeBack' : 'mend.placeText')}</p>
<form method="post" action="${form.action}">${fields(form)}<button>${say('mend.placeButton')}</button></form></div>`
  return { title: say('mend.placeTitle'), body, isWide: true, mayLeave: true }
}

// The pages on which an owner or administrator mends a connection by a mailed link. Pure: words and escaped HTML; names that a customer
// chose are quoted, because they may say anything.
import type { AnchorWord, StagedAnchor } from '@rollcall/api'
import { besideNames, describeChanges } from '../connections/anchor.ts'
import { escapeHtml, type Page } from '../http/page.ts'
import { facts, fields, quote, type ShownForm } from './pending-page.ts'

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

function ours(shown: ShownMending, ...more: readonly (readonly [string, string])[]): string {
  return facts([
    ['Your account here', shown.account],
    ['Connection', `“${shown.connection}”`],
    ['Identity provider', shown.host],
    ...more,
  ])
}

function field(name: keyof Entered, label: string, value: string, attributes = 'type="text"'): string {
  return `<label for="${name}">${label}</label><input id="${name}" name="${name}" ${attributes} value="${escapeHtml(value)}">`
}

/** What to enter at the identity provider, and what it is now. */
export interface MendingForm {
  readonly action: string
  readonly protocol: string
  readonly acsUrl: string
  readonly entityId: string
  readonly entered: Entered
}

function renderFields({ protocol, entered }: MendingForm): string {
  const { metadataUrl, stableId, issuer, clientId, scopes } = entered
  if (protocol === 'oidc')
    return [
      field('issuer', 'Issuer', issuer, 'type="url" required maxlength="500"'),
      field('clientId', 'Client ID', clientId, 'type="text" required maxlength="500"'),
      '<label for="clientSecret">Client secret</label><input id="clientSecret" name="clientSecret" type="password" autocomplete="off" maxlength="1000" aria-describedby="about-secret">',
      '<p class="hint" id="about-secret">Empty: the one that is kept, where issuer and client ID stay as they are.</p>',
      field('scopes', 'Scopes', scopes, 'type="text" maxlength="2100"'),
    ].join('')
  return [
    field('metadataUrl', 'Metadata address', metadataUrl, 'type="url" maxlength="2000"'),
    '<label for="metadataXml">or metadata XML</label><textarea id="metadataXml" name="metadataXml" rows="6" spellcheck="false"></textarea>',
    field(
      'stableId',
      'Attribute that names a person for good',
      stableId,
      'type="text" aria-describedby="about-stable-id" maxlength="500"',
    ),
    '<p class="hint" id="about-stable-id">Empty: the NameID does.</p>',
  ].join('')
}

/** Where a link leads: sign in, or say what the identity provider is now. */
export function renderMending(asked: {
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
}): Page {
  const { shown, login, form, problem } = asked
  const said =
    problem === null
      ? ''
      : `<p class="bad" role="alert">${escapeHtml(problem.text)} <code>${escapeHtml(problem.code)}</code></p>`
  const names: [string, string][] =
    form.protocol === 'oidc'
      ? [['Our redirect URI', form.acsUrl]]
      : [
          ['Our ACS URL', form.acsUrl],
          ['Our entity ID', form.entityId],
        ]
  const body = `<div class="panel"><h1>Can you still sign in?</h1>${ours(shown)}
<p>If your identity provider still signs you in, do so now. If the connection waits for somebody of your role to confirm it, you are asked next.</p>
<p><a class="button" href="${escapeHtml(login)}">Sign in</a></p></div>
<div class="panel"><h2>Our identity provider has changed</h2>${said}
<p>${form.protocol === 'oidc' ? 'The client secret has ended or was replaced' : 'Its certificate was replaced'}, or you have moved to another one. Say what it is now. Nothing that people sign in by changes before you have seen the difference, signed in there yourself, and said so.</p>
${facts(names)}
<form method="post" action="${escapeHtml(form.action)}">${renderFields(form)}<button>Show what would change</button></form></div>`
  const headers =
    problem === null || problem.waitSeconds === null
      ? []
      : [['retry-after', String(problem.waitSeconds)] as const]
  return { title: 'Mend how you sign in', body, status: problem?.status ?? 200, headers }
}

/** Parts of an anchor, and of what is entered, by their names in the management API. */
export const labels: Readonly<Record<string, string>> = {
  entityId: 'Entity ID',
  ssoUrl: 'Sign-in address',
  ssoBinding: 'Binding',
  sloUrl: 'Sign-out address',
  endSessionEndpoint: 'Sign-out address',
  sloBinding: 'Binding of a sign-out',
  sloResponseUrl: 'Address of answers to a sign-out',
  certificates: 'Certificates (SHA-256)',
  metadataUrl: 'Metadata address',
  metadataXml: 'Metadata XML',
  issuer: 'Issuer',
  clientId: 'Client ID',
  clientSecret: 'Client secret',
  authorizationEndpoint: 'Authorization endpoint',
  tokenEndpoint: 'Token endpoint',
  userinfoEndpoint: 'Userinfo endpoint',
  jwksUri: 'Key set',
  sendsIssuer: 'Names itself in answers',
  stableIdAttribute: 'Attribute that names a person',
  nameIdFormat: 'NameID format',
  scopes: 'Scopes',
  authentication: 'How we prove who we are',
}

function toLines(value: unknown): string {
  const all = (Array.isArray(value) ? value : [value]).map((one) => (one === null ? 'nothing' : String(one)))
  return all.map((one) => `<span class="line">${escapeHtml(one)}</span>`).join('')
}

function renderChange(change: StagedAnchor['changes'][number]): string {
  const { attribute, before, after } = change
  // Of a secret only that it is another one.
  const said =
    attribute === 'clientSecret'
      ? `<p>${escapeHtml(toSentence(describeChanges([change])))}</p>`
      : `<dl><dt>now</dt><dd>${toLines(before)}</dd><dt>then</dt><dd>${toLines(after)}</dd></dl>`
  return `<li><h3>${escapeHtml(labels[attribute] ?? attribute)}</h3>${said}</li>`
}

function toSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function renderUnconfirmed(unconfirmed: Unconfirmed | null, { host }: ShownMending): string {
  if (unconfirmed === null) return ''
  const { put } = unconfirmed
  const by =
    put === null
      ? ''
      : ` It was put in place by ${put.name === null ? rungs[put.rung] : quote(put.name)} on ${escapeHtml(put.at)}.`
  return `<p><strong>Nobody of your role has confirmed the identity provider at ${escapeHtml(host)} yet.${by} Whoever puts this in place confirms it.</strong></p>`
}

const rungs: Readonly<Record<AnchorWord['rung'], string>> = {
  operator: 'the operator of this service',
  owner: 'an owner',
  administrator: 'an administrator',
  contact: 'somebody with a set-up link',
  directory: 'the directory',
  connection: 'the refresh of its metadata',
  person: 'somebody',
}

function renderChanges({ changes }: StagedAnchor): string {
  const rows = changes.map(renderChange)
  return `<h2>What would change</h2><ul class="plain">${rows.join('')}</ul>`
}

function toNumber(count: number, one: string, many: string): string {
  return count === 1 ? `One ${one}` : `${count} ${many}`
}

// Whom it keeps out, and what becomes of the others. Names are for those who have proved who they are.
function renderPeople(staged: StagedAnchor, isProven: boolean): string {
  const { asleep, relink } = staged
  const more = asleep.count - asleep.people.length
  const list = asleep.people.map(({ userName }) => `<li>${quote(userName)}</li>`).join('')
  const named = `<ul>${list}${more > 0 ? `<li>and ${more} more</li>` : ''}</ul>`
  const until =
    asleep.count === 1
      ? 'they, or the operator of this service, confirm it'
      : 'one of them, or the operator of this service, confirms it'
  const kept =
    asleep.count === 0
      ? ''
      : `<p><strong>${toNumber(asleep.count, 'person above your role is', 'people above your role are')} refused there until ${until}.</strong></p>${isProven ? named : ''}`
  const moved =
    relink === null
      ? ''
      : `<p>People are called otherwise there, and every session through this connection ends. Of those who are linked:</p>${facts(
          [
            ['Moved along', String(relink.relinked)],
            ['Unlinked', String(relink.dropped)],
            ['Owners and administrators, who prove themselves anew', String(relink.kept)],
          ],
        )}`
  return kept + moved
}

/** What was staged with the link: compare, then sign in there. */
export function renderStaged(asked: {
  readonly shown: ShownMending
  readonly staged: StagedAnchor
  readonly unconfirmed: Unconfirmed | null
  readonly action: string
  readonly again: string
}): Page {
  const { shown, staged, unconfirmed } = asked
  const body = `<div class="panel"><h1>Is this your identity provider now?</h1>${ours(shown, ['Identity provider then', staged.host])}
${renderChanges(staged)}${renderUnconfirmed(unconfirmed, shown)}${renderPeople(staged, false)}
<p>If it is, sign in there as yourself. That opens no session and changes nothing: it shows that you are known there.</p>
<form method="post" action="${escapeHtml(asked.action)}"><input type="hidden" name="digest" value="${escapeHtml(staged.digest)}"><button>Sign in there to test it</button></form>
<p><a href="${escapeHtml(asked.again)}">Enter something else</a></p></div>`
  return { title: 'What would change', body, isWide: true, mayLeave: true }
}

// What is replaced beside the anchor makes no new version of it.
function isRestorable({ changes }: StagedAnchor): boolean {
  return changes.some(({ attribute }) => !besideNames.includes(attribute))
}

/** The test was theirs: the last question. */
export function renderMended(asked: {
  readonly shown: ShownMending
  readonly staged: StagedAnchor
  readonly nameId: string
  readonly address: string | null
  /** Whether the identity is linked to the account already; else putting it in place links it. */
  readonly isOwn: boolean
  /** What the account had by this connection. */
  readonly replaces: string | null
  readonly unconfirmed: Unconfirmed | null
  readonly form: ShownForm
}): Page {
  const { shown, staged, nameId, address, isOwn, replaces, unconfirmed, form } = asked
  const rows: [string, string][] = [
    ['Identity provider then', staged.host],
    ['There you are', nameId],
    ...(address === null || address === nameId ? [] : [['Your address there', address] as [string, string]]),
    ...(isOwn || replaces === null ? [] : [['Instead of', replaces] as [string, string]]),
  ]
  const who = isOwn
    ? '<p class="good">You came as yourself: this identity is linked to your account.</p>'
    : '<p><strong>Is this you?</strong> From then on, whoever signs in as that identity is you.</p>'
  const body = `<div class="panel"><h1>Put it in place?</h1>${ours(shown, ...rows)}${who}
${renderChanges(staged)}${renderUnconfirmed(unconfirmed, shown)}${renderPeople(staged, true)}
<p>From then on everybody in the organization signs in there.${isRestorable(staged) ? ' What is in place now can be brought back within seven days, under Single sign-on.' : ''}</p>
<form method="post" action="${escapeHtml(form.action)}">${fields(form)}<button>Put it in place and sign in</button></form></div>`
  return { title: 'Put it in place', body, isWide: true, mayLeave: true }
}

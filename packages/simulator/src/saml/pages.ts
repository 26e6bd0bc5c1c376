// The identity provider's pages: who signs in, what is answered, and what went wrong.

import { escapeMarkup } from '../web/markup.ts'
import { renderPage, renderPlaces, submitScript } from '../web/page.ts'
import { nameIdFormats } from './names.ts'
import type { SamlAnswer, SamlPerson, SamlProvider } from './provider.ts'
import { vendorShapes } from './vendor-shapes.ts'

const toName = (person: SamlPerson): string => person.attributes.displayName?.[0] || person.nameId

function renderDetails(person: SamlPerson): string {
  const groups = person.attributes.groups?.join(', ')
  return `${escapeMarkup(toName(person))}<span>${escapeMarkup(person.nameId)}${groups ? ` · ${escapeMarkup(groups)}` : ''}</span>`
}

const makeFields = `<label for="name">Name</label><input id="name" name="name" autocomplete="off" maxlength="512">
<label for="email">E-mail</label><input id="email" name="email" type="email" autocomplete="off" required maxlength="512">
<label for="groups">Groups <span class="hint">separated by commas</span></label><input id="groups" name="groups" autocomplete="off">`

export interface Home {
  readonly provider: SamlProvider
  readonly people: readonly SamlPerson[]
  /** Who takes its sign-ins, and the address of the tile that begins one. */
  readonly applications: readonly { readonly name: string; readonly tileUrl: string }[]
  /** The directory's id of each person there, by NameID; undefined without a directory. */
  readonly directory?: ReadonlyMap<string, string> | undefined
}

/** What this is, whom it signs in where, its people, and a form that makes one. */
export function renderHome({ provider, people, applications, directory }: Home): string {
  const facts = [
    ['Metadata and entity ID', provider.entityId],
    ['Sign-in URL', provider.ssoUrl],
    ['Sign-out URL', provider.sloUrl],
  ].map(([name, value]) => `<dt>${name}</dt><dd><code>${escapeMarkup(value!)}</code></dd>`)
  const tiles = applications.map(
    ({ name, tileUrl }) =>
      `<li><a class="person" href="${escapeMarkup(tileUrl)}">${escapeMarkup(name)}<span>Sign in as one of the people below</span></a></li>`,
  )
  return renderPage(
    'Simulated identity provider',
    `${directory === undefined ? '' : renderPlaces('/')}<p>It signs in whoever is chosen, without a password. For development only.</p>
${tiles.length === 0 ? '' : `<h2>Applications</h2><ul class="people">${tiles.join('')}</ul>`}
<h2>People</h2>${people.length === 0 ? '<p>Nobody yet.</p>' : `<ul class="people">${people.map((one) => renderRow(one, directory)).join('')}</ul>`}
<details><summary>Make a person</summary><form method="post" action="/people">${makeFields}<button>Make person</button></form></details>
<h2>Settings to copy</h2><section class="panel" aria-label="Settings to copy"><dl>${facts.join('')}</dl></section>`,
  )
}

/** Leads to the person in the directory; who is in none is a row that does nothing, and looks so. */
function renderRow(person: SamlPerson, directory: Home['directory']): string {
  const id = directory?.get(person.nameId)
  return id === undefined
    ? `<li class="person row">${renderDetails(person)}</li>`
    : `<li><a class="person" href="/directory#${escapeMarkup(id)}">${renderDetails(person)}</a></li>`
}

export interface Chooser {
  readonly people: readonly SamlPerson[]
  /** Who asks, by entity ID. */
  readonly issuer: string
  /** Hidden fields, which come back with the choice. */
  readonly hidden: Readonly<Record<string, string>>
  readonly certificate: string
  readonly problem?: string
}

// Enter in a field presses the first button of its form, which would be a person's.
const defaultButton = '<button name="person" value="new" hidden></button>'

/** Who signs in, and what is sent; each person is a button, so that one press is enough. */
export function renderChooser(chooser: Chooser): string {
  const hidden = Object.entries(chooser.hidden)
    .map(
      ([name, value]) => `<input type="hidden" name="${escapeMarkup(name)}" value="${escapeMarkup(value)}">`,
    )
    .join('')
  const list = chooser.people
    .map(
      (person, index) =>
        `<li><button class="person" name="person" value="${index}" formnovalidate>${renderDetails(person)}</button></li>`,
    )
    .join('')
  const problem =
    chooser.problem === undefined ? '' : `<p class="wrong" role="alert">${escapeMarkup(chooser.problem)}</p>`
  return renderPage(
    'Choose who signs in',
    `<p>Asked by <code>${escapeMarkup(chooser.issuer)}</code></p>${problem}
<form method="post" action="/sso">${hidden}${defaultButton}<ul class="people" aria-label="People">${list}</ul>
<h2>Somebody new</h2><section class="panel" aria-label="Somebody new">${makeFields}<button name="person" value="new">Make and sign in</button></section>
${renderChoices(chooser.certificate)}</form><p><a href="/">To the identity provider</a></p>`,
  )
}

function renderChoices(certificate: string): string {
  const shapes = Object.entries(vendorShapes).map(([name, { title }]) => [name, title] as const)
  const select = (id: string, label: string, rows: readonly (readonly [string, string])[]): string =>
    `<label for="${id}">${label}</label><select id="${id}" name="${id}">${rows
      .map(
        ([value, text]) =>
          `<option value="${value}"${value === 'generic' ? ' selected' : ''}>${escapeMarkup(text)}</option>`,
      )
      .join('')}</select>`
  const asVendor = [['', 'As the vendor does']] as const
  return `<details><summary>What to send</summary><div>
${select('shape', 'Written as', shapes)}
${select('sign', 'Signed', [...asVendor, ['response', 'Response'], ['assertion', 'Assertion'], ['both', 'Both'], ['none', 'Neither']])}
${select('nameIdFormat', 'NameID format', [...asVendor, ...Object.keys(nameIdFormats).map((name) => [name, name] as const)])}
<label for="encryptFor">Encrypt for this certificate <span class="hint">PEM or base64; empty: not encrypted</span></label>
<textarea id="encryptFor" name="encryptFor" rows="3" spellcheck="false">${escapeMarkup(certificate)}</textarea></div></details>`
}

/** Posts itself to the assertion consumer service; without scripts, its button does. */
export function renderSubmission(answer: SamlAnswer): string {
  const fields = Object.entries(answer.form).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeMarkup(value)}">`,
  )
  return renderPage(
    'Signing in',
    `<p>To <code>${escapeMarkup(new URL(answer.acsUrl).origin)}</code></p>
<form method="post" action="${escapeMarkup(answer.acsUrl)}">${fields.join('')}<button>Continue</button></form><script>${submitScript}</script>`,
  )
}

/** One sentence, for what went wrong and for the end of a session. */
export function renderNotice(title: string, sentence: string): string {
  return renderPage(title, `<p>${escapeMarkup(sentence)}</p><p><a href="/">To the identity provider</a></p>`)
}

// The simulator's pages: made on the server, no foreign asset, light and dark; a script only where a form sends itself.

import { createHash } from 'node:crypto'
import { escapeMarkup, nameIdFormats } from './names.ts'
import type { SamlAnswer, SamlPerson, SamlProvider } from './provider.ts'
import { vendorShapes } from './vendor-shapes.ts'

const style = `
:root { color-scheme: light dark; --ink: light-dark(#1a1d21, #e6e8eb); --soft: light-dark(#55606d, #a3adba); --line: light-dark(#d9dee5, #333a43);
  --ground: light-dark(#f4f5f7, #121518); --panel: light-dark(#fff, #1a1e23); --accent: light-dark(#2b50c8, #8fabff); --on-accent: light-dark(#fff, #10141c); --wrong: light-dark(#a3221b, #ff9d94) }
* { box-sizing: border-box }
body { margin: 0; padding: 2.5rem 1.25rem 4rem; font: 1rem/1.55 system-ui, sans-serif; color: var(--ink); background: var(--ground) }
main { max-width: 34rem; margin: 0 auto }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem } h2 { font-size: 1.0625rem; margin: 2rem 0 .6rem }
p { margin: .25rem 0 1rem; color: var(--soft) } .wrong { color: var(--wrong) }
body { overflow-wrap: anywhere }
code { font: .875em ui-monospace, monospace; overflow-wrap: anywhere; color: var(--ink) }
.panel, details { background: var(--panel); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.125rem; margin: 0 0 1rem }
.people { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem }
.person { display: flex; flex-direction: column; align-items: flex-start; width: 100%; text-align: start; background: var(--panel); color: var(--ink); border: 1px solid var(--line) }
.person span { color: var(--soft); font-weight: 400; font-size: .9375rem; overflow-wrap: anywhere }
button.person:hover { border-color: var(--accent) }
button, .person { font: inherit; font-weight: 600; border-radius: .625rem; padding: .65rem 1rem; min-height: 2.75rem }
button { cursor: pointer; border: 1px solid transparent; background: var(--accent); color: var(--on-accent) }
label { display: block; font-weight: 600; margin: .75rem 0 .25rem } label:first-of-type { margin-top: 0 }
.hint { font-weight: 400; color: var(--soft) }
input, select, textarea { font: inherit; width: 100%; padding: .55rem .7rem; color: var(--ink); background: var(--ground); border: 1px solid light-dark(#8a94a1, #6b7683); border-radius: .5rem }
form button:not(.person) { margin-top: 1rem }
summary { cursor: pointer; font-weight: 600 } summary + * { margin-top: .75rem }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
a { color: var(--accent) } input[type=checkbox] { width: auto; accent-color: var(--accent) }
fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: .75rem 0 0 } fieldset label { font-weight: 400; margin: .35rem 0 }
.panel details { border: 0; padding: 0; margin: .5rem 0 0 }
dl { margin: 0 } dt { font-weight: 600 } dd { margin: 0 0 .6rem } dd:last-child { margin: 0 }`

const submitScript = 'document.forms[0].submit()'

const toHash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Of every page. No `form-action` where a form goes to a service provider, whose redirects it would forbid as well. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src ${toHash(style)}; script-src ${toHash(submitScript)}; base-uri 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const

/** A page of the identity provider; `body` is markup. */
export function renderPage(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)}</title><style>${style}</style></head><body><main><h1>${escapeMarkup(title)}</h1>${body}</main></body></html>`
}

const toName = (person: SamlPerson): string => person.attributes.displayName?.[0] || person.nameId

function renderDetails(person: SamlPerson): string {
  const groups = person.attributes.groups?.join(', ')
  return `${escapeMarkup(toName(person))}<span>${escapeMarkup(person.nameId)}${groups ? ` · ${escapeMarkup(groups)}` : ''}</span>`
}

const makeFields = `<label for="name">Name</label><input id="name" name="name" autocomplete="off" maxlength="512">
<label for="email">E-mail</label><input id="email" name="email" type="email" autocomplete="off" required maxlength="512">
<label for="groups">Groups <span class="hint">separated by commas</span></label><input id="groups" name="groups" autocomplete="off">`

/** What this is, its people, and a form that makes one. */
export function renderHome(provider: SamlProvider, people: readonly SamlPerson[]): string {
  const list = people.map((person) => `<li class="person">${renderDetails(person)}</li>`).join('')
  const facts = [
    ['Metadata and entity ID', provider.entityId],
    ['Sign-in URL', provider.ssoUrl],
    ['Sign-out URL', provider.sloUrl],
  ].map(([name, value]) => `<dt>${name}</dt><dd><code>${escapeMarkup(value!)}</code></dd>`)
  return renderPage(
    'Simulated identity provider',
    `<p>It signs in whoever is chosen, without a password. For development only.</p>
<section class="panel" aria-label="Settings to copy"><dl>${facts.join('')}</dl></section>
<h2>People</h2>${people.length === 0 ? '<p>Nobody yet.</p>' : `<ul class="people">${list}</ul>`}
<h2>Make a person</h2><form class="panel" method="post" action="/people">${makeFields}<button>Make person</button></form>`,
  )
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
${renderChoices(chooser.certificate)}</form>`,
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

// The room `simulator/web`: the frame of pages, and markup. It knows neither SAML nor a directory.
//
// The frame of the simulator's pages: made on the server, no foreign asset, light and dark; a script only where a form sends itself.

import { createHash } from 'node:crypto'
import { escapeMarkup } from './markup.ts'

const style = `
:root { color-scheme: light dark; --ink: light-dark(#1a1d21, #e6e8eb); --soft: light-dark(#55606d, #a3adba);
  --line: light-dark(#d9dee5, #333a43); --ground: light-dark(#f4f5f7, #121518); --panel: light-dark(#fff, #1a1e23);
  --accent: light-dark(#2b50c8, #8fabff); --on-accent: light-dark(#fff, #10141c); --wrong: light-dark(#a3221b, #ff9d94) }
* { box-sizing: border-box }
body { margin: 0; padding: 2.5rem 1.25rem 4rem; font: 1rem/1.55 system-ui, sans-serif; color: var(--ink); background: var(--ground) }
main { max-width: 34rem; margin: 0 auto }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem } h2 { font-size: 1.0625rem; margin: 2rem 0 .6rem }
p { margin: .25rem 0 1rem; color: var(--soft) } .wrong { color: var(--wrong) }
body { overflow-wrap: anywhere }
code { font: .875em ui-monospace, monospace; overflow-wrap: anywhere; color: var(--ink) }
.panel, details { background: var(--panel); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.125rem; margin: 0 0 1rem }
.people { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem }
.person { display: flex; flex-direction: column; align-items: flex-start; width: 100%; text-align: start;
  background: var(--panel); color: var(--ink); border: 1px solid var(--line) }
.person span { color: var(--soft); font-weight: 400; font-size: .9375rem; overflow-wrap: anywhere }
button.person:hover { border-color: var(--accent) }
button, .person { font: inherit; font-weight: 600; border-radius: .625rem; padding: .65rem 1rem; min-height: 2.75rem }
button { cursor: pointer; border: 1px solid transparent; background: var(--accent); color: var(--on-accent) }
label { display: block; font-weight: 600; margin: .75rem 0 .25rem } label:first-of-type { margin-top: 0 }
.hint { font-weight: 400; color: var(--soft) }
input, select, textarea { font: inherit; width: 100%; padding: .55rem .7rem; color: var(--ink); background: var(--ground);
  border: 1px solid light-dark(#8a94a1, #6b7683); border-radius: .5rem }
form button:not(.person) { margin-top: 1rem }
summary { cursor: pointer; font-weight: 600 } summary + * { margin-top: .75rem }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
a { color: var(--accent) } input[type=checkbox] { width: auto; accent-color: var(--accent) }
fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: .75rem 0 0 } fieldset label { font-weight: 400; margin: .35rem 0 }
.panel details { border: 0; padding: 0; margin: .5rem 0 0 }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .75rem 0 1.5rem; padding: 0 0 .75rem; border-bottom: 1px solid var(--line) }
nav strong { font-weight: 600 } .people + details { margin-top: 1rem } a.person { text-decoration: none } a.person:hover { border-color: var(--accent) } .row { padding: .5rem 0; border: 0; background: none }
.panel:target { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent) }
dl { margin: 0 } dt { font-weight: 600 } dd { margin: 0 0 .6rem } dd:last-child { margin: 0 }`

/** Sends the only form of a page. */
export const submitScript = 'document.forms[0].submit()'

const toHash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Of every page. No `form-action` where a form goes to a service provider, whose redirects it would forbid as well. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src ${toHash(style)}`,
    `script-src ${toHash(submitScript)}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const

/** Its pages where it has a directory, by address; where each other leads. */
const places = [
  ['/', 'Identity provider'],
  ['/directory', 'People and groups'],
  ['/directory/provisioning', 'Provisioning'],
  ['/directory/assignments', 'Assignments'],
  ['/directory/push', 'Push groups'],
] as const

/** The address of a page that the bar of pages names. */
export type Place = (typeof places)[number][0]

/** The bar of pages, for one of them; markup. */
export function renderPlaces(current: Place): string {
  const items = places.map(([path, name]) =>
    path === current
      ? `<li><strong aria-current="page">${name}</strong></li>`
      : `<li><a href="${path}">${name}</a></li>`,
  )
  return `<nav aria-label="Pages"><ul>${items.join('')}</ul></nav>`
}

/** A page of the simulator; `body` is markup. */
export function renderPage(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)}</title><style>${style}</style></head><body><main><h1>${escapeMarkup(title)}</h1>${body}</main></body></html>`
}

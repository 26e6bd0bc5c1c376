// The room `server/pages`: what people read on our own pages. It is pure, and knows neither requests nor rows.
//
// 1. A door passes a `look`, which says in which language and for which site a page speaks, and what the page shows.
// 2. The page is a function in the file of its subject: `home-realm`, `refusals`, `sessions`, `pending`, `mending`, `links`.
// 3. Its markup is a template of `html`, which escapes whatever is text. Its words are keys of a catalogue, which
//    has a folder for each language (`language`).
// 4. `frame` puts it into the frame that all pages have, with the headers of all pages.
//
// Small pages that need no application: escaped HTML in one frame, light and dark, narrow and wide, under a strict
// Content-Security-Policy. Owns the frame and its headers, not what stands in it.
import { createHash } from 'node:crypto'
import type { Site } from '../http/site.ts'
import { brandFooter, brandHeader, iconOf, renderAccents, titleOf } from './brand.ts'
import { type Html, toMarkup, toTitle } from './html.ts'
import type { Look } from './look.ts'

const style = `
:root { color-scheme: light dark; --ink: light-dark(#1a1d21, #e6e8eb); --soft: light-dark(#565f6b, #a3adb9); --line: light-dark(#dfe3e8, #2f353d);
  --ground: light-dark(#f5f6f8, #101316); --panel: light-dark(#fff, #191d22); --accent: light-dark(#2348b8, #9db4ff); --on-accent: light-dark(#fff, #10131a);
  --bad: light-dark(#a31d1d, #ff9d9d); --good: light-dark(#14662f, #7fd69a) }
* { box-sizing: border-box } [hidden] { display: none !important }
body { margin: 0; min-height: 100vh; font: 1rem/1.55 system-ui, sans-serif; color: var(--ink); background: var(--ground) }
main { margin: 0 auto; max-width: 30rem; padding: 12vh 1.25rem 3rem } main.wide { max-width: 72rem; padding-top: 2.5rem }
.checks { list-style: none; margin: 0; padding: 0 }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem; margin: 0 0 1.25rem; overflow-wrap: anywhere }
h1 { font-size: 1.375rem; line-height: 1.3; margin: 0 0 .5rem; text-wrap: balance } h2 { font-size: 1.0625rem; margin: 0 0 .75rem }
p { margin: 0 0 1rem } p:last-child, p:has(+ noscript:last-child) { margin-bottom: 0 } noscript p { margin-top: 1rem } .soft { color: var(--soft); font-size: .925rem }
a { color: var(--accent) } code { font: .875em ui-monospace, monospace; overflow-wrap: anywhere; direction: ltr; unicode-bidi: isolate }
input[type='email'], input[type='url'], .address, textarea { direction: ltr } [dir='rtl'] :is(input[type='email'], input[type='url'], .address) { text-align: right }
label { display: block; font-weight: 600; margin: 0 0 .35rem } form { margin: 0 } form.inline { display: inline }
input, textarea { font: inherit; color: inherit; width: 100%; padding: .6rem .75rem; border: 1px solid var(--soft); border-radius: .5rem; background: var(--ground); margin: 0 0 1rem }
textarea { font: .875rem/1.45 ui-monospace, monospace; resize: vertical } .hint { color: var(--soft); font-size: .925rem; margin: -.6rem 0 1rem } form + p { margin-top: 1rem }
h3 { font-size: 1rem; margin: 0 0 .25rem } .line { display: block }
button, .button { font: inherit; font-weight: 600; display: inline-block; padding: .6rem 1.1rem; border-radius: .5rem; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); cursor: pointer; text-decoration: none }
button.quiet, .button.quiet { background: transparent; color: var(--accent); border-color: var(--line); padding: .3rem .7rem; font-size: .9rem }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
ul.plain { list-style: none; margin: 0; padding: 0 } ul.plain li { margin: 0 0 .5rem }
dl { display: grid; grid-template-columns: minmax(7rem, auto) 1fr; gap: .4rem 1rem; margin: 0 0 1rem } dl:last-child { margin-bottom: 0 } dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere } .whole { white-space: nowrap }
.scroll { overflow-x: auto; position: relative } table { border-collapse: collapse; width: 100%; font-size: .925rem } th { color: var(--soft); font-weight: 600 } td, th { text-align: start; vertical-align: top; padding-block: .5rem; padding-inline: 0 .75rem; border-top: 1px solid var(--line) }
td, th { overflow-wrap: break-word } td { min-width: 4.5rem } td time, td .good, td .bad { white-space: nowrap }
@media (max-width: 46rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  table, tbody, tr { display: block } tr { border-top: 1px solid var(--line); padding: .6rem 0 }
  td { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .75rem; border: 0; padding: .15rem 0; overflow-wrap: anywhere } td time, td .good, td .bad { white-space: normal }
  td::before { content: attr(data-label); color: var(--soft) }
}
@media (min-width: 64rem) { td .reference { white-space: nowrap } }
@media (max-width: 30rem) {
  main, main.wide { padding: 1rem .75rem 2rem } .panel { padding: 1.125rem }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0 } dt { font-size: .925rem } dd { margin: 0 0 .6rem } dd:last-child { margin: 0 }
}
.ways { display: flex; flex-wrap: wrap; gap: .6rem } .ways .button.quiet { padding: .6rem 1.1rem; font-size: 1rem }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.bad { color: var(--bad) } .good { color: var(--good) }
header { display: flex; align-items: center; gap: .75rem; margin: 0 0 1.25rem; font-weight: 650;
  font-size: 1.125rem; overflow-wrap: anywhere }
header picture { max-width: 100% } header img { display: block; height: 2.5rem; max-width: 100%; object-fit: contain }
footer { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1.5rem 0 0; font-size: .925rem; color: var(--soft) }`

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64')
const styleHash = hashOf(style)

/** A page before it has a frame. */
export interface Page {
  readonly title: Html
  readonly body: Html
  readonly status?: number
  readonly isWide?: boolean
  readonly script?: string
  /** Set where a form ends at another site: browsers hold redirects after a form against this policy too. */
  readonly mayLeave?: boolean
  readonly headers?: readonly (readonly [string, string])[]
}

/** Addresses of our own begin with a slash in the page's body: the path of the public URL is put in front here, for all of them. */
export function renderPage(page: Page, look: Look): Response {
  const script = page.script === undefined ? '' : `<script>${page.script}</script>`
  const width = page.isWide === true ? ' class="wide"' : ''
  const accents = renderAccents(look.brand)
  const body = withBasePath(toMarkup(page.body), look)
  const { code, direction } = look.language
  const html = `<!doctype html><html lang="${code}" dir="${direction}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${toTitle(titleOf(page, look))}</title>
<style>${style}</style>${accents === '' ? '' : `<style>${accents}</style>`}${toMarkup(iconOf(look))}</head><body><main${width}>${toMarkup(
    brandHeader(look),
  )}${body}${toMarkup(brandFooter(look))}</main>${script}</body></html>`
  const headers = new Headers({ 'content-type': 'text/html; charset=utf-8', ...pageHeaders(page, look) })
  for (const [name, value] of page.headers ?? []) headers.append(name, value)
  return new Response(html, { status: page.status ?? 200, headers })
}

// Quotes in what comes from outside are escaped, so that an attribute is always the template's own.
function withBasePath(body: string, { basePath }: Site): string {
  return basePath === '' ? body : body.replace(/ (href|action)="\/(?!\/)/g, ` $1="${basePath}/`)
}

/** Of every page, whoever wrote it. */
export function pageHeaders(
  page: { readonly script?: string | undefined; readonly mayLeave?: boolean },
  { isSecure, brand, language }: Site & Partial<Pick<Look, 'brand' | 'language'>>,
): Record<string, string> {
  const scripts =
    page.script === undefined ? '' : ` script-src 'sha256-${hashOf(page.script)}'; connect-src 'self';`
  const accents = brand === undefined ? '' : renderAccents(brand)
  const styles = accents === '' ? '' : ` 'sha256-${hashOf(accents)}'`
  const forms = page.mayLeave === true ? '' : " form-action 'self';"
  return {
    'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'${styles}; img-src 'self';${scripts}${forms} base-uri 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    // Not no-referrer: browsers would then call the origin of our own forms null.
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
    ...(language === undefined ? {} : { 'content-language': language.code, vary: 'Accept-Language' }),
    ...(isSecure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}

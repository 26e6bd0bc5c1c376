// The OpenAPI document as a page to read: made on the server, no foreign asset, light and dark. Its one script searches in it and
// opens what an address names; without it everything is there to read.

import { createHash } from 'node:crypto'
import {
  type ApiCall,
  type ApiOperation,
  type ApiReader,
  type ApiSchema,
  type OpenApiDocument,
  readApi,
} from '@rollcall/api'
import { memberOf } from '../base/unknown.ts'
import { words } from './api-docs-words.ts'
import { type Html, html, toMarkup, trust } from './html.ts'
import { createVoice } from './look.ts'
import { code } from './parts.ts'

const style = `
:root { color-scheme: light dark; --ink: light-dark(#1a1d21, #e6e8eb); --soft: light-dark(#5b6470, #9aa4b1);
  --line: light-dark(#e2e5ea, #2d333b);
  --ground: light-dark(#fff, #14171a); --panel: light-dark(#f6f7f9, #1b1f24); --accent: light-dark(#2b50c8, #8fabff) }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 4rem; font: 1rem/1.55 system-ui, sans-serif;
  color: var(--ink); background: var(--ground) }
h1 { font-size: 1.75rem; margin: 0 0 .25rem } h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem }
p { color: var(--soft); margin: .25rem 0 1rem }
a { color: var(--accent) } code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; background: var(--panel) }
summary { cursor: pointer; padding: .6rem .9rem; display: flex; gap: .75rem; flex-wrap: wrap; align-items: baseline }
summary:focus-visible { outline: 2px solid var(--accent); border-radius: .5rem }
.method { font: 600 .8rem ui-monospace, monospace; color: var(--accent); min-width: 4rem } .about { color: var(--soft); flex: 1 1 16rem }
.inside { border-top: 1px solid var(--line); padding: .75rem .9rem }
h3 { font-size: .95rem; margin: 1rem 0 .35rem } h3:first-child { margin-top: 0 }
table { border-collapse: collapse; width: 100%; font-size: .925rem }
td, th { text-align: start; vertical-align: top; padding: .3rem .75rem .3rem 0; border-top: 1px solid var(--line) }
td:first-child { white-space: nowrap; min-width: 3.5rem }
@media (width < 40rem) { td:first-child { white-space: normal } td { overflow-wrap: anywhere } }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: .85rem/1.5 ui-monospace, monospace; padding: .6rem .75rem; border-radius: .4rem;
  background: var(--ground); border: 1px solid var(--line) }
.find { position: sticky; top: 0; padding: .75rem 0; background: var(--ground); border-bottom: 1px solid var(--line) }
.find label { display: block; font-weight: 600; margin-bottom: .25rem } .find p { margin: .35rem 0 0 }
input { font: inherit; width: 100%; padding: .5rem .7rem; color: var(--ink); background: var(--panel);
  border: 1px solid light-dark(#8a94a1, #6b7683); border-radius: .5rem }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
details { scroll-margin-top: 8rem } [hidden] { display: none }`

/** Every word that is typed must be in an operation's words; what an address names is opened. */
const script = `const box = document.getElementById('find'), count = document.getElementById('count')
const rows = [...document.querySelectorAll('details[data-words]')]
const find = () => {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean)
  for (const row of rows) row.hidden = !words.every((word) => row.dataset.words.includes(word))
  for (const part of document.querySelectorAll('main section')) part.hidden = !part.querySelector('details:not([hidden])')
  const found = rows.filter((row) => !row.hidden).length
  count.textContent = words.length === 0 ? '' : count.dataset.text.replace('{count}', found)
}
const open = () => {
  const row = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (row instanceof HTMLDetailsElement) { row.hidden = false; row.open = true; row.scrollIntoView() }
}
box.addEventListener('input', find)
addEventListener('hashchange', open)
document.getElementById('search').hidden = false
find(); open()`

const say = createVoice<typeof words>(words, 'en')

const toHash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
const sheet = trust(`<style>${style}</style>`)
const search = trust(`<script>${script}</script>`)

/** The header fields of the page, with a Content-Security-Policy that allows its one style sheet and its one script. */
export const docsPageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src ${toHash(style)}; script-src ${toHash(script)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

/** The whole page. */
export function renderDocsPage(document: OpenApiDocument): string {
  const api = readApi(document)
  const base = document.servers?.[0]?.url ?? ''
  const groups = Map.groupBy(api.calls, ({ operation }) => operation.tags[0] ?? '')
  const sections = [...groups].map(
    ([tag, calls]) =>
      html`<section><h2>${tag === '' ? say('other') : tag}</h2>${calls.map((call) => renderCall({ api, base }, call))}</section>`,
  )
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      html`<details id="${name}" data-words="${name.toLowerCase()}"><summary>${code(name)}</summary><div class="inside">${renderJson(schema)}</div></details>`,
  )
  const { title, version, description } = document.info
  const about = say('version', {
    version: html`${version}`,
    document: html`<a href="openapi.json">openapi.json</a>`,
  })
  return `<!doctype html>${toMarkup(html`<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>${sheet}</head><body><main><h1>${title}</h1>
<p>${about}</p><p>${renderProse(description)}</p>
${renderAuthentication(api, base)}
<div class="find" id="search" role="search" hidden><label for="find">${say('search')}</label>
<input id="find" type="search" autocomplete="off" spellcheck="false"><p id="count" role="status" data-text="${words.found}"></p></div>
${sections}<section><h2>${say('shapes')}</h2>${schemas}</section></main>${search}</body></html>`)}`
}

function renderAuthentication({ schemes }: ApiReader, base: string): Html {
  const { operatorKey, session } = schemes
  const commands = `OPERATOR_KEY=…\ncurl "${base}/organizations" \\\n  -H "Authorization: Bearer $OPERATOR_KEY"`
  return html`<h2 id="authentication">${say('authentication')}</h2>
<table><tr><td>${code('Authorization: Bearer')}</td><td>${operatorKey?.description ?? ''}. ${say('keyText')}</td></tr>
<tr><td>${code(session?.name ?? '')}</td><td>${session?.description ?? ''}. ${say('sessionText')}</td></tr></table>
<p>${say('authenticationText')}</p><pre>${commands}</pre>`
}

interface Place {
  readonly api: ApiReader
  /** What stands before the paths. */
  readonly base: string
}

function renderCall({ api, base }: Place, call: ApiCall): Html {
  const { method, path, operation } = call
  const { operationId, summary, description } = operation
  const words = `${method} ${path} ${operationId} ${summary} ${description}`.toLowerCase()
  const body = api.makeBody(operation)
  const answer = api.makeAnswer(operation)
  const head = html`<span class="method">${method}</span>${code(path)}<span class="about">${summary}</span>`
  return html`<details id="${operationId}" data-words="${words}"><summary>${head}</summary>
<div class="inside"><p>${renderProse(description)}</p><h3>${say('curl')}</h3><pre>${api.renderCurl(call, base)}</pre>
${renderParameters(operation.parameters)}${renderBody(operation)}
${body === undefined ? '' : renderJson(body)}${renderResponses(operation)}
${answer === undefined ? '' : html`<h3>${say('answer')}</h3>${renderJson(answer)}`}</div></details>`
}

function renderParameters(parameters: ApiOperation['parameters']): Html | '' {
  if (parameters === undefined || parameters.length === 0) return ''
  const rows = parameters.map((one) => {
    const place = one.required === true ? say('required', { place: html`${one.in}` }) : one.in
    return html`<tr><td>${code(one.name)}</td><td>${place}</td><td>${renderProse(one.description)} ${code(describe(one.schema))}</td></tr>`
  })
  return html`<h3>${say('parameters')}</h3><table>${rows}</table>`
}

/** The type of a parameter, or the values that it may have. */
function describe({ type, enum: values, anyOf = [], oneOf = [] }: ApiSchema): string {
  if (values !== undefined) return values.join(' | ')
  const kinds = type === undefined ? [...anyOf, ...oneOf].map(describe) : [type].flat()
  return [...new Set(kinds)].join(' | ')
}

function renderBody(operation: ApiOperation): Html | '' {
  const schema = operation.requestBody?.content?.['application/json']?.schema
  return schema === undefined ? '' : html`<h3>${say('body')}</h3>${renderShape(schema)}`
}

function renderResponses(operation: ApiOperation): Html {
  const rows = Object.entries(operation.responses ?? {}).map(([status, response]) => {
    const shapes = Object.values(response.content ?? {}).map(({ schema }) => html`${renderShape(schema)} `)
    return html`<tr><td>${status}</td><td>${renderProse(response.description)} ${shapes}</td></tr>`
  })
  return html`<h3>${say('answers')}</h3><table>${rows}</table>`
}

function renderShape(schema: unknown): Html | '' {
  const address = memberOf(schema, '$ref')
  const reference = typeof address === 'string' ? address.split('/').at(-1) : undefined
  if (reference !== undefined) return html`<a href="#${reference}">${code(reference)}</a>`
  return schema === undefined ? '' : code(JSON.stringify(schema))
}

function renderJson(value: unknown): Html {
  return html`<pre>${JSON.stringify(value, null, 2)}</pre>`
}

/** Prose of the document, in which backticks mark code. */
function renderProse(text: string | undefined): Html {
  const parts = (text ?? '').split(/`([^`]+)`/)
  return html`${parts.map((part, at) => (at % 2 === 0 ? html`${part}` : code(part)))}`
}

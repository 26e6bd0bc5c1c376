// The OpenAPI document as a page to read: made on the server, no script, no foreign asset, light and dark.
import { createHash } from 'node:crypto'
import type { OpenApiDocument } from '@rollcall/api'
import { type Html, html, toMarkup, trust } from './html.ts'
import { type Look, wordsOf } from './look.ts'
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
pre { margin: 0; overflow-x: auto; font: .85rem/1.5 ui-monospace, monospace }`

const hash = createHash('sha256').update(style).digest('base64')
const sheet = trust(`<style>${style}</style>`)

/** The header fields of the page, with a Content-Security-Policy that allows its one style sheet. */
export const docsPageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly description?: string
  readonly schema?: unknown
}

interface Operation {
  readonly summary?: string
  readonly tags?: readonly string[]
  readonly operationId?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: unknown }>> }
  readonly responses?: Readonly<
    Record<
      string,
      {
        readonly description?: string
        readonly content?: Readonly<Record<string, { readonly schema?: unknown }>>
      }
    >
  >
}

/** The whole page. */
export function renderDocsPage(look: Look, document: OpenApiDocument): string {
  const say = wordsOf(look)
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method,
      operation,
    })),
  )
  const groups = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? '')
  const sections = [...groups].map(
    ([tag, rows]) =>
      html`<h2>${tag === '' ? say('api.other') : tag}</h2>${rows.map((row) => renderOperation(look, row))}`,
  )
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      html`<details id="${name}"><summary>${code(name)}</summary><div class="inside">${renderJson(schema)}</div></details>`,
  )
  const { title, version, description } = document.info
  const about = say('api.version', { version, document: html`<a href="openapi.json">openapi.json</a>` })
  return `<!doctype html>${toMarkup(html`<html lang="${look.language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>${sheet}</head><body><main><h1>${title}</h1>
<p>${about}</p><p>${renderProse(description)}</p>
${sections}<h2>${say('api.shapes')}</h2>${schemas}</main></body></html>`)}`
}

interface Row {
  readonly path: string
  readonly method: string
  readonly operation: Operation
}

function renderOperation(look: Look, { path, method, operation }: Row): Html {
  const head = html`<span class="method">${method.toUpperCase()}</span>${code(path)}<span class="about">${operation.summary ?? ''}</span>`
  return html`<details><summary>${head}</summary>
<div class="inside">${renderParameters(look, operation.parameters)}${renderBody(look, operation)}
${renderResponses(look, operation)}</div></details>`
}

function renderParameters(look: Look, parameters: readonly Parameter[] | undefined): Html | '' {
  const say = wordsOf(look)
  if (parameters === undefined || parameters.length === 0) return ''
  const rows = parameters.map((one) => {
    const place = one.required === true ? say('api.required', { place: one.in }) : one.in
    return html`<tr><td>${code(one.name)}</td><td>${place}</td><td>${renderProse(one.description)} ${renderShape(one.schema)}</td></tr>`
  })
  return html`<h3>${say('api.parameters')}</h3><table>${rows}</table>`
}

function renderBody(look: Look, operation: Operation): Html | '' {
  const schema = operation.requestBody?.content?.['application/json']?.schema
  return schema === undefined ? '' : html`<h3>${wordsOf(look)('api.body')}</h3>${renderShape(schema)}`
}

function renderResponses(look: Look, operation: Operation): Html {
  const rows = Object.entries(operation.responses ?? {}).map(([status, response]) => {
    const shapes = Object.values(response.content ?? {}).map(({ schema }) => html`${renderShape(schema)} `)
    return html`<tr><td>${status}</td><td>${renderProse(response.description)} ${shapes}</td></tr>`
  })
  return html`<h3>${wordsOf(look)('api.answers')}</h3><table>${rows}</table>`
}

function renderShape(schema: unknown): Html | '' {
  const reference = (schema as { $ref?: string } | undefined)?.$ref?.split('/').at(-1)
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

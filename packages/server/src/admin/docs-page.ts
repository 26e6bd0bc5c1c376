// The OpenAPI document as a page to read: made on the server, no script, no foreign asset, light and dark.
import { createHash } from 'node:crypto'
import type { OpenApiDocument } from '@rollcall/api'

const style = `
:root { color-scheme: light dark; --ink: light-dark(#1a1d21, #e6e8eb); --soft: light-dark(#5b6470, #9aa4b1); --line: light-dark(#e2e5ea, #2d333b);
  --ground: light-dark(#fff, #14171a); --panel: light-dark(#f6f7f9, #1b1f24); --accent: light-dark(#2b50c8, #8fabff) }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 4rem; font: 1rem/1.55 system-ui, sans-serif; color: var(--ink); background: var(--ground) }
h1 { font-size: 1.75rem; margin: 0 0 .25rem } h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem } p { color: var(--soft); margin: .25rem 0 1rem }
a { color: var(--accent) } code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; background: var(--panel) }
summary { cursor: pointer; padding: .6rem .9rem; display: flex; gap: .75rem; flex-wrap: wrap; align-items: baseline }
summary:focus-visible { outline: 2px solid var(--accent); border-radius: .5rem }
.method { font: 600 .8rem ui-monospace, monospace; color: var(--accent); min-width: 4rem } .about { color: var(--soft); flex: 1 1 16rem }
.inside { border-top: 1px solid var(--line); padding: .75rem .9rem } h3 { font-size: .95rem; margin: 1rem 0 .35rem } h3:first-child { margin-top: 0 }
table { border-collapse: collapse; width: 100%; font-size: .925rem } td, th { text-align: start; vertical-align: top; padding: .3rem .75rem .3rem 0; border-top: 1px solid var(--line) }
td:first-child { white-space: nowrap; min-width: 3.5rem }
pre { margin: 0; overflow-x: auto; font: .85rem/1.5 ui-monospace, monospace }`

const hash = createHash('sha256').update(style).digest('base64')

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

/** HTML; everything that comes from the document is escaped. */
export function renderDocsPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      path,
      method,
      operation,
    })),
  )
  const groups = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? 'Other')
  const sections = [...groups].map(
    ([tag, rows]) => `<h2>${escapeHtml(tag)}</h2>${rows.map(renderOperation).join('')}`,
  )
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      `<details id="${escapeHtml(name)}"><summary><code>${escapeHtml(name)}</code></summary><div class="inside">${renderJson(schema)}</div></details>`,
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(document.info.title)}</title><style>${style}</style></head><body><main><h1>${escapeHtml(document.info.title)}</h1>
<p>Version ${escapeHtml(document.info.version)} · <a href="openapi.json">openapi.json</a></p><p>${renderProse(document.info.description)}</p>
${sections.join('')}<h2>Shapes</h2>${schemas.join('')}</main></body></html>`
}

function renderOperation({
  path,
  method,
  operation,
}: {
  path: string
  method: string
  operation: Operation
}): string {
  const head = `<span class="method">${escapeHtml(method.toUpperCase())}</span><code>${escapeHtml(path)}</code><span class="about">${escapeHtml(operation.summary ?? '')}</span>`
  return `<details><summary>${head}</summary><div class="inside">${renderParameters(operation.parameters)}${renderBody(operation)}${renderResponses(operation)}</div></details>`
}

function renderParameters(parameters: readonly Parameter[] | undefined): string {
  if (parameters === undefined || parameters.length === 0) return ''
  const rows = parameters.map(
    (one) =>
      `<tr><td><code>${escapeHtml(one.name)}</code></td><td>${escapeHtml(one.in)}${one.required === true ? ', required' : ''}</td><td>${renderProse(one.description)} ${renderShape(one.schema)}</td></tr>`,
  )
  return `<h3>Parameters</h3><table>${rows.join('')}</table>`
}

function renderBody(operation: Operation): string {
  const schema = operation.requestBody?.content?.['application/json']?.schema
  return schema === undefined ? '' : `<h3>Body</h3>${renderShape(schema)}`
}

function renderResponses(operation: Operation): string {
  const rows = Object.entries(operation.responses ?? {}).map(([status, response]) => {
    const shapes = Object.values(response.content ?? {}).map(({ schema }) => renderShape(schema))
    return `<tr><td>${escapeHtml(status)}</td><td>${renderProse(response.description)} ${shapes.join(' ')}</td></tr>`
  })
  return `<h3>Answers</h3><table>${rows.join('')}</table>`
}

function renderShape(schema: unknown): string {
  const reference = (schema as { $ref?: string } | undefined)?.$ref?.split('/').at(-1)
  if (reference !== undefined)
    return `<a href="#${escapeHtml(reference)}"><code>${escapeHtml(reference)}</code></a>`
  return schema === undefined ? '' : `<code>${escapeHtml(JSON.stringify(schema))}</code>`
}

function renderJson(value: unknown): string {
  return `<pre>${escapeHtml(JSON.stringify(value, null, 2))}</pre>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Prose of the document, in which backticks mark code. */
function renderProse(text: string | undefined): string {
  return escapeHtml(text ?? '').replace(/`([^`]+)`/g, '<code>$1</code>')
}

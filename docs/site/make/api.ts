// The reference of the management API: a page for each noun, from the OpenAPI document, with curl for each operation.
import { renderOpenApi } from '@rollcall/api'
import type { Page } from './pages.ts'

export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly example?: unknown
  readonly examples?: readonly unknown[]
  readonly description?: string
  readonly minimum?: number
  readonly minItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly description?: string
  readonly schema: Schema
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>

export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly tags: readonly string[]
  readonly security: readonly Readonly<Record<string, unknown>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>
}

export interface Call {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

const document = renderOpenApi('https://id.example.com', '0.0.0')
const schemas = (document.components?.schemas ?? {}) as Readonly<Record<string, Schema>>

/** Every operation with its method and its path, in the order of the contract. */
export const calls: readonly Call[] = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
  Object.entries(methods as Readonly<Record<string, Operation>>).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    operation,
  })),
)

const nameOf = ({ $ref }: Schema): string | undefined => $ref?.split('/').at(-1)

function follow(schema: Schema): Schema {
  const name = nameOf(schema)
  if (name !== undefined) return follow(schemas[name] ?? {})
  if (schema.allOf === undefined) return schema
  const parts = schema.allOf.map(follow)
  return {
    ...schema,
    type: 'object',
    properties: Object.assign({}, ...parts.map(({ properties }) => properties), schema.properties),
    required: parts.flatMap(({ required = [] }) => required).concat(schema.required ?? []),
  }
}

const choicesOf = (schema: Schema): readonly Schema[] | undefined => schema.anyOf ?? schema.oneOf

/** The one form of several that is an object, where there is only one: the rest is null. */
function readObject(schema: Schema): Schema | undefined {
  const whole = follow(schema)
  if (whole.properties !== undefined) return whole
  const objects = (choicesOf(whole) ?? []).map(follow).filter(({ properties }) => properties !== undefined)
  return objects.length === 1 ? objects[0] : undefined
}

function renderType(schema: Schema): string {
  const whole = follow(schema)
  if (whole.const !== undefined) return `\`${JSON.stringify(whole.const)}\``
  if (whole.enum !== undefined) return whole.enum.map((one) => `\`${JSON.stringify(one)}\``).join(' or ')
  const choices = choicesOf(whole)
  if (choices !== undefined) {
    const named = [...new Set(choices.map(renderType))]
    return named.length > 6 ? 'one of several forms' : named.join(' or ')
  }
  if (whole.items !== undefined) return `array of ${renderType(whole.items)}`
  return [whole.type ?? 'any'].flat().join(' or ')
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ')

interface Row {
  readonly path: string
  readonly type: string
  readonly isRequired: boolean
  readonly about: string
}

/** The fields of a shape, those of what it holds behind a dot. */
function listFields(schema: Schema, prefix = '', depth = 0, above: readonly string[] = []): Row[] {
  const object = readObject(schema)
  if (object?.properties === undefined || depth > 3) return []
  return Object.entries(object.properties).flatMap(([name, field]) => {
    const path = prefix + name
    const whole = follow(field)
    const row: Row = {
      path,
      type: renderType(field),
      isRequired: object.required?.includes(name) ?? false,
      about: field.description ?? whole.description ?? '',
    }
    const inner = whole.items ?? field
    const innerName = nameOf(inner)
    if (innerName !== undefined && above.includes(innerName)) return [row]
    const names = innerName === undefined ? above : [...above, innerName]
    return [row, ...listFields(inner, `${path}${whole.items === undefined ? '' : '[]'}.`, depth + 1, names)]
  })
}

function renderFields(rows: readonly Row[], isRequest: boolean): string {
  const lines = rows.map(({ path, type, isRequired, about }) =>
    isRequest
      ? `| \`${path}\` | ${cell(type)} | ${isRequired ? 'yes' : ''} | ${cell(about)} |`
      : `| \`${path}\` | ${cell(type)} | ${cell(about)} |`,
  )
  return isRequest
    ? ['| field | type | required | is |', '|---|---|---|---|', ...lines].join('\n')
    : ['| field | type | is |', '|---|---|---|', ...lines].join('\n')
}

/** A value that the schema takes, with no more in it than must be. */
function makeExample(schema: Schema, operation: string, field = ''): unknown {
  const whole = follow(schema)
  const text = textOf(operation, field)
  const [type] = [whole.type ?? 'object'].flat()
  if (text !== undefined) return type === 'array' ? [text] : text
  const given = [
    schema.example,
    whole.example,
    whole.examples?.[0],
    whole.const,
    schema.default,
    whole.default,
  ]
  const first = given.find((one) => one !== undefined)
  if (first !== undefined) return first
  if (whole.enum !== undefined) return whole.enum[0]
  const choices = choicesOf(whole)
  if (choices?.[0] !== undefined)
    return makeExample(choices.find((one) => follow(one).type !== 'null') ?? choices[0], operation)
  if (type === 'array') return (whole.minItems ?? 0) > 0 ? [makeExample(whole.items ?? {}, operation)] : []
  if (type === 'boolean') return true
  if (type === 'integer' || type === 'number') return whole.minimum ?? 1
  if (type === 'string') return '…'
  const required = whole.required ?? []
  return Object.fromEntries(
    required.map((name) => [name, makeExample(whole.properties?.[name] ?? {}, operation, name)]),
  )
}

/** What stands in a command for a text without an example of its own in the contract: by the operation and the field, or the field. */
const texts: Readonly<Record<string, string>> = {
  'addDomain.name': 'example.com',
  'createConnection.name': 'Okta',
  'createApplication.name': 'Our product',
  'updateApplication.name': 'Our product',
  'createOperatorLink.name': 'Ada',
  'createWebhookEndpoint.url': 'https://app.example.com/webhooks',
  'updateWebhookEndpoint.url': 'https://app.example.com/webhooks',
  'createPortalLink.role': 'admin',
  'updateUser.role': 'admin',
  address: 'ada@acme.test',
  confirm: 'acme',
  connectionId: 'conn_…',
  digest: '0f'.repeat(32),
  eventId: 'evt_…',
  hash: '0f'.repeat(32),
  metadataUrl: 'https://idp.example.com/metadata',
  origins: 'https://app.example.com',
  reason: 'Left the company',
  redirectUris: 'https://app.example.com/callback',
  stableIdAttribute: 'id',
}

const textOf = (operation: string, field: string): string | undefined =>
  texts[`${operation}.${field}`] ?? texts[field]

/** The least body of an operation; one thing of what may be in it, where nothing must. */
export function makeBody({ operationId, requestBody }: Operation): unknown {
  const schema = jsonOf(requestBody?.content)
  if (schema === undefined) return undefined
  const example = makeExample(schema, operationId)
  const isEmpty = typeof example === 'object' && example !== null && Object.keys(example).length === 0
  const [first] = Object.entries(readObject(schema)?.properties ?? {})
  return isEmpty && first !== undefined
    ? { [first[0]]: makeExample(first[1], operationId, first[0]) }
    : example
}

const jsonOf = (content: Content | undefined): Schema | undefined => content?.['application/json']?.schema

/** A variable of the shell for an id, the slug of the examples for an organization. */
const inPath = (name: string): string =>
  name === 'slug' ? 'acme' : `$${name.replaceAll(/(?=[A-Z])/g, '_').toUpperCase()}`

export function renderCurl({ method, path, operation }: Call): string {
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => inPath(name))
  const query = (operation.parameters ?? [])
    .filter((one) => one.in === 'query' && one.required === true)
    .map(
      ({ name, schema }) =>
        `${name}=${encodeURIComponent(String(makeExample(schema, operation.operationId, name)))}`,
    )
  const asked = query.length === 0 ? '' : `?${query.join('&')}`
  const lines = [`curl ${method === 'GET' ? '' : `-X ${method} `}"$ROLLCALL_URL/api/v1${address}${asked}"`]
  if (operation.security.some((one) => 'operatorKey' in one))
    lines.push('-H "Authorization: Bearer $OPERATOR_KEY"')
  const body = makeBody(operation)
  if (body !== undefined) {
    lines.push("-H 'Content-Type: application/json'")
    lines.push(`-d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`)
  }
  return lines.join(' \\\n  ')
}

function renderParameters(parameters: readonly Parameter[]): string[] {
  if (parameters.length === 0) return []
  const rows = parameters.map(
    ({ name, in: where, required, description, schema }) =>
      `| \`${name}\` | ${where} | ${cell(renderType(schema))} | ${required ? 'yes' : ''} | ${cell(description ?? '')} |`,
  )
  return [['| parameter | in | type | required | is |', '|---|---|---|---|---|', ...rows].join('\n')]
}

function renderBody(operation: Operation): string[] {
  const schema = jsonOf(operation.requestBody?.content)
  if (schema === undefined) return []
  const rows = listFields(schema)
  if (rows.length > 0) return ['Body:', renderFields(rows, true)]
  return [`Body: ${renderType(schema)}.`]
}

function renderAnswers(operation: Operation): string[] {
  const answers = Object.entries(operation.responses)
  const rows = answers.map(([status, { description }]) => `| ${status} | ${cell(description)} |`)
  const good = answers.find(
    ([status, { content }]) => status.startsWith('2') && jsonOf(content) !== undefined,
  )
  const fields = good === undefined ? [] : listFields(jsonOf(good[1].content) ?? {})
  return [
    ['| answer | when |', '|---|---|', ...rows].join('\n'),
    ...(good === undefined || fields.length === 0
      ? []
      : [
          `<details><summary>What ${good[0]} holds</summary>\n\n${renderFields(fields, false)}\n\n</details>`,
        ]),
  ]
}

function renderCall(call: Call): string {
  const { operation } = call
  return [
    `## ${operation.summary}`,
    `\`${call.method} /api/v1${call.path}\` · operation \`${operation.operationId}\``,
    operation.description,
    `\`\`\`sh\n${renderCurl(call)}\n\`\`\``,
    ...renderParameters(operation.parameters ?? []),
    ...renderBody(operation),
    ...renderAnswers(operation),
  ].join('\n\n')
}

const group = 'Management API'
const slugOf = (tag: string): string => `reference/api/${tag.toLowerCase().replaceAll(' ', '-')}`
const sourceOf = (slug: string): string => `docs/${slug}.md`

const introduction = `Every operation of the management API, noun by noun, from the OpenAPI document that the service itself serves at
\`/api/v1/openapi.json\` (and shows at \`/api/v1/docs\`). The commands take two variables of the shell, and one for each id in a path:

\`\`\`sh
ROLLCALL_URL=http://localhost:4000
OPERATOR_KEY=rc_operator_…
\`\`\`

- **Who calls.** The operator's key as a bearer token, or the session of an administrator or owner, which is a cookie of the console.
  Each operation says for whom it is.
- **Bodies** are JSON, names in camelCase, times in RFC 3339 and UTC. The body in a command is the least that the operation takes,
  or one field where none is required.
- **Lists** have \`items\` and \`nextCursor\`: ask again with \`cursor\` until it is null.
- **Errors** are \`application/problem+json\` (RFC 9457) with a \`code\` that stays: [all codes](../problems.md).
- From TypeScript, [\`@rollcall/client\`](../sdk.md) types every operation by its name.
`

/** A page for each noun, behind one that says what holds for all. */
export function renderApi(): readonly Page[] {
  const nouns = [...Map.groupBy(calls, ({ operation }) => operation.tags[0] ?? '')]
  const list = nouns.map(([tag, members]) => {
    const rows = members.map(
      ({ method, path, operation }) => `| ${operation.summary} | \`${method} ${path}\` |`,
    )
    const table = ['| operation | below `/api/v1` |', '|---|---|', ...rows].join('\n')
    return `## ${tag}\n\n[${tag}](api/${slugOf(tag).split('/').at(-1)}.md) in full.\n\n${table}`
  })
  const first: Page = {
    slug: 'reference/api',
    kind: 'reference',
    group,
    label: 'Overview',
    title: 'The management API',
    description: 'Every operation of the management API, with curl for each.',
    body: `${introduction}\n${list.join('\n\n')}\n`,
    source: sourceOf('reference/api'),
    isFirst: true,
  }
  return [
    first,
    ...nouns.map(([tag, members]) => ({
      slug: slugOf(tag),
      kind: 'reference' as const,
      group,
      title: tag,
      description:
        `The management API: ${members.map(({ operation }) => operation.summary.toLowerCase()).join(', ')}.`.slice(
          0,
          200,
        ),
      body: members.map(renderCall).join('\n\n'),
      source: sourceOf(slugOf(tag)),
    })),
  ]
}

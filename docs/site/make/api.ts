// The reference of the management API: a page for each noun, from the OpenAPI document, with curl for each operation.
import {
  type ApiCall,
  type ApiOperation,
  type ApiParameter,
  type ApiSchema,
  choicesOf,
  jsonOf,
  nameOfSchema,
  readApi,
  renderOpenApi,
} from '@rollcall/api'
import type { Page } from './pages.ts'

const api = readApi(renderOpenApi('https://id.example.com', '0.0.0'))
const { follow, readObject } = api

/** Every operation with its method and its path, in the order of the contract; the least body of each. */
export const { calls, makeBody } = api

export const renderCurl = (call: ApiCall): string => api.renderCurl(call, '$ROLLCALL_URL/api/v1')

function renderType(schema: ApiSchema): string {
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
function listFields(schema: ApiSchema, prefix = '', depth = 0, above: readonly string[] = []): Row[] {
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
    const innerName = nameOfSchema(inner)
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

function renderParameters(parameters: readonly ApiParameter[]): string[] {
  if (parameters.length === 0) return []
  const rows = parameters.map(
    ({ name, in: where, required, description, schema }) =>
      `| \`${name}\` | ${where} | ${cell(renderType(schema))} | ${required ? 'yes' : ''} | ${cell(description ?? '')} |`,
  )
  return [['| parameter | in | type | required | is |', '|---|---|---|---|---|', ...rows].join('\n')]
}

function renderBody(operation: ApiOperation): string[] {
  const schema = jsonOf(operation.requestBody?.content)
  if (schema === undefined) return []
  const rows = listFields(schema)
  if (rows.length > 0) return ['Body:', renderFields(rows, true)]
  return [`Body: ${renderType(schema)}.`]
}

function renderAnswers(operation: ApiOperation): string[] {
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

function renderCall(call: ApiCall): string {
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

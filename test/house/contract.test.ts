// The contract stands by nouns: a file has the shapes and the operations of one, a name stands once, and all that a reader of the
// OpenAPI document meets is described.
// Judges: api.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { eventCatalog, formerRoutes, type OperationId, operations, renderOpenApi } from '@rollcall/api'
import { refusals, remarks, tolerances } from '@rollcall/scim'
import { describe, expect, it } from 'vitest'
import { eventFieldSentences } from '../../packages/api/src/event-fields.ts'
import { listPlaces } from '../../packages/server/src/sso/vendor-fields.ts'

const source = resolve(import.meta.dirname, '../../packages/api/src')
const admin = resolve(import.meta.dirname, '../../packages/server/src/admin')
const files = readdirSync(source).filter((name) => name.endsWith('.ts'))
const read = (file: string): string => readFileSync(join(source, file), 'utf8')

/** Tables: as long as what they list. */
const tables = ['events.ts', 'problems.ts', 'vendor-labels.ts']

/** Each name that an operation had before, with the present one. */
const formerNames = Object.entries(operations).flatMap(([id, { formerly = [] }]) =>
  formerly.flatMap(({ name }) => (name === undefined ? [] : [[name, id] as const])),
)

/** `paths.ts`, as the operations have it. */
function renderPaths(): string {
  const rows = Object.entries(operations).map(([id, { method, path }]) => {
    const route = `'${method.toUpperCase()} ${path}',`
    return `  ${id}: ${route}`.length > 110 ? `  ${id}:\n    ${route}` : `  ${id}: ${route}`
  })
  return `// Method and path of every operation, by its name: all that a caller needs at run time. Imports nothing, so that a browser
// loads nothing else. Made from the operations: \`npm run contract\` writes it anew.
import type { OperationId } from './operations.ts'

/** The method and the path of each operation, below \`/api/v1\`. */
export const paths: Readonly<Record<OperationId, string>> = {
${rows.join('\n')}
}

/** Names that operations had before, each with the present one: they answer until 1.0. */
export const formerNames = {
${formerNames.map(([name, id]) => `  ${name}: '${id}',`).join('\n')}
} as const satisfies Readonly<Record<string, OperationId>>
`
}

/** `sentences/en/engine.ts`, as the SCIM engine has its sentences. */
function renderEngineSentences(): string {
  const listed = Object.entries({ ...tolerances, ...remarks }).map(
    ([code, text]) => [code, text.replace(/\.$/, '{names[]: }.')] as const,
  )
  const refused = Object.entries(refusals).map(([code, { text }]) => [code, text] as const)
  const rows = [...refused, ...listed].filter(([code]) => code !== 'definition_invalid').map(renderRow)
  return `// English: what the SCIM engine refuses, tolerates and leaves aside, as \`@rollcall/scim\` says it. Made from it: \`npm run contract\`
// writes it anew.

/** Sentences of the SCIM engine. */
export const engine = {
${rows.join('\n')}
} as const
`
}

/** `sentences/en/places.ts`, as the tables of vendors have them. */
function renderPlaces(): string {
  return `// English: where each identity provider's console has what a refusal asks for, as \`sso/vendor-fields.ts\` of the service has it. Made
// from it: \`npm run contract\` writes it anew.

/** Places by protocol, identity provider and field. */
export const places = {
${listPlaces().map(renderRow).join('\n')}
} as const
`
}

function renderRow([code, text]: readonly [string, string]): string {
  const key = /^\w+$/.test(code) ? code : `'${code}'`
  // As the formatter has it: the quotation mark that needs fewer escapes.
  const isDouble = text.split("'").length > text.split('"').length
  const quoted = isDouble ? JSON.stringify(text) : `'${text.replaceAll("'", String.raw`\'`)}'`
  const row = `  ${key}: ${quoted},`
  return row.length > 110 ? `  ${key}:\n    ${quoted},` : row
}

describe('H6: the contract', () => {
  it('has no file of 400 lines and more that is not a table', () => {
    const long = files.filter((file) => read(file).split('\n').length > 400)
    expect(long.sort()).toEqual(tables)
  })

  it('has every operation of every noun', async () => {
    const named = files.flatMap((file) => read(file).match(/^export const \w+Operations = /gm) ?? [])
    const listed = read('operations.ts').match(/^ {2}\.\.\.\w+Operations,$/gm) ?? []
    expect(listed.map((row) => row.replace(/\W/g, '')).sort()).toEqual(
      named.map((row) => row.split(' ')[2]).sort(),
    )
  })

  it('names each operation once', () => {
    const places = [
      ...files.filter((file) => file !== 'paths.ts').map((file) => join(source, file)),
      ...readdirSync(admin).map((file) => join(admin, file)),
    ].map((path) => readFileSync(path, 'utf8'))
    const wrong = (Object.keys(operations) as OperationId[]).filter((id) => {
      const isKey = new RegExp(`^\\s*(?:${id}:|operationId: '${id}')`, 'm')
      return places.filter((text) => isKey.test(text)).length !== 1
    })
    expect(wrong).toEqual([])
  })

  it('has the paths that its client asks for', () => {
    if (process.env.UPDATE_DOCS === '1') writeFileSync(join(source, 'paths.ts'), renderPaths())
    expect(read('paths.ts')).toBe(renderPaths())
  })
})

describe('the catalogue of sentences', () => {
  it.each([
    ['engine', renderEngineSentences],
    ['places', renderPlaces],
  ] as const)('%s says what its source says', (name, render) => {
    const file = join('sentences', 'en', `${name}.ts`)
    if (process.env.UPDATE_DOCS === '1') writeFileSync(join(source, file), render())
    expect(read(file)).toBe(render())
  })
})

interface Shape {
  readonly $ref?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Shape>>
  readonly items?: Shape
  readonly additionalProperties?: Shape | boolean
  readonly allOf?: readonly Shape[]
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
}
interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Shape }>>
}
interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly parameters?: readonly {
    readonly in: string
    readonly name: string
    readonly description?: string
    readonly schema: Shape
  }[]
  readonly requestBody?: Content
  readonly responses: Readonly<Record<string, Content>>
}

const document = renderOpenApi('https://id.example.com', '0.0.0') as unknown as {
  readonly components: { readonly schemas: Readonly<Record<string, Shape>> }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}
const { schemas } = document.components
const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ route: `${method} ${path}`, operation })),
)
const partsOf = ({ allOf = [], anyOf = [], oneOf = [] }: Shape): readonly Shape[] => [
  ...allOf,
  ...anyOf,
  ...oneOf,
]

function isDescribed(shape: Shape): boolean {
  const named = shape.$ref === undefined ? undefined : schemas[shape.$ref.split('/').at(-1) ?? '']
  return (
    [shape.description, named?.description].some((one) => one !== undefined) ||
    partsOf(shape).some(isDescribed)
  )
}

/** The fields of a shape, and of shapes inside it, that say nothing of themselves. */
function listSilent(shape: Shape, at: string): string[] {
  const own = Object.entries(shape.properties ?? {})
  const inside = [shape.items, shape.additionalProperties].filter((one) => typeof one === 'object')
  return [
    ...own.filter(([, field]) => !isDescribed(field)).map(([name]) => `${at}.${name}`),
    ...own.flatMap(([name, field]) => listSilent(field, `${at}.${name}`)),
    ...[...inside, ...partsOf(shape)].flatMap((one) => listSilent(one, at)),
  ]
}

describe('H6: the OpenAPI document', () => {
  it('describes every operation, with who may call it', () => {
    expect(routes.length).toBe(Object.keys(operations).length + formerRoutes.length)
    const silent = routes.filter(
      ({ operation: { summary, description } }) => !summary || !/\bFor\b/.test(description ?? ''),
    )
    expect(silent.map(({ route }) => route)).toEqual([])
  })

  it('describes every parameter', () => {
    const silent = routes.flatMap(({ route, operation }) =>
      (operation.parameters ?? [])
        .filter(({ description, schema }) => description === undefined && !isDescribed(schema))
        .map((parameter) => `${route} ${parameter.in}:${parameter.name}`),
    )
    expect(silent).toEqual([])
  })

  it('describes every shape that has a name', () => {
    const silent = Object.entries(schemas).filter(([, { description }]) => description === undefined)
    expect(silent.map(([name]) => name)).toEqual([])
  })

  it('describes fields of events by their names, and has no sentence for a name that no event has', () => {
    const names = Object.values(eventCatalog).flatMap(({ data }) => Object.keys(data.shape))
    expect(Object.keys(eventFieldSentences).filter((name) => !names.includes(name))).toEqual([])
  })

  it('describes every field', () => {
    const contents = routes.flatMap(({ route, operation }) =>
      [operation.requestBody, ...Object.values(operation.responses)].flatMap((one) =>
        Object.values(one?.content ?? {}).map(({ schema }) => listSilent(schema, route)),
      ),
    )
    const named = Object.entries(schemas).map(([name, shape]) => listSilent(shape, name))
    expect([...contents, ...named].flat()).toEqual([])
  })
})

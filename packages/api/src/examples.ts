// Examples of what operations take and give, made of the OpenAPI document: a body, an answer, a command with curl.
import type { OpenApiDocument } from './openapi.ts'

/** A schema of the document, as far as examples and references read it. */
export interface ApiSchema {
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
  readonly items?: ApiSchema
  readonly properties?: Readonly<Record<string, ApiSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: ApiSchema | boolean
  readonly anyOf?: readonly ApiSchema[]
  readonly oneOf?: readonly ApiSchema[]
  readonly allOf?: readonly ApiSchema[]
}

/** A parameter of an operation. */
export interface ApiParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly description?: string
  readonly schema: ApiSchema
}

/** Schemas by media type. */
export type ApiContent = Readonly<Record<string, { readonly schema: ApiSchema }>>

/** An operation as the document has it. */
export interface ApiOperation {
  readonly operationId: string
  readonly deprecated?: boolean
  readonly summary: string
  readonly description: string
  readonly tags: readonly string[]
  readonly security: readonly Readonly<Record<string, unknown>>[]
  readonly parameters?: readonly ApiParameter[]
  readonly requestBody?: { readonly required?: boolean; readonly content: ApiContent }
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: ApiContent }>
  >
}

/** An operation with its method and its path. */
export interface ApiCall {
  readonly method: string
  readonly path: string
  readonly operation: ApiOperation
}

/** A way to say who one is: a header, or the cookie of this name. */
export interface ApiScheme {
  readonly description?: string
  readonly name?: string
}

/** What is read of a document: its operations, and examples for them. */
export interface ApiReader {
  /** In the order of the contract, without those that are deprecated. */
  readonly calls: readonly ApiCall[]
  /** How callers say who they are, by name. */
  readonly schemes: Readonly<Record<string, ApiScheme | undefined>>
  /** A schema without references and, where it is put together of several, as one. */
  follow(schema: ApiSchema): ApiSchema
  /** The one form of several that is an object, where there is only one: the rest is null. */
  readObject(schema: ApiSchema): ApiSchema | undefined
  /** The least body of an operation; one thing of what may be in it, where nothing must. Undefined where it takes none. */
  makeBody(operation: ApiOperation): unknown
  /** Of what is given back when it went well; undefined where that is no JSON. */
  makeAnswer(operation: ApiOperation): unknown
  /** With `$OPERATOR_KEY` and a variable of the shell for each id; `base` is what stands before the paths. */
  renderCurl(call: ApiCall, base: string): string
}

/** What stands for a text without an example of its own in the contract: by the operation and the field, or the field. */
const texts: Readonly<Record<string, string>> = {
  'createDomain.name': 'example.com',
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

const maxDepth = 5

export const nameOfSchema = ({ $ref }: ApiSchema): string | undefined => $ref?.split('/').at(-1)

export const choicesOf = (schema: ApiSchema): readonly ApiSchema[] | undefined => schema.anyOf ?? schema.oneOf

export const jsonOf = (content: ApiContent | undefined): ApiSchema | undefined =>
  content?.['application/json']?.schema

/** A variable of the shell for an id, the slug of the examples for an organization. */
const inPath = (name: string): string =>
  name === 'slug' ? 'acme' : `$${name.replaceAll(/(?=[A-Z])/g, '_').toUpperCase()}`

export function readApi(document: OpenApiDocument): ApiReader {
  const schemas = (document.components?.schemas ?? {}) as Readonly<Record<string, ApiSchema>>
  const follow = createFollow(schemas)
  const make = createMaker(follow)
  const readObject = (schema: ApiSchema): ApiSchema | undefined => {
    const whole = follow(schema)
    if (whole.properties !== undefined) return whole
    const objects = (choicesOf(whole) ?? []).map(follow).filter(({ properties }) => properties !== undefined)
    return objects.length === 1 ? objects[0] : undefined
  }
  const makeBody = ({ operationId: operation, requestBody }: ApiOperation): unknown => {
    const schema = jsonOf(requestBody?.content)
    if (schema === undefined) return undefined
    const example = make(schema, { operation, isWhole: false })
    const isEmpty = typeof example === 'object' && example !== null && Object.keys(example).length === 0
    const [first] = Object.entries(readObject(schema)?.properties ?? {})
    return isEmpty && first !== undefined
      ? { [first[0]]: make(first[1], { operation, isWhole: false, field: first[0] }) }
      : example
  }
  const renderCurl = ({ method, path, operation }: ApiCall, base: string): string => {
    const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => inPath(name))
    const query = (operation.parameters ?? [])
      .filter((one) => one.in === 'query' && one.required === true)
      .map(({ name, schema }) => {
        const wish = { operation: operation.operationId, isWhole: false, field: name }
        return `${name}=${encodeURIComponent(String(make(schema, wish)))}`
      })
    const asked = query.length === 0 ? '' : `?${query.join('&')}`
    const lines = [`curl ${method === 'GET' ? '' : `-X ${method} `}"${base}${address}${asked}"`]
    if (operation.security.some((one) => 'operatorKey' in one))
      lines.push('-H "Authorization: Bearer $OPERATOR_KEY"')
    const body = makeBody(operation)
    if (body !== undefined) {
      lines.push("-H 'Content-Type: application/json'")
      lines.push(`-d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`)
    }
    return lines.join(' \\\n  ')
  }
  return {
    calls: Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
      Object.entries(methods as Readonly<Record<string, ApiOperation>>)
        .filter(([, { deprecated }]) => deprecated !== true)
        .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    ),
    schemes: (document.components?.securitySchemes ?? {}) as Readonly<Record<string, ApiScheme>>,
    follow,
    readObject,
    makeBody,
    makeAnswer({ operationId: operation, responses }) {
      const schemas = Object.entries(responses).flatMap(([status, { content }]) =>
        status.startsWith('2') ? (jsonOf(content) ?? []) : [],
      )
      return schemas[0] === undefined ? undefined : make(schemas[0], { operation, isWhole: true })
    },
    renderCurl,
  }
}

const createFollow = (schemas: Readonly<Record<string, ApiSchema>>) =>
  function follow(schema: ApiSchema): ApiSchema {
    const name = nameOfSchema(schema)
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

interface Wish {
  readonly operation: string
  /** With every field, for an answer; without it a value that the schema takes, with no more in it than must be. */
  readonly isWhole: boolean
  readonly field?: string
  readonly depth?: number
}

const createMaker = (follow: (schema: ApiSchema) => ApiSchema) =>
  function make(schema: ApiSchema, wish: Wish): unknown {
    const { operation, isWhole, field = '', depth = 0 } = wish
    const inside = { operation, isWhole, depth: depth + 1 }
    const whole = follow(schema)
    const [type] = [whole.type ?? 'object'].flat()
    const text = texts[`${operation}.${field}`] ?? texts[field]
    if (text !== undefined && (type === 'string' || type === 'array' || !isWhole))
      return type === 'array' ? [text] : text
    const first = givenOf(schema, whole)
    if (first !== undefined) return first
    if (whole.enum !== undefined) return whole.enum[0]
    const choices = choicesOf(whole)
    if (choices?.[0] !== undefined)
      return make(choices.find((one) => follow(one).type !== 'null') ?? choices[0], inside)
    if (type === 'array')
      return (isWhole && depth < maxDepth) || (whole.minItems ?? 0) > 0
        ? [make(whole.items ?? {}, inside)]
        : []
    if (type !== 'object') return toScalar(type ?? '', whole)
    const names = isWhole && depth < maxDepth ? Object.keys(whole.properties ?? {}) : (whole.required ?? [])
    return Object.fromEntries(
      names.map((name) => [name, make(whole.properties?.[name] ?? {}, { ...inside, field: name })]),
    )
  }

/** What the contract itself gives as an example. */
function givenOf(schema: ApiSchema, whole: ApiSchema): unknown {
  const given = [
    schema.example,
    whole.example,
    whole.examples?.[0],
    whole.const,
    schema.default,
    whole.default,
  ]
  return given.find((one) => one !== undefined)
}

function toScalar(type: string, { minimum, format }: ApiSchema): unknown {
  if (type === 'boolean') return true
  if (type === 'integer' || type === 'number') return minimum ?? 1
  if (type !== 'string') return null
  return format === 'date-time' ? '2026-01-31T09:00:00Z' : '…'
}

// Fields of requests and answers that had another name before (decision 054). Until 1.0 a request may have either and an answer has
// both; the schema says it once, and whoever handles a request meets the present name alone.
import { z } from '@hono/zod-openapi'

const extension = 'x-formerly'

/** The field, which was called `name` before. What is made of it later, such as an optional one, was so too. */
export const formerly = <T extends z.ZodType>(schema: T, name: string): T =>
  schema.meta({ [extension]: name })

/** Where in a value fields have two names. */
export interface Renaming {
  /** Of an object. */
  readonly fields?: readonly RenamedField[]
  /** Of each item of a list. */
  readonly each?: Renaming
}
interface RenamedField {
  readonly name: string
  readonly former?: string | undefined
  readonly inside?: Renaming | undefined
}

type Wrapping = z.ZodOptional | z.ZodNullable | z.ZodDefault | z.ZodReadonly
const isWrapping = (schema: unknown): schema is Wrapping =>
  [z.ZodOptional, z.ZodNullable, z.ZodDefault, z.ZodReadonly].some((kind) => schema instanceof kind)

function formerNameOf(schema: unknown): string | undefined {
  if (!(schema instanceof z.ZodType)) return undefined
  const name = schema.meta()?.[extension]
  if (typeof name === 'string') return name
  return isWrapping(schema) ? formerNameOf(schema.unwrap()) : undefined
}

/** What of a schema was called otherwise; undefined where nothing was. */
export function renamingOf(schema: unknown): Renaming | undefined {
  if (isWrapping(schema)) return renamingOf(schema.unwrap())
  if (schema instanceof z.ZodUnion) return schema.options.map(renamingOf).find((one) => one !== undefined)
  if (schema instanceof z.ZodArray) {
    const each = renamingOf(schema.element)
    return each === undefined ? undefined : { each }
  }
  if (!(schema instanceof z.ZodObject)) return undefined
  const fields = Object.entries(schema.shape)
    .map(([name, field]) => ({ name, former: formerNameOf(field), inside: renamingOf(field) }))
    .filter(({ former, inside }) => former !== undefined || inside !== undefined)
  return fields.length === 0 ? undefined : { fields }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** The answer with its fields under their earlier names as well. */
export function withFormerFields<T>(answer: T, renaming: Renaming): T
export function withFormerFields(answer: unknown, { fields = [], each }: Renaming): unknown {
  if (Array.isArray(answer))
    return each === undefined ? answer : answer.map((one) => withFormerFields(one, each))
  if (!isObject(answer)) return answer
  const whole = { ...answer }
  for (const { name, former, inside } of fields) {
    if (!Object.hasOwn(answer, name)) continue
    if (inside !== undefined) whole[name] = withFormerFields(answer[name], inside)
    if (former !== undefined) whole[former] = whole[name]
  }
  return whole
}

/** A field that a request says twice, and not the same. */
export interface FormerConflict {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** What is said of it. */
export const tellConflict = (name: string): string =>
  `says something else than ${name}, which is its present name: send that alone`

/** The request with its fields under their present names alone. What is no such object is left to the validators. */
export function readFormerFields(
  request: unknown,
  { fields = [], each }: Renaming,
  onConflict: (conflict: FormerConflict) => void,
  path: FormerConflict['path'] = [],
): unknown {
  if (Array.isArray(request))
    return each === undefined
      ? request
      : request.map((one, at) => readFormerFields(one, each, onConflict, [...path, at]))
  if (!isObject(request)) return request
  const whole = { ...request }
  for (const { name, former, inside } of fields) {
    if (former !== undefined && Object.hasOwn(whole, former)) {
      const { [former]: before } = whole
      if (Object.hasOwn(whole, name) && JSON.stringify(whole[name]) !== JSON.stringify(before))
        onConflict({ path: [...path, former], message: tellConflict(name) })
      else whole[name] = before
      delete whole[former]
    }
    if (inside !== undefined && Object.hasOwn(whole, name))
      whole[name] = readFormerFields(whole[name], inside, onConflict, [...path, name])
  }
  return whole
}

type Document = Record<string, unknown>

/** The document, in which each field that had another name stands under that as well, and is deprecated there. Changes it in place. */
export function describeFormerFields<T>(document: T): T {
  visit(document)
  return document
}

function visit(value: unknown): void {
  if (Array.isArray(value)) value.forEach(visit)
  else if (isObject(value)) {
    if (isObject(value.properties)) addFormer(value, value.properties)
    Object.values(value).forEach(visit)
  }
}

function addFormer(schema: Document, properties: Document): void {
  for (const [name, field] of Object.entries(properties)) {
    const former = isObject(field) ? takeExtension(field) : undefined
    if (former === undefined) continue
    properties[former] = { ...(field as Document), ...deprecated(name) }
    const { required } = schema
    if (Array.isArray(required) && required.includes(name)) required.push(former)
  }
}

/** What a description of the earlier name of a field says. */
const deprecated = (name: string): Document => ({
  description: `Deprecated: the same as \`${name}\`, until 1.0`,
  deprecated: true,
})

/** The earlier name that a field's schema tells, which is no word of JSON Schema; it is taken out, wherever in it it stands. */
function takeExtension(field: Document): string | undefined {
  let name: string | undefined
  if (typeof field[extension] === 'string') {
    name = field[extension]
    delete field[extension]
  }
  for (const part of [field.anyOf, field.oneOf, field.allOf].flat())
    if (isObject(part)) name = takeExtension(part) ?? name
  return name
}

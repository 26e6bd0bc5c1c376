// Schema extensions that an operator defines as data: read with all that RFC 7643 §7 wants of a schema, before anything hangs
// on them. Owns no extension itself.

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { refuse as refuseBy } from '../refusals.ts'
import { type Attribute, type AttributeType, attribute, type ResourceType, type Schema } from './attribute.ts'

/** Bounds of one extension. */
export const extensionLimits = { attributes: 50, subAttributes: 20, canonicalValues: 100 }

const urnPattern = /^urn:[a-z0-9][a-z0-9-]{0,31}:[a-z0-9()+,\-.:=@;$_!*'%/?#]{1,200}$/i
// RFC 7643 §2.1: ALPHA *(nameChar); `$ref` is the one name that begins otherwise.
const namePattern = /^(?:[a-z][a-z0-9_-]{0,63}|\$ref)$/i
const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
const simpleTypes: ReadonlySet<string> = new Set<AttributeType>([
  'string',
  'boolean',
  'decimal',
  'integer',
  'dateTime',
  'reference',
  'binary',
])

function refuse(where: string, reason: string): never {
  throw refuseBy('definition_invalid', { where, reason })
}

function readText(raw: JsonValue | undefined, where: string, maxLength: number): string {
  if (typeof raw !== 'string' || raw.trim() === '' || raw.length > maxLength)
    refuse(where, `must be a text of at most ${maxLength} characters`)
  return raw
}

function readOption<T extends string>(
  raw: JsonObject,
  name: string,
  options: readonly T[],
  where: string,
): T | undefined {
  const value = raw[name]
  if (value === undefined) return undefined
  if (!options.includes(value as T)) refuse(`"${name}" of ${where}`, `must be one of ${options.join(', ')}`)
  return value as T
}

function readFlag(raw: JsonObject, name: string, where: string): boolean | undefined {
  const value = raw[name]
  if (value === undefined || typeof value === 'boolean') return value
  return refuse(`"${name}" of ${where}`, 'must be true or false')
}

function readTexts(raw: JsonObject, name: string, where: string): readonly string[] | undefined {
  const value = raw[name]
  if (value === undefined) return undefined
  const isFine =
    Array.isArray(value) &&
    value.length <= extensionLimits.canonicalValues &&
    value.every((one) => typeof one === 'string')
  return isFine ? (value as readonly string[]) : refuse(`"${name}" of ${where}`, 'must be a list of texts')
}

const members: ReadonlySet<string> = new Set([
  'name',
  'type',
  'multiValued',
  'description',
  'required',
  'caseExact',
  'mutability',
  'returned',
  'uniqueness',
  'canonicalValues',
  'referenceTypes',
  'subAttributes',
])

function readName(raw: JsonValue | undefined, place: string): string {
  const name = readText(raw, `The name of ${place}`, 64)
  if (!namePattern.test(name) || forbidden.has(name.toLowerCase()))
    refuse(`The name of ${place}`, 'must begin with a letter and go on with letters, digits, "-" and "_"')
  return name
}

function readAttribute(raw: JsonValue, place: string, isSub: boolean): Attribute {
  if (!isJsonObject(raw)) return refuse(`The ${place}`, 'must be an object')
  const name = readName(raw.name, `the ${place}`)
  const where = `the attribute "${name}"`
  const unknown = Object.keys(raw).find((key) => !members.has(key))
  if (unknown !== undefined) refuse(`A characteristic of ${where}`, 'is none of RFC 7643 §7')
  const type = (raw.type ?? 'string') as AttributeType
  if (type !== 'complex' && !simpleTypes.has(type)) refuse(`The type of ${where}`, 'is none of RFC 7643 §2.3')
  if (type === 'complex' && isSub) refuse(`The sub-attribute "${name}"`, 'cannot be complex itself')
  const mutability = readOption(raw, 'mutability', ['readWrite', 'immutable'], where)
  const returned = readOption(raw, 'returned', ['always', 'default', 'request'], where)
  readOption(raw, 'uniqueness', ['none'], where)
  const departures: Record<string, unknown> = {
    type,
    multiValued: readFlag(raw, 'multiValued', where),
    required: readFlag(raw, 'required', where),
    caseExact: readFlag(raw, 'caseExact', where),
    mutability,
    returned,
    canonicalValues: readTexts(raw, 'canonicalValues', where),
    referenceTypes: readTexts(raw, 'referenceTypes', where),
    subAttributes: type === 'complex' ? readSubAttributes(raw.subAttributes, where) : undefined,
  }
  if (type !== 'complex' && raw.subAttributes !== undefined)
    refuse(`Only a complex attribute, not ${where},`, 'has sub-attributes')
  const said = Object.fromEntries(Object.entries(departures).filter(([, value]) => value !== undefined))
  const description =
    raw.description === undefined ? name : readText(raw.description, `The description of ${where}`, 500)
  return attribute(name, description, said)
}

function readSubAttributes(raw: JsonValue | undefined, where: string): readonly Attribute[] {
  return readList(raw, `sub-attribute of ${where}`, extensionLimits.subAttributes, true)
}

function readList(
  raw: JsonValue | undefined,
  place: string,
  max: number,
  isSub: boolean,
): readonly Attribute[] {
  if (!Array.isArray(raw) || raw.length === 0 || raw.length > max)
    return refuse(`The list of each ${place}`, `must have between 1 and ${max} entries`)
  const list = (raw as readonly JsonValue[]).map((one) => readAttribute(one, place, isSub))
  const names = new Set(list.map(({ name }) => name.toLowerCase()))
  if (names.size < list.length) refuse(`A ${place}`, 'has a name that another one has')
  return list
}

/** A schema as RFC 7643 §7 writes it; throws ScimError 400 invalidValue that says what is wrong with it. */
export function readExtensionSchema(raw: JsonValue): Schema {
  if (!isJsonObject(raw)) return refuse('A schema', 'must be an object')
  const id = readText(raw.id, 'The id of a schema', 240)
  if (!urnPattern.test(id)) refuse('The id of a schema', 'must be a URN, such as urn:example:acme:1.0:User')
  if (/^urn:(?:ietf|scim):/i.test(id)) refuse('The id of a schema', 'must not be one of the standard URNs')
  const name = raw.name === undefined ? id : readText(raw.name, 'The name of a schema', 100)
  const description =
    raw.description === undefined ? name : readText(raw.description, 'The description of a schema', 500)
  return {
    id,
    name,
    description,
    attributes: readList(raw.attributes, 'attribute', extensionLimits.attributes, false),
  }
}

/** The type with these extensions behind its own; throws ScimError 400 invalidValue when two have one URN. */
export function extendResourceType(type: ResourceType, schemas: readonly Schema[]): ResourceType {
  const ids = [...type.extensions.map(({ schema }) => schema.id), ...schemas.map(({ id }) => id)]
  if (new Set(ids.map((id) => id.toLowerCase())).size < ids.length)
    refuse('A schema', 'has an id that another one has')
  return {
    ...type,
    extensions: [...type.extensions, ...schemas.map((schema) => ({ schema, required: false }))],
  }
}

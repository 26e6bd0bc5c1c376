// `bulkId:x` in an operation: which operations it refers to, and the ids put in their place (RFC 7644 §3.7.2). A reference stands where
// an id of a resource can stand; everywhere else such a text is a text.

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import type { Attribute, ResourceType } from '../schema/attribute.ts'
import { type AttributeNames, findByName, indexOf, type TypeIndex } from '../schema/registry.ts'
import { enterpriseUserUrn } from '../urn.ts'
import type { BulkOperation } from './read-bulk.ts'

/** `certain`: nothing else than an id can stand there. In what an operator's own schema calls a text, both can. */
type Certainty = 'certain' | 'possible'

/** What stands in the place of a reference; undefined leaves it. */
type Replace = (name: string, certainty: Certainty) => string | undefined

const whole = /^bulkId:(.+)$/s
// Of a `$ref`: /Users/bulkId:x.
const last = /^(.*\/)bulkId:([^/]+)$/s
// In the path of a PATCH operation: members[value eq "bulkId:x"].
const quoted = /"bulkId:([^"]+)"/g

const resources: ReadonlySet<string> = new Set(['User', 'Group'])

function holdsIds({ namesResources, type, referenceTypes = [], subAttributes = [] }: Attribute): boolean {
  if (namesResources === true) return true
  return (
    (type === 'reference' && referenceTypes.some((one) => resources.has(one))) || subAttributes.some(holdsIds)
  )
}

function certaintyOf(attribute: Attribute, extension: string | undefined): Certainty | undefined {
  if (holdsIds(attribute)) return 'certain'
  const isOwn = extension !== undefined && extension !== enterpriseUserUrn
  const mayBeText =
    attribute.type === 'string' || attribute.type === 'reference' || attribute.type === 'complex'
  return isOwn && mayBeText ? 'possible' : undefined
}

// By any name that a key or a path may have for an attribute, whatever the profile takes.
function findCertainty({ paths, loosePaths }: TypeIndex, name: string): Certainty | undefined {
  const open = name.indexOf('[')
  const lead = open < 0 ? name : name.slice(0, open)
  const place = findByName(paths, lead) ?? findByName(loosePaths, lead)?.place
  return place === undefined ? undefined : certaintyOf(place.parent ?? place.attribute, place.extension)
}

function mapText(text: string, certainty: Certainty, replace: Replace): string {
  const name = whole.exec(text)?.[1]
  if (name !== undefined) return replace(name, certainty) ?? text
  const [, lead, end] = (text.includes('bulkId:') && last.exec(text)) || []
  if (end === undefined) return text
  const id = replace(end, certainty)
  return id === undefined ? text : `${lead}${id}`
}

function mapAll(value: JsonValue, certainty: Certainty, replace: Replace): JsonValue {
  if (typeof value === 'string') return mapText(value, certainty, replace)
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).map((item) => mapAll(item, certainty, replace))
  if (!isJsonObject(value)) return value
  return mapMembers(value, (_name, member) => mapAll(member, certainty, replace))
}

function mapMembers(value: JsonObject, map: (name: string, member: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.keys(value).map((name) => [name, map(name, value[name]!)]))
}

function mapEach(value: JsonValue, map: (object: JsonObject) => JsonValue): JsonValue {
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).map((item) => (isJsonObject(item) ? map(item) : item))
  return isJsonObject(value) ? map(value) : value
}

function mapExtension(
  urn: string,
  attributes: AttributeNames,
  value: JsonValue,
  replace: Replace,
): JsonValue {
  return mapEach(value, (object) =>
    mapMembers(object, (name, member) => {
      const attribute = findByName(attributes, name.split('.', 1)[0] as string)
      const certainty = attribute && certaintyOf(attribute, urn)
      return certainty === undefined ? member : mapAll(member, certainty, replace)
    }),
  )
}

function mapResource(type: ResourceType, value: JsonValue, replace: Replace): JsonValue {
  return mapEach(value, (object) => mapMembers(object, (name, member) => mapKey(type, name, member, replace)))
}

function mapKey(type: ResourceType, name: string, member: JsonValue, replace: Replace): JsonValue {
  const index = indexOf(type)
  const certainty = findCertainty(index, name)
  if (certainty !== undefined) return mapAll(member, certainty, replace)
  const extension = findByName(index.extensions, name)
  if (extension !== undefined) return mapExtension(extension.schema.id, extension.attributes, member, replace)
  return findByName(index.urns, name) === undefined ? member : mapResource(type, member, replace)
}

function mapPath(type: ResourceType, path: JsonValue, replace: Replace): JsonValue {
  if (typeof path !== 'string' || !path.includes('"bulkId:')) return path
  const certainty = findCertainty(indexOf(type), path)
  if (certainty === undefined) return path
  return path.replaceAll(quoted, (all, name: string) => {
    const id = replace(name, certainty)
    return id === undefined ? all : `"${id}"`
  })
}

function mapPatchOperation(type: ResourceType, operation: JsonObject, replace: Replace): JsonObject {
  const at = (name: string) => Object.keys(operation).find((key) => key.toLowerCase() === name)
  const [pathKey, valueKey] = [at('path'), at('value')]
  const path = pathKey === undefined ? undefined : operation[pathKey]
  const value = valueKey === undefined ? undefined : operation[valueKey]
  const isPathLess = typeof path !== 'string' || path === ''
  return {
    ...operation,
    ...(pathKey === undefined ? {} : { [pathKey]: mapPath(type, path as JsonValue, replace) }),
    ...(valueKey === undefined || value === undefined
      ? {}
      : {
          [valueKey]: isPathLess
            ? mapResource(type, value, replace)
            : mapKey(type, path.split('[', 1)[0] as string, value, replace),
        }),
  }
}

function mapData(
  { method, type, data }: Pick<BulkOperation, 'method' | 'type' | 'data'>,
  replace: Replace,
): JsonValue | undefined {
  if (data === undefined || type === undefined) return data
  if (method !== 'PATCH') return mapResource(type, data, replace)
  return mapEach(data, (message) =>
    mapMembers(message, (name, member) =>
      name.toLowerCase() === 'operations'
        ? mapEach(member, (operation) => mapPatchOperation(type, operation, replace))
        : member,
    ),
  )
}

/** The bulkIds that the operation's data names: those that can only be references, and those that may be texts as well. */
export function listReferences(
  operation: Pick<BulkOperation, 'method' | 'type' | 'data'>,
): ReadonlyMap<string, Certainty> {
  const found = new Map<string, Certainty>()
  mapData(operation, (name, certainty) => {
    if (certainty === 'certain' || !found.has(name)) found.set(name, certainty)
    return undefined
  })
  return found
}

/** The data with every reference of the map replaced by its id; what the map lacks stays as it is. */
export function resolveReferences(
  operation: Pick<BulkOperation, 'method' | 'type' | 'data'>,
  ids: ReadonlyMap<string, string>,
): JsonValue | undefined {
  return ids.size === 0 ? operation.data : mapData(operation, (name) => ids.get(name))
}

/** The bulkId that stands in the place of an id in a path. */
export function findBulkId(id: string | undefined): string | undefined {
  return id === undefined ? undefined : whole.exec(id)?.[1]
}

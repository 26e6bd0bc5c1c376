// One value of a client to the canonical value of any attribute: complex and multi-valued ones included.
// Results are built from the schema's names only, so no name of a client reaches them.

import type { ScimError } from '../error.ts'
import { isJsonObject, type JsonObject, type JsonValue, NumberLiteral } from '../json.ts'
import { parseJson } from '../parse-json.ts'
import { refuse } from '../refusals.ts'
import type { Attribute } from '../schema/attribute.ts'
import { findByName, subAttributesOf } from '../schema/registry.ts'
import { isDemanded, mayTolerate, note, type Reading, toName } from '../tolerance.ts'
import { readSimple } from './read-simple.ts'
import { unite } from './twins.ts'

/** Ignores an attribute that no schema has, by its name as it was sent, or throws ScimError 400 invalidSyntax where that is not tolerated. */
export function ignoreUnknown(reading: Reading, name: string): void {
  if (mayTolerate(reading, 'ignore-unknown', name)) return
  throw refuse('attribute_unknown', { name: toName(name) })
}

/** Throws ScimError 400 invalidSyntax for what is taken and dropped where nothing may be sent that no schema lists. */
export function assertListed(attribute: Attribute, path: string, reading: Reading): void {
  if (attribute.isDropped === true && isDemanded(reading, 'listed-only')) ignoreUnknown(reading, path)
}

/** Whether nothing was said: null, an empty text, list or object. */
export function isNothing(raw: JsonValue | undefined): boolean {
  if (raw === undefined || raw === null || raw === '') return true
  if (Array.isArray(raw)) return raw.length === 0
  return isJsonObject(raw) && Object.keys(raw).length === 0
}

/** The refusal of one attribute that is named more than once, in different letter case or as a path. */
export function namedTwice(path: string): ScimError {
  return refuse('attribute_repeated', { path })
}

/** Whether a value is empty or only white space, which no required attribute may be. */
export function isBlank(value: JsonValue | undefined): boolean {
  return value === undefined || (typeof value === 'string' && value.trim() === '')
}

// Entra: "displayName" in a role; its own name wins where both are there.
function findOther(
  attribute: Attribute,
  key: string,
  raw: JsonObject,
  reading: Reading,
): Attribute | undefined {
  const { otherNames } = attribute
  const lower = key.toLowerCase()
  if (otherNames === undefined || !Object.hasOwn(otherNames, lower)) return undefined
  const name = otherNames[lower] as string
  const isSaid = Object.keys(raw).some((one) => one.toLowerCase() === name)
  if (isSaid || !mayTolerate(reading, 'other-names', key)) return undefined
  return subAttributesOf(attribute).get(name)
}

function readMembers(
  attribute: Attribute,
  path: string,
  raw: JsonObject,
  reading: Reading,
): JsonObject | undefined {
  const names = subAttributesOf(attribute)
  const members: Record<string, JsonValue> = {}
  let count = 0
  for (const key of Object.keys(raw)) {
    const sub = findByName(names, key) ?? findOther(attribute, key, raw, reading)
    if (sub === undefined) {
      ignoreUnknown(reading, `${path}.${key}`)
      continue
    }
    const subPath = `${path}.${sub.name}`
    // RFC 7644 §3.3 and §3.5.1: read-only values are ignored, which is no departure.
    if (sub.mutability === 'readOnly') {
      if (!isNothing(raw[key])) note(reading, 'read-only-left', subPath)
      continue
    }
    if (Object.hasOwn(members, sub.name)) throw namedTwice(subPath)
    const value = readValue(sub, subPath, raw[key]!, reading)
    if (value === undefined) continue
    members[sub.name] = value
    count += 1
  }
  if (count === 0) return undefined
  for (const sub of attribute.subAttributes ?? [])
    if (sub.required && isBlank(members[sub.name]))
      throw refuse('value_required', { path: `${path}.${sub.name}` })
  return members
}

// RFC 7643 §2.4: `value` is the significant sub-attribute, so a lone string can only be that.
function readComplex(
  attribute: Attribute,
  path: string,
  raw: JsonValue,
  reading: Reading,
): JsonObject | undefined {
  if (raw === null) return undefined
  if (isJsonObject(raw)) return readMembers(attribute, path, raw, reading)
  if (raw === '' && mayTolerate(reading, 'empty-string-clears', path)) return undefined
  const hasValue = subAttributesOf(attribute).has('value')
  // A number can only be an id, and of one value only.
  const isNumber = typeof raw === 'number' || raw instanceof NumberLiteral
  const isLone = typeof raw === 'string' || (isNumber && !attribute.multiValued)
  if (isLone && hasValue && mayTolerate(reading, 'manager-as-string', path))
    return readMembers(attribute, path, { value: raw }, reading)
  throw refuse('value_not_object', { path })
}

const maxTextLength = 4096

function findJsonText(raw: JsonValue): JsonObject | undefined {
  const text = isJsonObject(raw) && Object.hasOwn(raw, 'value') ? raw.value : raw
  if (typeof text !== 'string' || text.length > maxTextLength || !text.startsWith('{')) return undefined
  try {
    const parsed = parseJson(text, 4)
    return isJsonObject(parsed) && Object.hasOwn(parsed, 'value') ? parsed : undefined
  } catch {
    return undefined
  }
}

// Entra: AppRoleAssignmentsComplex sends each role as JSON text in `value`.
function unfoldJsonText(path: string, raw: JsonValue, reading: Reading): JsonValue {
  const parsed = findJsonText(raw)
  if (parsed === undefined || !mayTolerate(reading, 'json-in-string', path)) return raw
  return isJsonObject(raw) ? { ...raw, ...parsed } : parsed
}

const labels: ReadonlySet<string> = new Set(['type', 'primary'])

/** Whether nothing is left of a value but the labels `type` and `primary` (RFC 7643 §2.4). */
export function hasOnlyLabels(element: JsonObject): boolean {
  return Object.keys(element).every((name) => labels.has(name))
}

/** One value of a multi-valued attribute; templates that leave its content empty but label it send no value at all. */
export function readElement(
  attribute: Attribute,
  path: string,
  raw: JsonValue,
  reading: Reading,
): JsonValue | undefined {
  if (attribute.type !== 'complex') return readSimpleElement(attribute, path, raw, reading)
  const source = unfoldJsonText(path, raw, reading)
  const element = readComplex(attribute, path, source, reading)
  if (attribute.namesResources === true) return identify(path, element, reading)
  if (element === undefined || !isJsonObject(source)) return element
  const wasEmptied = Object.keys(element).length < Object.keys(source).length && hasOnlyLabels(element)
  return wasEmptied && mayTolerate(reading, 'empty-string-clears', path) ? undefined : element
}

/** What an object says of a value that is chosen by other means: it may be of its labels alone, and of nothing. */
export function readPart(attribute: Attribute, path: string, raw: JsonObject, reading: Reading): JsonObject {
  const source = unfoldJsonText(path, raw, reading)
  return readComplex(attribute, path, source, reading) ?? {}
}

function readSimpleElement(
  attribute: Attribute,
  path: string,
  raw: JsonValue,
  reading: Reading,
): JsonValue | undefined {
  const isObject = isJsonObject(raw) && Object.hasOwn(raw, 'value')
  if (!isObject || !mayTolerate(reading, 'simple-values-as-objects', path))
    return readSimple(attribute, path, raw, reading)
  return readSimple(attribute, path, takeValue(path, raw, reading), reading)
}

// What stands beside the value has no place in a simple one.
function takeValue(path: string, raw: JsonObject, reading: Reading): JsonValue {
  for (const key of Object.keys(raw))
    if (key !== 'value' && !isNothing(raw[key])) ignoreUnknown(reading, `${path}.${key}`)
  return raw.value!
}

// No id has a slash, so that is where the resource lies.
const location = /\/(?:users|groups)\/[^/]+\/?$/i

// RFC 7643 §2.4: `$ref` is the URI of the resource whose id is `value`.
function identify(path: string, element: JsonObject | undefined, reading: Reading): JsonObject | undefined {
  if (element === undefined) return undefined
  if (typeof element.value === 'string' && location.test(element.value)) {
    const value = findReferencedId(element.value) ?? ''
    return mayTolerate(reading, 'members-by-reference', `${path}.value`) ? { ...element, value } : element
  }
  if (typeof element.value === 'string') {
    if (element.display !== undefined) note(reading, 'computed-left', `${path}.display`)
    if (element.type !== undefined) note(reading, 'computed-left', `${path}.type`)
    if (element.$ref !== undefined) note(reading, 'computed-left', `${path}.$ref`)
    return element
  }
  const id = typeof element.$ref === 'string' ? findReferencedId(element.$ref) : undefined
  return id !== undefined && mayTolerate(reading, 'members-by-reference', `${path}.$ref`)
    ? { ...element, value: id }
    : undefined
}

/** The last segment of the path of a reference. */
export function findReferencedId(reference: string): string | undefined {
  const [path = ''] = reference.split(/[?#]/, 1)
  const last = path
    .split('/')
    .filter((segment) => segment !== '')
    .at(-1)
  try {
    return last === undefined ? undefined : decodeURIComponent(last)
  } catch {
    return last
  }
}

/** RFC 7643 §2.4: at most one value is primary. */
export function settlePrimaries(
  path: string,
  elements: readonly JsonValue[],
  reading: Reading,
): readonly JsonValue[] {
  const first = elements.findIndex(isPrimary)
  if (first < 0 || !elements.some((element, index) => index > first && isPrimary(element))) return elements
  if (!mayTolerate(reading, 'many-primaries', path)) throw refuse('value_many_primaries', { path })
  return elements.map((element, index) => (index > first ? demote(element) : element))
}

/** Whether a value is the preferred one of its attribute. */
export function isPrimary(element: JsonValue): element is JsonObject {
  return isJsonObject(element) && element.primary === true
}

/** The value with `primary` false, if it was true. */
export function demote(element: JsonValue): JsonValue {
  return isPrimary(element) ? { ...element, primary: false } : element
}

function readMany(
  attribute: Attribute,
  path: string,
  raw: JsonValue,
  reading: Reading,
): readonly JsonValue[] | undefined {
  if (raw === null) return undefined
  const isSet = attribute.namesResources === true
  if (raw === '' && !isSet && mayTolerate(reading, 'empty-string-clears', path)) return undefined
  if (!Array.isArray(raw) && !mayTolerate(reading, 'wrapped-values', path))
    throw refuse('value_not_list', { path })
  const list: readonly JsonValue[] = Array.isArray(raw) ? raw : [raw]
  const elements = readElements(attribute, path, list, reading)
  if (elements.length === 0) return undefined
  // Resources are told apart where they are kept.
  return isSet ? elements : settlePrimaries(path, unite(attribute, elements), reading)
}

/** Each value of a list; of resources there is none that nobody is, and no list of nobody but the empty one. */
export function readElements(
  attribute: Attribute,
  path: string,
  list: readonly JsonValue[],
  reading: Reading,
): readonly JsonValue[] {
  const elements: JsonValue[] = []
  let isOneMissing = false
  for (const item of list) {
    const element = readElement(attribute, path, item, reading)
    if (element !== undefined) elements.push(element)
    else isOneMissing = true
  }
  if (!isOneMissing) return elements
  if (attribute.namesResources !== true) note(reading, 'empty-values', path)
  else if (elements.length === 0 || !mayTolerate(reading, 'unnamed-members', path))
    throw refuse('value_lacks_value', { path })
  return elements
}

/** Older Entra, SCIM-SDK: [{"value": "x"}] for a single "x", and a list of one for a single object. */
export function unwrap(attribute: Attribute, path: string, raw: JsonValue, reading: Reading): JsonValue {
  if (typeof raw !== 'object' || raw === null) return raw
  const isWrappedList = Array.isArray(raw) && raw.length === 1
  const inner = isWrappedList ? (raw[0] as JsonValue) : raw
  const isWrappedObject = attribute.type !== 'complex' && isJsonObject(inner) && Object.hasOwn(inner, 'value')
  if (!isWrappedList && !isWrappedObject) return raw
  if (!mayTolerate(reading, 'wrapped-values', path)) return raw
  return isWrappedObject ? takeValue(path, inner as JsonObject, reading) : inner
}

/** Undefined is no value: null, an empty list and an empty object (RFC 7643 §2.5); throws ScimError 400 invalidValue. */
export function readValue(
  attribute: Attribute,
  path: string,
  raw: JsonValue,
  reading: Reading,
): JsonValue | undefined {
  if (attribute.multiValued) return readMany(attribute, path, raw, reading)
  const source = unwrap(attribute, path, raw, reading)
  if (attribute.type === 'complex') return readComplex(attribute, path, source, reading)
  return readSimple(attribute, path, source, reading)
}

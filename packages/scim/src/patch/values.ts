// One operation on the values of a multi-valued attribute (RFC 7644 §3.5.2). Lists are never changed in place.

import type { ScimError } from '../error.ts'
import { weigh } from '../filter/cost.ts'
import { matchValue } from '../filter/match.ts'
import { isJsonEqual, isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { refuse } from '../refusals.ts'
import { demote, hasOnlyLabels, isPrimary } from '../resource/read-value.ts'
import { assertImmutable } from '../resource/replace.ts'
import { addTo, removeFrom, type TwinIndexes, unite } from '../resource/twins.ts'
import { isDemanded, mayTolerate, note, type Reading } from '../tolerance.ts'
import type { PatchOperation } from './operation.ts'

/** What one application of a patch carries from operation to operation. */
export interface Application {
  readonly reading: Reading
  readonly twins: TwinIndexes
  /** How many more values may be looked at; one with much text counts as several. */
  remaining: number
}

function charge(application: Application, visits: number): void {
  application.remaining -= visits
  if (application.remaining < 0) throw refuse('patch_values_too_many')
}

// RFC 7644 §3.5.2: a value that becomes primary takes the mark from the others.
function settlePrimary(
  elements: readonly JsonValue[],
  touched: ReadonlySet<JsonValue>,
  application: Application,
): readonly JsonValue[] {
  if (![...touched].some(isPrimary)) return elements
  charge(application, elements.length)
  const chosen = elements.find((element) => touched.has(element) && isPrimary(element))
  const hasOther = elements.some((element) => element !== chosen && isPrimary(element))
  return hasOther ? elements.map((element) => (element === chosen ? element : demote(element))) : elements
}

function without(element: JsonObject, name: string): JsonObject | undefined {
  const { [name]: _removed, ...rest } = element
  return hasOnlyLabels(rest) ? undefined : rest
}

/** Another `value` leaves the `$ref` to the one before behind, unless it is to the new one already. */
export function withoutStale(element: JsonObject, value: JsonValue | undefined): JsonObject {
  const { $ref, ...rest } = element
  if ($ref === undefined || value === undefined || value === element.value) return element
  return typeof $ref === 'string' && typeof value === 'string' && $ref.endsWith(value) ? element : rest
}

// What an object says of a chosen value: the sub-attributes that it names (RFC 7644 §3.5.2.3).
function mergeInto(element: JsonObject, { value, cleared = [] }: PatchOperation): JsonObject | undefined {
  const named = value as JsonObject
  const merged = { ...(named.$ref === undefined ? withoutStale(element, named.value) : element), ...named }
  for (const name of cleared) delete merged[name]
  return hasOnlyLabels(merged) ? undefined : merged
}

// The one matching value as the operation leaves it; undefined when it goes.
function changeElement(operation: PatchOperation, element: JsonValue): JsonValue | undefined {
  const { op, target, value } = operation
  const { attribute, sub, path } = target
  if (sub === undefined) {
    if (op === 'remove' || value === undefined) return undefined
    const isOther = op === 'replace' && attribute.namesResources === true
    if (isOther || !isJsonObject(value) || !isJsonObject(element)) return value
  }
  if (!isJsonObject(element)) return element
  let next: JsonObject | undefined
  if (sub === undefined) next = mergeInto(element, operation)
  else if (op !== 'remove' && value !== undefined)
    next = { ...(sub.name === 'value' ? withoutStale(element, value) : element), [sub.name]: value }
  else next = Object.hasOwn(element, sub.name) ? without(element, sub.name) : element
  if (next !== undefined) assertImmutable(attribute, path, element, next)
  return isJsonEqual(element, next) ? element : next
}

// A change of what tells values apart may make one of two.
function uniteChanged(
  { target }: PatchOperation,
  elements: readonly JsonValue[],
  application: Application,
): readonly JsonValue[] {
  const { attribute, sub } = target
  if (attribute.namesResources === true || sub?.name === 'primary' || sub?.name === 'display') return elements
  charge(application, weigh(elements) * 4)
  return unite(attribute, elements)
}

// Entra: replaces emails[type eq "other"].value where there is none; the new value never takes the primary mark.
function createElement(
  operation: PatchOperation,
  elements: readonly JsonValue[],
  application: Application,
): readonly JsonValue[] {
  const { op, target, value } = operation
  if (op === 'remove') {
    if (target.filter !== undefined) note(application.reading, 'unmatched-removals', target.path)
    return elements
  }
  const { blueprint, sub } = target
  if (blueprint === undefined || !mayTolerate(application.reading, 'create-missing-target', target.path))
    throw refuse('patch_nothing_chosen', { path: target.attribute.name })
  if (value === undefined || (isJsonObject(value) && Object.keys(value).length === 0)) return elements
  const { primary, ...unmarked } = blueprint
  const base = primary === undefined || elements.some(isPrimary) ? unmarked : blueprint
  const isSimple = target.attribute.type !== 'complex'
  const element = isSimple
    ? value
    : { ...base, ...(sub === undefined ? (value as JsonObject) : { [sub.name]: value }) }
  const next = uniteChanged(operation, [...elements, element], application)
  return settlePrimary(next, new Set([next.at(-1)!]), application)
}

/** The refusal of a filter that chooses more than one value, where that is demanded. */
export function choosesSeveral(name: string): ScimError {
  return refuse('patch_several_chosen', { path: name })
}

function changeMatching(
  operation: PatchOperation,
  elements: readonly JsonValue[],
  application: Application,
): readonly JsonValue[] {
  const { filter } = operation.target
  const touched = new Set<JsonValue>()
  let matches = 0
  let isChanged = false
  const next: JsonValue[] = []
  for (const element of elements) {
    const isTarget = filter === undefined || matchValue(filter, element)
    const changed = isTarget ? changeElement(operation, element) : element
    if (isTarget) matches += 1
    isChanged ||= changed !== element
    if (changed === undefined) continue
    if (isTarget) touched.add(changed)
    next.push(changed)
  }
  if (matches === 0) return createElement(operation, elements, application)
  if (matches > 1 && filter !== undefined && isDemanded(application.reading, 'one-match'))
    throw choosesSeveral(operation.target.attribute.name)
  return isChanged
    ? uniteChanged(operation, settlePrimary(next, touched, application), application)
    : elements
}

/** The values as the operation leaves them, the same list if it changes nothing; throws ScimError 400 noTarget, mutability or,
 * beyond `maxVisits`, tooMany. */
export function changeValues(
  operation: PatchOperation,
  elements: readonly JsonValue[],
  application: Application,
): readonly JsonValue[] {
  const { op, target, value } = operation
  // An addition finds its twins by key and only copies the list.
  const isAddition = op === 'add' && target.filter === undefined && target.sub === undefined
  charge(application, isAddition ? Math.ceil(elements.length / 16) : weigh(elements) * target.cost)
  if (target.filter !== undefined || target.sub !== undefined)
    return changeMatching(operation, elements, application)
  const values = (value ?? []) as readonly JsonValue[]
  if (op === 'replace') return values
  if (op === 'remove') {
    const left = value === undefined ? [] : removeFrom(target.attribute, elements, values)
    if (value !== undefined && left.length === elements.length)
      note(application.reading, 'unmatched-removals', target.path)
    return left
  }
  const added = addTo(target.attribute, elements, values, application.twins)
  const settled = settlePrimary(added.elements, added.touched, application)
  application.twins.set(settled, added.index)
  return settled
}

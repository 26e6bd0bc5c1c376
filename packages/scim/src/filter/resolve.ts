// Names of a filter to attributes of a schema, and its values to their types. Nothing is compared here.

import { refuse } from '../refusals.ts'
import type { Attribute, ResolvedPath, ResourceType } from '../schema/attribute.ts'
import { comparisonKey } from '../schema/comparison.ts'
import { toBoolean, toDateTime, toNumber, toText } from '../schema/convert.ts'
import { findInstant } from '../schema/date-time.ts'
import { findByName, findPlace, subAttributesOf } from '../schema/registry.ts'
import { mayTolerate, type Profile, type Reading, startReading, toName } from '../tolerance.ts'
import type { AttributePath, CompareOperator, CompareValue, Filter, ResolvedFilter } from './syntax.ts'

// Inside brackets names are sub-attributes of the attribute before them. `absent` stands for an attribute that another
// resource type has.
type Find = (path: AttributePath) => ResolvedPath | 'absent' | undefined

function findInType(type: ResourceType, others: readonly ResourceType[], reading: Reading): Find {
  const find = (one: ResourceType, path: AttributePath) => findPlace(one, nameOf(path), reading)
  return (path) =>
    find(type, path) ?? (others.some((other) => find(other, path) !== undefined) ? 'absent' : undefined)
}

function nameOf({ urn, name, subName }: AttributePath): string {
  const lead = urn === undefined ? name : `${urn}:${name}`
  return subName === undefined ? lead : `${lead}.${subName}`
}

// RFC 7643 §2.4: `value` is the significant part of a value of many, so of a simple one it is the whole.
function toSimpleValue(around: ResolvedPath): ResolvedPath {
  const attribute: Attribute = { ...around.attribute, name: 'value', multiValued: false }
  return { ...around, attribute, parent: around.attribute, path: `${around.path}.value` }
}

function findInValues(around: ResolvedPath): Find {
  if (around.attribute.type !== 'complex') {
    const value = toSimpleValue(around)
    return (path) => (path.name.toLowerCase() === 'value' ? value : undefined)
  }
  return (path) => {
    const attribute = findByName(subAttributesOf(around.attribute), path.name)
    if (attribute === undefined) return undefined
    return {
      attribute,
      parent: around.attribute,
      extension: around.extension,
      path: `${around.path}.${attribute.name}`,
    }
  }
}

function lookUp(find: Find, path: AttributePath): ResolvedPath | 'absent' {
  const found = find(path)
  if (found === 'absent') return found
  if (found === undefined) throw refuse('filter_attribute_unknown', { name: toName(nameOf(path)) })
  if (found.attribute.returned === 'never') throw refuse('filter_attribute_secret', { path: found.path })
  return found
}

// RFC 7643 §2.4: a complex attribute stands for its `value`.
function toComparable(found: ResolvedPath): ResolvedPath {
  if (found.attribute.type !== 'complex') return found
  const value = found.parent === undefined ? subAttributesOf(found.attribute).get('value') : undefined
  if (value === undefined) throw refuse('filter_attribute_complex', { path: found.path })
  return {
    attribute: value,
    parent: found.attribute,
    extension: found.extension,
    path: `${found.path}.${value.name}`,
  }
}

const equality: ReadonlySet<CompareOperator> = new Set(['eq', 'ne'])
const ordering: ReadonlySet<CompareOperator> = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le'])

function mayCompare(attribute: Attribute, operator: CompareOperator): boolean {
  if (attribute.type === 'boolean' || attribute.type === 'binary') return equality.has(operator)
  if (attribute.type === 'string' || attribute.type === 'reference') return true
  return ordering.has(operator)
}

// As the same value is read in a body.
function toTyped(
  attribute: Attribute,
  raw: CompareValue,
  reading: Reading,
): string | number | boolean | undefined {
  switch (attribute.type) {
    case 'boolean':
      return toBoolean(raw, reading)
    case 'integer':
    case 'decimal':
      return toNumber(raw, reading)
    case 'dateTime':
      return typeof raw === 'string' ? toDateTime(raw, reading) : undefined
    default: {
      const value = toText(raw, reading)
      // No stored string has U+0000 or half a surrogate pair, and databases refuse them.
      return value !== undefined && !value.includes('\0') && value.isWellFormed() ? value : undefined
    }
  }
}

function toKey(attribute: Attribute, value: string | number | boolean): string | number | boolean {
  if (typeof value !== 'string') return value
  return attribute.type === 'dateTime' ? (findInstant(value) ?? value) : comparisonKey(attribute, value)
}

function resolveCompare(
  found: ResolvedPath,
  operator: CompareOperator,
  raw: CompareValue,
  reading: Reading,
): ResolvedFilter {
  if (raw === null) {
    if (!equality.has(operator)) throw refuse('filter_null')
    const present = { kind: 'present', ...found } as const
    return operator === 'ne' ? present : { kind: 'not', operand: present }
  }
  const place = toComparable(found)
  const { attribute } = place
  if (!mayCompare(attribute, operator))
    throw refuse('filter_operator', { operator, path: place.path, type: attribute.type })
  const value = toTyped(attribute, raw, reading)
  if (value === undefined) throw refuse('filter_value', { path: place.path, type: attribute.type })
  return { kind: 'compare', ...place, operator, value, key: toKey(attribute, value) }
}

/** What nothing satisfies. */
const nothing: ResolvedFilter = { kind: 'or', operands: [] }

// RFC 7644 §3.4.2.1: an attribute that the type does not have is one without a value.
function resolveAbsent(
  filter: Extract<Filter, { kind: 'compare' | 'present' | 'valuePath' }>,
): ResolvedFilter {
  const isNegation = filter.kind === 'compare' && (filter.operator === 'ne') !== (filter.value === null)
  return isNegation ? { kind: 'not', operand: nothing } : nothing
}

function resolveValuePath(
  find: Find,
  filter: Extract<Filter, { kind: 'valuePath' }>,
  reading: Reading,
): ResolvedFilter {
  const found = lookUp(find, filter.path)
  if (found === 'absent') return resolveAbsent(filter)
  return { kind: 'valuePath', ...found, filter: resolveInside(found, filter.filter, reading) }
}

function resolveWith(find: Find, filter: Filter, reading: Reading): ResolvedFilter {
  switch (filter.kind) {
    case 'compare': {
      const found = lookUp(find, filter.path)
      if (found === 'absent') return resolveAbsent(filter)
      return resolveCompare(found, filter.operator, filter.value, reading)
    }
    case 'present': {
      const found = lookUp(find, filter.path)
      return found === 'absent' ? nothing : { kind: 'present', ...found }
    }
    case 'not':
      return { kind: 'not', operand: resolveWith(find, filter.operand, reading) }
    case 'valuePath':
      return resolveValuePath(find, filter, reading)
    default:
      return { kind: filter.kind, operands: filter.operands.map((each) => resolveWith(find, each, reading)) }
  }
}

/** The filter inside the brackets after `around`; throws ScimError 400 invalidFilter unless that is multi-valued and, to the letter, complex. */
export function resolveInside(around: ResolvedPath, filter: Filter, reading: Reading): ResolvedFilter {
  const { attribute, path } = around
  const isSimple = attribute.type !== 'complex'
  if (!attribute.multiValued || (isSimple && !mayTolerate(reading, 'simple-values-as-objects', path)))
    throw refuse('filter_brackets', { path: around.path })
  return resolveWith(findInValues(around), filter, reading)
}

/** Throws ScimError 400 invalidFilter in every profile: a filter that is ignored would return everybody. An attribute that only
 * one of `others` has counts as one without a value (RFC 7644 §3.4.2.1). */
export function resolveFilter(
  type: ResourceType,
  filter: Filter,
  profile: Profile,
  others: readonly ResourceType[] = [],
  reading: Reading = startReading(profile),
): ResolvedFilter {
  return resolveWith(findInType(type, others, reading), filter, reading)
}

// Names of a filter to attributes of a schema, and its values to their types. Nothing is compared here.

import { ScimError } from '../error.ts'
import type { Attribute, ResourceType } from '../schema/attribute.ts'
import { comparisonKey } from '../schema/comparison.ts'
import { findInstant } from '../schema/date-time.ts'
import { findByName, indexOf, subAttributesOf } from '../schema/registry.ts'
import type { Profile } from '../tolerance.ts'
import type {
  AttributePath,
  CompareOperator,
  CompareValue,
  Filter,
  ResolvedFilter,
  ResolvedPath,
} from './syntax.ts'

function invalidFilter(detail: string): ScimError {
  return new ScimError(400, 'invalidFilter', detail)
}

// Inside brackets names are sub-attributes of the attribute before them. `absent` stands for an attribute that another
// resource type has.
type Find = (path: AttributePath) => ResolvedPath | 'absent' | undefined

function findInType(type: ResourceType, others: readonly ResourceType[]): Find {
  const find = (one: ResourceType, { urn, name, subName }: AttributePath): ResolvedPath | undefined => {
    const lead = urn === undefined ? name : `${urn}:${name}`
    return findByName(indexOf(one).paths, subName === undefined ? lead : `${lead}.${subName}`)
  }
  return (path) =>
    find(type, path) ?? (others.some((other) => find(other, path) !== undefined) ? 'absent' : undefined)
}

function findInValues(around: ResolvedPath): Find {
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
  if (found === undefined) throw invalidFilter('The filter names an attribute that the schema does not have.')
  if (found.attribute.returned === 'never')
    throw invalidFilter(`The attribute "${found.path}" cannot be used in a filter.`)
  return found
}

// RFC 7643 §2.4: a complex attribute stands for its `value`.
function toComparable(found: ResolvedPath): ResolvedPath {
  if (found.attribute.type !== 'complex') return found
  const value = found.parent === undefined ? subAttributesOf(found.attribute).get('value') : undefined
  if (value === undefined)
    throw invalidFilter(`The attribute "${found.path}" is complex: compare one of its sub-attributes.`)
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

function toTyped(
  attribute: Attribute,
  value: CompareValue,
  profile: Profile,
): string | number | boolean | undefined {
  switch (attribute.type) {
    case 'boolean': {
      if (typeof value !== 'string' || !profile.tolerances.has('boolean-strings'))
        return typeof value === 'boolean' ? value : undefined
      const lower = value.toLowerCase()
      return lower === 'true' || (lower === 'false' ? false : undefined)
    }
    case 'integer':
    case 'decimal':
      return typeof value === 'number' ? value : undefined
    case 'dateTime':
      return typeof value === 'string' && findInstant(value) !== undefined ? value : undefined
    default:
      if (typeof value === 'number' && profile.tolerances.has('numbers-as-strings')) return String(value)
      // No stored string has U+0000 or half a surrogate pair, and databases refuse them.
      return typeof value === 'string' && !value.includes('\0') && value.isWellFormed() ? value : undefined
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
  profile: Profile,
): ResolvedFilter {
  if (raw === null) {
    if (!equality.has(operator)) throw invalidFilter('Only eq and ne compare with null.')
    const present = { kind: 'present', ...found } as const
    return operator === 'ne' ? present : { kind: 'not', operand: present }
  }
  const place = toComparable(found)
  const { attribute } = place
  if (!mayCompare(attribute, operator))
    throw invalidFilter(
      `The operator ${operator} does not apply to "${place.path}", whose type is ${attribute.type}.`,
    )
  const value = toTyped(attribute, raw, profile)
  if (value === undefined)
    throw invalidFilter(
      `The filter compares "${place.path}" with a value that is no valid ${attribute.type}.`,
    )
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
  profile: Profile,
): ResolvedFilter {
  const found = lookUp(find, filter.path)
  if (found === 'absent') return resolveAbsent(filter)
  return { kind: 'valuePath', ...found, filter: resolveInside(found, filter.filter, profile) }
}

function resolveWith(find: Find, filter: Filter, profile: Profile): ResolvedFilter {
  switch (filter.kind) {
    case 'compare': {
      const found = lookUp(find, filter.path)
      if (found === 'absent') return resolveAbsent(filter)
      return resolveCompare(found, filter.operator, filter.value, profile)
    }
    case 'present': {
      const found = lookUp(find, filter.path)
      return found === 'absent' ? nothing : { kind: 'present', ...found }
    }
    case 'not':
      return { kind: 'not', operand: resolveWith(find, filter.operand, profile) }
    case 'valuePath':
      return resolveValuePath(find, filter, profile)
    default:
      return { kind: filter.kind, operands: filter.operands.map((each) => resolveWith(find, each, profile)) }
  }
}

/** The filter inside the brackets after `around`; throws ScimError 400 invalidFilter unless that is multi-valued and complex. */
export function resolveInside(around: ResolvedPath, filter: Filter, profile: Profile): ResolvedFilter {
  if (around.attribute.type !== 'complex' || !around.attribute.multiValued)
    throw invalidFilter(`The attribute "${around.path}" has no values that brackets could choose among.`)
  return resolveWith(findInValues(around), filter, profile)
}

/** Throws ScimError 400 invalidFilter in every profile: a filter that is ignored would return everybody. An attribute that only
 * one of `others` has counts as one without a value (RFC 7644 §3.4.2.1). */
export function resolveFilter(
  type: ResourceType,
  filter: Filter,
  profile: Profile,
  others: readonly ResourceType[] = [],
): ResolvedFilter {
  return resolveWith(findInType(type, others), filter, profile)
}

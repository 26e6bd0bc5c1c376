// What a PATCH path points at (RFC 7644 §3.5.2). Found in the schema alone, before any resource is loaded.

import { toBlueprint } from '../filter/blueprint.ts'
import { costOf } from '../filter/cost.ts'
import { parsePath } from '../filter/parse.ts'
import { resolveInside } from '../filter/resolve.ts'
import type { ResolvedFilter } from '../filter/syntax.ts'
import type { JsonObject } from '../json.ts'
import { refuse } from '../refusals.ts'
import type { Attribute, ResolvedPath, ResourceType } from '../schema/attribute.ts'
import { type ExtensionIndex, findByName, findPlace, indexOf, withColon } from '../schema/registry.ts'
import { isDemanded, mayTolerate, type Reading, toName } from '../tolerance.ts'

/** One attribute, or one sub-attribute `sub` of it; for a multi-valued one, of the values that satisfy `filter`. */
export interface PatchTarget {
  readonly attribute: Attribute
  readonly extension: string | undefined
  readonly sub: Attribute | undefined
  readonly filter: ResolvedFilter | undefined
  /** How many comparisons testing one value takes, at least 1. */
  readonly cost: number
  /** A value that satisfies `filter`, where its terms are all `eq`; empty without a filter. */
  readonly blueprint: JsonObject | undefined
  /** Canonical and without the filter, for messages. */
  readonly path: string
}

/** A path may also name a whole extension by its URN, or the whole resource by the core schema's. */
export type PathTarget =
  | { readonly kind: 'attribute'; readonly target: PatchTarget }
  | { readonly kind: 'extension'; readonly extension: ExtensionIndex }
  | { readonly kind: 'resource' }

/** The target of a place without a value filter. */
export function toTarget(place: ResolvedPath): PatchTarget {
  const { attribute, parent, extension, path } = place
  return {
    attribute: parent ?? attribute,
    extension,
    sub: parent === undefined ? undefined : attribute,
    filter: undefined,
    cost: 1,
    blueprint: {},
    path,
  }
}

function readFilteredTarget(type: ResourceType, text: string, reading: Reading): PatchTarget | undefined {
  const allowUnquoted = reading.profile.tolerances.has('unquoted-filter-values')
  const onUnquoted = () => void mayTolerate(reading, 'unquoted-filter-values', text)
  const { path, filter } = parsePath(withColon(type, text, reading), { allowUnquoted, onUnquoted })
  const lead = path.urn === undefined ? path.name : `${path.urn}:${path.name}`
  const place = findPlace(type, lead, reading)
  if (place === undefined) return undefined
  const subPlace = path.subName === undefined ? place : findPlace(type, `${lead}.${path.subName}`, reading)
  if (filter === undefined || subPlace === undefined) return subPlace && toTarget(subPlace)
  const resolved = resolveInside(place, filter, reading)
  return { ...toTarget(subPlace), filter: resolved, cost: costOf(resolved), blueprint: toBlueprint(resolved) }
}

/** Undefined for a well-formed path to no attribute of the schema; throws ScimError 400 invalidPath or invalidFilter. */
export function findPathTarget(type: ResourceType, text: string, reading: Reading): PathTarget | undefined {
  const index = indexOf(type)
  const place = findByName(index.paths, text)
  if (place !== undefined) return { kind: 'attribute', target: toTarget(place) }
  const urn = findByName(index.urns, text)
  if (urn !== undefined && (!urn.isAlias || mayTolerate(reading, 'scim1-urns', text))) {
    const extension = index.extensions.get(urn.id)
    return extension === undefined ? { kind: 'resource' } : { kind: 'extension', extension }
  }
  const target = readFilteredTarget(type, text, reading)
  return target && { kind: 'attribute', target }
}

/** As findPathTarget, but a path to no attribute is ignored or refused with 400 invalidPath or invalidSyntax, as the profile says. */
export function readPathTarget(type: ResourceType, text: string, reading: Reading): PathTarget | undefined {
  const target = findPathTarget(type, text, reading)
  if (target === undefined && !mayTolerate(reading, 'ignore-unknown', text)) {
    const refusal = refuse('patch_path_unknown', { path: toName(text) })
    throw isDemanded(reading, 'listed-only') ? refusal.withType('invalidSyntax') : refusal
  }
  return target
}

// The list `schemas` of a body (RFC 7643 §3), for resources and for messages. What it should have named is judged by the caller.

import type { JsonValue } from '../json.ts'
import { refuse } from '../refusals.ts'
import type { ResourceType } from '../schema/attribute.ts'
import { findByName, indexOf } from '../schema/registry.ts'
import { mayTolerate, type Reading, toName } from '../tolerance.ts'

function tolerateUrn(reading: Reading, tolerance: 'scim1-urns' | 'schemas-missing', urn: string): void {
  if (!mayTolerate(reading, tolerance, urn)) throw refuse('schemas_unknown', { urn: toName(urn) })
}

/** The canonical URNs that the list names; throws ScimError 400 if it is no list of strings. */
export function readSchemaList(type: ResourceType, raw: JsonValue, reading: Reading): ReadonlySet<string> {
  if (raw !== null && !Array.isArray(raw) && !mayTolerate(reading, 'wrapped-values'))
    throw refuse('schemas_not_list')
  const list: readonly JsonValue[] = raw === null ? [] : Array.isArray(raw) ? raw : [raw]
  const named = new Set<string>()
  for (const item of list) {
    if (typeof item !== 'string') throw refuse('schemas_not_urns')
    const urn = findByName(indexOf(type).urns, item)
    if (urn === undefined) {
      tolerateUrn(reading, 'schemas-missing', item)
      continue
    }
    if (urn.isAlias) tolerateUrn(reading, 'scim1-urns', item)
    named.add(urn.id)
  }
  return named
}

/** Whether the list of a message names it, in any letter case. */
export function namesMessage(raw: JsonValue | undefined, urn: string): boolean {
  const lower = urn.toLowerCase()
  return Array.isArray(raw) && raw.some((item) => typeof item === 'string' && item.toLowerCase() === lower)
}

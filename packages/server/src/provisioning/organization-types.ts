// The resource types as one organization has them: ours, with the schema extensions that its operator defined. Made once for
// each distinct definition and kept, because every lookup in a schema hangs on the type's identity.

import type { SchemaExtensions } from '@rollcall/api'
import {
  extendResourceType,
  groupResourceType,
  type JsonValue,
  type ResourceType,
  readExtensionSchema,
  userResourceType,
} from '@rollcall/scim'
import { makeRoom } from '../base/bounded.ts'
import { readJson } from '../base/json.ts'

/** The resource types of one organization. */
export interface OrganizationTypes {
  readonly user: ResourceType
  readonly group: ResourceType
}

const plain: OrganizationTypes = { user: userResourceType, group: groupResourceType }

const maxKept = 1_000
const kept = new Map<string, OrganizationTypes>()

/** `definitions` is the JSON that the organization's row keeps. Throws ScimError 400 for what is no schema. */
export function toOrganizationTypes(definitions: string): OrganizationTypes {
  if (definitions === '[]') return plain
  const known = kept.get(definitions)
  if (known !== undefined) return known
  makeRoom(kept, maxKept)
  const types = build(readJson<SchemaExtensions['extensions']>(definitions))
  kept.set(definitions, types)
  return types
}

function build(extensions: SchemaExtensions['extensions']): OrganizationTypes {
  const schemasOf = (name: 'User' | 'Group') =>
    extensions
      .filter(({ resourceType }) => resourceType === name)
      .map(({ schema }) => readExtensionSchema(schema as JsonValue))
  return {
    user: extendResourceType(userResourceType, schemasOf('User')),
    group: extendResourceType(groupResourceType, schemasOf('Group')),
  }
}

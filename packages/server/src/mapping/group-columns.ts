// Which attributes of a SCIM Group the store knows by column. Pure.
import {
  type Attribute,
  comparisonKey,
  findAttribute,
  groupResourceType,
  type JsonObject,
} from '@rollcall/scim'
import type { IndexedColumn, RowTable } from './indexed-column.ts'

/** What the columns of a group hold, read from its resource. */
export interface GroupColumns {
  readonly displayName: string
  readonly displayNameKey: string
  /** The same without white space at its ends and with one space for each stretch of it: what must not be there twice where names are unique. */
  readonly uniqueNameKey: string
  readonly externalId: string | null
}

const displayName = findAttribute(groupResourceType, 'displayName') as Attribute

/** `resource` is valid: it has passed readResource, replaceResource or applyPatch. */
export function toGroupColumns(resource: JsonObject): GroupColumns {
  const name = resource.displayName as string
  const displayNameKey = toGroupNameKey(name)
  return {
    displayName: name,
    displayNameKey,
    uniqueNameKey: displayNameKey.trim().replace(/\s+/g, ' '),
    externalId: typeof resource.externalId === 'string' ? resource.externalId : null,
  }
}

/** A display name as it is compared, and found by. */
export function toGroupNameKey(name: string): string {
  return comparisonKey(displayName, name)
}

/** The attribute whose values are rows, never part of the stored resource. */
export const membersAttribute = 'members'

const members: RowTable = { table: 'group_member', owner: 'group_id', isWhole: true }

/** SCIM path -> column; what is not here is matched in memory over slices. */
export const indexedGroupColumns: Readonly<Record<string, IndexedColumn>> = {
  id: { column: 'id', kind: 'text' },
  displayName: { column: 'display_name_key', kind: 'text' },
  externalId: { column: 'external_id', kind: 'text', isNullable: true },
  'meta.created': { column: 'created_at', kind: 'time' },
  'meta.lastModified': { column: 'updated_at', kind: 'time' },
  members: { kind: 'rows', rows: members, column: 'member_id' },
  'members.value': { kind: 'rows', rows: members, column: 'member_id' },
  'members.type': { kind: 'rows', rows: members, column: 'member_type' },
}

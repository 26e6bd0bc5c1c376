// The resource types that are stored, as the lists know them: where they lie, and how a row becomes a resource.
import { indexedUserColumns } from '../mapping/user-columns.ts'
import { groupRows, type StoredType, userRows } from '../resources/stored-type.ts'
import type { GroupRow } from '../users/groups.ts'
import type { RenderedRow } from '../users/user-row.ts'
import { toGroupResource } from './render-group.ts'
import { toResource } from './render-user.ts'

/** What is listed for a provisional key: a user's groups are its own, so they are matched in memory. */
export function storedUsersOf(provisionalKeyId: string | undefined): StoredType<RenderedRow> {
  if (provisionalKeyId === undefined) return storedUsers
  const { groups: _groups, 'groups.value': _values, ...index } = indexedUserColumns
  const toOwn = (row: RenderedRow, scimBaseUrl: string) => toResource(row, scimBaseUrl, provisionalKeyId)
  return { ...storedUsers, index, toResource: toOwn }
}

/** Users. */
export const storedUsers: StoredType<RenderedRow> = {
  ...userRows,
  toResource: (row, scimBaseUrl) => toResource(row, scimBaseUrl),
}

/** Groups. */
export const storedGroups: StoredType<GroupRow> = { ...groupRows, toResource: toGroupResource }

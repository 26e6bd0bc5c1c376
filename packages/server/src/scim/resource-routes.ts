// The endpoints of the resource types, as one table: the door reads it, and so does /Bulk.
import type { ScimHandler } from './exchange.ts'
import { deleteGroup, getGroup, patchGroup, postGroup, putGroup } from './groups.ts'
import { listGroups, listUsers, searchGroups, searchUsers } from './lists.ts'
import { deleteUser, getUser, patchUser, postUser, putUser } from './users.ts'

/** The handlers of one resource type. */
export interface ResourceRoute {
  readonly endpoint: string
  readonly list: ScimHandler
  readonly search: ScimHandler
  readonly create: ScimHandler
  /** By method, on one resource. */
  readonly single: Readonly<Record<'GET' | 'PUT' | 'PATCH' | 'DELETE', ScimHandler>>
  /** A group's body may name very many members. */
  readonly isLarge: boolean
}

/** Users and groups. */
export const resourceRoutes: readonly ResourceRoute[] = [
  {
    endpoint: 'Users',
    list: listUsers,
    search: searchUsers,
    create: postUser,
    single: { GET: getUser, PUT: putUser, PATCH: patchUser, DELETE: deleteUser },
    isLarge: false,
  },
  {
    endpoint: 'Groups',
    list: listGroups,
    search: searchGroups,
    create: postGroup,
    single: { GET: getGroup, PUT: putGroup, PATCH: patchGroup, DELETE: deleteGroup },
    isLarge: true,
  },
]

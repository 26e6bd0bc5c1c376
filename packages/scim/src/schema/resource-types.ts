// The room `scim/schema`: the attributes of users and groups as data, and the index that finds one by any name. A new attribute is a line
// here.
//
// `core-user`, `core-group` and `enterprise-user` are the RFC's tables; `extension` reads one that an operator defines.
// `attribute` says what a line can say. `registry` finds attributes, whatever their letters and with or without their URN.
// `convert`, `comparison` and `date-time` say what a value of a type is and when two are equal.
// Everything else of the engine asks here and holds no name of an attribute of its own.
//
// The resource types that this package knows, and how their schemas go together (RFC 7643 §6).

import type { ResourceType } from './attribute.ts'
import { groupSchema } from './core-group.ts'
import { userSchema } from './core-user.ts'
import { enterpriseUserSchema } from './enterprise-user.ts'

/** CyberArk: asks for /ResourceTypes/User, so the id is exactly the name. */
export const userResourceType: ResourceType = {
  name: 'User',
  endpoint: '/Users',
  description: 'User Account',
  schema: userSchema,
  extensions: [{ schema: enterpriseUserSchema, required: false }],
}

/** RFC 7643 §4.2. */
export const groupResourceType: ResourceType = {
  name: 'Group',
  endpoint: '/Groups',
  description: 'Group',
  schema: groupSchema,
  extensions: [],
}

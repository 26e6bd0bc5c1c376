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

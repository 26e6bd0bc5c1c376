// Which attributes of a SCIM User the store knows by column, and how their values compare. Pure.
// The only place where a SCIM attribute name meets a column.
import {
  type Attribute,
  comparisonKey,
  findAttribute,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  userResourceType,
} from '@rollcall/scim'
import type { IndexedColumn, RowTable } from './indexed-column.ts'

/** What the columns of a user hold, read from its resource. */
export interface UserColumns {
  readonly userName: string
  readonly userNameKey: string
  readonly externalId: string | null
  readonly displayNameKey: string | null
  /** What the user is shown by instead of the userName; null where there is nothing to read. */
  readonly displayName: string | null
  readonly isActive: boolean
  /** Each address once, as compared. */
  readonly emailKeys: readonly string[]
}

const userName = attribute('userName')
const displayName = attribute('displayName')
const emailValue = attribute('emails.value')

function attribute(path: string): Attribute {
  const found = findAttribute(userResourceType, path)
  if (found === undefined) throw new Error(`the User schema has no ${path}`)
  return found
}

/** `resource` is valid: it has passed readResource, replaceResource or applyPatch. */
export function toUserColumns(resource: JsonObject): UserColumns {
  const name = resource.userName as string
  const display = resource.displayName
  return {
    userName: name,
    userNameKey: comparisonKey(userName, name),
    externalId: typeof resource.externalId === 'string' ? resource.externalId : null,
    displayNameKey: typeof display === 'string' ? comparisonKey(displayName, display) : null,
    displayName: toDisplayName(resource),
    isActive: resource.active !== false,
    emailKeys: toEmailKeys(resource.emails),
  }
}

/** The one of the columns that is read alone, of many at once. */
export function toDisplayName({ displayName: name }: JsonObject): string | null {
  return typeof name === 'string' && name.trim() !== '' ? name : null
}

/** How a name, or an address, is compared: as the columns hold it. */
export function toUserNameKey(name: string): string {
  return comparisonKey(userName, name)
}

/** An address as addresses are compared. */
export function toEmailKey(address: string): string {
  return comparisonKey(emailValue, address)
}

function toEmailKeys(emails: JsonValue | undefined): string[] {
  if (!Array.isArray(emails)) return []
  const keys = new Set<string>()
  for (const email of emails) {
    if (isJsonObject(email) && typeof email.value === 'string')
      keys.add(comparisonKey(emailValue, email.value))
  }
  return [...keys]
}

/** Where the addresses of users are. */
export const emails: RowTable = { table: 'user_email', owner: 'user_id', isWhole: false }
const groups: RowTable = { table: 'group_member', owner: 'member_id', isWhole: true }

/** SCIM path -> column; what is not here is matched in memory over slices. */
export const indexedUserColumns: Readonly<Record<string, IndexedColumn>> = {
  id: { column: 'id', kind: 'text' },
  userName: { column: 'user_name_key', kind: 'text' },
  externalId: { column: 'external_id', kind: 'text', isNullable: true },
  displayName: { column: 'display_name_key', kind: 'text', isNullable: true },
  'emails.value': { kind: 'rows', rows: emails, column: 'value_key' },
  active: { column: 'active', kind: 'boolean' },
  'meta.created': { column: 'created_at', kind: 'time' },
  'meta.lastModified': { column: 'updated_at', kind: 'time' },
  groups: { kind: 'rows', rows: groups, column: 'group_id' },
  'groups.value': { kind: 'rows', rows: groups, column: 'group_id' },
}

/** A user whose `active` was removed counts as active, and says so: SCIM reads and the column must agree. */
export function completeUser(resource: JsonObject): JsonObject {
  return resource.active === undefined ? { ...resource, active: true } : resource
}

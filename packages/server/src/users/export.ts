// Users, and who is in which group, as files: a page in memory at a time, in the order of ids.
import type { Group, Member, User } from '@rollcall/api'
import { readJson } from '../base/json.ts'
import { toCsvRow } from '../events/csv.ts'
import { type Held, streamPages, type TextPage } from '../http/stream-pages.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { listGroups } from './group-views.ts'
import { listMemberships } from './memberships.ts'
import { listUsers, type UserQuery } from './views.ts'

/** CSV that is safe to open in a spreadsheet, or a line of JSON for each. */
export type FileFormat = 'csv' | 'jsonl'

const usersPerPage = 500
const groupsPerPage = 100
const membersPerPage = 1_000

const userColumns = [
  'id',
  'userName',
  'email',
  'displayName',
  'givenName',
  'familyName',
  'externalId',
  'role',
  'roleOrigin',
  'isActive',
  'blockedAt',
  'source',
  'managedBy',
  'createdAt',
  'updatedAt',
  'deactivatedAt',
  'lastSignInAt',
] as const satisfies readonly (keyof User)[]

/** Everybody whom the list finds, as it shows them. */
export function streamUsers(
  database: Database,
  scope: OrganizationScope,
  { filter, format }: { readonly filter: Omit<UserQuery, 'limit' | 'cursor'>; readonly format: FileFormat },
  held: Held,
): ReadableStream<Uint8Array> {
  const toLine = (user: User): string =>
    format === 'jsonl'
      ? `${JSON.stringify(user)}\n`
      : toCsvRow(userColumns.map((name) => String(user[name] ?? '')))
  const head = format === 'csv' ? toHead(userColumns) : ''
  return streamPages(
    head,
    async (cursor) => {
      const page = await listUsers(database, scope, { ...filter, limit: usersPerPage, cursor })
      return { text: page.items.map(toLine).join(''), next: page.nextCursor ?? undefined }
    },
    held,
  )
}

const memberColumns = [
  'groupId',
  'groupName',
  'groupExternalId',
  'memberType',
  'memberId',
  'memberName',
  'memberUserName',
]

function toHead(columns: readonly string[]): string {
  return `${columns.join(',')}\r\n`
}

/** A line for each member of each group; one without a member for a group that is empty. */
export function streamMemberships(
  database: Database,
  scope: OrganizationScope,
  format: FileFormat,
  held: Held,
): ReadableStream<Uint8Array> {
  const toLine = (group: Group, member: Member | null): string => {
    const { id, displayName, externalId } = group
    if (format === 'jsonl') return `${JSON.stringify({ group: { id, displayName, externalId }, member })}\n`
    const { type = '', id: memberId = '', display = '', userName = null } = member ?? {}
    return toCsvRow([id, displayName, externalId ?? '', type, memberId, display, userName ?? ''])
  }
  const read = async (cursor: string | undefined): Promise<TextPage> => {
    const { after, group: begun, member } = readPlace(cursor)
    const groups = (await listGroups(database, scope, { limit: groupsPerPage, cursor: after })).items
    const last = groups.at(-1)
    if (last === undefined) return { text: '', next: undefined }
    const from = {
      groupId: begun ?? after ?? '',
      memberId: begun === undefined ? afterEveryId : (member ?? ''),
    }
    const found = await listMemberships(database, scope, { from, until: last.id, limit: membersPerPage })
    const end = found.length === membersPerPage ? found.at(-1) : undefined
    const byGroup = Map.groupBy(found, ({ groupId }) => groupId)
    const whole = groups.filter(({ id }) => end === undefined || id <= end.groupId)
    const text = whole.map((one) => {
      const members = byGroup.get(one.id) ?? []
      return members.length === 0 && one.id !== begun
        ? toLine(one, null)
        : members.map((member) => toLine(one, member.member)).join('')
    })
    const before = end === undefined ? last.id : groups.findLast(({ id }) => id < end.groupId)?.id
    const place =
      end === undefined
        ? { after: last.id }
        : { after: before ?? after, group: end.groupId, member: end.member.id }
    return { text: text.join(''), next: JSON.stringify(place) }
  }
  return streamPages(format === 'csv' ? toHead(memberColumns) : '', read, held)
}

/** Ids begin with letters. */
const afterEveryId = '~'

interface Place {
  /** All groups up to this one are written. */
  readonly after?: string
  /** The one that is begun, and the last of its members that is written. */
  readonly group?: string
  readonly member?: string
}

function readPlace(cursor: string | undefined): Place {
  return cursor === undefined ? {} : readJson<Place>(cursor)
}

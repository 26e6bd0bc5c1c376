// A stored group as SCIM. Members are rows: a few are put in at once, many are streamed a page at a time.

import {
  groupResourceType,
  type JsonObject,
  type JsonValue,
  projectResource,
  type ResourceType,
  renderETag,
  type Selection,
} from '@rollcall/scim'
import { toTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import { membersAttribute } from '../mapping/group-columns.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { selectOwnMembers } from '../users/foreign-members.ts'
import type { GroupRow } from '../users/groups.ts'
import { selectMembers } from '../users/members.ts'
import { membersOfGroups } from '../users/members-of-groups.ts'
import { type MemberRow, showMembers } from '../users/shown-names.ts'
import { isForeign, toForeignGroup } from './provisional.ts'

const membersPerPage = 1_000

/** How a group is to be shown. */
export interface GroupView {
  readonly scimBaseUrl: string
  readonly selection: Selection | undefined
  readonly type: ResourceType
  /** Of a provisional key: of groups that it did not make only which they are is shown, and no members but its own. */
  readonly provisionalKeyId: string | undefined
}

/** The resource as a value, without its members. */
export function toGroupResource(row: GroupRow, scimBaseUrl: string): JsonObject {
  return {
    ...readJson(row.resource),
    id: row.id,
    meta: {
      resourceType: groupResourceType.name,
      created: toTime(row.created_at),
      lastModified: toTime(row.updated_at),
      location: groupLocation(row.id, scimBaseUrl),
      version: renderETag(row.version),
    },
  }
}

/** The address of a group. */
export function groupLocation(id: string, scimBaseUrl: string): string {
  return `${scimBaseUrl}/Groups/${id}`
}

/** Whether an answer is to show members at all (RFC 7644 §3.9). */
export function showsMembers({ selection, type }: GroupView): boolean {
  if (selection === undefined) return true
  const pick = selection.picks.get(membersAttribute)
  if (selection.kind === 'only') return pick !== undefined || selection.picks.has(type.schema.id)
  return pick !== 'whole' && selection.picks.get(type.schema.id) !== 'whole'
}

/** JSON text of one group; a stream of it when the group has more members than one page. */
export async function renderGroup(
  database: Database,
  scope: OrganizationScope,
  row: GroupRow,
  view: GroupView,
): Promise<string | AsyncIterable<string>> {
  const head = renderHead(row, view)
  if (!showsMembers(view) || isForeign(row, view.provisionalKeyId)) return `${head}}`
  const read = (after: string) => readPage(database, scope, row.id, after, view.provisionalKeyId)
  const first = await read('')
  const lead = `${head},"${membersAttribute}":[`
  if (first.length < membersPerPage) return `${lead}${renderMembers(first, view)}]}`
  return streamGroup(lead, first, view, read)
}

async function* streamGroup(
  lead: string,
  first: readonly MemberRow[],
  view: GroupView,
  read: (after: string) => Promise<readonly MemberRow[]>,
): AsyncGenerator<string> {
  yield lead + renderMembers(first, view)
  for (let page = first; page.length === membersPerPage; ) {
    // Others are served between two pages.
    await new Promise((resolve) => setImmediate(resolve))
    page = await read(page.at(-1)!.member_id)
    if (page.length > 0) yield `,${renderMembers(page, view)}`
  }
  yield ']}'
}

/** JSON texts of a page of groups, in order: the members of a slice of them are read together where they are few. */
export async function* renderGroups(
  database: Database,
  scope: OrganizationScope,
  slices: AsyncIterable<readonly GroupRow[]>,
  view: GroupView,
): AsyncGenerator<string> {
  let isFirst = true
  for await (const rows of slices) {
    const own = rows.filter((row) => !isForeign(row, view.provisionalKeyId))
    const together = showsMembers(view) ? await readTogether(database, scope, own, view) : undefined
    for (const row of rows) {
      if (!isFirst) yield ','
      isFirst = false
      if (!showsMembers(view) || isForeign(row, view.provisionalKeyId)) yield `${renderHead(row, view)}}`
      else if (together !== undefined)
        yield `${renderHead(row, view)},"${membersAttribute}":[${renderMembers(together.get(row.id) ?? [], view)}]}`
      else {
        const text = await renderGroup(database, scope, row, view)
        if (typeof text === 'string') yield text
        else yield* text
      }
    }
  }
}

const membersTogether = 2_000

async function readTogether(
  database: Database,
  scope: OrganizationScope,
  rows: readonly GroupRow[],
  { provisionalKeyId }: GroupView,
): Promise<ReadonlyMap<string, readonly MemberRow[]> | undefined> {
  if (rows.length === 0) return new Map()
  const statement = membersOfGroups(
    rows.map(({ id }) => id),
    membersTogether,
    provisionalKeyId,
  )
  const members = await database.readOrganization(scope, statement, {})
  if (members.length === membersTogether) return undefined
  const shown = await showMembers(members, (...asked) => database.readOrganization(scope, ...asked))
  return Map.groupBy(shown, ({ group_id }) => group_id)
}

async function readPage(
  database: Database,
  scope: OrganizationScope,
  groupId: string,
  after: string,
  keyId: string | undefined,
): Promise<readonly MemberRow[]> {
  const page = { groupId, after, limit: membersPerPage }
  const rows = await (keyId === undefined
    ? database.readOrganization(scope, selectMembers, page)
    : database.readOrganization(scope, selectOwnMembers, { ...page, keyId }))
  return showMembers(rows, (...asked) => database.readOrganization(scope, ...asked))
}

// The resource without its closing brace, so that members can follow.
function renderHead(row: GroupRow, view: GroupView): string {
  const { scimBaseUrl, selection, type } = view
  const isWhole = !isForeign(row, view.provisionalKeyId)
  const resource = isWhole ? toGroupResource(row, scimBaseUrl) : toForeignGroup(row)
  const shown = selection === undefined ? resource : projectResource(type, resource, selection)
  return JSON.stringify(shown).slice(0, -1)
}

function renderMembers(rows: readonly MemberRow[], view: GroupView): string {
  const { scimBaseUrl, selection, type } = view
  if (selection === undefined || !isSplit(selection))
    return rows.map((row) => renderMember(row, scimBaseUrl)).join(',')
  const members = rows.map((row) => readJson<JsonValue>(renderMember(row, scimBaseUrl)))
  const shown = projectResource(type, { [membersAttribute]: members }, selection)[membersAttribute]
  return JSON.stringify(shown ?? []).slice(1, -1)
}

function isSplit(selection: Selection): boolean {
  const pick = selection.picks.get(membersAttribute)
  return pick !== undefined && pick !== 'whole'
}

function renderMember({ member_id, display }: MemberRow, scimBaseUrl: string): string {
  const isUser = member_id.startsWith('usr_')
  const reference = `${scimBaseUrl}/${isUser ? 'Users' : 'Groups'}/${member_id}`
  return `{"value":"${member_id}","$ref":${JSON.stringify(reference)},"display":${JSON.stringify(display)},"type":"${isUser ? 'User' : 'Group'}"}`
}

// Groups as the management API shows them. Reads only.
import type { Group, Member, Page } from '@rollcall/api'
import { toTime } from '../base/clock.ts'
import { Problem } from '../http/problem.ts'
import { toGroupColumns } from '../mapping/group-columns.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { organizationQuery } from '../store/statement.ts'
import { type GroupRow, groupColumnNames, selectGroup } from './groups.ts'
import { selectNamedMembers } from './members.ts'
import { showMembers } from './shown-names.ts'

interface PageQuery {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** After every text that begins with the same prefix, in the order of bytes. */
const last = '\u{10ffff}'

/** In the order of creation; a search looks at beginnings of names and at whole external ids. */
export async function listGroups(
  database: Database,
  scope: OrganizationScope,
  query: PageQuery & { readonly search?: string | undefined },
): Promise<Page<Group>> {
  const statement = organizationQuery(({ db, organizationId }) => {
    let groups = db.selectFrom('group').select(groupColumnNames).where('organization_id', '=', organizationId)
    if (query.cursor !== undefined) groups = groups.where('id', '>', query.cursor)
    const search = query.search?.trim() ?? ''
    if (search !== '') {
      const key = toGroupColumns({ displayName: search }).displayNameKey
      groups = groups.where((on) =>
        on.or([
          on.and([on('display_name_key', '>=', key), on('display_name_key', '<', key + last)]),
          on('external_id', '=', search),
        ]),
      )
    }
    return groups.orderBy('id').limit(query.limit + 1)
  })
  const rows = await database.readOrganization(scope, statement, {})
  return toPage(rows.map(toGroup), query.limit)
}

/** Throws 404. */
export async function getGroup(database: Database, scope: OrganizationScope, id: string): Promise<Group> {
  const [row] = await database.readOrganization(scope, selectGroup, { id })
  if (row === undefined) throw new Problem('not_found', 'There is no such group')
  return toGroup(row)
}

/** In the order of their ids: groups first. Throws 404. */
export async function listMembers(
  database: Database,
  scope: OrganizationScope,
  groupId: string,
  query: PageQuery,
): Promise<Page<Member>> {
  await getGroup(database, scope, groupId)
  const found = await database.readOrganization(scope, selectNamedMembers, {
    groupId,
    after: query.cursor ?? '',
    limit: query.limit + 1,
  })
  const rows = await showMembers(found, (...asked) => database.readOrganization(scope, ...asked))
  const members = rows.map(({ member_id: id, display, user_name: userName }): Member => {
    return { id, type: id.startsWith('usr_') ? 'user' : 'group', display, userName }
  })
  return toPage(members, query.limit)
}

function toPage<T extends { readonly id: string }>(found: readonly T[], limit: number): Page<T> {
  const items = found.slice(0, limit)
  return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null }
}

function toGroup(row: GroupRow): Group {
  return {
    id: row.id,
    displayName: row.display_name,
    externalId: row.external_id,
    createdAt: toTime(row.created_at),
    updatedAt: toTime(row.updated_at),
  }
}

// What people are shown by, where a version wrote them that kept no displayName beside the resource: filled in the background, a slice at a
// time. Until then it is read from the resource (shown-names.ts), so nothing waits for it.

import type { JsonObject } from '@rollcall/scim'
import { sql } from 'kysely'
import { dayMs } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import { toDisplayName } from '../mapping/user-columns.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { visitDue } from '../store/due.ts'
import { organizationStatement } from '../store/statement.ts'
import { bytesUnread, slicesOfUnread } from './shown-names.ts'

/** Few enough that nobody waits for the writing of them. */
const usersPerPage = 100
/** The others have the store at least as long as a slice takes. */
const pauseMs = 10
/** When an organization is looked at again in which nothing was left: a version from before may have served again. */
const againMs = 30 * dayMs

const selectPage = organizationStatement<{ after: string; limit: number }>('users_to_name')(
  ({ db, place, organizationId }) => {
    const statement = sql<{
      id: string
      unread: number | null
    }>`SELECT u.id, ${bytesUnread} AS unread FROM "user" AS u
      WHERE u.organization_id = ${organizationId} AND u.id > ${place('after')} ORDER BY u.id LIMIT ${place('limit')}`
    return { compile: () => statement.compile(db) }
  },
)

// Whom somebody is writing is left to them: their versions say whether it is still missing.
const selectSlice = organizationStatement<{ ids: string }>('users_named_at_once')(
  ({ db, place, organizationId, dialect }) =>
    dialect.lockFree(
      db
        .selectFrom('user')
        .select(['id', 'version', 'resource'])
        .where('organization_id', '=', organizationId)
        .where(dialect.isIn('id', place('ids'))),
    ),
)

const setDisplayName = organizationStatement<{ id: string; displayName: string | null; version: number }>(
  'set_display_name',
)(({ db, place, organizationId }) =>
  db
    .updateTable('user')
    .set({ display_name: place('displayName'), display_name_version: place('version') })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id'))
    .where('version', '=', place('version')),
)

/** Visits each organization once after the upgrade, and again until nothing is left. */
export async function fillDisplayNames(
  database: Database,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  await visitDue(database, 'fill display names', now, isStopping, async (scope) => {
    const found = await fillOne(database, scope, isStopping)
    if (isStopping()) return now
    return found === 0 ? now + againMs : undefined
  })
}

async function fillOne(
  database: Database,
  scope: OrganizationScope,
  isStopping: () => boolean,
): Promise<number> {
  let found = 0
  for (let after = ''; !isStopping(); ) {
    const page = await database.readOrganization(scope, selectPage, { after, limit: usersPerPage })
    for (const ids of slicesOfUnread(page)) {
      if (isStopping()) return found
      await database.inOrganization(scope, (tx) => fillSlice(tx, ids))
      found += ids.length
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
    if (page.length < usersPerPage) return found
    after = page.at(-1)?.id ?? after
  }
  return found
}

async function fillSlice(tx: OrganizationTx, ids: readonly string[]): Promise<void> {
  for (const { id, version, resource } of await tx.all(selectSlice, { ids: JSON.stringify(ids) })) {
    const displayName = toDisplayName(readJson<JsonObject>(resource))
    tx.write(setDisplayName, { id, displayName, version })
  }
}

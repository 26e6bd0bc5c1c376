// Removes the rows of deleted organizations, a slice at a time, so that nobody else waits for it.

import { sql } from 'kysely'
import { createFailures, forEachOf } from '../base/few.ts'
import { goneIdsPerPage, selectGoneOrganizations, selectUnsealed } from '../events/asked.ts'
import { forgetContext } from '../events/forget.ts'
import { createScope, type Database } from '../store/database.ts'
import { ownedTables } from '../store/schema.ts'
import { installationStatement, organizationQuery } from '../store/statement.ts'
import { reachable } from './organizations.ts'

const rowsPerSlice = 1_000

const organizationsPerPage = 10

const selectDeleted = installationStatement<{ after: string }>('organizations_deleted')(({ db, place }) =>
  db
    .selectFrom('organization')
    .select('id')
    .where('deleted_at', 'is not', null)
    .where('id', '>', place('after'))
    .orderBy('id')
    .limit(organizationsPerPage),
)

const beside = [
  'role_change',
  'key_confirmation',
  'job_due',
  'user_search_fill',
  'activity_counting',
  'follower_retry',
  'session_end',
  'session_end_user',
  'session_generation',
] as const

// Once more: a request that was under way when the organization was deleted may have written some.
const deleteBeside = [...reachable, ...beside].map((table) =>
  organizationQuery(({ db, organizationId }) =>
    db.deleteFrom(table).where('organization_id', '=', organizationId),
  ),
)

async function* listDeleted(database: Database, isStopping: () => boolean): AsyncGenerator<string> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: readonly { readonly id: string }[] = await database.readInstallation('jobs', selectDeleted, {
      after,
    })
    for (const { id } of page) {
      if (isStopping()) return
      yield id
    }
    after = page.length < organizationsPerPage ? undefined : page.at(-1)?.id
  }
}

/**
 * Returns how many organizations it removed whole; stops early when `isStopping` says so. One that cannot be removed keeps no other one
 * from it.
 */
export async function purgeDeletedOrganizations(
  database: Database,
  isStopping: () => boolean,
): Promise<number> {
  let purged = 0
  await forEachOf(listDeleted(database, isStopping), 1, async (id) => {
    if (await purgeOrganization(database, id, isStopping)) purged += 1
  })
  return purged
}

/** Whether it is gone whole. */
async function purgeOrganization(
  database: Database,
  id: string,
  isStopping: () => boolean,
): Promise<boolean> {
  if (await hasUnsealed(database, id)) return false
  for (const table of ownedTables) {
    while (!isStopping() && (await deleteSlice(database, id, table)) >= rowsPerSlice);
  }
  for (const remove of feedRows)
    while (!isStopping() && (await removeSlice(database, id, remove)) >= rowsPerSlice);
  if (isStopping()) return false
  await database.inOrganization(createScope(id), async (tx) => {
    for (const statement of deleteBeside) tx.write(statement, {})
    forgetContext(tx)
    tx.write(
      organizationQuery(({ db, organizationId }) =>
        db.deleteFrom('organization').where('id', '=', organizationId),
      ),
      {},
    )
  })
  return true
}

const selectStored = installationStatement<{ id: string }>('organization_stored')(({ db, place }) =>
  db.selectFrom('organization').select('id').where('id', '=', place('id')),
)

/** How far a process has looked through the feed, and whose rows are still to be removed by somebody. */
const looks = new WeakMap<Database, { after: number; readonly waiting: Set<string> }>()

/**
 * Removes what a node of an earlier version left when it purged an organization: rows of tables that it does not know. On PostgreSQL,
 * where two versions serve beside each other. A row of the feed tells of each organization for 31 days.
 */
export async function purgeLeftRows(database: Database, isStopping: () => boolean): Promise<void> {
  if (database.kind !== 'postgres') return
  const look = looks.get(database) ?? { after: 0, waiting: new Set<string>() }
  looks.set(database, look)
  for (let count = goneIdsPerPage; count === goneIdsPerPage && !isStopping(); ) {
    const page = await database.readInstallation('jobs', selectGoneOrganizations, { after: look.after })
    for (const { organization_id, position } of page) {
      look.waiting.add(organization_id)
      look.after = Number(position)
    }
    count = page.length
  }
  const failures = createFailures()
  for (const id of look.waiting) {
    if (isStopping()) return
    if (await failures.note(purgeLeft(database, id, isStopping), false)) look.waiting.delete(id)
  }
  failures.throwFirst()
}

/** Whether nothing is left of it. */
async function purgeLeft(database: Database, id: string, isStopping: () => boolean): Promise<boolean> {
  if ((await database.readInstallation('jobs', selectStored, { id })).length > 0) return false
  for (const table of ownedTables)
    while (!isStopping() && (await deleteSlice(database, id, table)) >= rowsPerSlice);
  return !isStopping()
}

async function hasUnsealed(database: Database, organizationId: string): Promise<boolean> {
  return (await database.readOrganization(createScope(organizationId), selectUnsealed, {})).length > 0
}

/** What still goes out. */
const outgoing = sql`('organization.deleted', 'logout')`

// What went out, or waits to, with the people's data in it; that the organization is gone still goes out.
const feedRows = (['event_feed', 'delivery'] as const).map((table) => {
  const type = sql.ref(table === 'event_feed' ? 'type' : 'event_type')
  return organizationQuery(({ db, organizationId, dialect }) => {
    const slice = sql`SELECT number FROM ${sql.table(table)} WHERE organization_id = ${organizationId}
      AND ${type} NOT IN ${outgoing} LIMIT ${rowsPerSlice}`
    const removal = sql<{
      removed: number
    }>`DELETE FROM ${sql.table(table)} WHERE number IN (${slice}) RETURNING 1 AS removed`
    // Where the feed is the audit log, its rows went with that.
    const nothing = sql<{ removed: number }>`SELECT 1 AS removed WHERE 1 = 0`
    const isGone = table === 'event_feed' && !dialect.feed.isApart
    return { compile: () => (isGone ? nothing : removal).compile(db) }
  })
})

async function removeSlice(
  database: Database,
  organizationId: string,
  remove: (typeof feedRows)[number],
): Promise<number> {
  const scope = createScope(organizationId)
  return database.inOrganization(scope, async (tx) => (await tx.change(remove, {})).length)
}

/** Each tenant table's key columns after the organization: as many as leave little in a slice. */
const rowKeys: Readonly<Record<(typeof ownedTables)[number], string | readonly string[]>> = {
  organization_logo: 'kind',
  api_key: 'id',
  user: 'id',
  user_email: 'value_key',
  user_search: 'user_id',
  user_search_word: ['word', 'user_id'],
  deleted_user: 'id',
  deleted_email: ['value_key', 'user_id'],
  user_count: 'slot',
  group: 'id',
  group_member: 'group_id',
  event: 'id',
  event_seal: 'sequence',
  event_archive: 'sequence',
  activity: 'id',
  activity_body: 'activity_id',
  activity_kept: 'counted_to',
  activity_flush: ['class', 'last_id'],
  activity_total: 'class',
  activity_day: ['day', 'kind', 'code'],
  domain: 'id',
  connection: 'id',
  anchor_version: 'number',
  withdrawn_identity: 'stable_id',
  domain_tie: 'domain_id',
  pending_sign_in: 'id',
  anchor_confirmation: 'id',
  recovery_change: 'user_id',
  service_key: 'id',
  identity: 'stable_id',
  sign_in: 'id',
  seen_assertion: 'assertion_id',
  portal_link: 'id',
  invitation: 'id',
  deprovision_alert: 'id',
  departure: 'user_id',
  restored_user: ['alert_id', 'user_id'],
  notice: 'name',
  sent_mail: 'id',
  role_change_user: 'user_id',
  returning_user: ['part', 'id'],
}

async function deleteSlice(
  database: Database,
  organizationId: string,
  table: (typeof ownedTables)[number],
): Promise<number> {
  const key = sql.join([rowKeys[table]].flat().map((column) => sql.ref(column)))
  return database.inOrganization(createScope(organizationId), async (tx) => {
    const rows = await tx.change(
      organizationQuery(({ organizationId: own, db, dialect }) => {
        const isFeed = table === 'event' && !dialect.feed.isApart
        const rows = sql`${sql.table(table)} WHERE organization_id = ${own} ${isFeed ? sql`AND type NOT IN ${outgoing}` : sql``}`
        const slice = sql`SELECT ${key} FROM ${rows} ORDER BY ${key} LIMIT ${rowsPerSlice}`
        const removal = sql<{
          removed: number
        }>`DELETE FROM ${rows} AND (${key}) IN (${slice}) RETURNING 1 AS removed`
        return { compile: () => removal.compile(db) }
      }),
      {},
    )
    return rows.length
  })
}

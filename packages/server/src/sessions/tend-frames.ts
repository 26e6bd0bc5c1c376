// What becomes of frames behind everybody's back: whoever had one at an origin that the operator took from the list ends as if a frame of
// theirs had been revoked, and links are removed some days after they ended. Those that stand for somebody stay: the audit log names them.
import { sql } from 'kysely'
import { dayMs, hourMs } from '../base/clock.ts'
import { actOfJob } from '../events/record.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { visitDue } from '../store/due.ts'
import type { PortalLinkTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { listOwnOrigins } from './embed-origins.ts'
import { type AlsoEnd, endContact, findEnd } from './frame-contacts.ts'
import { presentKeyOf } from './sessions.ts'
import { inTurnOfActs } from './standing.ts'

/** After its link ended; no session of one lives as long. */
export const frameKeptMs = 7 * dayMs
const rowsPerSlice = 500
const contactsPerSlice = 100

const selectContacts = organizationStatement<{ after: string }>('frame_contacts')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql<PortalLinkTable>`SELECT * FROM ${dialect.byIndex('portal_link', 'portal_link_contact')}
      WHERE organization_id = ${organizationId} AND id > ${place('after')} AND frame_of = id
        AND revoked_at IS NULL AND ended_at IS NULL ORDER BY id LIMIT ${sql.lit(contactsPerSlice)}`
    return { compile: () => statement.compile(db) }
  },
)

const deleteOld = organizationStatement<{ before: number }>('delete_old_frame_links')(
  ({ db, place, organizationId }) => {
    const old = db
      .selectFrom('portal_link')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('expires_at', '<', place('before'))
      .whereRef('frame_of', '<>', 'id')
      .orderBy('expires_at')
      .limit(sql.lit(rowsPerSlice))
    return db
      .deleteFrom('portal_link')
      .where('organization_id', '=', organizationId)
      .where('id', 'in', old)
      .returning('id')
  },
)

const selectOldest = organizationStatement('oldest_frame_link')(({ db, organizationId }) =>
  db
    .selectFrom('portal_link')
    .select('expires_at')
    .where('organization_id', '=', organizationId)
    .whereRef('frame_of', '<>', 'id')
    .orderBy('expires_at')
    .limit(1),
)

/** Where frames were asked for, when links of theirs are old enough; everywhere after the list or the operator key changed. */
export async function tendFrames(
  database: Database,
  now: number,
  isStopping: () => boolean,
  alsoEnd: AlsoEnd,
): Promise<void> {
  await visitDue(database, 'tend frames', now, isStopping, async (scope) => {
    for (let after: string | undefined = ''; after !== undefined && !isStopping(); )
      after = await endSlice(database, scope, { now, after, alsoEnd })
    for (let removed = rowsPerSlice; removed === rowsPerSlice && !isStopping(); )
      removed = await database.inOrganization(
        scope,
        async (tx) => (await tx.change(deleteOld, { before: now - frameKeptMs })).length,
      )
    const [oldest] = await database.readOrganization(scope, selectOldest, {})
    return oldest === undefined ? undefined : Math.max(now + hourMs, Number(oldest.expires_at) + frameKeptMs)
  })
}

/** The id to go on after; undefined where no more may be left. */
function endSlice(
  database: Database,
  scope: OrganizationScope,
  { now, after, alsoEnd }: { readonly now: number; readonly after: string; readonly alsoEnd: AlsoEnd },
): Promise<string | undefined> {
  return inTurnOfActs(database, scope, async (tx) => {
    const [listed, keyHash] = [await listOwnOrigins(tx), await presentKeyOf(tx)]
    const rows = await tx.all(selectContacts, { after })
    for (const row of rows) {
      const end = findEnd(row, listed, keyHash)
      if (end !== undefined) await endContact(tx, actOfJob('tend frames', now), row, end, alsoEnd)
    }
    return rows.length < contactsPerSlice ? undefined : rows.at(-1)?.id
  })
}

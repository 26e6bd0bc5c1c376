// Forgets what sign-ins leave behind: requests, what was remembered against a replay, what nobody finished.

import { sql } from 'kysely'
import { dayMs } from '../base/clock.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { visitDue } from '../store/due.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'
import { prunePending } from './pending.ts'
import { pruneEveryMs } from './sign-ins.ts'

const rowsPerSlice = 1_000
/** Spent requests are kept this long past their end, so that a late second delivery is named for what it is. Those that
 * nobody answered, which anybody can begin, go at once. */
const keptMs = dayMs

/** Whether anything is there that will have to be forgotten. */
const selectLeft = organizationStatement('sign_ins_left')(({ db, organizationId }) => {
  const has = (table: 'sign_in' | 'seen_assertion' | 'pending_sign_in') =>
    db.selectFrom(table).select(sql`1`.as('one')).where('organization_id', '=', organizationId)
  return db.selectNoFrom((on) =>
    on
      .or([on.exists(has('sign_in')), on.exists(has('seen_assertion')), on.exists(has('pending_sign_in'))])
      .as('isLeft'),
  )
})

/** Forgets what can no longer be used: where people sign in each 5 minutes, elsewhere once a day. */
export async function pruneSignIns(
  database: Database,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  await visitDue(database, 'prune sign-ins', now, isStopping, async (scope) => {
    for (const table of ['sign_in', 'seen_assertion'] as const)
      while (!isStopping() && (await deleteSlice(database, scope, table, now - keptMs)) === rowsPerSlice);
    await database.inOrganization(scope, async (tx) => prunePending(tx, now))
    const [left] = await database.readOrganization(scope, selectLeft, {})
    return left?.isLeft ? now + pruneEveryMs : undefined
  })
}

async function deleteSlice(
  database: Database,
  scope: OrganizationScope,
  table: 'sign_in' | 'seen_assertion',
  before: number,
): Promise<number> {
  const statement = organizationQuery(({ db, organizationId }) => {
    if (table === 'sign_in') {
      const old = db
        .selectFrom('sign_in')
        .select('id')
        .where('organization_id', '=', organizationId)
        .where('expires_at', '<', before + keptMs)
        .where((on) => on.or([on('expires_at', '<', before), on('proven_at', 'is', null)]))
        .limit(rowsPerSlice)
      return db
        .deleteFrom('sign_in')
        .where('organization_id', '=', organizationId)
        .where('id', 'in', old)
        .returning('organization_id')
    }
    const old = db
      .selectFrom('seen_assertion')
      .select('assertion_id')
      .where('organization_id', '=', organizationId)
      .where('expires_at', '<', before)
      .limit(rowsPerSlice)
    return db
      .deleteFrom('seen_assertion')
      .where('organization_id', '=', organizationId)
      .where('expires_at', '<', before)
      .where('assertion_id', 'in', old)
      .returning('organization_id')
  })
  return database.inOrganization(scope, async (tx) => (await tx.change(statement, {})).length)
}

// Invitations are links: those of the operator hold only under the operator key under which they were made. Looked at when a node starts.

import { type SqlBool, sql } from 'kysely'
import { settleEach, type TellOfStart } from '../base/few.ts'
import type { Act, OrganizationAct } from '../events/record.ts'
import { selectPlacesWithInvitations } from '../sessions/maker-links.ts'
import { createScope, type Database } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { writeRevoked } from './invitations.ts'

const selectOfOperator = organizationStatement<{ now: number; after: string; limit: number }>(
  'invitations_of_operator',
)(({ db, place, organizationId }) =>
  db
    .selectFrom('invitation')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '>', place('after'))
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', place('now'))
    .where(sql<SqlBool>`substr(created_by, 1, 4) <> 'usr_'`)
    .orderBy('id')
    .limit(place('limit')),
)
const adoptInvitation = organizationStatement<{ id: string; keyHash: string }>('adopt_invitation')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('invitation')
      .set({ key_hash: place('keyHash') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

/** Of one unit of work; what a crash leaves is found by the key again. */
const invitationsPerSlice = 100

/** At a start: the operator's, and those of portal links, that were made under another operator key end. */
export async function settleInvitations(
  database: Database,
  act: Act,
  key: { readonly hash: string; readonly isChanged: boolean },
  tell?: TellOfStart,
): Promise<void> {
  const places = await database.readInstallation('operator', selectPlacesWithInvitations, {})
  await settleEach(places, { mustHold: key.isChanged, tell }, async ({ id }) => {
    const scope = createScope(id)
    for (let after: string | undefined = ''; after !== undefined; )
      after = await settleSlice({ database, scope, act }, key, after)
  })
}

// Those without a key were made by a node of before, while both versions served.
function settleSlice(
  { database, scope, act }: OrganizationAct,
  key: { readonly hash: string; readonly isChanged: boolean },
  after: string,
): Promise<string | undefined> {
  return database.inOrganization(scope, async (tx) => {
    const rows = await tx.all(selectOfOperator, { now: act.at, after, limit: invitationsPerSlice })
    for (const row of rows) {
      const isUnnamed = row.key_hash === null
      if (isUnnamed ? key.isChanged : row.key_hash !== key.hash) writeRevoked(tx, act, row, 'operator_key')
      else if (isUnnamed) tx.write(adoptInvitation, { id: row.id, keyHash: key.hash })
    }
    return rows.length < invitationsPerSlice ? undefined : rows.at(-1)?.id
  })
}

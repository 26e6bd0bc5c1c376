// Carries a decision out: the user's row and the event, in one transaction. Every change of a user passes here.
import type { JsonObject } from '@rollcall/scim'
import { createId } from '../base/id.ts'
import type { NewEvent } from '../events/catalog.ts'
import { type Act, record } from '../events/record.ts'
import { toUserColumns } from '../mapping/user-columns.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { type UserRow, writeDeletedUser, writeNewUser, writeUser } from '../users/users.ts'
import { listChanges } from './changes.ts'
import type { Decision } from './decide.ts'

const selectDefaultRole = organizationStatement('default_role')(({ db, organizationId }) =>
  db.selectFrom('organization').select('default_role').where('id', '=', organizationId),
)

/** Writes only, so that it fits one round trip; the store refuses a name that is taken. */
export function createUser(tx: OrganizationTx, act: Act, resource: JsonObject): UserRow {
  const id = createId('usr', act.at)
  const text = JSON.stringify(resource)
  const columns = toUserColumns(resource)
  writeNewUser(tx, { id, columns, resource: text, at: act.at, source: 'scim' })
  record(tx, act, {
    type: 'user.provisioned',
    subject: { type: 'user', id },
    data: { source: 'scim', user: resource },
  })
  return {
    id,
    user_name: columns.userName,
    external_id: columns.externalId,
    active: columns.isActive ? 1 : 0,
    role: '',
    managed_by: 'scim',
    resource: text,
    version: 1,
    created_at: act.at,
    updated_at: act.at,
    deactivated_at: columns.isActive ? null : act.at,
  }
}

/** `row` is locked; `before` is its resource. Returns the row as it will be after COMMIT. */
export async function changeUser(
  tx: OrganizationTx,
  act: Act,
  decision: Extract<Decision, { kind: 'update' | 'deactivate' | 'reactivate' | 'link' }>,
  user: { readonly row: UserRow; readonly before: JsonObject; readonly resource: JsonObject },
): Promise<UserRow> {
  const { row, before, resource } = user
  const isReassigned = decision.kind !== 'link' && decision.isReassigned
  const role = isReassigned ? ((await tx.first(selectDefaultRole, {}))?.default_role ?? row.role) : row.role
  const columns = toUserColumns(resource)
  const text = JSON.stringify(resource)
  writeUser(tx, { row, before: toUserColumns(before), columns, resource: text, role, at: act.at })
  for (const event of listEvents(decision, row, listChanges(before, resource), columns.externalId))
    record(tx, act, event)
  return {
    ...row,
    user_name: columns.userName,
    external_id: columns.externalId,
    active: columns.isActive ? 1 : 0,
    role,
    managed_by: 'scim',
    resource: text,
    version: row.version + 1,
    updated_at: act.at,
    deactivated_at: columns.isActive ? null : (row.deactivated_at ?? act.at),
  }
}

function listEvents(
  decision: Extract<Decision, { kind: 'update' | 'deactivate' | 'reactivate' | 'link' }>,
  row: UserRow,
  changes: ReturnType<typeof listChanges>,
  externalId: string | null,
): NewEvent[] {
  const subject = { type: 'user', id: row.id } as const
  if (decision.kind === 'link')
    return [{ type: 'user.linked', subject, data: { reason: decision.reason, changes } }]
  const events: NewEvent[] = []
  if (decision.isClaimed)
    events.push({ type: 'user.linked', subject, data: { reason: 'claimed', changes: [] } })
  if (decision.isReassigned) {
    events.push({ type: 'user.reassigned', subject, data: { before: row.external_id, after: externalId } })
  }
  const type =
    decision.kind === 'update'
      ? 'user.updated'
      : decision.kind === 'deactivate'
        ? 'user.deactivated'
        : 'user.reactivated'
  if (changes.length > 0) events.push({ type, subject, data: { changes } })
  return events
}

/** `row` is locked. */
export function deprovisionUser(tx: OrganizationTx, act: Act, row: UserRow, resource: JsonObject): void {
  writeDeletedUser(tx, row, toUserColumns(resource), act.at)
  const data = { userName: row.user_name, externalId: row.external_id }
  record(tx, act, { type: 'user.deprovisioned', subject: { type: 'user', id: row.id }, data })
}

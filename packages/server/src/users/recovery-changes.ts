// Recovery addresses that somebody asked for and has not confirmed yet. Who may ask, and what a confirmation does, provisioning/recovery.ts
// knows.
import { type SqlBool, sql } from 'kysely'
import { isThrough, type ThroughArguments } from '../holdings/sign-outs.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'

/** What was asked for, and the session that asked. */
export interface RecoveryChange {
  readonly userId: string
  readonly address: string
  readonly at: number
  readonly expiresAt: number
  readonly connectionId: string | null
  readonly anchorNumber: number | null
  readonly sessionId: string | null
}

const writeChange = organizationStatement<RecoveryChange>('write_recovery_change')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('recovery_change')
      .values({
        organization_id: organizationId,
        user_id: place('userId'),
        address: place('address'),
        created_at: place('at'),
        expires_at: place('expiresAt'),
        connection_id: place('connectionId'),
        anchor_number: place('anchorNumber'),
        session_id: place('sessionId'),
      })
      .onConflict((on) =>
        on.columns(['organization_id', 'user_id']).doUpdateSet({
          address: place('address'),
          created_at: place('at'),
          expires_at: place('expiresAt'),
          connection_id: place('connectionId'),
          anchor_number: place('anchorNumber'),
          session_id: place('sessionId'),
        }),
      ),
)

/** What waits for this person. */
export const selectRecoveryChange = organizationStatement<{ userId: string }>('recovery_change')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('recovery_change')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', place('userId')),
)

const deleteChange = organizationStatement<{ userId: string }>('delete_recovery_change')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('recovery_change')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', place('userId')),
)

// Asked for in a session: it ends with all of them, or with what came by the same connection, for whoever asked may be why they end.
const deleteRecoveryChanges = organizationStatement<{ ids: string }>('delete_recovery_changes_of_users')(
  ({ db, place, organizationId, dialect }) =>
    db
      .deleteFrom('recovery_change')
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('user_id', place('ids'))),
)

// The same of one person, without a list.
const deleteRecoveryChangesOfOne = organizationStatement<{ userId: string }>(
  'delete_recovery_changes_of_users',
)(({ db, place, organizationId }) =>
  db
    .deleteFrom('recovery_change')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', place('userId')),
)

const deleteRecoveryChangesThrough = organizationStatement<{ ids: string } & ThroughArguments>(
  'delete_recovery_changes_of_users_through',
)(({ db, place, organizationId, dialect }) =>
  db
    .deleteFrom('recovery_change')
    .where('organization_id', '=', organizationId)
    .where(dialect.isIn('user_id', place('ids')))
    .where(isThrough(dialect, 'recovery_change', place)),
)

// Of what was asked for before connections were kept, everybody's whom the connection knows.
const deleteAllRecoveryChangesThrough = organizationStatement<ThroughArguments>(
  'delete_recovery_changes_through',
)(({ db, place, organizationId, dialect }) =>
  db
    .deleteFrom('recovery_change')
    .where('organization_id', '=', organizationId)
    .where(
      sql<SqlBool>`(${isThrough(dialect, 'recovery_change', place)} OR (connection_id IS NULL AND user_id IN (
        SELECT i.user_id FROM identity AS i WHERE i.organization_id = ${organizationId}
          AND i.connection_id = ${dialect.text(place('connectionId'))})))`,
    ),
)

/** What a person asks for takes the place of what they asked for before. */
export function writeRecoveryChange(tx: OrganizationTx, change: RecoveryChange): void {
  tx.write(writeChange, change)
}

/** Confirmed, or taken back. */
export function removeRecoveryChange(tx: OrganizationTx, userId: string): void {
  tx.write(deleteChange, { userId })
}

/** Of people whose sessions end; `through`: of what was asked for in a session that came so. */
export function removeRecoveryChanges(
  tx: OrganizationTx,
  userIds: readonly string[],
  through: ThroughArguments | undefined,
): void {
  const [userId = ''] = userIds
  const ids = JSON.stringify(userIds)
  if (through !== undefined) tx.write(deleteRecoveryChangesThrough, { ids, ...through })
  else if (userIds.length === 1) tx.write(deleteRecoveryChangesOfOne, { userId })
  else tx.write(deleteRecoveryChanges, { ids })
}

/** Of everybody, of what was asked for in a session that came so. */
export function removeRecoveryChangesThrough(tx: OrganizationTx, through: ThroughArguments): void {
  tx.write(deleteAllRecoveryChangesThrough, through)
}

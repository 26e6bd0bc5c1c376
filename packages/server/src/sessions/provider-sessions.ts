// Sessions as an identity provider names them when it signs somebody out.
import { readSessionId } from '../base/texts.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { SessionTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'

const selectOfNameId = organizationStatement<{ connectionId: string; nameId: string }>('sessions_of_name_id')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('session')
      .select(['id', 'user_id', 'session_index', 'anchor_number'])
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('connectionId'))
      .where('name_id', '=', place('nameId')),
)

const selectOfIndex = organizationStatement<{ connectionId: string; index: string }>('sessions_of_index')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('session')
      .select(['id', 'user_id', 'anchor_number'])
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('connectionId'))
      .where('session_index', '=', place('index')),
)

/** A session of ours that a sign-in by an identity provider began. */
export interface SessionOfProvider {
  readonly id: string
  readonly userId: string | null
  /** The version of the connection's anchor that proved the person. */
  readonly anchorNumber: number | null
}

/** SAML single logout: the sessions that this NameID began; `indexes` empty means all. */
export async function listSessionsOfNameId(
  tx: OrganizationTx,
  wanted: { readonly connectionId: string; readonly nameId: string; readonly indexes: readonly string[] },
): Promise<readonly SessionOfProvider[]> {
  const rows = await tx.all(selectOfNameId, { connectionId: wanted.connectionId, nameId: wanted.nameId })
  return rows
    .filter(
      // What an earlier version kept is read as it is now.
      ({ session_index: stored }) => {
        const index = readSessionId(stored)
        return wanted.indexes.length === 0 || index === null || wanted.indexes.includes(index)
      },
    )
    .map(toSessionOfProvider)
}

/** Those that one session at the identity provider began, whoever has it. */
export async function listSessionsOfIndex(
  tx: OrganizationTx,
  wanted: { readonly connectionId: string; readonly index: string },
): Promise<readonly SessionOfProvider[]> {
  const rows = await tx.all(selectOfIndex, wanted)
  return rows.map(toSessionOfProvider)
}

function toSessionOfProvider(row: Pick<SessionTable, 'id' | 'user_id' | 'anchor_number'>): SessionOfProvider {
  return { id: row.id, userId: row.user_id, anchorNumber: row.anchor_number }
}

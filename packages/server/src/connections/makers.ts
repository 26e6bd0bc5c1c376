// Whose word a connection's trust anchor rests on, where that person is out.
import type { Act } from '../events/record.ts'
import { record } from '../events/record.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'

const selectPut = organizationStatement('connections_with_their_makers')(({ db, organizationId }) =>
  db
    .selectFrom('connection')
    .select(['id', 'name', 'anchor_put'])
    .where('organization_id', '=', organizationId)
    .where('anchor_put', 'is not', null)
    .orderBy('id'),
)

/** The connections work on; an event for each whose present anchor this person put in place. */
export async function announceConnectionsOfMaker(
  tx: OrganizationTx,
  act: Act,
  makerId: string,
): Promise<void> {
  for (const { id, name, anchor_put: put } of await tx.all(selectPut, {})) {
    if ((JSON.parse(put ?? '{}') as { id?: unknown }).id !== makerId) continue
    const subject = { type: 'connection', id } as const
    record(tx, act, { type: 'connection.maker_gone', subject, data: { name, maker: makerId } })
  }
}

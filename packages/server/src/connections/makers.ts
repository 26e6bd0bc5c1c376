// Whose word a connection's trust anchor rests on, where that person is out.
import { readJson } from '../base/json.ts'
import type { Act } from '../events/record.ts'
import { record } from '../events/record.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'

const selectWords = organizationStatement('connections_with_their_makers')(({ db, organizationId }) =>
  db
    .selectFrom('connection')
    .select(['id', 'name', 'anchor_put', 'anchor_confirmed'])
    .where('organization_id', '=', organizationId)
    .orderBy('id'),
)

/** The connections work on; an event for each whose present anchor one of `gone` put in place or confirmed. */
export async function announceConnectionsOf(
  tx: OrganizationTx,
  act: Act,
  gone: ReadonlySet<string>,
): Promise<void> {
  for (const { id, name, anchor_put: put, anchor_confirmed: confirmed } of await tx.all(selectWords, {})) {
    const words = [put, confirmed].map((word) => readJson<{ id?: string | null }>(word ?? '{}'))
    const maker = words.find((word) => word.id != null && gone.has(word.id))?.id
    if (maker == null) continue
    const subject = { type: 'connection', id } as const
    record(tx, act, { type: 'connection.maker_gone', subject, data: { name, maker } })
  }
}

// What is done alike with an API key and with an OAuth client: renamed, revoked, confirmed. Owns neither's table.
import type { Rung } from '../base/rung.ts'
import type { NewEvent } from '../events/catalog.ts'
import { type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { clearNeedsOfKey, noteNeed } from '../organizations/needs.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { CredentialTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { assertMayChange, confirmSecrets, findMakersOutIn, toConfirmation } from './makers.ts'

/** How one of the two is read, with a lock, and written. */
export interface Kept<Row extends CredentialTable> {
  /** Throws 404. */
  readonly get: (tx: OrganizationTx, id: string) => Promise<Row>
  readonly update: (tx: OrganizationTx, id: string, change: Partial<CredentialTable>) => void
  /** What is recorded of it. */
  readonly events: {
    readonly renamed: (id: string, data: { before: string; after: string }) => NewEvent
    readonly revoked: (id: string, data: { name: string }) => NewEvent
    readonly confirmed: (id: string, data: { name: string; maker: string | null; rung: Rung }) => NewEvent
  }
}

/** A row as it is now, with the makers who are out. */
interface Changed<Row> {
  readonly row: Row
  readonly out: ReadonlySet<string>
}

const revokeSecrets = organizationStatement<{ keyId: string; at: number }>('revoke_secrets')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('api_key_secret')
      .set({ revoked_at: place('at') })
      .where('organization_id', '=', organizationId)
      .where('key_id', '=', place('keyId')),
)

/** When it is to end, in milliseconds since 1970; null: never. Throws 400 for a time that is over. */
export function readExpiry(
  { expiresAt }: { readonly expiresAt?: string | undefined },
  now: number,
): number | null {
  const at = expiresAt === undefined ? null : Date.parse(expiresAt)
  if (at !== null && at <= now) throw new Problem('expiry_in_the_past', 'expiresAt is in the past')
  return at
}

/** What a contact made waits for an administrator. */
export function noteProvisional(
  tx: OrganizationTx,
  row: Pick<CredentialTable, 'id' | 'name' | 'is_provisional'>,
  at: number,
): void {
  if (row.is_provisional === 1)
    noteNeed(tx, { kind: 'provisional', subjectId: row.id }, { key: row.name }, at)
}

/** Throws 404. */
export function renameKept<Row extends CredentialTable>(
  { get, update, events }: Kept<Row>,
  { database, scope, act }: OrganizationAct,
  id: string,
  name: string,
): Promise<Changed<Row>> {
  return database.inOrganization(scope, async (tx) => {
    const row = await get(tx, id)
    assertMayChange(act, row)
    if (row.name !== name) {
      update(tx, id, { name })
      record(tx, act, events.renamed(id, { before: row.name, after: name }))
    }
    return { row: { ...row, name }, out: await findMakersOutIn(tx, [row]) }
  })
}

/** At once, with all its secrets and tokens. A second time changes nothing. Throws 404. */
export async function revokeKept<Row extends CredentialTable>(
  { get, update, events }: Kept<Row>,
  { database, scope, act }: OrganizationAct,
  id: string,
): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    const row = await get(tx, id)
    assertMayChange(act, row)
    if (row.revoked_at !== null) return
    update(tx, id, { revoked_at: act.at })
    clearNeedsOfKey(tx, id)
    tx.write(revokeSecrets, { keyId: id, at: act.at })
    record(tx, act, events.revoked(id, { name: row.name }))
  })
}

/**
 * What a contact made counts from now on, with what it has done: `catchUp` recomputes what was withheld, in the same transaction. One
 * that is confirmed already is left as it is. Throws 404.
 */
export function confirmKept<Row extends CredentialTable>(
  { get, update, events }: Kept<Row>,
  { database, scope, act }: OrganizationAct,
  id: string,
  catchUp: (tx: OrganizationTx) => Promise<void>,
): Promise<Changed<Row>> {
  return database.inOrganization(scope, async (tx) => {
    const row = await get(tx, id)
    const out = await findMakersOutIn(tx, [row])
    if (row.is_provisional !== 1) return { row, out }
    const confirmation = toConfirmation(act)
    update(tx, id, confirmation)
    tx.write(confirmSecrets, { keyId: id })
    clearNeedsOfKey(tx, id)
    record(tx, act, events.confirmed(id, { name: row.name, maker: row.maker_name, rung: act.rung }))
    await catchUp(tx)
    return { row: { ...row, ...confirmation }, out }
  })
}

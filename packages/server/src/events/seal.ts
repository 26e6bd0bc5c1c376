// Tamper evidence: behind the commit a job numbers the events of each organization and chains their hashes. Whoever edits,
// removes, swaps or slips in an event breaks the chain. Writing events costs nothing more for it.
import { createHash } from 'node:crypto'
import { firstIdAt } from '../base/id.ts'
import type { Log } from '../base/log.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { EventTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { visitOrganizations } from '../store/visit.ts'

/** Older than any transaction can be when it commits: what is sealed, nothing older comes after. */
export const sealAfterMs = 60_000
/** How far below the newest sealed event one that came late is still taken in. */
export const lateMs = 300_000
const slice = 500
const maxSlices = 20

type Row = Omit<EventTable, 'organization_id'>

export const selectHead = organizationStatement('event_seal_head')(({ db, organizationId }) =>
  db
    .selectFrom('event_seal')
    .select(['sequence', 'event_id', 'hash'])
    .where('organization_id', '=', organizationId)
    .orderBy('sequence', 'desc')
    .limit(1),
)

const selectUnsealed = organizationStatement<{ from: string; before: string }>('events_to_seal')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('event')
      .leftJoin('event_seal', (join) =>
        join
          .onRef('event_seal.organization_id', '=', 'event.organization_id')
          .onRef('event_seal.event_id', '=', 'event.id'),
      )
      .selectAll('event')
      .where('event.organization_id', '=', organizationId)
      .where('event.id', '>=', place('from'))
      .where('event.id', '<', place('before'))
      .where('event_seal.hash', 'is', null)
      .orderBy('event.id')
      .limit(slice),
)

const insertSeal = organizationStatement<{ sequence: number; eventId: string; hash: string }>(
  'insert_event_seal',
)(({ db, place, organizationId }) =>
  db.insertInto('event_seal').values({
    organization_id: organizationId,
    sequence: place('sequence'),
    event_id: place('eventId'),
    hash: place('hash'),
  }),
)

/** The hash of an event in its place: over the hash before it, its number, and every column. */
export function hashEvent(before: string, sequence: number, row: Row): string {
  const columns = [
    row.id,
    row.type,
    Number(row.occurred_at),
    row.actor_kind,
    row.actor_id,
    row.subject_type,
    row.subject_id,
    row.data,
    row.context,
    row.request_id,
  ]
  return createHash('sha256')
    .update(JSON.stringify([before, sequence, ...columns]))
    .digest('hex')
}

/** The id below which an unsealed event should not exist, given the newest sealed one. */
export function firstLateId(newestSealed: string): string {
  return firstIdAt('evt', timeOfId(newestSealed) - lateMs)
}

/** Seals what is old enough, an organization after another; the new head of each goes into the log, outside of the store. */
export async function sealEvents(
  database: Database,
  log: Log,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  for await (const scope of visitOrganizations(database, 'all', isStopping))
    await sealOrganization(database, log, scope, now, isStopping)
}

async function sealOrganization(
  database: Database,
  log: Log,
  scope: OrganizationScope,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  for (let round = 0; round < maxSlices && !isStopping(); round += 1) {
    const sealed = await database.inOrganization(scope, (tx) => sealSlice(tx, now))
    if (sealed === undefined) return
    const { organizationId } = scope
    log.info({ organizationId, sequence: sealed.sequence, hash: sealed.hash }, 'audit log sealed')
    if (sealed.count < slice) return
  }
}

async function sealSlice(
  tx: OrganizationTx,
  now: number,
): Promise<{ sequence: number; hash: string; count: number } | undefined> {
  const head = await tx.first(selectHead, {})
  const from = head === undefined ? '' : firstLateId(head.event_id)
  const rows = await tx.all(selectUnsealed, { from, before: firstIdAt('evt', now - sealAfterMs) })
  if (rows.length === 0) return undefined
  let sequence = Number(head?.sequence ?? 0)
  let hash = head?.hash ?? ''
  for (const row of rows) {
    sequence += 1
    hash = hashEvent(hash, sequence, row)
    tx.write(insertSeal, { sequence, eventId: row.id, hash })
  }
  return { sequence, hash, count: rows.length }
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** Milliseconds since 1970 that an id begins with. */
function timeOfId(id: string): number {
  let time = 0
  for (const character of id.slice(id.indexOf('_') + 1).slice(0, 10))
    time = time * 32 + Math.max(0, alphabet.indexOf(character))
  return time
}

// Checks the chain that the seal made against the events as they are now. Reads only; yields between slices.
import type { EventVerification } from '@rollcall/api'
import { toTime } from '../base/clock.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { firstLateId, hashEvent, selectHead } from './seal.ts'

const slice = 1_000

const selectSealed = organizationStatement<{ after: number }>('events_sealed')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('event_seal')
      .leftJoin('event', (join) =>
        join
          .onRef('event.organization_id', '=', 'event_seal.organization_id')
          .onRef('event.id', '=', 'event_seal.event_id'),
      )
      .select(['event_seal.sequence', 'event_seal.event_id', 'event_seal.hash'])
      .select([
        'event.id',
        'event.type',
        'event.occurred_at',
        'event.actor_kind',
        'event.actor_id',
        'event.subject_type',
        'event.subject_id',
        'event.data',
        'event.context',
        'event.request_id',
      ])
      .where('event_seal.organization_id', '=', organizationId)
      .where('event_seal.sequence', '>', place('after'))
      .orderBy('event_seal.sequence')
      .limit(slice),
)

const selectUnsealed = organizationStatement('events_unsealed')(({ db, organizationId }) =>
  db
    .selectFrom('event')
    .leftJoin('event_seal', (join) =>
      join
        .onRef('event_seal.organization_id', '=', 'event.organization_id')
        .onRef('event_seal.event_id', '=', 'event.id'),
    )
    .select((on) => [
      on.cast<number>(on.fn.countAll(), 'bigint').as('count'),
      on.fn.min('event.id').as('oldest'),
    ])
    .where('event.organization_id', '=', organizationId)
    .where('event_seal.hash', 'is', null),
)

type Broken = NonNullable<EventVerification['brokenAt']>

/** `noted`: a head that somebody wrote down before, `sequence:hash`; it must still be in the chain, so that a cut tail shows. */
export async function verifyEvents(
  database: Database,
  scope: OrganizationScope,
  noted: string | undefined,
): Promise<EventVerification> {
  const walk = await walkChain(database, scope, readNoted(noted))
  const [head] = await database.readOrganization(scope, selectHead, {})
  const [rest] = await database.readOrganization(scope, selectUnsealed, {})
  const oldest = rest?.oldest ?? null
  const slipped: Broken | null =
    walk.brokenAt === null && head !== undefined && oldest !== null && oldest < firstLateId(head.event_id)
      ? {
          sequence: walk.sealed,
          eventId: oldest,
          reason: 'an event was slipped in after the chain had passed it',
        }
      : null
  const brokenAt = walk.brokenAt ?? slipped
  return {
    isIntact: brokenAt === null,
    sealed: walk.sealed,
    unsealed: Number(rest?.count ?? 0),
    since: walk.since,
    head: head === undefined ? null : { sequence: Number(head.sequence), hash: head.hash },
    brokenAt,
  }
}

interface Noted {
  readonly sequence: number
  readonly hash: string
}

function readNoted(text: string | undefined): Noted | undefined {
  if (text === undefined) return undefined
  const [sequence = '', hash = ''] = text.split(':')
  return { sequence: Number(sequence), hash }
}

async function walkChain(
  database: Database,
  scope: OrganizationScope,
  noted: Noted | undefined,
): Promise<{ sealed: number; since: string | null; brokenAt: Broken | null }> {
  let sealed = 0
  let hash = ''
  let since: string | null = null
  let isNotedFound = noted === undefined
  for (;;) {
    const rows = await database.readOrganization(scope, selectSealed, { after: sealed })
    for (const row of rows) {
      const sequence = Number(row.sequence)
      const broken = (reason: string) => ({
        sealed,
        since,
        brokenAt: { sequence, eventId: row.event_id, reason },
      })
      if (sequence !== sealed + 1) return broken(`the seal of entry ${sealed + 1} is missing`)
      if (row.id === null) return broken('the event was removed')
      hash = hashEvent(hash, sequence, row as Parameters<typeof hashEvent>[2])
      if (hash !== row.hash) return broken('the event, or its place, is not what was sealed')
      since ??= toTime(Number(row.occurred_at))
      sealed = sequence
      if (noted?.sequence === sequence) {
        if (noted.hash !== hash) return broken('the hash is not the one that was noted')
        isNotedFound = true
      }
    }
    if (rows.length < slice) break
    await new Promise(setImmediate)
  }
  if (isNotedFound || noted === undefined) return { sealed, since, brokenAt: null }
  const reason = 'the record ends before the entry that was noted'
  return { sealed, since, brokenAt: { sequence: noted.sequence, eventId: '', reason } }
}

// Events of some types, or of some actor, among very many others. No index tells either apart, for each would be written with every event;
// so they are looked for a slice at a time: whatever an organization has done, one statement looks at so many of its events and no more.
import type { Database, OrganizationScope } from '../store/database.ts'
import type { EventTable } from '../store/schema.ts'
import { organizationStatement, type Statement } from '../store/statement.ts'

/** A millisecond or two. */
export const eventsPerSlice = 2_000

/** Which events are looked at. */
interface Range {
  /** The id of the first, or before it. */
  readonly from: string
  /** An id that comes after the last. */
  readonly before: string
  /** What they are about; empty for all. */
  readonly subject: string
}

interface Wanted extends Range {
  /** JSON; an empty list for all. */
  readonly types: string
  /** The id of who did it; empty for anybody. */
  readonly actor: string
  /** What kind of actor did it; empty for any. */
  readonly actorKind: string
  readonly limit: number
}

type Order = 'asc' | 'desc'

const ofSubject = (subject: 'any' | 'one', order: Order) => {
  const name = `${subject}_${order}`
  return {
    // Of the index alone.
    end: organizationStatement<Range>(`end_of_event_slice ${name}`)(({ db, place, organizationId }) => {
      const events = db
        .selectFrom('event')
        .select('id')
        .where('organization_id', '=', organizationId)
        .where('id', '>=', place('from'))
        .where('id', '<', place('before'))
        .orderBy('id', order)
        .limit(1)
        .offset(eventsPerSlice - 1)
      return subject === 'any' ? events : events.where('subject_id', '=', place('subject'))
    }),
    look: organizationStatement<Wanted>(`event_slice ${name}`)(({ db, place, organizationId, dialect }) => {
      const events = db
        .selectFrom('event')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('id', '>=', place('from'))
        .where('id', '<', place('before'))
        .where((is) =>
          is.or([is(dialect.text(place('types')), '=', '[]'), dialect.isIn('type', place('types'))]),
        )
        .where((is) =>
          is.or([is(dialect.text(place('actor')), '=', ''), is('actor_id', '=', place('actor'))]),
        )
        .where((is) =>
          is.or([is(dialect.text(place('actorKind')), '=', ''), is('actor_kind', '=', place('actorKind'))]),
        )
        .orderBy('id', order)
        .limit(place('limit'))
      return subject === 'any' ? events : events.where('subject_id', '=', place('subject'))
    }),
  }
}

const statements = {
  any: { asc: ofSubject('any', 'asc'), desc: ofSubject('any', 'desc') },
  one: { asc: ofSubject('one', 'asc'), desc: ofSubject('one', 'desc') },
}

/** Asks one statement after the other: a unit of work, or reads by themselves. */
export type Ask = <Args, Row>(
  statement: Statement<'organization', Args, Row>,
  args: Args,
) => Promise<readonly Row[]>

/** Reads by themselves. */
export function readsOf(database: Database, scope: OrganizationScope): Ask {
  return (statement, args) => database.readOrganization(scope, statement, args)
}

/** What is looked for. */
export interface LookedFor extends Partial<Range> {
  readonly types: readonly string[]
  readonly actor?: string
  readonly actorKind?: string
  readonly order: Order
  /** Of one slice. */
  readonly limit?: number
}

/** What one slice held, and the id to go on from: `before` where the newest come first, else `from`; undefined at the end. */
export interface EventSlice {
  readonly rows: readonly EventTable[]
  readonly next: string | undefined
}

/** Ids begin with letters and sort by time. */
const afterEveryId = '~'

/** Slice after slice, until the end of the range or of the caller's patience. */
export async function* lookThrough(
  ask: Ask,
  { types, order, limit = eventsPerSlice, from = '', before = afterEveryId, ...wish }: LookedFor,
): AsyncGenerator<EventSlice> {
  const { subject = '', actor = '', actorKind = '' } = wish
  const { end, look } = statements[subject === '' ? 'any' : 'one'][order]
  const wanted = { types: JSON.stringify(types), limit, subject, actor, actorKind }
  for (let range = { from, before }; ; ) {
    const [last] = await ask(end, { ...range, subject })
    const behind = last === undefined ? undefined : `${last.id}${afterEveryId}`
    const slice =
      order === 'asc' ? { ...range, before: behind ?? before } : { ...range, from: last?.id ?? from }
    const next = order === 'asc' ? behind : last?.id
    yield { rows: await ask(look, { ...slice, ...wanted }), next }
    if (next === undefined) return
    range = order === 'asc' ? { from: next, before } : { from, before: next }
  }
}

/** The first of them. */
export async function findEvent(ask: Ask, wanted: LookedFor): Promise<EventTable | undefined> {
  for await (const { rows } of lookThrough(ask, { ...wanted, limit: 1 }))
    if (rows[0] !== undefined) return rows[0]
  return undefined
}

// The rows that activity lies in: a flush is what was noted in one moment, of one organization and class. It is named by its newest entry.
import { sql } from 'kysely'
import { organizationStatement, type Statement } from '../store/statement.ts'
import type { EntryClass } from './entry.ts'

/** A flush as a page reads it: the heads of its lines, packed. */
export interface FlushRow {
  readonly class: string
  readonly last_id: string
  readonly heads: Uint8Array
}

/** A flush as pruning reads it: how much lies in it. */
export interface OldFlush {
  readonly class: string
  readonly last_id: string
  readonly entries: number
  readonly bodies: number
}

/** A flush with its heads and the texts of its bodies, both packed. */
export interface WholeFlush {
  readonly last_id: string
  readonly heads: Uint8Array
  readonly texts: Uint8Array | null
}

interface Page {
  /** Between these two, neither of them included. */
  readonly after: string
  readonly before: string
  /** Those that may have an entry before this one. */
  readonly cursor: string
  readonly count: number
}

/** Writes one flush. */
export const insertFlush = organizationStatement<{
  class: string
  lastId: string
  firstId: string
  entries: number
  bodies: number
  heads: Uint8Array
  texts: Uint8Array | null
}>('insert_activity_flush')(({ db, place, organizationId }) =>
  db.insertInto('activity_flush').values({
    organization_id: organizationId,
    class: place('class'),
    last_id: place('lastId'),
    first_id: place('firstId'),
    entries: place('entries'),
    bodies: place('bodies'),
    heads: place('heads'),
    texts: place('texts'),
    is_counted: 1,
  }),
)

/** How much there is of each class. */
export const selectTotals = organizationStatement('activity_totals')(({ db, organizationId }) =>
  db.selectFrom('activity_total').selectAll().where('organization_id', '=', organizationId),
)

/** Also takes away, by numbers below zero. */
export const addToTotal = organizationStatement<{ class: string; entries: number; bodies: number }>(
  'add_to_activity_total',
)(({ db, place, organizationId }) =>
  db
    .insertInto('activity_total')
    .values({
      organization_id: organizationId,
      class: place('class'),
      entries: place('entries'),
      bodies: place('bodies'),
      bodies_from: '',
      packed_to: '',
    })
    .onConflict((on) =>
      on.columns(['organization_id', 'class']).doUpdateSet((set) => ({
        entries: set('activity_total.entries', '+', set.ref('excluded.entries')),
        bodies: set('activity_total.bodies', '+', set.ref('excluded.bodies')),
      })),
    ),
)

type Reading<Row> = (classes: readonly EntryClass[]) => Statement<'organization', Page, Row>

/** One way through an index for each class, and what they find in one order. Written once for each choice of classes. */
function readThrough<Row>(columns: readonly string[], order: 'DESC' | 'ASC'): Reading<Row> {
  const written = new Map<string, Statement<'organization', Page, Row>>()
  return (classes) => {
    const name = classes.join(' ')
    const known = written.get(name)
    if (known !== undefined) return known
    const statement = organizationStatement<Page>(`activity_flushes ${name}`)(
      ({ db, place, organizationId }) => {
        const selected = sql.join(columns.map((column) => sql.ref(column)))
        const toOrder = sql`ORDER BY last_id ${sql.raw(order)} LIMIT ${place('count')}`
        const ways = classes.map(
          (one) => sql`SELECT * FROM (SELECT ${selected} FROM activity_flush
            WHERE organization_id = ${organizationId} AND class = ${sql.lit(one)}
              AND last_id > ${place('after')} AND last_id < ${place('before')} AND first_id < ${place('cursor')}
            ${toOrder}) AS way`,
        )
        const all = sql<Row>`SELECT * FROM (${sql.join(ways, sql` UNION ALL `)}) AS ways ${toOrder}`
        return { compile: () => all.compile(db) }
      },
    )
    written.set(name, statement)
    return statement
  }
}

/** Reads flushes of the classes, the newest first. */
export const selectNewest = readThrough<FlushRow>(['class', 'last_id', 'heads'], 'DESC')
/** Reads how much lies in flushes, the oldest first. */
export const selectOldest = readThrough<OldFlush>(['class', 'last_id', 'entries', 'bodies'], 'ASC')

/** Removes one flush. */
export const deleteFlush = organizationStatement<{ class: string; lastId: string }>('delete_activity_flush')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('activity_flush')
      .where('organization_id', '=', organizationId)
      .where('class', '=', place('class'))
      .where('last_id', '=', place('lastId')),
)

/** Both lists are JSON text. */
export const selectWhole = organizationStatement<{ classes: string; ids: string }>('activity_flushes')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql<WholeFlush>`SELECT last_id, heads, texts FROM activity_flush
      WHERE organization_id = ${organizationId} AND ${dialect.isIn('class', place('classes'))}
        AND ${dialect.isIn('last_id', place('ids'))}`
    return { compile: () => statement.compile(db) }
  },
)

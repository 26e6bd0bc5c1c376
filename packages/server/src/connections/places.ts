// What is kept of a connection outside of its organization: where it is, and whether people can sign in with it.
import { installationStatement, organizationStatement } from '../store/statement.ts'

/** Of a new connection. `acsPath`: of an imported one. */
export const insertPlace = organizationStatement<{ id: string; acsPath: string | null; isUsable: number }>(
  'insert_connection_place',
)(({ db, place, organizationId }) =>
  db.insertInto('connection_place').values({
    connection_id: place('id'),
    organization_id: organizationId,
    acs_path: place('acsPath'),
    is_usable: place('isUsable'),
  }),
)

/** A connection that goes. */
export const deletePlace = organizationStatement<{ id: string }>('delete_connection_place')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('connection_place')
      .where('connection_id', '=', place('id'))
      .where('organization_id', '=', organizationId),
)

/** In the transaction that writes the connection. */
export const markUsable = organizationStatement<{ id: string; isUsable: number }>('mark_usable_connection')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('connection_place')
      .set({ is_usable: place('isUsable') })
      .where('connection_id', '=', place('id'))
      .where('organization_id', '=', organizationId),
)

/** Of these organizations, JSON of their ids: how many connections, and with how many people can sign in. */
export const selectConnectionCounts = installationStatement<{ ids: string }>('connection_counts')(
  ({ db, place, dialect }) =>
    db
      .selectFrom('connection_place')
      .select((on) => [
        'organization_id',
        on.cast<number>(on.fn.countAll(), 'bigint').as('connections'),
        on.cast<number>(on.fn.sum('is_usable'), 'bigint').as('usable'),
      ])
      .where(dialect.isIn('organization_id', place('ids')))
      .groupBy('organization_id'),
)

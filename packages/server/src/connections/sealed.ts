// Our private keys and client secrets, as a rotation of the secret key seals them anew.
import { sql } from 'kysely'
import {
  keyOf,
  rowsOf,
  type SealedColumn,
  type SliceArgs,
  type SwapArgs,
  sliceRows,
} from '../secret-key/columns.ts'
import { organizationStatement } from '../store/statement.ts'

/** Sealed with the secret key. */
export const serviceKeys: SealedColumn<'organization'> = {
  name: 'service_key.private_key',
  placeOf: (organizationId, id) => `service_key/${organizationId}/${id}`,
  slice: organizationStatement<SliceArgs>('sealed_service_keys')(({ db, place, organizationId }) =>
    db
      .selectFrom('service_key')
      .select(['id', sql<number>`0`.as('number'), 'private_key as sealed'])
      .where('organization_id', '=', organizationId)
      .where('id', '>', place('after'))
      .where('private_key', 'not like', place('done'))
      .orderBy('id')
      .limit(sliceRows),
  ),
  swap: organizationStatement<SwapArgs>('reseal_service_key')(({ db, place, organizationId }) =>
    db
      .updateTable('service_key')
      .set({ private_key: place('sealed') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
      .where('private_key', '=', place('before')),
  ),
  counts: organizationStatement('count_sealed_service_keys')(({ db, organizationId }) =>
    db
      .selectFrom('service_key')
      .select([keyOf('private_key').as('key'), rowsOf.as('rows')])
      .where('organization_id', '=', organizationId)
      .groupBy('key'),
  ),
}

/** Sealed with the secret key. */
export const connections: SealedColumn<'organization'> = {
  name: 'connection.client_secret',
  placeOf: (organizationId, id) => `connection/${organizationId}/${id}`,
  slice: organizationStatement<SliceArgs>('sealed_connections')(({ db, place, organizationId }) =>
    db
      .selectFrom('connection')
      .select(['id', sql<number>`0`.as('number'), 'client_secret as sealed'])
      .where('organization_id', '=', organizationId)
      .where('id', '>', place('after'))
      .where('client_secret', 'not like', place('done'))
      .orderBy('id')
      .limit(sliceRows),
  ),
  swap: organizationStatement<SwapArgs>('reseal_connection')(({ db, place, organizationId }) =>
    db
      .updateTable('connection')
      .set({ client_secret: place('sealed') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
      .where('client_secret', '=', place('before')),
  ),
  counts: organizationStatement('count_sealed_connections')(({ db, organizationId }) =>
    db
      .selectFrom('connection')
      .select([keyOf('client_secret').as('key'), rowsOf.as('rows')])
      .where('organization_id', '=', organizationId)
      .where('client_secret', 'is not', null)
      .groupBy('key'),
  ),
}

// Staged and withdrawn anchors: sealed to the connection's own place, so that they move into it as they are.
/** Sealed with the secret key. */
export const anchorVersions: SealedColumn<'organization'> = {
  name: 'anchor_version.client_secret',
  placeOf: connections.placeOf,
  slice: organizationStatement<SliceArgs>('sealed_anchor_versions')(({ db, place, organizationId }) =>
    db
      .selectFrom('anchor_version')
      .select(['connection_id as id', 'number', 'client_secret as sealed'])
      .where('organization_id', '=', organizationId)
      .where((on) =>
        on.or([
          on('connection_id', '>', place('after')),
          on.and([on('connection_id', '=', place('after')), on('number', '>', place('afterNumber'))]),
        ]),
      )
      .where('client_secret', 'not like', place('done'))
      .orderBy('connection_id')
      .orderBy('number')
      .limit(sliceRows),
  ),
  swap: organizationStatement<SwapArgs>('reseal_anchor_version')(({ db, place, organizationId }) =>
    db
      .updateTable('anchor_version')
      .set({ client_secret: place('sealed') })
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('id'))
      .where('number', '=', place('number'))
      .where('client_secret', '=', place('before')),
  ),
  counts: organizationStatement('count_sealed_anchor_versions')(({ db, organizationId }) =>
    db
      .selectFrom('anchor_version')
      .select([keyOf('client_secret').as('key'), rowsOf.as('rows')])
      .where('organization_id', '=', organizationId)
      .where('client_secret', 'is not', null)
      .groupBy('key'),
  ),
}

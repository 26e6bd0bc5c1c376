// Our private keys and client secrets, as a rotation of the secret key seals them anew.
import {
  keyOf,
  rowsOf,
  type SealedColumn,
  type SliceArgs,
  type SwapArgs,
  sealedOfOrganization,
  sliceRows,
} from '../secret-key/columns.ts'
import { organizationStatement } from '../store/statement.ts'

/** Sealed with the secret key. */
export const serviceKeys = sealedOfOrganization({
  table: 'service_key',
  column: 'private_key',
  placeOf: (organizationId, id) => `service_key/${organizationId}/${id}`,
})

/** Sealed with the secret key. */
export const connections = sealedOfOrganization({
  table: 'connection',
  column: 'client_secret',
  placeOf: (organizationId, id) => `connection/${organizationId}/${id}`,
})

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

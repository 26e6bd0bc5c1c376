// Secrets of webhook endpoints, as a rotation of the secret key seals them anew.
import { sql } from 'kysely'
import {
  keyOf,
  rowsOf,
  type SealedColumn,
  type SliceArgs,
  type SwapArgs,
  sliceRows,
} from '../secret-key/columns.ts'
import { installationStatement } from '../store/statement.ts'

/** Sealed with the secret key. */
export const webhookEndpoints: SealedColumn<'installation'> = {
  name: 'webhook_endpoint.secrets',
  placeOf: (_, id) => `webhook_endpoint/${id}`,
  slice: installationStatement<SliceArgs>('sealed_webhook_endpoints')(({ db, place }) =>
    db
      .selectFrom('webhook_endpoint')
      .select(['id', sql<number>`0`.as('number'), 'secrets as sealed'])
      .where('id', '>', place('after'))
      .where('secrets', 'not like', place('done'))
      .orderBy('id')
      .limit(sliceRows),
  ),
  swap: installationStatement<SwapArgs>('reseal_webhook_endpoint')(({ db, place }) =>
    db
      .updateTable('webhook_endpoint')
      .set({ secrets: place('sealed') })
      .where('id', '=', place('id'))
      .where('secrets', '=', place('before')),
  ),
  counts: installationStatement('count_sealed_webhook_endpoints')(({ db }) =>
    db
      .selectFrom('webhook_endpoint')
      .select([keyOf('secrets').as('key'), rowsOf.as('rows')])
      .groupBy('key'),
  ),
}

// What applications hold, as a rotation of the secret key seals it anew.
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
export const oidcRecords: SealedColumn<'installation'> = {
  name: 'oidc_record.payload',
  placeOf: (_, id) => `oidc/${id}`,
  slice: installationStatement<SliceArgs>('sealed_oidc_records')(({ db, place }) =>
    db
      .selectFrom('oidc_record')
      .select(['id', sql<number>`0`.as('number'), 'payload as sealed'])
      .where('id', '>', place('after'))
      .where('payload', 'not like', place('done'))
      .orderBy('id')
      .limit(sliceRows),
  ),
  swap: installationStatement<SwapArgs>('reseal_oidc_record')(({ db, place }) =>
    db
      .updateTable('oidc_record')
      .set({ payload: place('sealed') })
      .where('id', '=', place('id'))
      .where('payload', '=', place('before')),
  ),
  counts: installationStatement('count_sealed_oidc_records')(({ db }) =>
    db
      .selectFrom('oidc_record')
      .select([keyOf('payload').as('key'), rowsOf.as('rows')])
      .groupBy('key'),
  ),
}

// Private keys with which ID tokens are signed, as a rotation of the secret key seals them anew.
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
export const signingKeys: SealedColumn<'installation'> = {
  name: 'signing_key.private_key',
  placeOf: (_, id) => `signing_key/${id}`,
  slice: installationStatement<SliceArgs>('sealed_signing_keys')(({ db, place }) =>
    db
      .selectFrom('signing_key')
      .select(['id', sql<number>`0`.as('number'), 'private_key as sealed'])
      .where('id', '>', place('after'))
      .where('private_key', 'not like', place('done'))
      .orderBy('id')
      .limit(sliceRows),
  ),
  swap: installationStatement<SwapArgs>('reseal_signing_key')(({ db, place }) =>
    db
      .updateTable('signing_key')
      .set({ private_key: place('sealed') })
      .where('id', '=', place('id'))
      .where('private_key', '=', place('before')),
  ),
  counts: installationStatement('count_sealed_signing_keys')(({ db }) =>
    db
      .selectFrom('signing_key')
      .select([keyOf('private_key').as('key'), rowsOf.as('rows')])
      .groupBy('key'),
  ),
}

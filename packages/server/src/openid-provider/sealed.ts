// Private keys with which ID tokens are signed, as a rotation of the secret key seals them anew.
import { sealedOfInstallation } from '../secret-key/columns.ts'

/** Sealed with the secret key. */
export const signingKeys = sealedOfInstallation({
  table: 'signing_key',
  column: 'private_key',
  placeOf: (_, id) => `signing_key/${id}`,
})

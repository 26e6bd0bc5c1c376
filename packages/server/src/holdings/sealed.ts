// What applications hold, as a rotation of the secret key seals it anew.
import { sealedOfInstallation } from '../secret-key/columns.ts'

/** Sealed with the secret key. */
export const oidcRecords = sealedOfInstallation({
  table: 'oidc_record',
  column: 'payload',
  placeOf: (_, id) => `oidc/${id}`,
})

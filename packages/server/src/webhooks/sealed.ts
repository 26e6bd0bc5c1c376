// Secrets of webhook endpoints, as a rotation of the secret key seals them anew.
import { sealedOfInstallation } from '../secret-key/columns.ts'

/** Sealed with the secret key. */
export const webhookEndpoints = sealedOfInstallation({
  table: 'webhook_endpoint',
  column: 'secrets',
  placeOf: (_, id) => `webhook_endpoint/${id}`,
})

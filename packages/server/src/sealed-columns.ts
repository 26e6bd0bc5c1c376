// Every column that holds a sealed text: the secret keys are opened with this list.
import { anchorVersions, connections, serviceKeys } from './connections/sealed.ts'
import { oidcRecords } from './holdings/sealed.ts'
import { signingKeys } from './openid-provider/sealed.ts'
import type { SealedColumns } from './secret-key/columns.ts'
import { openKeys, readKeyStatus, type SecretKeys } from './secret-key/open.ts'
import type { RotationStatus } from './secret-key/rotation.ts'
import { webhookEndpoints } from './webhooks/sealed.ts'

/** By whether their rows are of one organization. */
export const sealedColumns: SealedColumns = {
  installation: [signingKeys, webhookEndpoints, oidcRecords],
  organization: [serviceKeys, connections, anchorVersions],
}

/** Throws StoreRefusal for keys that do not open the whole store. */
export function openSecretKeys(
  options: Omit<Parameters<typeof openKeys>[0], 'columns'>,
): Promise<SecretKeys> {
  return openKeys({ ...options, columns: sealedColumns })
}

/** Changes nothing: no key is made, none goes over. */
export function readStatus(
  database: Parameters<typeof readKeyStatus>[0],
  config: Parameters<typeof readKeyStatus>[1],
): Promise<RotationStatus> {
  return readKeyStatus(database, config, sealedColumns)
}

// Which features the server offers, by its configuration and by what can be discovered.

import { pick } from './answer.ts'
import { hasEnterprise, hasGroups } from './discovered.ts'
import type { Feature } from './requirement.ts'
import type { Server } from './server.ts'

/** Where the configuration names a feature. */
const options: Partial<Record<Feature, readonly [string, string]>> = {
  patch: ['patch', 'supported'],
  bulk: ['bulk', 'supported'],
  filter: ['filter', 'supported'],
  sort: ['sort', 'supported'],
  etag: ['etag', 'supported'],
  password: ['changePassword', 'supported'],
  cursor: ['pagination', 'cursor'],
}

// What a configuration does not name counts as supported, so that it is judged; only cursors came later than RFC 7643.
export async function findMissing(
  features: readonly Feature[],
  server: Server,
): Promise<Feature | undefined> {
  for (const feature of features) {
    const option = options[feature]
    const value = option && pick(server.config, ...option)
    if (value === false || (feature === 'cursor' && value !== true)) return feature
    if (feature === 'groups' && !(await hasGroups(server))) return feature
    if (feature === 'enterprise' && !(await hasEnterprise(server))) return feature
  }
  return undefined
}

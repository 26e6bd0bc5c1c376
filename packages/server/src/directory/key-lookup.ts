// Finds the key, or the OAuth client, behind a presented token. Remembers what it found for half a second, so that a sync of thousands of
// requests asks the store twice a second and a revocation holds within one second on every node.

import { makeRoom } from '../base/bounded.ts'
import type { Clock } from '../base/clock.ts'
import { hashSecret, isSameHash, isToken } from '../base/secret.ts'
import { isLiving, organizationRows } from '../organizations/joined.ts'
import type { Database } from '../store/database.ts'
import type { ApiKeySecretTable, KnownClient } from '../store/schema.ts'
import { installationStatement } from '../store/statement.ts'

/** So long a node goes on with what it knows of a key and its organization. */
export const rememberMs = 500
const maxRemembered = 10_000

/** What a token stands for, as the store last said. Times are milliseconds since 1970. */
export interface KeyFacts {
  readonly organizationId: string
  /** Of the API key, or of the OAuth client. */
  readonly keyId: string
  readonly profile: ApiKeySecretTable['profile']
  readonly expiresAt: number | null
  readonly revokedAt: number | null
  /** Made by a contact and confirmed by no administrator. */
  readonly isProvisional: boolean
  /** Which client it turned out to be; null while that is not known. */
  readonly knownClient: KnownClient | null
  /** Of a key that was rotated: the hash of this token, whose use is kept apart. Null of any other. */
  readonly rotatedHash: string | null
  readonly mode: string
  readonly isScimEnabled: boolean
  /** JSON of the organization's schema extensions. */
  readonly schemaExtensions: string
}

interface Remembered {
  readonly facts: Promise<KeyFacts | undefined>
  readonly at: number
}

const selectSecret = installationStatement<{ hash: string }>('api_key_by_hash')(({ db, place }) =>
  db
    .selectFrom('api_key_secret as secret')
    .innerJoin(organizationRows, 'organization.id', 'secret.organization_id')
    .select([
      'secret.secret_hash',
      'secret.organization_id',
      'secret.key_id',
      'secret.profile',
      'secret.expires_at',
      'secret.revoked_at',
      'secret.is_provisional',
      'secret.known_client',
      'secret.other_client',
      'secret.prefix',
      'organization.provisioning_mode',
      'organization.scim_enabled',
      'organization.schema_extensions',
    ])
    .where('secret.secret_hash', '=', place('hash'))
    .where(isLiving),
)

/** Finds whose a presented token is. */
export interface KeyLookup {
  /** Undefined for what is not the form of a key, for a wrong checksum (no look-up is made) and for an unknown key. */
  find(token: string): Promise<KeyFacts | undefined>
}

/** Remembers nothing yet. */
export function createKeyLookup(database: Database, clock: Clock): KeyLookup {
  const remembered = new Map<string, Remembered>()
  const load = async (hash: string): Promise<KeyFacts | undefined> => {
    const [row] = await database.readInstallation('authenticate', selectSecret, { hash })
    if (row === undefined || !isSameHash(row.secret_hash, hash)) return undefined
    return {
      organizationId: row.organization_id,
      keyId: row.key_id,
      profile: row.profile,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
      isProvisional: row.is_provisional === 1,
      knownClient: row.other_client ?? row.known_client,
      rotatedHash: row.prefix === null ? null : row.secret_hash,
      mode: row.provisioning_mode,
      isScimEnabled: row.scim_enabled === 1,
      schemaExtensions: row.schema_extensions,
    }
  }
  return {
    find(token) {
      const hash = hashSecret(token)
      const known = remembered.get(hash)
      const now = clock()
      if (known !== undefined && Math.abs(now - known.at) < rememberMs) return known.facts
      // Only of what has the form of a key is anything remembered.
      if (!isToken(token, 'rc_scim_', 'rc_at_')) return Promise.resolve(undefined)
      makeRoom(remembered, maxRemembered)
      const facts = load(hash)
      remembered.set(hash, { facts, at: now })
      // What was not found, or could not be asked, is asked again at once.
      facts.then(
        (found) => found ?? remembered.delete(hash),
        () => remembered.delete(hash),
      )
      return facts
    },
  }
}

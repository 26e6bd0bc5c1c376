// The tokens of a key that work: one; two while the overlap of a rotation lasts. Each says when it was used, so that an administrator sees
// whether the old one can be ended.
import type { ApiKey } from '@rollcall/api'
import { makeRoom } from '../base/bounded.ts'
import { minuteMs, toNullableTime } from '../base/clock.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { ApiKeySecretTable, ApiKeyTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'

/** Those of these keys that work. */
export const selectTokens = organizationStatement<{ ids: string; now: number }>('key_tokens')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('api_key_secret')
      .select(['key_id', 'prefix', 'expires_at', 'last_used_at'])
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('key_id', place('ids')))
      .where('revoked_at', 'is', null)
      .where((on) => on.or([on('expires_at', 'is', null), on('expires_at', '>', place('now'))])),
)

type TokenRow = Pick<ApiKeySecretTable, 'key_id' | 'prefix' | 'expires_at' | 'last_used_at'>

/**
 * Those of that key, as they are shown, the newest first: it ends with its key, one of an overlap before. Of a key that was never rotated
 * its row says all.
 */
export function toTokens(key: ApiKeyTable, tokens: readonly TokenRow[]): ApiKey['tokens'] {
  const endOf = ({ expires_at: endsAt }: TokenRow): number => endsAt ?? Number.POSITIVE_INFINITY
  return tokens
    .filter(({ key_id: keyId }) => keyId === key.id)
    .toSorted((a, b) => (endOf(a) < endOf(b) ? 1 : -1))
    .map((token, at) => ({
      prefix: token.prefix ?? (at === 0 ? key.prefix : null),
      endsAt: toNullableTime(token.expires_at),
      lastUsedAt: toNullableTime(token.prefix === null ? key.last_used_at : token.last_used_at),
    }))
}

const touchToken = organizationStatement<{ hash: string; at: number }>('touch_key_token')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('api_key_secret')
      .set({ last_used_at: place('at') })
      .where('organization_id', '=', organizationId)
      .where('secret_hash', '=', place('hash'))
      .where((on) => on.or([on('last_used_at', 'is', null), on('last_used_at', '<', place('at'))])),
)

/** Hash -> when its use was said last. */
const said = new Map<string, number>()
const maxSaid = 1_000

/** Keeps that a token is in use, once a minute. What could not be kept, as while the store is away, the next request says again. */
export function noteTokenUse(database: Database, scope: OrganizationScope, hash: string, at: number): void {
  if (at - (said.get(hash) ?? 0) < minuteMs) return
  said.delete(hash)
  makeRoom(said, maxSaid)
  said.set(hash, at)
  database
    .inOrganization(scope, async (tx) => tx.write(touchToken, { hash, at }))
    .catch(() => said.delete(hash))
}

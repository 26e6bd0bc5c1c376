// An application as OpenID Connect clients are described, and whether a secret is its own.
import { listUsableJwks } from '../base/public-keys.ts'
import { hashSecret, isSameHash } from '../base/secret.ts'
import type { Database } from '../store/database.ts'
import type { ApplicationTable } from '../store/schema.ts'
import { isNative } from './application-rules.ts'
import { findRow, parseSettings } from './applications.ts'

/** Our own member of client metadata: whether codes are given to requests without PKCE. */
export const requirePkceName = 'require_pkce'

/** As OpenID Connect client metadata. `client_secret` holds hashes: isClientSecret compares with them. */
export async function findClientMetadata(
  database: Database,
  id: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const row = /^app_[0-9a-z]{26}$/.test(id) ? await findRow(database, id) : undefined
  if (row === undefined) return undefined
  const settings = parseSettings(row)
  const { redirectUris, postLogoutRedirectUris, backchannelLogoutUri, jwks, jwksUrl, requirePkce } = settings
  return {
    client_id: row.id,
    client_name: row.name,
    application_type: isNative(row, settings) ? 'native' : 'web',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: redirectUris,
    post_logout_redirect_uris: postLogoutRedirectUris,
    token_endpoint_auth_method: row.authentication,
    ...(row.secret_hash === null ? {} : { client_secret: renderHashes(row) }),
    [requirePkceName]: requirePkce,
    // ID tokens name the session (sid), so that a logout token can be matched with it.
    ...(backchannelLogoutUri === null
      ? {}
      : { backchannel_logout_uri: backchannelLogoutUri, backchannel_logout_session_required: true }),
    ...(jwks === null ? {} : { jwks: { keys: listUsableJwks(jwks.keys) } }),
    ...(jwksUrl === null ? {} : { jwks_uri: jwksUrl }),
  }
}

function renderHashes(row: ApplicationTable): string {
  return [row.secret_hash, row.previous_secret_hash ?? '', row.previous_ends_at ?? 0].join(' ')
}

/** Whether a secret is one of those behind `hashes`, which findClientMetadata made. */
export function isClientSecret(hashes: string, secret: string, now: number): boolean {
  const [current = '', previous = '', endsAt = '0'] = hashes.split(' ')
  const hash = hashSecret(secret)
  const isPrevious = previous !== '' && isSameHash(hash, previous) && Number(endsAt) > now
  return isSameHash(hash, current) || isPrevious
}

// Access tokens of OAuth clients: opaque, an hour long, kept by their hash beside the secrets of API keys, so that whoever shows
// one is found by the same look-up and revocation holds for it within a second.
import { dayMs } from '../base/clock.ts'
import { createToken, hashSecret } from '../base/secret.ts'
import { markPrune, spendClientAssertion } from '../sign-ins/sign-ins.ts'
import { createScope, type Database } from '../store/database.ts'
import type { OAuthClientTable } from '../store/schema.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'

/** Seconds that an access token lives; never beyond its client's own end. */
export const accessTokenTtlSeconds = 3_600

const insertToken = organizationStatement<{
  hash: string
  clientId: string
  profile: OAuthClientTable['profile']
  expiresAt: number
}>('insert_access_token')(({ db, place, organizationId }) =>
  db.insertInto('api_key_secret').values({
    secret_hash: place('hash'),
    organization_id: organizationId,
    key_id: place('clientId'),
    profile: place('profile'),
    expires_at: place('expiresAt'),
    revoked_at: null,
    // As the client is now: whoever confirms it confirms the token too, whichever comes first.
    is_provisional: (on) =>
      on
        .selectFrom('oauth_client')
        .select('oauth_client.is_provisional')
        .where('oauth_client.organization_id', '=', organizationId)
        .where('oauth_client.id', '=', place('clientId')),
    known_client: null,
    other_client: null,
  }),
)

const touchClient = organizationStatement<{ id: string; at: number }>('touch_oauth_client')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('oauth_client')
      .set({ last_used_at: place('at') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
      .where('revoked_at', 'is', null)
      .returning('id'),
)

/** An assertion that counts once. */
export interface SpentAssertion {
  readonly jti: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/**
 * A new token and its seconds; undefined when the assertion was spent before, or the client was revoked since the caller
 * authenticated it.
 */
export async function issueToken(
  database: Database,
  client: OAuthClientTable,
  now: number,
  assertion: SpentAssertion | undefined,
): Promise<{ readonly token: string; readonly seconds: number } | undefined> {
  const token = createToken('rc_at_')
  const end = Math.min(now + accessTokenTtlSeconds * 1_000, client.expires_at ?? Number.POSITIVE_INFINITY)
  const { id: clientId, profile } = client
  const isIssued = await database.inOrganization(createScope(client.organization_id), async (tx) => {
    if (assertion !== undefined) {
      if (!(await spendClientAssertion(tx, clientId, assertion))) return false
      markPrune(tx, now)
    }
    // First, so that whoever confirms or revokes the client meanwhile waits, or is waited for.
    if ((await tx.change(touchClient, { id: clientId, at: now })).length === 0) return false
    tx.write(insertToken, { hash: hashSecret(token), clientId, profile, expiresAt: end })
    return true
  })
  return isIssued ? { token, seconds: Math.floor((end - now) / 1_000) } : undefined
}

const deleteExpired = installationStatement<{ before: number }>('prune_access_tokens')(({ db, place }) =>
  db
    .deleteFrom('api_key_secret')
    .where('expires_at', '<', place('before'))
    .where('key_id', '>=', 'cli_')
    .where('key_id', '<', 'cli`'),
)

/** Expired tokens are kept for a day, so that their refusal can still be shown to their organization. */
export async function pruneAccessTokens(database: Database, now: number): Promise<void> {
  await database.inInstallation('jobs', async (tx) => tx.write(deleteExpired, { before: now - dayMs }))
}

// Access tokens of OAuth clients: opaque, an hour long, kept by their hash beside the secrets of API keys, so that whoever shows
// one is found by the same look-up and revocation holds for it within a second.
import { dayMs } from '../base/clock.ts'
import { createToken, hashSecret } from '../base/secret.ts'
import { spendClientAssertion } from '../sign-ins/client-assertions.ts'
import { markPrune } from '../sign-ins/sign-ins.ts'
import { createScope, type Database, type OrganizationTx } from '../store/database.ts'
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
      .returning(['secret_hash', 'previous_secret_hash', 'previous_ends_at']),
)

/** An assertion that counts once. */
export interface SpentAssertion {
  readonly jti: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** How the client has proven itself: the hash of the secret that it showed, or an assertion. */
export type Proof = { readonly secretHash: string } | { readonly spent: SpentAssertion }

/**
 * A new token and its seconds; undefined when the assertion was spent before, or the client was revoked, or the secret has ended, since
 * the caller authenticated it. It lives no longer than the secret that it was asked for with.
 */
export async function issueToken(
  database: Database,
  client: OAuthClientTable,
  now: number,
  proof: Proof,
): Promise<{ readonly token: string; readonly seconds: number } | undefined> {
  const token = createToken('rc_at_')
  const latest = Math.min(now + accessTokenTtlSeconds * 1_000, client.expires_at ?? Number.POSITIVE_INFINITY)
  const { id: clientId, profile } = client
  const expiresAt = await database.inOrganization(createScope(client.organization_id), async (tx) => {
    if ('spent' in proof) {
      if (!(await spendClientAssertion(tx, clientId, proof.spent))) return undefined
      markPrune(tx, now)
    }
    // First, so that whoever confirms, revokes or rotates meanwhile waits, or is waited for.
    const [present] = await tx.change(touchClient, { id: clientId, at: now })
    const end = present === undefined ? undefined : endOfProof(present, proof, now)
    if (end === undefined) return undefined
    const ends = Math.min(latest, end)
    tx.write(insertToken, { hash: hashSecret(token), clientId, profile, expiresAt: ends })
    return ends
  })
  return expiresAt === undefined ? undefined : { token, seconds: Math.floor((expiresAt - now) / 1_000) }
}

type Secrets = Pick<OAuthClientTable, 'secret_hash' | 'previous_secret_hash' | 'previous_ends_at'>

// Of the secret that a rotation has replaced, the end of the overlap; undefined where it has ended.
function endOfProof(present: Secrets, proof: Proof, now: number): number | undefined {
  if ('spent' in proof || proof.secretHash === present.secret_hash) return Number.POSITIVE_INFINITY
  const end = Number(present.previous_ends_at ?? 0)
  return proof.secretHash === present.previous_secret_hash && end > now ? end : undefined
}

const endTokens = organizationStatement<{ clientId: string; after: number; until: number; at: number }>(
  'end_access_tokens',
)(({ db, place, organizationId }) =>
  db
    .updateTable('api_key_secret')
    .set({ expires_at: place('at') })
    .where('organization_id', '=', organizationId)
    .where('key_id', '=', place('clientId'))
    .where('expires_at', '>', place('after'))
    .where('expires_at', '<=', place('until')),
)

/**
 * Of a client whose secret is replaced, in that transaction: what the secret in force has got ends with the overlap, and what one of an
 * earlier overlap has got at once, with all that ends within that overlap. Tokens do not know their secret, but none outlives it.
 */
export function endTokensOfSecrets(
  tx: OrganizationTx,
  client: Pick<OAuthClientTable, 'id' | 'previous_ends_at'>,
  now: number,
  endsAt: number,
): void {
  const clientId = client.id
  const earlier = Number(client.previous_ends_at ?? 0)
  if (earlier > now) tx.write(endTokens, { clientId, after: now, until: earlier, at: now })
  tx.write(endTokens, { clientId, after: endsAt, until: Number.MAX_SAFE_INTEGER, at: endsAt })
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

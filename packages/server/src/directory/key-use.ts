// What is learned of a key by its use: whose client it is, when it was last used, and when it ends.
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { ApiKeyTable, KnownClient } from '../store/schema.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'

interface Learned {
  id: string
  known: ApiKeyTable['known_client']
  other: ApiKeyTable['other_client']
}

const learnKey = organizationStatement<Learned>('learn_api_key')(({ db, place, organizationId }) =>
  db
    .updateTable('api_key')
    .set({ known_client: place('known'), other_client: place('other') })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id'))
    .where('known_client', 'is', null)
    .where('other_client', 'is', null),
)

const learnSecrets = organizationStatement<Learned>('learn_api_key_secrets')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('api_key_secret')
      .set({ known_client: place('known'), other_client: place('other') })
      .where('organization_id', '=', organizationId)
      .where('key_id', '=', place('id'))
      .where('known_client', 'is', null)
      .where('other_client', 'is', null),
)

/** Keeps which client a key, or an OAuth client's token, belongs to; the first one that was learned stays. */
export async function learnClient(
  database: Database,
  scope: OrganizationScope,
  id: string,
  client: KnownClient,
): Promise<void> {
  const isOther = client === 'onelogin' || client === 'google'
  const learned = { id, known: isOther ? null : client, other: isOther ? client : null }
  await database.inOrganization(scope, async (tx) => {
    tx.write(learnKey, learned)
    tx.write(learnSecrets, learned)
  })
}

const touchKey = organizationStatement<{ id: string; at: number }>('touch_api_key')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('api_key')
      .set({ last_used_at: place('at') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
      .where((on) => on.or([on('last_used_at', 'is', null), on('last_used_at', '<', place('at'))])),
)

/** When a key was used last: activity says it with each batch of requests. */
export function noteKeyUse(tx: OrganizationTx, id: string, at: number): void {
  tx.write(touchKey, { id, at })
}

/** Keys that end between two times. */
export const selectEndingKeys = organizationStatement<{ now: number; until: number }>('ending_keys')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('api_key')
      .select(['id', 'name', 'expires_at'])
      .where('organization_id', '=', organizationId)
      .where('expires_at', '>', place('now'))
      .where('expires_at', '<=', place('until'))
      .where('revoked_at', 'is', null),
)

/** Organizations that have such keys. */
export const selectKeyPlaces = installationStatement<{ now: number; until: number }>(
  'organizations_with_ending_keys',
)(({ db, place }) =>
  db
    .selectFrom('api_key_secret')
    .select('organization_id')
    .distinct()
    .where('expires_at', '>', place('now'))
    .where('expires_at', '<=', place('until'))
    .where('key_id', '>=', 'key_')
    .where('key_id', '<', 'key`')
    .where('revoked_at', 'is', null),
)

// What a set-up was refused for, for whoever does it: requests with the keys that they made, and sign-ins by the connections that they
// made, until an administrator has confirmed them. It says how a message was wrong, and nothing of whom it met here.
import type { ActivityView, ResultOf } from '@rollcall/api'
import { english, ofMessages, type Sentence } from '@rollcall/api/sentences'
import { listActivity } from '../activity/query.ts'
import { toActorId } from '../base/actor.ts'
import { toEnglish } from '../base/english.ts'
import { isAtLeast } from '../base/rung.ts'
import { selectConnections } from '../connections/rows.ts'
import type { Act } from '../events/record.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'

type Refusal = ResultOf<'listSetUpRefusals'>['items'][number]

/** So many of the newest of each kind are looked at, and so many are shown. */
const [looked, most] = [100, 20]

const provisional = (table: 'api_key' | 'oauth_client') =>
  organizationStatement(`provisional_${table}s`)(({ db, organizationId }) =>
    db
      .selectFrom(table)
      .select(['id', 'maker_id', 'name'])
      .where('organization_id', '=', organizationId)
      .where('is_provisional', '=', 1)
      .where('revoked_at', 'is', null),
  )
/** Keys that wait for an administrator. */
export const selectKeys = provisional('api_key')
/** OAuth clients that wait for an administrator. */
export const selectClients = provisional('oauth_client')

/**
 * Those of what the caller made, of a contact; of everybody's, of whoever may confirm it. The newest first. `kinds`: what the caller's
 * session is for.
 */
export async function listSetUpRefusals(
  database: Database,
  scope: OrganizationScope,
  { actor, rung }: Act,
  kinds: ReadonlySet<Refusal['kind']>,
): Promise<Refusal[]> {
  const own = toActorId(actor)
  const isSeen = (made: { readonly maker_id: string | null }): boolean =>
    isAtLeast(rung, 'administrator') || (own !== null && made.maker_id === own)
  const [keys, clients, connections] = await Promise.all([
    database.readOrganization(scope, selectKeys, {}),
    database.readOrganization(scope, selectClients, {}),
    database.readOrganization(scope, selectConnections, {}),
  ])
  const secrets = kinds.has('scim') ? [...keys, ...clients] : []
  const credentials = new Set(secrets.filter(isSeen).map(({ id }) => id))
  const unconfirmed = connections.filter(
    ({ anchor_rung }) => kinds.has('sign_in') && anchor_rung === 'contact',
  )
  const ways = new Set(unconfirmed.filter(isSeen).map(({ id }) => id))
  const pages = await Promise.all([
    credentials.size === 0 ? [] : read(database, scope, { kind: 'scim', outcome: 'refused' }),
    ways.size === 0 ? [] : read(database, scope, { kind: 'sign_in', outcome: 'refused' }),
    ways.size === 0 ? [] : read(database, scope, { kind: 'sign_in', outcome: 'ok' }),
  ])
  return pages
    .flat()
    .filter(({ keyId, connectionId }) => credentials.has(keyId ?? '') || ways.has(connectionId ?? ''))
    .flatMap(toRefusal)
    .sort((one, other) => (one.id < other.id ? 1 : -1))
    .slice(0, most)
}

async function read(
  database: Database,
  scope: OrganizationScope,
  which: Pick<Parameters<typeof listActivity>[2], 'kind' | 'outcome'>,
): Promise<readonly ActivityView[]> {
  return (await listActivity(database, scope, { ...which, limit: looked })).items
}

/** What a contact is told of a refused sign-in on the page of their test, too. */
const ofSignIns: ReadonlySet<string> = new Set([
  'test_would_refuse',
  'connection_incomplete',
  'denied_address_missing_saml',
  'denied_address_missing_openid',
  'denied_address_unverified',
  'denied_domain_not_verified',
  'denied_domain_not_tied',
  'denied_not_provisioned',
])

function maySay({ kind }: Pick<ActivityView, 'kind'>, { code, parameters }: Sentence): boolean {
  if (ofMessages[kind].has(code)) return true
  if (kind === 'sign_in') return ofSignIns.has(code) || code.startsWith('state_')
  return listFilled(code).every((name) => typeof parameters[name] === 'number')
}

/** What of a sentence stands in it as it came; words that a value only chooses are ours. */
function listFilled(code: string): readonly string[] {
  return [...(english.texts[code] ?? '').matchAll(/\{(\w+)(?:\[\][^}]*)?\}/g)].map(([, name = '']) => name)
}

// A sign-in that was refused because of somebody's account is no matter of the set-up, and is not told of.
function toRefusal(row: ActivityView): readonly Refusal[] {
  const said = row.sentences.filter((one) => maySay(row, one))
  // By itself it says nothing.
  const sentences = said.every(({ code }) => code === 'refused') ? [] : said
  const isTold =
    row.kind === 'scim' ||
    (row.outcome === 'ok' ? sentences.some(({ code }) => code === 'test_would_refuse') : sentences.length > 0)
  if (!isTold) return []
  const { id, occurredAt, kind, requestId, keyId, connectionId } = row
  const explanation = toEnglish(sentences)
  return [{ id, occurredAt, kind, requestId, keyId, connectionId, sentences, explanation }]
}

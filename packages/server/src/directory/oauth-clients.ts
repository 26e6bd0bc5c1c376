// OAuth 2.0 clients of a directory: registered, renamed, given new secrets, revoked; found by their id. A client shows its
// secret, or an assertion that a key signed, and gets access tokens (access-tokens.ts). Owns no HTTP.

import type { CreatedOAuthClient, NewOAuthClient, OAuthClient } from '@rollcall/api'
import { toNullableTime, toTime } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { faultOfKeys, signatureAlgorithms } from '../base/public-keys.ts'
import { createToken, hashSecret, isSameHash, isToken } from '../base/secret.ts'
import { type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { isLiving, organizationIds, organizationRows } from '../organizations/joined.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { OAuthClientTable } from '../store/schema.ts'
import { installationStatement, organizationQuery, organizationStatement } from '../store/statement.ts'
import { endTokensOfSecrets } from './access-tokens.ts'
import { confirmKept, type Kept, noteProvisional, readExpiry, renameKept, revokeKept } from './kept.ts'
import {
  assertMayChange,
  findMakersOut,
  findMakersOutIn,
  toKnownTo,
  toMakerColumns,
  toMakerView,
} from './makers.ts'
import { listRows, takePlace } from './places.ts'

/** Whose keys sign a client's assertions; empty for a client with a secret. */
export interface ClientTrust {
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  readonly jwksUrl?: string
  readonly issuer?: string
  readonly subject?: string
  readonly audience?: string
}

const insertClient = organizationStatement<Omit<OAuthClientTable, 'organization_id'>>('insert_oauth_client')(
  ({ db, place, organizationId }) =>
    db.insertInto('oauth_client').values({
      organization_id: organizationId,
      id: place('id'),
      name: place('name'),
      profile: place('profile'),
      method: place('method'),
      secret_hash: place('secret_hash'),
      previous_secret_hash: null,
      previous_ends_at: null,
      trust: place('trust'),
      created_at: place('created_at'),
      created_by: place('created_by'),
      expires_at: place('expires_at'),
      last_used_at: null,
      revoked_at: null,
      maker_id: place('maker_id'),
      maker_name: place('maker_name'),
      created_rung: place('created_rung'),
      is_provisional: place('is_provisional'),
      confirmed_at: null,
      confirmed_by: null,
    }),
)

const selectClientForUpdate = organizationStatement<{ id: string }>('oauth_client_for_update')(
  ({ db, place, organizationId, dialect }) => {
    const client = db
      .selectFrom('oauth_client')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
    return dialect.lock(client)
  },
)

/** What those of these ids are called. */
export const selectClientNames = organizationStatement<{ ids: string }>('names_of_oauth_client')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('oauth_client')
      .select(['id', 'name'])
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids'))),
)

const selectById = installationStatement<{ id: string }>('oauth_client_by_id')(({ db, place }) =>
  db
    .selectFrom('oauth_client as client')
    .innerJoin(organizationRows, 'organization.id', 'client.organization_id')
    .selectAll('client')
    .where('client.id', '=', place('id'))
    .where(isLiving),
)

/** Of any organization; undefined where nobody has the id. */
export async function findClient(database: Database, id: string): Promise<OAuthClientTable | undefined> {
  const [row] = await database.readInstallation('authenticate', selectById, { id })
  return row
}

/** Neither revoked nor expired. */
export function isWorking(row: OAuthClientTable, now: number): boolean {
  return row.revoked_at === null && (row.expires_at === null || row.expires_at > now)
}

/** In constant time; also without a client, so that an unknown one takes as long as a wrong secret. */
export function isSecretOf(row: OAuthClientTable | undefined, secret: string, now: number): boolean {
  if (!isToken(secret, 'rc_cs_')) return false
  const shown = hashSecret(secret)
  const isCurrent = isSameHash(row?.secret_hash ?? hashSecret(''), shown)
  const isPrevious = isSameHash(row?.previous_secret_hash ?? hashSecret(''), shown)
  return isCurrent || (isPrevious && (row?.previous_ends_at ?? 0) > now)
}

/** Those that work first, then the newest that have ended; each the newest first. */
export async function listClients(
  database: Database,
  scope: OrganizationScope,
  now: number,
  tokenUrl: string,
): Promise<OAuthClient[]> {
  const rows = await listRows(database, scope, 'oauth_client', now)
  const out = await findMakersOut(database, scope, rows)
  return rows.map((row) => toClient(row, now, tokenUrl, out))
}

/**
 * The secret is in this answer and nowhere else. Throws 400 for a trust that fits no method, 409 above 100 clients that work, 429 above
 * 200 in an hour.
 */
export async function createClient(
  { database, scope, act }: OrganizationAct,
  input: NewOAuthClient,
  makerName: string | null,
  tokenUrl: string,
): Promise<CreatedOAuthClient> {
  const trust = readTrust(input)
  const expiresAt = readExpiry(input, act.at)
  const secret = input.method === 'client_secret' ? createToken('rc_cs_') : null
  const row: Omit<OAuthClientTable, 'organization_id'> = {
    id: createId('cli', act.at),
    name: input.name,
    profile: input.profile,
    method: input.method,
    secret_hash: secret === null ? null : hashSecret(secret),
    previous_secret_hash: null,
    previous_ends_at: null,
    trust: JSON.stringify(trust),
    created_at: act.at,
    created_by: act.actor.kind,
    expires_at: expiresAt,
    last_used_at: null,
    revoked_at: null,
    ...toMakerColumns(act, makerName),
  }
  await database.inOrganization(scope, async (tx) => {
    await takePlace(tx, 'oauth_client', act)
    tx.write(insertClient, row)
    noteProvisional(tx, row, act.at)
    const data = { name: row.name, method: row.method, profile: row.profile }
    record(tx, act, { type: 'oauth_client.created', subject: { type: 'oauth_client', id: row.id }, data })
  })
  const client = toClient({ ...row, organization_id: scope.organizationId }, act.at, tokenUrl, new Set())
  return { secret, client }
}

// A client signs for itself with registered keys, or another issuer signs for it.
function readTrust(input: NewOAuthClient): ClientTrust {
  const { method, jwks, jwksUrl, issuer, subject, audience } = input
  const said = { jwks, jwksUrl, issuer, subject, audience }
  const refuse = (detail: string) => new Problem('invalid_request', detail)
  if (method === 'client_secret') {
    if (Object.values(said).some((value) => value !== undefined))
      throw refuse('Keys, issuer, subject and audience belong to private_key_jwt')
    return {}
  }
  if (jwks !== undefined && jwksUrl !== undefined) throw refuse('Send either jwks or jwksUrl')
  if (issuer === undefined && jwks === undefined && jwksUrl === undefined)
    throw refuse('Send the public keys: jwks or jwksUrl; or the issuer that signs')
  if ((issuer === undefined) !== (subject === undefined))
    throw refuse('issuer and subject go together: any subject of the issuer would get in')
  const fault = jwks === undefined ? undefined : faultOfKeys(jwks.keys, signatureAlgorithms)
  if (fault !== undefined) throw refuse(fault)
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}

/** Throws 404. */
export async function renameClient(
  acting: OrganizationAct,
  id: string,
  name: string,
  tokenUrl: string,
): Promise<OAuthClient> {
  const { row, out } = await renameKept(clients, acting, id, name)
  return toClient(row, acting.act.at, tokenUrl, out)
}

/**
 * A new secret; the old one, and the access tokens that it got, end after the overlap. Throws 404, and 409 for a client that is revoked,
 * expired or without a secret.
 */
export async function rotateClientSecret(
  { database, scope, act }: OrganizationAct,
  id: string,
  overlapSeconds: number,
  tokenUrl: string,
): Promise<CreatedOAuthClient> {
  const secret = createToken('rc_cs_')
  const client = await database.inOrganization(scope, async (tx) => {
    const row = await getClient(tx, id)
    assertMayChange(act, row)
    if (!isWorking(row, act.at) || row.secret_hash === null)
      throw new Problem('client_revoked', 'This client is revoked or expired, or has no secret')
    const endsAt = act.at + overlapSeconds * 1_000
    endTokensOfSecrets(tx, row, act.at, endsAt)
    updateClient(tx, id, {
      secret_hash: hashSecret(secret),
      previous_secret_hash: row.secret_hash,
      previous_ends_at: endsAt,
      ...toKnownTo(row, act),
    })
    const subject = { type: 'oauth_client', id } as const
    record(tx, act, { type: 'oauth_client.secret_rotated', subject, data: { overlapSeconds } })
    return toClient(row, act.at, tokenUrl, await findMakersOutIn(tx, [row]))
  })
  return { secret, client }
}

/** At once, with all its tokens. A second time changes nothing. Throws 404. */
export async function revokeClient(acting: OrganizationAct, id: string): Promise<void> {
  await revokeKept(clients, acting, id)
}

/** As confirmKept says, with the tokens that it was given. Throws 404. */
export async function confirmClient(
  acting: OrganizationAct,
  id: string,
  tokenUrl: string,
  catchUp: (tx: OrganizationTx) => Promise<void>,
): Promise<OAuthClient> {
  const { row, out } = await confirmKept(clients, acting, id, catchUp)
  return toClient(row, acting.act.at, tokenUrl, out)
}

async function getClient(tx: OrganizationTx, id: string): Promise<OAuthClientTable> {
  const row = await tx.first(selectClientForUpdate, { id })
  if (row === undefined) throw new Problem('not_found', 'There is no such OAuth client')
  return row
}

function updateClient(tx: OrganizationTx, id: string, change: Partial<OAuthClientTable>): void {
  tx.write(
    organizationQuery(({ db, organizationId }) =>
      db
        .updateTable('oauth_client')
        .set(change)
        .where('organization_id', '=', organizationId)
        .where('id', '=', id),
    ),
    {},
  )
}

const subjectOf = (id: string) => ({ type: 'oauth_client', id }) as const

const clients: Kept<OAuthClientTable> = {
  get: getClient,
  update: updateClient,
  events: {
    renamed: (id, data) => ({ type: 'oauth_client.renamed', subject: subjectOf(id), data }),
    revoked: (id, data) => ({ type: 'oauth_client.revoked', subject: subjectOf(id), data }),
    confirmed: (id, data) => ({ type: 'oauth_client.confirmed', subject: subjectOf(id), data }),
  },
}

function toClient(
  row: OAuthClientTable,
  now: number,
  tokenUrl: string,
  out: ReadonlySet<string>,
): OAuthClient {
  const trust = readJson<Pick<OAuthClient, keyof ClientTrust>>(row.trust)
  return {
    id: row.id,
    name: row.name,
    profile: row.profile,
    method: row.method,
    ...trust,
    tokenUrl,
    isActive: isWorking(row, now),
    createdAt: toTime(row.created_at),
    createdBy: row.created_by,
    expiresAt: toNullableTime(row.expires_at),
    lastUsedAt: toNullableTime(row.last_used_at),
    revokedAt: toNullableTime(row.revoked_at),
    ...toMakerView(row, out),
  }
}

// Versions of before left the clients of organizations that they had purged, with their secrets' hashes.
const deleteLeftClients = installationStatement('delete_clients_of_nobody')(({ db }) =>
  db.deleteFrom('oauth_client').where('organization_id', 'not in', organizationIds),
)

/** Once their organizations are gone. */
export async function removeLeftClients(database: Database): Promise<void> {
  await database.inInstallation('jobs', async (tx) => tx.write(deleteLeftClients, {}))
}

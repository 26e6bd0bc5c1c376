// The room `server/directory`: the SCIM side of an organization, which is its mode, its keys and its clients. Requests of these clients are
// answered by `scim`.
//
// 1. An administrator switches the mode to SCIM (`provisioning`).
// 2. A key is made and shown once (`keys`), or an OAuth client is registered (`oauth-clients`).
// 3. A request shows a token; `key-lookup` finds the organization by its hash.
// 4. What a set-up contact made is provisional until an administrator confirms it (`makers`).
// 5. `places` bounds how many of them there are.
//
// API keys of provisioning clients: made, renamed, rotated, revoked, looked up by hash. A key may have several secrets
// at once while a rotation overlaps. Owns no HTTP.

import type { ApiKey, CreatedApiKey, NewApiKey } from '@rollcall/api'
import { sql } from 'kysely'
import { toNullableTime, toTime } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import { createApiKeyToken, hashSecret, toKeyPrefix } from '../base/secret.ts'
import { type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { ApiKeySecretTable, ApiKeyTable } from '../store/schema.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'
import { confirmKept, type Kept, noteProvisional, readExpiry, renameKept, revokeKept } from './kept.ts'
import { selectTokens, toTokens } from './key-tokens.ts'
import {
  assertMayChange,
  findMakersOut,
  findMakersOutIn,
  toKnownTo,
  toMakerColumns,
  toMakerView,
} from './makers.ts'
import { listRows, takePlace } from './places.ts'

const insertKey = organizationStatement<Omit<ApiKeyTable, 'organization_id'>>('insert_api_key')(
  ({ db, place, organizationId }) =>
    db.insertInto('api_key').values({
      organization_id: organizationId,
      id: place('id'),
      name: place('name'),
      prefix: place('prefix'),
      profile: place('profile'),
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
      known_client: null,
      other_client: null,
    }),
)

const insertSecret = organizationStatement<{
  hash: string
  keyId: string
  profile: ApiKeyTable['profile']
  expiresAt: number | null
  isProvisional: 0 | 1
  prefix: ApiKeySecretTable['prefix']
  knownClient: ApiKeyTable['known_client']
  otherClient: ApiKeyTable['other_client']
}>('insert_api_key_secret')(({ db, place, organizationId }) =>
  db.insertInto('api_key_secret').values({
    secret_hash: place('hash'),
    organization_id: organizationId,
    key_id: place('keyId'),
    profile: place('profile'),
    expires_at: place('expiresAt'),
    revoked_at: null,
    is_provisional: place('isProvisional'),
    known_client: place('knownClient'),
    other_client: place('otherClient'),
    prefix: place('prefix'),
    last_used_at: null,
  }),
)

const selectKey = organizationStatement<{ id: string }>('api_key')(
  ({ db, place, organizationId, dialect }) => {
    const key = db
      .selectFrom('api_key')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
    return dialect.lock(key)
  },
)

/** What those of these ids are called. */
export const selectKeyNames = organizationStatement<{ ids: string }>('names_of_api_key')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('api_key')
      .select(['id', 'name'])
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids'))),
)

/** Those that work first, then the newest that have ended; each the newest first. */
export async function listKeys(database: Database, scope: OrganizationScope, now: number): Promise<ApiKey[]> {
  const rows = await listRows(database, scope, 'api_key', now)
  const [out, tokens] = await Promise.all([
    findMakersOut(database, scope, rows),
    database.readOrganization(scope, selectTokens, { ids: toIds(rows), now }),
  ])
  return rows.map((row) => toApiKey(row, now, { out, tokens }))
}

/** The token is in this answer and nowhere else. Throws 409 above 100 keys that work, 429 above 200 in an hour. */
export async function createKey(
  { database, scope, act }: OrganizationAct,
  input: NewApiKey,
  makerName: string | null,
): Promise<CreatedApiKey> {
  const expiresAt = readExpiry(input, act.at)
  const token = createApiKeyToken()
  const row = {
    id: createId('key', act.at),
    name: input.name,
    prefix: toKeyPrefix(token),
    profile: input.profile,
    created_at: act.at,
    created_by: act.actor.kind,
    expires_at: expiresAt,
    last_used_at: null,
    revoked_at: null,
    known_client: null,
    other_client: null,
    ...toMakerColumns(act, makerName),
  }
  await database.inOrganization(scope, async (tx) => {
    await takePlace(tx, 'api_key', act)
    tx.write(insertKey, row)
    const { profile, is_provisional: isProvisional } = row
    tx.write(insertSecret, {
      hash: hashSecret(token),
      keyId: row.id,
      profile,
      expiresAt,
      isProvisional,
      prefix: null,
      knownClient: null,
      otherClient: null,
    })
    noteProvisional(tx, row, act.at)
    const data = {
      name: row.name,
      prefix: row.prefix,
      profile: row.profile,
      expiresAt: toNullableTime(expiresAt),
    }
    record(tx, act, { type: 'api_key.created', subject: { type: 'api_key', id: row.id }, data })
  })
  const key = toApiKey({ ...row, organization_id: scope.organizationId }, act.at, {
    out: nobody,
    tokens: [{ key_id: row.id, prefix: null, expires_at: expiresAt, last_used_at: null }],
  })
  return { token, key, endedSecrets: 0 }
}

/** Throws 404. */
export async function renameKey(acting: OrganizationAct, id: string, name: string): Promise<ApiKey> {
  return show(acting, await renameKept(keys, acting, id, name))
}

/**
 * A new token; the one that was in force works on for the overlap, and any that an earlier rotation left ends at once: a key has two that
 * work at most. Throws 404, and 409 for a revoked or expired key.
 */
export async function rotateKey(
  { database, scope, act }: OrganizationAct,
  id: string,
  overlapSeconds: number,
): Promise<CreatedApiKey> {
  const token = createApiKeyToken()
  const rotated = await database.inOrganization(scope, async (tx) => {
    const row = await getKey(tx, id)
    assertMayChange(act, row)
    if (!isWorking(row, act.at))
      throw new Problem('key_revoked', 'This key is revoked or expired: create a new one')
    const prefix = toKeyPrefix(token)
    const earlier = { id, before: row.expires_at ?? Number.MAX_SAFE_INTEGER, now: act.at }
    const endedSecrets = (await tx.all(selectEarlierSecrets, earlier)).length
    if (endedSecrets > 0) tx.write(endEarlierSecrets, earlier)
    // It ends before its key does: so the newest is always told from it.
    const endsAt = act.at + overlapSeconds * 1_000
    endSecrets(tx, row, row.expires_at === null ? endsAt : Math.min(endsAt, row.expires_at - 1))
    tx.write(insertSecret, {
      hash: hashSecret(token),
      keyId: id,
      profile: row.profile,
      expiresAt: row.expires_at,
      isProvisional: row.is_provisional,
      prefix,
      knownClient: row.known_client,
      otherClient: row.other_client,
    })
    const knownTo = toKnownTo(row, act)
    updateKey(tx, id, { prefix, ...knownTo })
    record(tx, act, {
      type: 'api_key.rotated',
      subject: { type: 'api_key', id },
      data: { prefix, overlapSeconds, endedSecrets },
    })
    const changed = { ...row, prefix, ...knownTo }
    return { key: await showIn(tx, changed, act.at), endedSecrets }
  })
  return { token, ...rotated }
}

/**
 * Ends the token that a rotation left, at once: the newest is the only one that works. Where there is none nothing changes. Throws 404.
 */
export function endEarlierToken({ database, scope, act }: OrganizationAct, id: string): Promise<ApiKey> {
  return database.inOrganization(scope, async (tx) => {
    const row = await getKey(tx, id)
    assertMayChange(act, row)
    const earlier = { id, before: row.expires_at ?? Number.MAX_SAFE_INTEGER, now: act.at }
    if ((await tx.all(selectEarlierSecrets, earlier)).length > 0) {
      tx.write(endEarlierSecrets, earlier)
      const data = { name: row.name, prefix: row.prefix }
      record(tx, act, { type: 'api_key.overlap_ended', subject: subjectOf(id), data })
    }
    return showIn(tx, row, act.at)
  })
}

/** At once, with all its secrets. A second time changes nothing. Throws 404. */
export async function revokeKey(acting: OrganizationAct, id: string): Promise<void> {
  await revokeKept(keys, acting, id)
}

/** As confirmKept says. Throws 404. */
export async function confirmKey(
  acting: OrganizationAct,
  id: string,
  catchUp: (tx: OrganizationTx) => Promise<void>,
): Promise<ApiKey> {
  return show(acting, await confirmKept(keys, acting, id, catchUp))
}

async function getKey(tx: OrganizationTx, id: string): Promise<ApiKeyTable> {
  const row = await tx.first(selectKey, { id })
  if (row === undefined) throw new Problem('not_found', 'There is no such API key')
  return row
}

function updateKey(tx: OrganizationTx, id: string, change: Partial<ApiKeyTable>): void {
  tx.write(
    organizationQuery(({ db, organizationId }) =>
      db
        .updateTable('api_key')
        .set(change)
        .where('organization_id', '=', organizationId)
        .where('id', '=', id),
    ),
    {},
  )
}

const subjectOf = (id: string) => ({ type: 'api_key', id }) as const

const keys: Kept<ApiKeyTable> = {
  get: getKey,
  update: updateKey,
  events: {
    renamed: (id, data) => ({ type: 'api_key.renamed', subject: subjectOf(id), data }),
    revoked: (id, data) => ({ type: 'api_key.revoked', subject: subjectOf(id), data }),
    confirmed: (id, data) => ({ type: 'api_key.confirmed', subject: subjectOf(id), data }),
  },
}

interface Earlier {
  readonly id: string
  /** The end of the key: the secret in force has it, those of an overlap end before. */
  readonly before: number
  readonly now: number
}

const selectEarlierSecrets = organizationStatement<Earlier>('earlier_key_secrets')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('api_key_secret')
      .select('secret_hash')
      .where('organization_id', '=', organizationId)
      .where('key_id', '=', place('id'))
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', place('now'))
      .where('expires_at', '<', place('before')),
)

const endEarlierSecrets = organizationStatement<Earlier>('end_earlier_key_secrets')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('api_key_secret')
      .set({ expires_at: place('now') })
      .where('organization_id', '=', organizationId)
      .where('key_id', '=', place('id'))
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', place('now'))
      .where('expires_at', '<', place('before')),
)

function endSecrets(tx: OrganizationTx, row: ApiKeyTable, endsAt: number): void {
  const { id, prefix } = row
  // The first token of a key is the one that was used so far.
  const usedAt = sql<
    number | null
  >`CASE WHEN prefix IS NULL THEN ${sql.lit(row.last_used_at)} ELSE last_used_at END`
  tx.write(
    organizationQuery(({ db, organizationId }) =>
      db
        .updateTable('api_key_secret')
        .set({ expires_at: endsAt, prefix, last_used_at: usedAt })
        .where('organization_id', '=', organizationId)
        .where('key_id', '=', id)
        .where((on) => on.or([on('expires_at', 'is', null), on('expires_at', '>', endsAt)])),
    ),
    {},
  )
}

const nobody: ReadonlySet<string> = new Set()

/** Neither revoked nor expired. */
function isWorking(row: ApiKeyTable, now: number): boolean {
  return row.revoked_at === null && (row.expires_at === null || row.expires_at > now)
}

/** What is known of keys beside their rows. */
interface Beside {
  readonly out: ReadonlySet<string>
  readonly tokens: Parameters<typeof toTokens>[1]
}

const toIds = (rows: readonly ApiKeyTable[]): string => JSON.stringify(rows.map(({ id }) => id))

async function show(
  { database, scope, act }: OrganizationAct,
  { row, out }: { readonly row: ApiKeyTable; readonly out: ReadonlySet<string> },
): Promise<ApiKey> {
  const tokens = await database.readOrganization(scope, selectTokens, { ids: toIds([row]), now: act.at })
  return toApiKey(row, act.at, { out, tokens })
}

async function showIn(tx: OrganizationTx, row: ApiKeyTable, now: number): Promise<ApiKey> {
  const out = await findMakersOutIn(tx, [row])
  return toApiKey(row, now, { out, tokens: await tx.all(selectTokens, { ids: toIds([row]), now }) })
}

function toApiKey(row: ApiKeyTable, now: number, { out, tokens }: Beside): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    profile: row.profile,
    knownClient: row.other_client ?? row.known_client,
    isActive: isWorking(row, now),
    tokens: toTokens(row, tokens),
    createdAt: toTime(row.created_at),
    createdBy: row.created_by,
    expiresAt: toNullableTime(row.expires_at),
    lastUsedAt: toNullableTime(row.last_used_at),
    revokedAt: toNullableTime(row.revoked_at),
    ...toMakerView(row, out),
  }
}

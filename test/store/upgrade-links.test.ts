// A store of before links named their reason and keys their maker: nobody is locked out, open links keep their end, and what the
// operator had open ends once.
// Judges: server/store/migrations.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createLog, createMetrics, openDatabase, openOperatorKey, readConfig } from '@rollcall/server'
import { Client } from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { createId } from '../../packages/server/src/base/id.ts'
import { createApiKeyToken, createSecret, hashSecret } from '../../packages/server/src/base/secret.ts'
import { createKeyLookup } from '../../packages/server/src/directory/key-lookup.ts'
import { listKeys } from '../../packages/server/src/directory/keys.ts'
import { listInvitations } from '../../packages/server/src/invitations/invitations.ts'
import { listPortalLinks } from '../../packages/server/src/sessions/links.ts'
import { openPortalLink } from '../../packages/server/src/sessions/open-links.ts'
import { findOperatorSession, openOperatorLink } from '../../packages/server/src/sessions/operator.ts'
import { findSession } from '../../packages/server/src/sessions/sessions.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { migrations, postgresWords, sqliteWords } from '../../packages/server/src/store/migrations/index.ts'
import { secretKey } from '../harness/process.ts'
import { createDatabaseAt } from '../postgres/server.ts'

const dayMs = 86_400_000
const now = Date.now()
const operatorKey = 'operator-key-for-tests-0123456789abcdef'
const own = createId('org', now)
const ids = { admin: createId('usr', now), gone: createId('usr', now), key: createId('key', now) }
const token = createApiKeyToken()
const secrets = Object.fromEntries(
  ['operator', 'admin', 'gone', 'unknown', 'child', 'session', 'operatorSession', 'operatorLink'].map(
    (name) => [name, createSecret()],
  ),
) as Record<string, string>
const links = Object.fromEntries(
  ['operator', 'admin', 'gone', 'unknown', 'child'].map((name) => [name, createId('link', now)]),
) as Record<string, string>

function text(value: string | number | null): string {
  return value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${value}'`
}

function insert(table: string, row: Record<string, string | number | null>): string {
  return `INSERT INTO "${table}" (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).map(text).join(', ')})`
}

function insertLink(name: string, createdBy: string): string[] {
  const id = links[name] as string
  const expires_at = now + 20 * dayMs
  return [
    insert('portal_link', {
      organization_id: own,
      id,
      role: 'admin',
      kind: 'setup',
      created_at: now,
      created_by: createdBy,
      expires_at,
    }),
    insert('link_secret', {
      secret_hash: hashSecret(secrets[name] as string),
      organization_id: own,
      kind: 'portal_link',
      subject_id: id,
      expires_at,
    }),
  ]
}

function insertUser(id: string, name: string, active: 0 | 1): string {
  const resource = JSON.stringify({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: name,
    active: active === 1,
  })
  return insert('user', {
    organization_id: own,
    id,
    user_name: name,
    user_name_key: name,
    active,
    role: 'admin',
    source: 'sso',
    resource,
    version: 1,
    created_at: now,
    updated_at: now,
  })
}

/** What the version before left. */
const rows = [
  insert('organization', {
    id: own,
    name: 'Acme',
    slug: 'acme',
    scim_enabled: 1,
    require_sso: 0,
    provisioning_mode: 'scim',
    default_role: 'member',
    created_at: now,
    updated_at: now,
  }),
  insertUser(ids.admin, 'ada@acme.test', 1),
  insertUser(ids.gone, 'gone@acme.test', 0),
  ...insertLink('operator', 'operator'),
  ...insertLink('admin', ids.admin),
  ...insertLink('gone', ids.gone),
  ...insertLink('unknown', 'user'),
  ...insertLink('child', links.operator as string),
  insert('session', {
    secret_hash: hashSecret(secrets.session as string),
    organization_id: own,
    id: createId('ses', now),
    kind: 'setup',
    role: 'admin',
    label: 'set-up link',
    link_id: links.operator as string,
    created_at: now,
    last_seen_at: now,
    expires_at: now + dayMs,
  }),
  ...(['session', 'link'] as const).map((kind) =>
    insert('operator_secret', {
      secret_hash: hashSecret(`op.${secrets[kind === 'session' ? 'operatorSession' : 'operatorLink']}`),
      kind,
      created_at: now,
      last_seen_at: now,
      expires_at: now + dayMs,
    }),
  ),
  insert('api_key', {
    organization_id: own,
    id: ids.key,
    name: 'Okta',
    prefix: 'rc_scim_abcd',
    profile: 'auto',
    created_at: now,
    created_by: 'portal_link',
  }),
  insert('api_key_secret', {
    secret_hash: hashSecret(token),
    organization_id: own,
    key_id: ids.key,
    profile: 'auto',
  }),
]

const invitations = {
  operator: createId('inv', now),
  link: createId('inv', now),
  admin: createId('inv', now),
}
const inviters = { operator: 'operator', link: links.operator as string, admin: ids.admin }
const invitationRows = (Object.keys(invitations) as (keyof typeof invitations)[]).flatMap((name) => [
  insert('invitation', {
    organization_id: own,
    id: invitations[name],
    email: `${name}@acme.test`,
    email_key: `${name}@acme.test`,
    role: 'member',
    created_at: now,
    created_by: inviters[name],
    expires_at: now + 7 * dayMs,
  }),
  insert('link_secret', {
    secret_hash: hashSecret(`invitation of ${name}`),
    organization_id: own,
    kind: 'invitation',
    subject_id: invitations[name],
    expires_at: now + 7 * dayMs,
  }),
])

/** A store that has every migration before the one of this name. */
function ledger(words: typeof sqliteWords, upTo: string, own: readonly string[]): string[] {
  const before = migrations.slice(
    0,
    migrations.findIndex(({ name }) => name === upTo),
  )
  return [
    'CREATE TABLE migration (number integer PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)',
    ...before.flatMap(({ number, name, statements }) => [
      ...statements(words),
      `INSERT INTO migration VALUES (${number}, '${name}', ${now})`,
    ]),
    ...own,
  ]
}

async function makeStore(
  store: 'sqlite' | 'postgres',
  folder: string,
  upTo = 'links',
  left: readonly string[] = rows,
): Promise<Record<string, string>> {
  const environment = { ROLLCALL_DATA: folder, ROLLCALL_SECRET_KEY: secretKey }
  if (store === 'sqlite') {
    const file = new DatabaseSync(join(folder, 'rollcall.db'))
    for (const statement of ledger(sqliteWords, upTo, left)) file.exec(statement)
    file.close()
    return environment
  }
  const url = await createDatabaseAt(inject('postgresUrl'))
  const client = new Client({ connectionString: url })
  await client.connect()
  for (const statement of ledger(postgresWords, upTo, left)) await client.query(statement)
  await client.end()
  return { ...environment, DATABASE_URL: url }
}

describe.each(['sqlite', 'postgres'] as const)('a %s store of the version before', (store) => {
  it('goes on: links keep their end, keys are confirmed, and the operator signs in anew', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-upgrade-'))
    const environment = await makeStore(store, folder)
    const database = await openDatabase(readConfig(environment), createMetrics(), createLog('silent', false))
    try {
      const { hash } = await openOperatorKey(database, operatorKey, now)
      const scope = createScope(own)
      const found = new Map((await listPortalLinks(database, scope, now)).map((link) => [link.id, link]))
      const left = (name: string) =>
        Math.round((Date.parse(found.get(links[name] as string)?.expiresAt ?? '') - now) / dayMs)
      expect(['operator', 'admin', 'child', 'unknown'].map(left)).toEqual([20, 20, 20, 7])
      expect(found.get(links.gone as string)).toMatchObject({ endedReason: 'maker' })
      for (const name of ['operator', 'admin', 'child', 'unknown'])
        expect(await openPortalLink(database, secrets[name] as string, hash, now, null)).toMatchObject({
          kind: 'setup',
        })
      await expect(openPortalLink(database, secrets.gone as string, hash, now, null)).rejects.toMatchObject({
        status: 410,
      })
      expect(await findSession(database, secrets.session, now)).toMatchObject({ kind: 'setup' })
      const operatorSession = `op.${secrets.operatorSession}`
      expect(await findOperatorSession(database, operatorSession, hash, now)).toBeUndefined()
      await expect(
        openOperatorLink(
          database,
          `op.${secrets.operatorLink}`,
          hash,
          { at: now, context: null },
          'rollcall',
        ),
      ).rejects.toMatchObject({ status: 410 })
      const [key] = await listKeys(database, scope, now)
      expect(key).toMatchObject({ isProvisional: false, maker: { rung: null, isOut: false } })
      const lookup = createKeyLookup(database, () => now)
      expect(await lookup.find(token)).toMatchObject({ keyId: ids.key, isProvisional: false })
    } finally {
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it.each([
    ['links', []],
    ['forms', [insert('setting', { name: 'operator_key_present', value: hashSecret(operatorKey) })]],
  ] as const)(
    'before %s: invitations stay open, and those of the operator end with the next key',
    async (upTo, more) => {
      const folder = mkdtempSync(join(tmpdir(), 'rollcall-upgrade-'))
      const environment = await makeStore(store, folder, upTo, [...rows, ...invitationRows, ...more])
      const database = await openDatabase(
        readConfig(environment),
        createMetrics(),
        createLog('silent', false),
      )
      const statuses = async () => {
        const { items } = await listInvitations(database, createScope(own), { limit: 10 }, now)
        return Object.fromEntries(items.map(({ email, state: status }) => [email.split('@')[0], status]))
      }
      try {
        // With the key of before, unless the migration itself knows it.
        if (upTo === 'links') await openOperatorKey(database, operatorKey, now)
        expect(await statuses()).toEqual({ operator: 'open', link: 'open', admin: 'open' })
        await openOperatorKey(database, 'another-operator-key-0123456789abcdefgh', now)
        expect(await statuses()).toEqual({ operator: 'revoked', link: 'revoked', admin: 'open' })
      } finally {
        await database.close()
        rmSync(folder, { recursive: true, force: true })
      }
    },
  )
})

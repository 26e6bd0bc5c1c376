// How PostgreSQL finds members, and people, when it knows nothing of the table: after an import, before anybody has counted its rows.
// Judges: server/users, server/resources, server/store.
import { createLog, createMetrics, openDatabase, readConfig } from '@rollcall/server'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { listResources } from '../../packages/server/src/resources/resource-store.ts'
import { storedUsers } from '../../packages/server/src/scim/stored-type.ts'
import { createScope, type Database } from '../../packages/server/src/store/database.ts'
import { readPatience } from '../../packages/server/src/store/patience.ts'
import {
  listStatements,
  organizationStatement,
  type PreparedStatement,
} from '../../packages/server/src/store/statement.ts'
import { inUnitOfLinked } from '../../packages/server/src/users/linked-people.ts'
import { memberStatements } from '../../packages/server/src/users/members.ts'
import { createDatabaseAt } from '../postgres/server.ts'

const organization = `org_${'a'.repeat(26)}`
const group = `grp_${'a'.repeat(26)}`
const nameOf = (at: number) => `usr_${String(at).padStart(26, '0')}`
const members = 4_000
const ids = Array.from({ length: 40 }, (_, at) => nameOf(at * 45 + 1))
let client: Client
let database: Database

beforeAll(async () => {
  const url = await createDatabaseAt(inject('postgresUrl'))
  const settings = { DATABASE_URL: url, ROLLCALL_SECRET_KEY: 'secret-key-for-tests-0123456789abcdefghij' }
  database = await openDatabase(readConfig(settings), createMetrics(), createLog('silent', false))
  client = new Client({ connectionString: url })
  await client.connect()
  for (const table of ['group_member', '"user"', '"group"', 'event'])
    await client.query(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`)
  await client.query(
    `INSERT INTO group_member (organization_id, group_id, member_id, member_type)
      SELECT $1, $2, 'usr_' || lpad(at::text, 26, '0'), 'user' FROM generate_series(1, $3) AS at`,
    [organization, group, members],
  )
})
afterAll(async () => {
  await client.end()
  await database.close()
})

/** The generic plan, as the role of requests, with how many rows each step looked at and threw away. */
async function explain(
  { sql, slots }: PreparedStatement,
  args: Readonly<Record<string, string>>,
  of = organization,
): Promise<string> {
  const values = slots.map((slot) => {
    if (slot.kind === 'organization') return of
    return slot.kind === 'place' ? (args[slot.name] ?? '') : String(slot.value)
  })
  await client.query(
    `BEGIN; SET LOCAL ROLE rollcall_app; SET LOCAL "app.org" = '${of}'; SET LOCAL plan_cache_mode = force_generic_plan`,
  )
  try {
    await client.query(`PREPARE asked AS ${sql}`)
    const list = values.map((value) => `'${value}'`).join(', ')
    const { rows } = await client.query(
      `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) EXECUTE asked (${list})`,
    )
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  } finally {
    await client.query('ROLLBACK')
    await client.query('DEALLOCATE ALL')
  }
}

describe('P3: a member of a large group that nobody has counted', () => {
  const { insertMembers, present, remove } = memberStatements
  const one = { groupId: group, id: nameOf(17) }

  it.each([
    ['looked for', present.one],
    ['removed', remove.one],
    ['added', insertMembers.user.one],
  ])('is %s by its key', async (_, statement) => {
    const plan = await explain(statement.compile('postgres'), one)
    expect(plan).toContain('Index')
    expect(plan).not.toMatch(/Rows Removed by (?:Filter|Index Recheck): \d{2}/)
    expect(plan).not.toMatch(new RegExp(`rows=${members}`))
  })

  it.each([
    ['looked for', present.list],
    ['added', insertMembers.user.list],
  ])('and each of a list is %s by its key', async (_, statement) => {
    const plan = await explain(statement.compile('postgres'), { groupId: group, ids: JSON.stringify(ids) })
    expect(plan).toMatch(/loops=40/)
    expect(plan).not.toMatch(/Rows Removed by (?:Filter|Index Recheck|Join Filter): \d{2}/)
    expect(plan).not.toMatch(new RegExp(`rows=${members}`))
  })
})

const importing = `org_${'b'.repeat(26)}`
const people = 2_000
const byExternalId = organizationStatement<{ externalId: string }>('people_by_external_id')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('user')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('external_id', '=', place('externalId')),
)

it('P3: a plan that was made on an empty table is made anew while people come in, before anybody has counted them', async () => {
  const ask = (times: number) =>
    Promise.all(
      Array.from({ length: times }, (_, at) =>
        database.readOrganization(createScope(importing), byExternalId, { externalId: `x${at}` }),
      ),
    )
  // PostgreSQL keeps a plan from the sixth time on.
  for (let round = 0; round < 8; round += 1) await ask(20)
  await client.query(
    `INSERT INTO "user" (organization_id, id, user_name, user_name_key, external_id, active, role, source, resource, version, created_at, updated_at)
      SELECT $1, 'usr_' || lpad(at::text, 26, '0'), at::text, at::text, 'x' || at, 1, 'member', 'scim', '{}', 1, at, at FROM generate_series(1, $2) AS at`,
    [importing, people],
  )
  const usedAt = async () => {
    const { rows } = await client.query(
      `SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'user_external_id'`,
    )
    return Number(rows[0].idx_scan)
  }
  const before = await usedAt()
  for (let round = 0; round < 30; round += 1) await ask(40)
  // Which index is used is told a moment later.
  await vi.waitFor(
    async () => {
      await ask(1)
      expect(await usedAt()).toBeGreaterThan(before + 400)
    },
    { timeout: 20_000, interval: 100 },
  )
})

it.each([
  ['sizes_of_people', 'user_pkey'],
  ['people_to_index', 'user_pkey'],
  ['events_to_seal', 'event_pkey'],
  ['events_by_id', 'event_pkey'],
  ['told_events', 'event_pkey'],
  ['names_of_user', 'user_pkey'],
  ['resources_of_members', 'user_pkey'],
])(
  'P1: what follows a change finds what it is about by its key, before anybody has counted it: %s',
  async (name, key) => {
    await client.query(
      `INSERT INTO event (organization_id, id, type, occurred_at, actor_kind, subject_type, subject_id, data, context)
        SELECT $1, 'usr_' || lpad(at::text, 26, '0'), 'user.updated', at, 'system', 'user', at::text, '{}', '{}'
        FROM generate_series(1, $2) AS at ON CONFLICT DO NOTHING`,
      [importing, people],
    )
    const [found] = listStatements().filter((one) => one.name === name)
    const plan = await explain(
      found?.compile('postgres') as PreparedStatement,
      { ids: JSON.stringify(ids) },
      importing,
    )
    expect(plan).toMatch(new RegExp(`Index Scan using ${key} .*loops=40`))
    expect(plan).not.toMatch(new RegExp(`rows=${people}`))
  },
)

it.each([
  ['in the middle', 900],
  ['near the end', 1_800],
])('a page %s is found by keys, and nobody of another page is read', async (_, startIndex) => {
  await client.query(
    `INSERT INTO user_count (organization_id, slot, users, active_users, groups) VALUES ($1, 0, $2, $2, 0) ON CONFLICT DO NOTHING`,
    [importing, people],
  )
  await client.query('ANALYZE "user"')
  const asked: { readonly statement: PreparedStatement; readonly args: Readonly<Record<string, string>> }[] =
    []
  const noting: Database = {
    ...database,
    readOrganization(scope, statement, args) {
      const given = Object.entries<unknown>({ ...(args as object) }).map(([name, value]) => [
        name,
        String(value),
      ])
      asked.push({ statement: statement.compile('postgres'), args: Object.fromEntries(given) })
      return database.readOrganization(scope, statement, args)
    },
  }
  const listing = { database: noting, scope: createScope(importing), stored: storedUsers, scimBaseUrl: '' }
  const { rows } = await listResources(
    { ...listing, restriction: undefined },
    {
      ...{ filter: undefined, sortBy: undefined, sortOrder: 'ascending' },
      startIndex,
      count: 50,
      ...{ isCursor: false, boundary: undefined },
    },
  )
  expect(rows).toHaveLength(50)
  // The page, then who of it is in which groups.
  expect(asked.length).toBeGreaterThan(1)
  for (const { statement, args } of asked)
    expect(await explain(statement, args, importing)).not.toMatch(/Seq Scan on "user"|Hash (?:Semi )?Join/)
})

/** Of fewer it reads all of an organization at once, which costs as little. */
const linkedPeople = 20_000

it.each([
  'identities_of_some_people',
  'park_some_identities',
  'linked_people',
  'end_of_identity_slice',
  'keep_withdrawn_identities',
  'delete_identities_of_connection',
  'remove_some_identities',
  'set_some_identities_aside',
  'put_some_identities_anew',
])(
  'F2: of many people of a connection, whom nobody has counted, %s finds each by their key',
  async (name) => {
    const linked = `org_${'c'.repeat(26)}`
    await client.query('ALTER TABLE identity SET (autovacuum_enabled = off)')
    await client.query(
      `INSERT INTO identity (organization_id, connection_id, idp_entity_id, stable_id, user_id, name_id, attributes,
        created_at, last_sign_in_at)
      SELECT $1, 'conn_a', 'https://idp.example.com', at::text, 'usr_' || lpad(at::text, 26, '0'), at::text, '{}', 1, 1
      FROM generate_series(1, $2) AS at ON CONFLICT DO NOTHING`,
      [linked, linkedPeople],
    )
    await client.query(
      `INSERT INTO "user" (organization_id, id, user_name, user_name_key, active, role, source, resource, version, created_at, updated_at)
      SELECT $1, 'usr_' || lpad(at::text, 26, '0'), at::text, at::text, 1, 'member', 'sso', '{}', 1, at, at
        FROM generate_series(1, $2) AS at
      ON CONFLICT DO NOTHING`,
      [linked, linkedPeople],
    )
    const stableIds = Object.fromEntries(ids.map((id) => [id, `new ${id}`]))
    const entityId = 'https://idp.example.com'
    const range = { entityId, stableId: '100', lastEntityId: entityId, lastStableId: '1017', number: '1' }
    const parking = { ofEntityId: entityId, parked: 'withdrawn 1' }
    const moving = { connectionId: 'conn_a', aside: 'withdrawn 1', toEntityId: 'https://new.example.com' }
    const args = { ...range, ...parking, ...moving }
    const [found] = listStatements().filter((one) => one.name === name)
    const lists = { userIds: JSON.stringify(ids), stableIds: JSON.stringify(stableIds) }
    const plan = await explain(found?.compile('postgres') as PreparedStatement, { ...args, ...lists }, linked)
    expect(plan).not.toMatch(/Rows Removed by (?:Filter|Index Recheck|Join Filter): \d{2}/)
    expect(plan).not.toMatch(new RegExp(`rows=${linkedPeople}`))
  },
)

it('F2: what writes of very many people of a connection is waited for as a job is', async () => {
  const waitsLong = (connectionId: string) =>
    inUnitOfLinked(
      database,
      createScope(`org_${'c'.repeat(26)}`),
      connectionId,
      async () => readPatience().isLong,
    )
  expect([await waitsLong('conn_a'), await waitsLong('conn_of_nobody')]).toEqual([true, false])
})

// Row-level security on PostgreSQL: every table is on one of two lists, and the role that requests run as is bound by it.
// Judges: server/store.
import { createLog, createMetrics, openDatabase, readConfig } from '@rollcall/server'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { installationTables, ownedTables } from '../../packages/server/src/store/schema.ts'
import { createDatabaseAt } from '../postgres/server.ts'

let client: Client
const [own, other] = [`org_${'a'.repeat(26)}`, `org_${'b'.repeat(26)}`]

beforeAll(async () => {
  const url = await createDatabaseAt(inject('postgresUrl'))
  const database = await openDatabase(
    readConfig({ DATABASE_URL: url, ROLLCALL_SECRET_KEY: 'secret-key-for-tests-0123456789abcdefghij' }),
    createMetrics(),
    createLog('silent', false),
  )
  await database.close()
  client = new Client({ connectionString: url })
  await client.connect()
  // Triggers come before policies; here it is about policies.
  await client.query('SET session_replication_role = replica')
})
afterAll(() => client.end())

async function asApplication<T>(organization: string | undefined, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN; SET LOCAL ROLE rollcall_app')
  if (organization !== undefined) await client.query(`SET LOCAL "app.org" = '${organization}'`)
  try {
    return await work()
  } finally {
    await client.query('ROLLBACK')
  }
}

describe('the tables', () => {
  it('are each a tenant table with a forced policy, or on the list of the installation', async () => {
    const { rows } = await client.query<{
      name: string
      enabled: boolean
      forced: boolean
      policies: string
    }>(`
      SELECT relname AS name, relrowsecurity AS enabled, relforcerowsecurity AS forced,
        (SELECT count(*) FROM pg_policy WHERE polrelid = pg_class.oid) AS policies
      FROM pg_class WHERE relkind IN ('r', 'p', 'm', 'v') AND relnamespace = 'public'::regnamespace ORDER BY relname`)
    const tenant = rows.filter(({ name }) => ownedTables.includes(name as never))
    const rest = rows.filter(({ name }) => !ownedTables.includes(name as never)).map(({ name }) => name)
    expect(tenant.map(({ name }) => name)).toEqual([...ownedTables].sort())
    for (const table of tenant) expect(table).toMatchObject({ enabled: true, forced: true, policies: '1' })
    // The last two are out of the role's reach.
    expect(rest).toEqual([...installationTables, 'known_organization', 'migration'].sort())
  })

  it('have the organization first in every primary key and unique index of a tenant table', async () => {
    const { rows } = await client.query<{ table: string; first: string }>(`
      SELECT c.relname AS table, a.attname AS first FROM pg_index i
      JOIN pg_class c ON c.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
      WHERE c.relnamespace = 'public'::regnamespace`)
    const wrong = rows.filter(
      ({ table, first }) => ownedTables.includes(table as never) && first !== 'organization_id',
    )
    expect(wrong).toEqual([])
  })
})

describe('the role rollcall_app', () => {
  it('owns nothing, bypasses nothing and cannot log in', async () => {
    const { rows } = await client.query(
      "SELECT rolsuper, rolbypassrls, rolcanlogin, rolcreaterole FROM pg_roles WHERE rolname = 'rollcall_app'",
    )
    expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false, rolcanlogin: false, rolcreaterole: false }])
    const owned = await client.query("SELECT relname FROM pg_class WHERE relowner = 'rollcall_app'::regrole")
    expect(owned.rows).toEqual([])
  })

  it.each(ownedTables)(
    'sees no row of %s without an organization or with another, and writes none for another',
    async (table) => {
      // The superuser is above policies: it puts one row of each organization there, with a value in every column.
      const { rows: columns } = await client.query<{ name: string; type: string }>(
        "SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position",
        [table],
      )
      const insert = (organization: string): string => {
        const values = columns.map(({ name, type }) =>
          name === 'organization_id'
            ? `'${organization}'`
            : type === 'text'
              ? "'x'"
              : type === 'bytea'
                ? "'\\x01'"
                : '1',
        )
        return `INSERT INTO "${table}" (${columns.map(({ name }) => `"${name}"`).join(', ')}) VALUES (${values.join(', ')})`
      }
      await client.query(insert(own))
      const count = async (): Promise<number> =>
        (await client.query(`SELECT 1 FROM "${table}"`)).rowCount ?? 0
      expect(await asApplication(undefined, count)).toBe(0)
      expect(await asApplication(other, count)).toBe(0)
      expect(await asApplication(own, count)).toBe(1)
      await expect(
        asApplication(other, () => client.query(insert(own).replaceAll("'x'", "'y'"))),
      ).rejects.toThrow(/row-level security/)
      await expect(
        asApplication(undefined, () => client.query(insert(own).replaceAll("'x'", "'z'"))),
      ).rejects.toThrow(/row-level security/)
      expect(
        await asApplication(other, async () => (await client.query(`DELETE FROM "${table}"`)).rowCount),
      ).toBe(0)
    },
  )

  it('cannot rewrite an event', async () => {
    await expect(asApplication(own, () => client.query("UPDATE event SET data = '{}'"))).rejects.toThrow(
      /permission denied/,
    )
  })
})

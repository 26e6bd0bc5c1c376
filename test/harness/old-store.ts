// A store as an earlier version left it: its tables made by the migrations of that version, its rows those of a store of today
// without the columns that came later.
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { migrations, postgresWords, sqliteWords } from '../../packages/server/src/store/migrations/index.ts'
import { installationTables, ownedTables } from '../../packages/server/src/store/schema.ts'

/** What tells people, and how they get in; the feed and its deliveries begin anew. */
const copied = [
  'organization',
  'api_key',
  'api_key_secret',
  'user',
  'user_email',
  'user_count',
  'group',
  'group_member',
  'domain',
  'verified_domain',
  'connection',
  'connection_place',
  'identity',
  'invitation',
  'portal_link',
  'link_secret',
  'session',
  'event',
] as const

const ledger =
  'CREATE TABLE migration (number integer PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)'

/** Copies the people of the embedded store in `from` into a new one in `to`, as the first `count` migrations make it. */
export function copyToOldFile(from: string, to: string, count: number): void {
  const [source, target] = [new DatabaseSync(from), new DatabaseSync(to)]
  try {
    target.exec(ledger)
    for (const migration of migrations.slice(0, count)) {
      for (const statement of migration.statements(sqliteWords)) target.exec(statement)
      target.prepare('INSERT INTO migration VALUES (?, ?, 0)').run(migration.number, migration.name)
    }
    for (const table of copied) {
      const columns = (target.prepare(`PRAGMA table_info("${table}")`).all() as { name: string }[]).map(
        ({ name }) => name,
      )
      const list = columns.map((name) => `"${name}"`).join(', ')
      const insert = target.prepare(
        `INSERT INTO "${table}" (${list}) VALUES (${columns.map(() => '?').join(', ')})`,
      )
      for (const row of source.prepare(`SELECT ${list} FROM "${table}"`).all())
        insert.run(...columns.map((name) => row[name] as string | number | null))
    }
  } finally {
    source.close()
    target.close()
  }
}

/**
 * The same on PostgreSQL, between two databases of one server. The old store belongs to `owner`, who is no superuser and is held to
 * the policies of its own tables.
 */
export async function copyToOldDatabase(
  from: string,
  to: string,
  count: number,
  owner: string,
): Promise<void> {
  const [source, target] = [new Client(from), new Client(to)]
  await source.connect()
  await target.connect()
  try {
    await target.query(`ALTER SCHEMA public OWNER TO ${owner}`)
    await target.query(`SET ROLE ${owner}`)
    await target.query(ledger)
    for (const migration of migrations.slice(0, count)) {
      for (const statement of migration.statements(postgresWords)) await target.query(statement)
      await target.query('INSERT INTO migration VALUES ($1, $2, 0)', [migration.number, migration.name])
    }
    await protectTables(target)
    await target.query('RESET ROLE')
    for (const table of copied) await copyTable(source, target, table)
  } finally {
    await source.end()
    await target.end()
  }
}

async function protectTables(target: Client): Promise<void> {
  const { rows } = await target.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
  )
  const there = new Set(rows.map(({ name }) => name))
  await target.query('GRANT USAGE ON SCHEMA public TO rollcall_app')
  for (const table of [...installationTables, ...ownedTables].filter((name) => there.has(name)))
    await target.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON "${table}" TO rollcall_app`)
  const isOwn = "organization_id = current_setting('app.org', true)"
  for (const table of ownedTables.filter((name) => there.has(name)))
    await target.query(`ALTER TABLE "${table}" ENABLE ROW LEVEL SECURITY; ALTER TABLE "${table}" FORCE ROW LEVEL SECURITY;
      CREATE POLICY organization_isolation ON "${table}" USING (${isOwn}) WITH CHECK (${isOwn})`)
}

async function copyTable(source: Client, target: Client, table: string): Promise<void> {
  const { rows: columns } = await target.query<{ name: string }>(
    "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1",
    [table],
  )
  const list = columns.map(({ name }) => `"${name}"`).join(', ')
  const places = columns.map((_, at) => `$${at + 1}`).join(', ')
  const { rows } = await source.query<Record<string, unknown>>(`SELECT ${list} FROM "${table}"`)
  for (const row of rows)
    await target.query(
      `INSERT INTO "${table}" (${list}) VALUES (${places})`,
      columns.map(({ name }) => row[name]),
    )
}

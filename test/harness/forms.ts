// Stores as earlier commits left them (test/store/forms), put back and looked at.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32, gunzipSync } from 'node:zlib'
import { Client } from 'pg'

const folder = resolve(import.meta.dirname, '../store/forms')

/** `01-66fa148` and so on, the oldest first. */
export const forms: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.sqlite.sql.gz'))
  .map((name) => name.slice(0, -'.sqlite.sql.gz'.length))
  .sort()

export function readForm(form: string, dialect: 'sqlite' | 'postgres'): string {
  return gunzipSync(readFileSync(join(folder, `${form}.${dialect}.sql.gz`))).toString('utf8')
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The API key of an organization in every form: as a key of ours is built, and nobody's. */
export function formToken(slug: 'acme' | 'globex'): string {
  const body = `rc_scim_${`${slug}0TestTokenOfAFixture`.padEnd(43, '0')}`
  const digits = Array.from({ length: 6 }, (_, at) => base62[Math.floor(crc32(body) / 62 ** (5 - at)) % 62])
  return `${body}_${digits.join('')}`
}

/** Puts a form into a new file. */
export function restoreFile(form: string, file: string): void {
  const store = new DatabaseSync(file)
  store.exec(`BEGIN; ${readForm(form, 'sqlite')} COMMIT`)
  store.close()
}

/** Puts a form into an empty database; `rows` as well, or the tables and the ledger alone. */
export async function restoreDatabase(form: string, url: string, rows: 'rows' | 'tables'): Promise<void> {
  const lines = readForm(form, 'postgres').split('\n')
  const kept = lines.filter((line) => rows === 'rows' || !/^INSERT INTO public\.(?!migration )/.test(line))
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(kept.join('\n'))
  } finally {
    await client.end()
  }
}

/** All that a store's schema says, in the same words however it came about. */
export function readFileSchema(store: DatabaseSync): unknown {
  const all = (query: string, ...values: string[]) => store.prepare(query).all(...values)
  const tables = all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name") as {
    name: string
  }[]
  return tables.map(({ name }) => ({
    name,
    columns: all(
      'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?) ORDER BY name',
      name,
    ),
    options: all('SELECT wr FROM pragma_table_list WHERE name = ?', name),
    indexes: (
      all('SELECT name, "unique", origin, partial FROM pragma_index_list(?) ORDER BY name', name) as {
        name: string
      }[]
    ).map((index) => ({
      ...index,
      columns: all('SELECT name FROM pragma_index_info(?) ORDER BY seqno', index.name),
      where: all(
        "SELECT substr(sql, instr(sql, 'WHERE')) AS condition FROM sqlite_master WHERE name = ? AND sql LIKE '%WHERE%'",
        index.name,
      ),
    })),
  }))
}

/** The same of PostgreSQL, with who may do what with whose rows. */
export async function readDatabaseSchema(url: string): Promise<unknown> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const lists = [
      `SELECT table_name, column_name, data_type, collation_name, column_default, is_nullable, is_identity FROM information_schema.columns
        WHERE table_schema = 'public' ORDER BY 1, 2`,
      "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
      'SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid',
      "SELECT tablename, policyname, roles::text, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'public' ORDER BY 1, 2",
      `SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`,
      `SELECT table_name, privilege_type FROM information_schema.role_table_grants
        WHERE grantee = 'rollcall_app' AND table_schema = 'public' ORDER BY 1, 2`,
      `SELECT conrelid::regclass::text AS of, contype, pg_get_constraintdef(oid) AS says FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype <> 'n' ORDER BY 1, 3`,
    ]
    const found: unknown[] = []
    for (const list of lists) found.push((await client.query(list)).rows)
    return found
  } finally {
    await client.end()
  }
}

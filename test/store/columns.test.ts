// What store/schema.ts describes is what the migrations make: a column that is described and made by none would be found out by whoever
// reads it first, and one that nobody describes is in nobody's hands.
// Judges: server/store, server/store/migrations.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { expect, inject, it } from 'vitest'
import { ofCopies, tablesThatAre } from '../../packages/server/src/store/of-copies.ts'
import { restoreStore } from '../../packages/server/src/store/sqlite-copy.ts'
import { embeddedFileName } from '../../packages/server/src/store/sqlite-folder.ts'
import { migrateSqlite } from '../../packages/server/src/store/sqlite-migrate.ts'
import { createMigratedAt } from '../postgres/server.ts'

const source = readFileSync(
  resolve(import.meta.dirname, '../../packages/server/src/store/schema.ts'),
  'utf8',
).replace(/\/\*\*[\s\S]*?\*\//g, '')

/** Shape -> its columns; a shape may be made of another one. */
const shapes = new Map<string, string[]>()
for (const [, name = '', base = '', body = ''] of source.matchAll(
  /interface (\w+)(?: extends ([^{]+))? \{([^}]*)\}/g,
)) {
  const [, inherited = base.trim(), left = ''] = /^Omit<(\w+), ([^>]+)>/.exec(base.trim()) ?? []
  const own = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, column = '']) => column)
  const more = (shapes.get(inherited) ?? []).filter((column) => !left.includes(`'${column}'`))
  shapes.set(name, [...more, ...own])
}
const described = Object.fromEntries(
  [...source.matchAll(/^ {2}(\w+): rows<(\w+)>\(\)/gm)].map(([, table = '', shape = '']) => [
    table,
    shapes.get(shape)?.toSorted(),
  ]),
)

/** Columns that no statement of this version reads or writes, with the reason. */
const left: Readonly<Record<string, string>> = {
  'event.number': 'of the embedded store alone, where an event is the row of the feed as well (decision 031)',
}

/** Columns with what lets in, or lets somebody act, of tables that a copy keeps whole; with the reason. */
const keptInCopies: Readonly<Record<string, string>> = {
  'api_key_secret.secret_hash': 'docs/backup.md: revoke once more, or rotate',
  'oauth_client.secret_hash': 'as of keys',
  'oauth_client.previous_secret_hash': 'as of keys; its overlap ends by the clock',
  'application.secret_hash': "the operator's own, and without it no application would work",
  'application.previous_secret_hash': 'its overlap ends by the clock',
  'webhook_endpoint.secrets': 'what the operator checks our deliveries with',
  'connection.client_secret': 'sealed; what the identity provider knows us by',
  'anchor_version.client_secret': 'sealed; of what is staged, or may be brought back, by the digest alone',
  'service_key.private_key': 'sealed; what identity providers encrypt to',
  'signing_key.private_key': 'sealed; what applications check our tokens with',
  'domain.token': 'public, in the DNS',
}

type Column = { readonly table: string; readonly name: string }

function differences(columns: readonly Column[]): string[] {
  const there = new Set(columns.map(({ table, name }) => `${table}.${name}`))
  const told = Object.entries(described).flatMap(([table, names]) => names?.map((name) => `${table}.${name}`))
  return [
    ...told
      .filter((name) => name !== undefined && !there.has(name))
      .map((name) => `${name} is made by no migration`),
    ...[...there]
      .filter(
        (name) => (name.split('.')[0] as string) in described && !told.includes(name) && !(name in left),
      )
      .map((name) => `${name} is described nowhere`),
  ].sort()
}

it('H12: the embedded store has the columns that are described, and no others', () => {
  expect(Object.keys(described).length).toBeGreaterThan(60)
  const store = new DatabaseSync(':memory:')
  migrateSqlite(store, { isMigrating: true, now: Date.now })
  const columns = store
    .prepare(
      "SELECT t.name AS 'table', c.name FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c WHERE t.type IN ('table', 'view')",
    )
    .all() as Column[]
  expect(differences(columns)).toEqual([])
})

it('H12: PostgreSQL has the columns that are described, and no others', async () => {
  const client = new Client({ connectionString: await createMigratedAt(inject('postgresUrl')) })
  await client.connect()
  try {
    const { rows } = await client.query<Column>(
      'SELECT table_name AS "table", column_name AS name FROM information_schema.columns WHERE table_schema = current_schema()',
    )
    expect(differences(rows)).toEqual([])
  } finally {
    await client.end()
  }
})

// A table without a word in of-copies.ts is asked for by the compiler; here it is each column that may let somebody in.
it('m4: what of a copy lets somebody in, or is half done by somebody, is ended when it is put back, or kept with a reason', () => {
  const lets = Object.entries(described).flatMap(([table, names]) =>
    ofCopies[table as keyof typeof ofCopies] === 'kept'
      ? (names ?? [])
          .filter((name) =>
            /^(previous_)?(browser|secret|client|private)_(hash|secret|key)$|secrets|token/.test(name),
          )
          .map((name) => `${table}.${name}`)
      : [],
  )
  expect(lets.sort()).toEqual(Object.keys(keptInCopies).sort())
  const told = readFileSync(resolve(import.meta.dirname, '../../docs/backup.md'), 'utf8')
  const toDelete = /delete all rows of ([^,][\s\S]*?), as the owner/.exec(told)?.[1] ?? ''
  expect([...toDelete.matchAll(/`(\w+)`/g)].map(([, table]) => table).sort()).toEqual(
    [...tablesThatAre('ended')].sort(),
  )
})

it('m4: a copy that is put back has no row of what has ended, and every other row', () => {
  const base = mkdtempSync(join(tmpdir(), 'rollcall-copy-'))
  try {
    const copy = join(base, 'copy.db')
    const store = new DatabaseSync(copy)
    migrateSqlite(store, { isMigrating: true, now: Date.now })
    const fill = (table: string) => {
      const columns = store.prepare(`PRAGMA table_info("${table}")`).all()
      const values = columns.map(({ type, name }) =>
        name === 'revoked_at' ? 'NULL' : type === 'TEXT' || type === 'text' ? "'1'" : '1',
      )
      store.exec(`INSERT OR IGNORE INTO "${table}" VALUES (${values.join(', ')})`)
    }
    const tables = Object.keys(ofCopies).filter((table) => table !== 'event')
    const countAll = (file: DatabaseSync) =>
      Object.fromEntries(
        tables.map((table) => [table, file.prepare(`SELECT count(*) AS many FROM "${table}"`).get()?.many]),
      )
    for (const table of tables) fill(table)
    const before = countAll(store)
    expect(Object.values(before).every((many) => Number(many) > 0)).toBe(true)
    store.close()
    restoreStore(copy, join(base, 'data'), 1_000)
    const restored = new DatabaseSync(join(base, 'data', embeddedFileName))
    const none = tablesThatAre('ended').map((table) => [table, 0])
    expect(countAll(restored)).toEqual({ ...before, ...Object.fromEntries(none) })
    expect(restored.prepare('SELECT revoked_at FROM portal_link').all()).toMatchObject([
      { revoked_at: 1_000 },
    ])
    restored.close()
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
})

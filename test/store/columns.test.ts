// What store/schema.ts describes is what the migrations make: a column that is described and made by none would be found out by whoever
// reads it first, and one that nobody describes is in nobody's hands.
// Judges: server/store, server/store/migrations.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { expect, inject, it } from 'vitest'
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

import { sql } from 'kysely'
import { expect, it } from 'vitest'
import {
  bindValues,
  createShapes,
  identityOf,
  installationStatement,
  nameOf,
  organizationQuery,
  type PreparedStatement,
} from './statement.ts'

const select = (name: string, column: 'name' | 'value') =>
  installationStatement(name)(({ db }) => db.selectFrom('setting').select(column)).compile('postgres')

it('a statement is named on the server by its text, so that no name stands for two texts behind a pooler', () => {
  expect(nameOf(select('one', 'name'))).toBe(nameOf(select('another', 'name')))
  expect(nameOf(select('one', 'name'))).not.toBe(nameOf(select('one', 'value')))
  // Longer names are cut off by PostgreSQL.
  expect(Buffer.byteLength(nameOf(select('one', 'name')))).toBeLessThan(64)
})

it('a query is kept by its text once it has come again, each with values of its own, and only so many are', () => {
  const withShape = createShapes()
  const ask = (column: string, id: string): PreparedStatement =>
    withShape({
      name: '',
      sql: `select "id" from "user" where "${column}" = $1`,
      slots: [{ kind: 'value', value: id }],
    })
  const [first, second, third, fourth] = ['a', 'b', 'c', 'd'].map((id) => ask('id', id))
  expect(first?.name).toBe('')
  expect(second?.name).toBe('')
  expect(identityOf(third as PreparedStatement)).toBe(identityOf(fourth as PreparedStatement))
  expect(bindValues(third as PreparedStatement, {}, '')).toEqual(['c'])
  expect(bindValues(fourth as PreparedStatement, {}, '')).toEqual(['d'])
  const kept = new Set<PreparedStatement>()
  for (let column = 0; column < 300; column += 1)
    for (let time = 0; time < 3; time += 1) {
      const asked = ask(`column_${column}`, '')
      if (asked.shape !== undefined) kept.add(asked.shape)
    }
  expect(kept.size).toBeLessThan(128)
})

it('SQLite is told no number of a LIMIT before it runs, for which it would prepare the statement anew each time', () => {
  const built = installationStatement<{ limit: number }>('some_settings')(({ db, place }) =>
    db.selectFrom('setting').select('name').limit(place('limit')),
  )
  const written = organizationQuery(({ db }) => ({
    compile: () => sql`SELECT 1 AS one LIMIT ${10} OFFSET ${2}`.compile(db),
  }))
  expect(built.compile('sqlite').sql).toMatch(/LIMIT \(\? \+ 0\)$/)
  expect(written.compile('sqlite').sql).toBe('SELECT 1 AS one LIMIT (? + 0) OFFSET ?')
  expect(written.compile('postgres').sql).toBe('SELECT 1 AS one LIMIT $1 OFFSET $2')
})

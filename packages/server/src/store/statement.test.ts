import { expect, it } from 'vitest'
import { installationStatement, nameOf } from './statement.ts'

const select = (name: string, column: 'name' | 'value') =>
  installationStatement(name)(({ db }) => db.selectFrom('setting').select(column)).compile('postgres')

it('a statement is named on the server by its text, so that no name stands for two texts behind a pooler', () => {
  expect(nameOf(select('one', 'name'))).toBe(nameOf(select('another', 'name')))
  expect(nameOf(select('one', 'name'))).not.toBe(nameOf(select('one', 'value')))
  // Longer names are cut off by PostgreSQL.
  expect(Buffer.byteLength(nameOf(select('one', 'name')))).toBeLessThan(64)
})

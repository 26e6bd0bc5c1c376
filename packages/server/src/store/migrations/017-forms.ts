// Migrations 1, 2, 3 and 6 were changed after they had been committed, so a store that ran them earlier has them in an earlier form.
// This one looks at what is there and adds what those forms lack. Where all is there it does nothing.
import type { DdlWords, Migration } from './migration.ts'

interface Part {
  /** The migration that makes it today. */
  readonly of: number
  readonly table: string
}
interface ColumnPart extends Part {
  readonly column: string
  readonly type: (words: DdlWords) => string
}
interface TablePart extends Part {
  readonly create: (words: DdlWords) => string
}
interface IndexPart extends Part {
  readonly index: string
  readonly columns: readonly string[]
  readonly isUnique?: true
  readonly where?: string
}

const text = (words: DdlWords): string => words.text

const tables: readonly TablePart[] = [
  {
    of: 6,
    table: 'application_use',
    create: (words) => `CREATE TABLE application_use (
      organization_id ${words.text} NOT NULL, user_id ${words.text} NOT NULL, application_id ${words.text} NOT NULL,
      PRIMARY KEY (organization_id, user_id, application_id))${words.rowStore}`,
  },
]

const columns: readonly ColumnPart[] = [
  { of: 2, table: 'connection_place', column: 'acs_path', type: text },
  { of: 6, table: 'deleted_user', column: 'role', type: text },
  { of: 6, table: 'deleted_user', column: 'role_origin', type: text },
  { of: 6, table: 'deleted_user', column: 'blocked_at', type: () => 'bigint' },
  { of: 6, table: 'deleted_user', column: 'group_ids', type: text },
]

const isWaiting = "state = 'pending'"
const indexes: readonly IndexPart[] = [
  { of: 1, table: 'user', index: 'user_external_id', columns: ['organization_id', 'external_id', 'id'] },
  {
    of: 2,
    table: 'connection_place',
    index: 'connection_place_acs_path_unique',
    columns: ['acs_path'],
    isUnique: true,
    where: 'acs_path IS NOT NULL',
  },
  { of: 3, table: 'group', index: 'group_external_id', columns: ['organization_id', 'external_id', 'id'] },
  { of: 6, table: 'application_use', index: 'application_use_application', columns: ['application_id'] },
  {
    of: 6,
    table: 'delivery',
    index: 'delivery_waiting',
    columns: ['target_id', 'subject_id', 'number'],
    where: isWaiting,
  },
  {
    of: 6,
    table: 'delivery',
    index: 'delivery_due',
    columns: ['target_id', 'next_at', 'number'],
    where: isWaiting,
  },
]

function createIndex({ table, columns, isUnique, where }: IndexPart, name: string): string {
  const end = where === undefined ? '' : ` WHERE ${where}`
  return `CREATE ${isUnique === true ? 'UNIQUE ' : ''}INDEX ${name} ON "${table}" (${columns.join(', ')})${end}`
}

export const forms: Migration = {
  number: 17,
  name: 'forms',
  statements: () => [],
  repair: (there, applied, words) => {
    const made = <P extends Part>(parts: readonly P[]): readonly P[] =>
      parts.filter(({ of }) => applied.has(of))
    return [
      ...made(tables)
        .filter(({ table }) => there.columns(table).size === 0)
        .map(({ create }) => create(words)),
      ...made(columns)
        .filter(({ table, column }) => !there.columns(table).has(column))
        .map(({ table, column, type }) => `ALTER TABLE "${table}" ADD COLUMN ${column} ${type(words)}`),
      ...made(indexes)
        .filter((part) => there.index(part.index)?.join() !== part.columns.join())
        .flatMap((part) => words.replaceIndex(part.index, (name) => createIndex(part, name))),
    ]
  },
}

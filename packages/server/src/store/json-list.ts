// A list as one bound value: JSON text that the database unfolds to rows, so that a statement has one text for any length.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Dialect } from './statement.ts'

/** `list` is JSON text of strings (a place or a value); the table `wanted` has the column `value`. */
export function unfoldList(list: unknown, dialect: Dialect): RawBuilder<unknown> {
  return dialect === 'sqlite'
    ? sql`json_each(${list}) AS wanted`
    : sql`(SELECT value COLLATE "C" AS value FROM json_array_elements_text(cast(${list} AS json))) AS wanted`
}

/** Whether a column holds one of the list. As an array PostgreSQL looks each up by its key, however large the table is. */
export function isInList(column: string, list: unknown, dialect: Dialect): RawBuilder<SqlBool> {
  const values = sql`SELECT wanted.value FROM ${unfoldList(list, dialect)}`
  return dialect === 'sqlite'
    ? sql<SqlBool>`${sql.ref(column)} IN (${values})`
    : sql<SqlBool>`${sql.ref(column)} = ANY (ARRAY(${values}))`
}

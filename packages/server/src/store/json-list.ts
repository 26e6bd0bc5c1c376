// A list as one bound value: JSON text that the database unfolds to rows, so that a statement has one text for any length.
import { type RawBuilder, sql } from 'kysely'
import type { Dialect } from './statement.ts'

/** `list` is JSON text of strings (a place or a value); the table `wanted` has the column `value`. */
export function unfoldList(list: unknown, dialect: Dialect): RawBuilder<unknown> {
  return dialect === 'sqlite'
    ? sql`json_each(${list}) AS wanted`
    : sql`(SELECT value COLLATE "C" AS value FROM json_array_elements_text(cast(${list} AS json))) AS wanted`
}

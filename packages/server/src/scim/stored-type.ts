// What the lists must know of a resource type that is stored: its table, its columns, and how a row becomes a resource.
import type { JsonObject } from '@rollcall/scim'
import { type RawBuilder, sql } from 'kysely'
import { indexedGroupColumns } from '../mapping/group-columns.ts'
import { indexedUserColumns } from '../mapping/user-columns.ts'
import type { Dialect } from '../store/statement.ts'
import { type GroupRow, groupColumnNames } from '../users/groups.ts'
import { type RenderedRow, renderedColumnNames, selectGroups } from '../users/users.ts'
import type { ColumnIndex } from './filter-sql.ts'
import { toGroupResource } from './render-group.ts'
import { toResource } from './render-user.ts'

export interface StoredType<Row extends { readonly id: string }> {
  readonly table: 'user' | 'group'
  readonly idPattern: RegExp
  readonly index: ColumnIndex
  /** What clients match by all day: these run as prepared statements. */
  readonly matched: readonly { readonly column: string; readonly isUnique: boolean }[]
  readonly columns: (dialect: Dialect) => RawBuilder<unknown>
  /** For the matcher in memory; a group comes without its members, which only columns are asked about. */
  readonly toResource: (row: Row, scimBaseUrl: string) => JsonObject
}

export const storedUsers: StoredType<RenderedRow> = {
  table: 'user',
  idPattern: /^usr_[0-9a-z]{26}$/,
  index: indexedUserColumns,
  matched: [
    { column: 'user_name_key', isUnique: true },
    { column: 'external_id', isUnique: false },
  ],
  columns: (dialect) =>
    sql`${sql.join(renderedColumnNames.map((name) => sql.ref(name)))}, ${selectGroups(dialect)} AS groups`,
  toResource,
}

export const storedGroups: StoredType<GroupRow> = {
  table: 'group',
  idPattern: /^grp_[0-9a-z]{26}$/,
  index: indexedGroupColumns,
  matched: [
    { column: 'display_name_key', isUnique: false },
    { column: 'external_id', isUnique: false },
  ],
  columns: () => sql`${sql.join(groupColumnNames.map((name) => sql.ref(name)))}`,
  toResource: toGroupResource,
}

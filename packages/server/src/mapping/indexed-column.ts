// How a SCIM path lies in the store: as a column of the resource's own row, or as rows of a table beside it. Data only.

/** Values of a multi-valued attribute as rows. */
export interface RowTable {
  readonly table: 'user_email' | 'group_member'
  /** The column with the id of the resource that the value belongs to. */
  readonly owner: 'user_id' | 'group_id' | 'member_id'
  /** Every value of the attribute is a row, and every indexed sub-attribute a column that is never NULL. */
  readonly isWhole: boolean
}

/** `kind` says how the column's values compare. */
export type IndexedColumn =
  | { readonly kind: 'text'; readonly column: string; readonly isNullable?: true }
  | { readonly kind: 'boolean'; readonly column: string }
  | { readonly kind: 'time'; readonly column: string }
  | { readonly kind: 'rows'; readonly rows: RowTable; readonly column: string }

// A list that goes by cursors: what was found as a table with its pages, or a sentence that there is nothing.
import type { ReactNode } from 'react'
import { Answer } from './page.tsx'
import { type Column, Pager, type Pages, Table } from './table.tsx'

interface Found<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

/** One page of `query` as a table, with the buttons to the next; `empty` where nothing was found. */
export function Listing<T extends { readonly id: string }>(props: {
  readonly query: {
    readonly data: Found<T> | undefined
    readonly error: unknown
    readonly refetch: () => unknown
  }
  readonly pages: Pages
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly empty: ReactNode
}): ReactNode {
  return (
    <Answer query={props.query}>
      {({ items, nextCursor }) =>
        items.length === 0 ? (
          props.empty
        ) : (
          <>
            <Table label={props.label} rows={items} columns={props.columns} />
            <Pager pages={props.pages} nextCursor={nextCursor} />
          </>
        )
      }
    </Answer>
  )
}

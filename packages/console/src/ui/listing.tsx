// A list: what was found as a table, with its pages where it goes by cursors, or a sentence that there is nothing.
import { Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/language.tsx'
import { Answer } from './page.tsx'
import { type Column, Pager, type Pages, Table } from './table.tsx'

interface Found<T> {
  readonly items: readonly T[]
  readonly nextCursor?: string | null
}

/** One page of `query` as a table, with the buttons to the next; `empty` where nothing was found. */
export function Listing<T extends { readonly id: string }>(props: {
  readonly query: {
    readonly data: Found<T> | undefined
    readonly error: unknown
    readonly refetch: () => unknown
  }
  /** Where the reader stands; without it the list is on one page. */
  readonly pages?: Pages
  readonly label: string
  readonly columns: readonly Column<T>[]
  /** What is said above the table of what was found. */
  readonly above?: (items: readonly T[]) => ReactNode
  readonly empty: ReactNode
  /** Rows of one line, as logs have them. */
  readonly isDense?: boolean
  /** What stands below a row that is opened. */
  readonly below?: (row: T) => ReactNode | undefined
}): ReactNode {
  const { t } = useWords()
  return (
    <Answer query={props.query}>
      {({ items, nextCursor = null }) =>
        items.length === 0 && nextCursor === null ? (
          props.empty
        ) : items.length === 0 ? (
          <>
            <Text>{t('pager.noneYet')}</Text>
            {props.pages !== undefined && <Pager pages={props.pages} nextCursor={nextCursor} />}
          </>
        ) : (
          <>
            <Stack gap="sm">
              {props.above?.(items)}
              <Table
                label={props.label}
                rows={items}
                columns={props.columns}
                isDense={props.isDense === true}
                {...(props.below === undefined ? {} : { below: props.below })}
              />
            </Stack>
            {props.pages !== undefined && <Pager pages={props.pages} nextCursor={nextCursor} />}
          </>
        )
      }
    </Answer>
  )
}

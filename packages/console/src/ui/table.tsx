// A table that becomes cards where the screen is narrow, and the two buttons of a list that goes by cursors.
import { Button, Group } from '@mantine/core'
import { Fragment, type ReactNode, useState } from 'react'
import { useWords } from '../i18n/language.tsx'

/** A column of a table: its head, and what stands in each row. */
export interface Column<T> {
  readonly head: string
  /** Buttons: at the end, and without a visible head. */
  readonly isActions?: boolean
  /** What stands in the head instead of its words, which name it all the same. */
  readonly headCell?: ReactNode
  readonly cell: (row: T) => ReactNode
}

/** Rows below their heads, or cards with them where the screen is narrow. */
export function Table<T extends { readonly id: string }>(props: {
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  /** What stands below a row that is opened; undefined for the others. */
  readonly below?: (row: T) => ReactNode | undefined
  /** Rows of one line. */
  readonly isDense?: boolean
}): ReactNode {
  const below = (row: T): ReactNode => {
    const content = props.below?.(row)
    if (content === undefined) return null
    return (
      <tr>
        <td colSpan={props.columns.length}>{content}</td>
      </tr>
    )
  }
  return (
    <table className={props.isDense === true ? 'rc-table rc-dense' : 'rc-table'} aria-label={props.label}>
      <thead>
        <tr>
          {props.columns.map(({ head, isActions, headCell }) => (
            <th key={head} scope="col">
              {headCell ?? (isActions === true ? <span className="rc-hidden">{head}</span> : head)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <Fragment key={row.id}>
            <tr>
              {props.columns.map(({ head, cell, isActions }) => (
                <td
                  key={head}
                  data-label={isActions === true ? '' : head}
                  className={isActions === true ? 'rc-end' : undefined}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
            {below(row)}
          </Fragment>
        ))}
      </tbody>
    </table>
  )
}

/** The page that is looked at, and the ways to others. */
export interface Pages {
  readonly cursor: string | undefined
  readonly page: number
  next(cursor: string): void
  previous(): void
  restart(): void
}

/** Where a reader stands in a list that only goes forward: the cursors of the pages before are kept. */
export function usePages(): Pages {
  const [cursors, setCursors] = useState<readonly string[]>([])
  return {
    cursor: cursors.at(-1),
    page: cursors.length + 1,
    next: (cursor) => setCursors((before) => [...before, cursor]),
    previous: () => setCursors((before) => before.slice(0, -1)),
    restart: () => setCursors([]),
  }
}

/** The two buttons; nothing where all is on one page. */
export function Pager(props: { readonly pages: Pages; readonly nextCursor: string | null }): ReactNode {
  const { t } = useWords()
  const { pages, nextCursor } = props
  if (pages.page === 1 && nextCursor === null) return null
  return (
    <Group justify="space-between" mt="md" component="nav" aria-label={t('pager.label')}>
      <Button variant="default" size="sm" disabled={pages.page === 1} onClick={pages.previous}>
        {t('pager.previous')}
      </Button>
      <span>{t('pager.page', { page: pages.page })}</span>
      <Button
        variant="default"
        size="sm"
        disabled={nextCursor === null}
        onClick={() => nextCursor !== null && pages.next(nextCursor)}
      >
        {t('pager.next')}
      </Button>
    </Group>
  )
}

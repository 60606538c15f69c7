/** A table that becomes a list of cards where the screen is narrow. */
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { usePreferences } from '../preferences.ts'
import type { Listing } from '../use-admin.ts'
import { Empty } from './page.tsx'
import { ProblemNote } from './problem-note.tsx'

export interface Column<T> {
  readonly title: string
  readonly cell: (item: T) => ReactNode
  /** Numbers are set to the right. */
  readonly numeric?: boolean
}

interface TableProps<T> {
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly items: readonly T[]
  readonly keyOf: (item: T) => string | number
}

export function Table<T>({ label, columns, items, keyOf }: TableProps<T>) {
  return (
    <div className="table-box">
      <table className="table" aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ title, numeric }) => (
              <th key={title} scope="col" className={numeric ? 'numeric' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={keyOf(item)}>
              {columns.map(({ title, cell, numeric }) => (
                <td key={title} data-title={title} className={numeric ? 'numeric' : undefined}>
                  <div>{cell(item)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface ListTableProps<T> extends Omit<TableProps<T>, 'items'> {
  readonly listing: Listing<T>
  /** What to say and offer when there is nothing. */
  readonly empty: string
  readonly emptyAction?: ReactNode
}

/** A table of what a list of the admin API holds, page by page. */
export function ListTable<T>({ listing, empty, emptyAction, ...table }: ListTableProps<T>) {
  const { texts } = usePreferences()
  const { items, problem, more, isGoingOn, reload } = listing
  if (problem !== undefined) return <ProblemNote problem={problem} onRetry={reload} />
  if (items === undefined) return <p className="quiet">{texts.loading}</p>
  if (items.length === 0 && isGoingOn) return <p className="quiet">{texts.loading}</p>
  if (items.length === 0) return <Empty action={emptyAction}>{empty}</Empty>
  return (
    <>
      <Table {...table} items={items} />
      {more !== undefined && (
        <div className="more">
          <Button onClick={more} loading={isGoingOn}>
            {texts.more}
          </Button>
        </div>
      )}
    </>
  )
}

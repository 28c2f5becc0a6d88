import type { ReactNode } from 'react'
import { useColumnChoice } from './column-choice.ts'

/** A column: its head, and what stands in a row of it. */
export interface Column<T> {
  head: string
  cell: (row: T) => ReactNode
  /** Left out on narrow screens. */
  wide?: boolean
  end?: boolean
  /** It may be shown and hidden, and is this until somebody chooses. Left out: it is always shown. */
  choice?: 'shown' | 'hidden'
}

/** A table that scrolls in itself where it is too wide. Whatever leads further is a link in a cell. */
export function Table<T>({
  label,
  list,
  columns: all,
  rows,
  keyOf,
}: {
  label: string
  /** What its choice of columns is kept as. */
  list?: string
  columns: readonly Column<T>[]
  rows: readonly T[]
  keyOf: (row: T) => string
}) {
  const columns = all.filter(useColumnChoice<T>(list))
  const side = ({ wide, end }: Column<T>) =>
    `px-2.5 py-2 first:pl-4 last:pr-4 md:px-3 ${end ? 'text-right' : 'text-left'} ${wide ? 'hidden md:table-cell' : ''}`
  return (
    <section className="overflow-x-auto" aria-label={label}>
      <table className="w-full text-sm">
        <thead>
          <tr className="border-b border-line text-xs text-ink-faint">
            {columns.map((column) => (
              <th key={column.head} scope="col" className={`${side(column)} font-medium whitespace-nowrap`}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className="border-b border-line last:border-0 hover:bg-canvas">
              {columns.map((column) => (
                <td key={column.head} className={`${side(column)} align-middle`}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

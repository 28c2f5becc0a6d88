/** Tables of text. */
import { type Paint, plain } from './terminal.ts'

/** A column: its head, and what of a row stands in it. */
export interface Column<T> {
  head: string
  of: (row: T) => string | number | null | undefined
  /** Colours what stands there; its width is that of the plain text. */
  paint?: (text: string, row: T, paint: Paint) => string
}

/** Rows in columns that are as wide as what they hold; nothing stands for what is not there. */
export function tableText<T>(rows: readonly T[], columns: readonly Column<T>[], paint: Paint): string {
  const cells = rows.map((row) => columns.map(({ of }) => plain(String(of(row) ?? '-'))))
  const widths = columns.map(({ head }, index) =>
    Math.max(head.length, ...cells.map((line) => line[index]!.length)),
  )
  const fill = (text: string, index: number) =>
    index === columns.length - 1 ? '' : ' '.repeat(widths[index]! - text.length + 2)
  const heads = columns.map(({ head }, index) => paint.dim(head) + fill(head, index)).join('')
  const lines = cells.map((line, row) =>
    line
      .map((text, index) => {
        const shown = columns[index]!.paint?.(text, rows[row]!, paint) ?? text
        return shown + fill(text, index)
      })
      .join(''),
  )
  return [heads, ...lines].join('\n')
}

/** Names and what they are, one a line. */
export function factText(facts: Readonly<Record<string, string | number | null | undefined>>): string {
  const shown = Object.entries(facts).filter(([, value]) => value !== undefined)
  const width = Math.max(...shown.map(([name]) => name.length))
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${plain(String(value ?? '-'))}`).join('\n')
}

/** Showing data: as JSON for programs, as lines and tables for people. */
import { InvalidArgumentError, Option } from 'commander'
import type { Cli } from './cli.ts'
import type { CliCommand, JsonOption } from './command.ts'
import { type Column, tableText } from './table.ts'
import { jsonText } from './terminal.ts'

/** Shows one value. @param text for people, when it is not JSON that is wanted */
export function show(cli: Cli, options: JsonOption, value: unknown, text: () => string): void {
  cli.terminal.print(options.json ? jsonText(value, 2) : text())
}

/** What a command that lists takes. */
export interface LimitOption extends JsonOption {
  /** Infinity for all. */
  limit: number
}

export const withLimit = <C extends CliCommand>(command: C): C =>
  command.addOption(
    new Option('-n, --limit <count>', 'how many at most, or `all`').default(20).argParser(readLimit),
  )

function readLimit(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, or `all`.')
  return Number(text)
}

/** The most that the API gives in one page. */
const LARGEST_PAGE = 250

/** How large pages are asked for: one more than is shown tells whether there are more. */
export const pageSize = ({ limit }: LimitOption): number => Math.min(limit + 1, LARGEST_PAGE)

/** Shows a list, as a table or as one JSON array. */
export async function showList<T>(
  cli: Cli,
  options: LimitOption,
  list: AsyncIterable<T>,
  columns: readonly Column<T>[],
): Promise<void> {
  const rows: T[] = []
  let hasMore = false
  for await (const row of list) {
    hasMore = rows.length === options.limit
    if (hasMore) break
    rows.push(row)
  }
  const { terminal } = cli
  if (options.json) terminal.print(jsonText(rows, 2))
  else if (rows.length > 0) terminal.print(tableText(rows, columns, terminal.paint))
  else terminal.say('There are none.')
  if (hasMore) terminal.say('There are more; say `--limit all` to see them.')
}

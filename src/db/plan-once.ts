/**
 * Statements that are asked again and again are planned once for each connection: over the partitions, planning one takes
 * several times as long as running it.
 */
import type pg from 'pg'

/** Gives a statement the name under which a connection keeps its plan; undefined: it is planned as it comes. */
export type StatementNames = (text: string) => string | undefined

/** Before that a statement may be one of a kind, such as a list by a filter that nobody uses twice. */
const USES_BEFORE = 5

/** What is named is kept by each connection, here and in Postgres. A process has some sixty statements of its own. */
const MOST_NAMES = 200

/** How many texts are counted that have no name yet. */
const MOST_COUNTED = 1_000

/** Names for all connections of a pool: each keeps the plans of those that it has met. */
export function createStatementNames(): StatementNames {
  const names = new Map<string, string>()
  let uses = new Map<string, number>()

  return (text) => {
    const name = names.get(text)
    if (name !== undefined || names.size === MOST_NAMES) return name
    const count = (uses.get(text) ?? 0) + 1
    if (count <= USES_BEFORE) {
      if (uses.size === MOST_COUNTED) uses = new Map()
      uses.set(text, count)
      return undefined
    }
    uses.delete(text)
    names.set(text, `ringback_${names.size + 1}`)
    return names.get(text)
  }
}

/**
 * Has a connection keep the plans of what it is asked. Of those that lead to Postgres itself alone: a pooler may answer the
 * next transaction with another connection, which knows none of the names.
 *
 * Source: PostgreSQL 18 documentation, PREPARE, "Notes": from the sixth time on the plan is one for any values, unless those
 * for the values at hand have proved to be worth their planning.
 */
export function planOnce(client: pg.ClientBase, nameOf: StatementNames): void {
  const ask = client.query as (...args: unknown[]) => unknown
  let keeps = true
  const notice = (error: unknown) => {
    if (isOutdated(error)) keeps = false
  }

  // A transaction takes a promise; the pool's own `query` is told of the end.
  function query(asked: unknown, values: unknown, ...others: unknown[]) {
    if (!keeps || !isStatement(asked) || !hasSome(values)) return ask.call(client, asked, values, ...others)
    const named = { ...asked, name: nameOf(asked.text) }
    const [tell] = others
    if (typeof tell === 'function')
      return ask.call(client, named, values, (error: unknown, ...answer: unknown[]) => {
        notice(error)
        tell(error, ...answer)
      })
    const answer = ask.call(client, named, values) as Promise<unknown>
    answer.catch(notice)
    return answer
  }
  client.query = query as typeof client.query
}

/** In the form in which Drizzle asks: an object, and the values beside it. */
const isStatement = (asked: unknown): asked is pg.QueryConfig =>
  typeof asked === 'object' && asked !== null && 'text' in asked

const hasSome = (values: unknown): values is unknown[] => Array.isArray(values) && values.length > 0

/**
 * A kept plan gives rows of another type than its table has by now, as after an upgrade of what others run: it fails, and would
 * again and again. Source: PostgreSQL 18 documentation, appendix A: `feature_not_supported`.
 */
const isOutdated = (error: unknown) => error instanceof Error && 'code' in error && error.code === '0A000'

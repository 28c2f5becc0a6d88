import { DrizzleQueryError } from 'drizzle-orm'

/** What of Postgres' own report says where it went wrong, and holds nothing of a row. */
const REPORTED = ['code', 'severity', 'schema', 'table', 'column', 'constraint', 'routine'] as const

/**
 * An error as it may be written to a log. A failed query's own message recites its values, and Postgres' detail the row,
 * among them what callers must keep secret: a header for their endpoint, a sealed key. The statement stays, with its
 * placeholders, and so does the stack.
 */
export function loggableError(error: unknown): unknown {
  if (!(error instanceof DrizzleQueryError)) return error
  const { query, cause, stack = '' } = error
  const { message = 'unknown', ...report } = cause ? { message: cause.message, ...reportOf(cause) } : {}
  const frames = stack.slice(stack.indexOf(error.message) + error.message.length)
  return { type: 'QueryFailed', message, query, ...report, stack: `QueryFailed: ${message}${frames}` }
}

function reportOf(cause: Error): Record<string, unknown> {
  const fields = cause as unknown as Record<string, unknown>
  return Object.fromEntries(REPORTED.filter((name) => name in cause).map((name) => [name, fields[name]]))
}

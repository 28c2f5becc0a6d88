import { DrizzleQueryError } from 'drizzle-orm'

/** What of Postgres' own report says where it went wrong, and holds nothing of a row. */
const REPORTED = ['code', 'severity', 'schema', 'table', 'column', 'constraint', 'routine'] as const

/** An error as it is written to a log. */
export interface LoggableError {
  type: string
  message: string
  stack: string
  cause?: LoggableError
  [field: string]: unknown
}

/**
 * An error as it may be written to a log, its causes with it. A failed query's own message recites its values, and
 * Postgres' detail the row, among them what callers must keep secret: a header for their endpoint, a sealed key. The
 * statement stays, with its placeholders, and so does the stack.
 */
export function loggableError(error: unknown): unknown {
  return error instanceof Error ? loggable(error) : error
}

function loggable(error: Error): LoggableError {
  if (error instanceof DrizzleQueryError) return loggableQuery(error)
  const { name, message, stack = '', cause } = error
  return {
    type: name,
    message,
    ...reportOf(error),
    stack,
    ...(cause instanceof Error ? { cause: loggable(cause) } : {}),
  }
}

function loggableQuery({ query, cause, message: recited, stack = '' }: DrizzleQueryError): LoggableError {
  const { message = 'unknown', ...report } = cause ? { message: cause.message, ...reportOf(cause) } : {}
  const frames = stack.slice(stack.indexOf(recited) + recited.length)
  return { type: 'QueryFailed', message, query, ...report, stack: `QueryFailed: ${message}${frames}` }
}

function reportOf(error: Error): Record<string, unknown> {
  const fields = error as unknown as Record<string, unknown>
  return Object.fromEntries(REPORTED.filter((name) => name in error).map((name) => [name, fields[name]]))
}

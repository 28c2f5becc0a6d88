/** From what a request carries and a schema to what is worked with; or to an error of the family. */
import type { z } from '@hono/zod-openapi'
import { type Fault, notFound, type RingbackError, refused } from '../errors.ts'
import { faultPath } from './fault-path.ts'
import { inWords } from './fault-words.ts'
import { nameInWords } from './requests.ts'
import { unkeepable } from './unkeepable.ts'

/**
 * Reads a value by a schema.
 * @param except the one member that is never kept as JSON, and may hold what could not be
 * @throws RingbackError `validation_failed`, with a path for every fault
 */
export function readBy<T extends z.ZodType>(schema: T, value: unknown, except?: string): z.output<T> {
  // First, since the schema would drop a `__proto__` without a word.
  const faults = unkeepable(value, except)
  if (faults.length > 0) throw invalid(faults)
  const result = schema.safeParse(value, { error: inWords })
  if (!result.success) throw invalid(result.error.issues.flatMap(faultsOf))
  return result.data
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: faultPath([...issue.path, key]), message: 'unknown field' }))
  }
  return [{ path: faultPath(issue.path), message: issue.message }]
}

const invalid = (faults: Fault[]) =>
  refused('validation_failed', 'The request is not valid; "errors" says where.', faults)

/** 404 for an id that cannot be one. A parameter in a path is named for what it finds: `{eventType}` is an event type. */
export function unknownId(error: z.ZodError): RingbackError {
  return notFound(nameInWords(String(error.issues[0]?.path[0])))
}

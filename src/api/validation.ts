/** From the faults that a schema finds to an error of the family. */
import type { z } from '@hono/zod-openapi'
import { type Fault, notFound, type RingbackError, refused } from '../errors.ts'
import { faultPath } from './fault-path.ts'
import { inWords } from './requests.ts'
import { unstorableText } from './storable-text.ts'

/** 422 `validation_failed` with each fault of a schema. */
export function invalid(error: z.ZodError): RingbackError {
  return refusedWith(error.issues.flatMap(faultsOf))
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: faultPath([...issue.path, key]), message: 'unknown field' }))
  }
  const isAbsent = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  return [{ path: faultPath(issue.path), message: isAbsent ? 'required' : issue.message }]
}

/** 404 for an id that cannot be one. A parameter in a path is named for what it finds: `{eventType}` is an event type. */
export function unknownId(error: z.ZodError): RingbackError {
  return notFound(inWords(String(error.issues[0]?.path[0])))
}

/** @throws RingbackError `validation_failed` for text that Postgres cannot keep */
export function refuseUnstorable(value: unknown): void {
  const faults = unstorableText(value)
  if (faults.length > 0) throw refusedWith(faults)
}

const refusedWith = (faults: Fault[]) =>
  refused('validation_failed', 'The request is not valid; "errors" says where.', faults)

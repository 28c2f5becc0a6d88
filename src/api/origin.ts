import type { Context } from 'hono'
import { readTraceparent, type Traceparent } from '../trace-context.ts'
import type { ApiEnv } from './needs.ts'

/** Where an event comes from: the request that brought it, and the trace that this belongs to. */
export interface Origin {
  requestId: string
  traceparent: Traceparent | null
}

/** Reads them. A `traceparent` that cannot be read is as good as none. */
export const originOf = (c: Context<ApiEnv>): Origin => ({
  requestId: c.get('requestId'),
  traceparent: readTraceparent(c.req.header('traceparent')),
})

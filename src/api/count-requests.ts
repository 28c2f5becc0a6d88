import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { HttpMeter } from '../telemetry/http-meter.ts'
import type { ApiEnv } from './needs.ts'

/** Counts each request by its route's template: what a path names is as various as callers like, and would fill the memory. */
export function countRequests(meter: HttpMeter): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const began = performance.now()
    await next()
    meter.answered(c.req.method, templateOf(c), c.res.status, (performance.now() - began) / 1_000)
  }
}

/** The route that a request found, in the form of the document; the others that it passed end in a wildcard. */
function templateOf(c: Context<ApiEnv>): string {
  const found = matchedRoutes(c).findLast(({ path }) => !path.endsWith('*'))
  return found ? found.path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}') : 'none'
}

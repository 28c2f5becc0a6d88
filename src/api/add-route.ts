import { type RouteConfig, type RouteHandler, z } from '@hono/zod-openapi'
import type { Context, Handler, MiddlewareHandler } from 'hono'
import { authorise } from './authorise.ts'
import type { Api, ApiEnv } from './needs.ts'
import type { LimitHeader } from './rate-limit.ts'
import type { Route } from './route.ts'
import { readBy, unknownId } from './validation.ts'

/**
 * Adds a route: to the document, and to what is answered. Its handler gets what the route's schemas made of the path
 * (`c.req.valid('param')`), the query and the body (`'json'`).
 *
 * The framework's own validation is left out for its body: it reads and parses the body itself, unbounded, and an absent
 * one differs from `{}`. Here every body has been read by `json-body.ts`.
 */
export function addRoute<R extends Route>(api: Api, route: R, handler: RouteHandler<R, ApiEnv>): void {
  describe(api, route)
  api.on(route.method, route.getRoutingPath(), authorise(route), validate(route), handler)
}

/** Adds a route whose handler reads its request by hand. */
export function addRawRoute(api: Api, route: Route, handler: Handler<ApiEnv>): void {
  describe(api, route)
  api.on(route.method, route.getRoutingPath(), authorise(route), handler)
}

/** Adds a route to the document. Its scope is a role there, as OpenAPI 3.1 has it (section 4.8.30), and a sentence. */
function describe(api: Api, { scope, tenantIn: _, ...route }: Route): void {
  if (scope === null) {
    api.openAPIRegistry.registerPath({ ...route, security: [] })
  } else if (scope === 'any') {
    const responses = withLimitHeaders(route.responses)
    api.openAPIRegistry.registerPath({ ...route, responses, security: [{ key: [] }] })
  } else {
    const needed = `Needs the scope \`${scope}\`.`
    const description = route.description ? `${route.description} ${needed}` : needed
    const responses = withLimitHeaders(route.responses)
    api.openAPIRegistry.registerPath({ ...route, description, responses, security: [{ key: [scope] }] })
  }
}

/** Says of answers to a good key that they tell what is left of its limits. */
function withLimitHeaders(responses: RouteConfig['responses']): RouteConfig['responses'] {
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => {
      const names = limitHeadersOf(Number(status))
      const headers = Object.fromEntries(
        names.map((name) => [name, { $ref: `#/components/headers/${name}` }]),
      )
      return [status, names.length > 0 ? { ...response, headers } : response]
    }),
  )
}

function limitHeadersOf(status: number): LimitHeader[] {
  if (status === 429) return ['RateLimit', 'RateLimit-Policy', 'Retry-After']
  if (status === 503) return ['Retry-After']
  return status < 300 ? ['RateLimit', 'RateLimit-Policy'] : []
}

/**
 * Reads a request by its route's schemas.
 * @throws RingbackError `not_found` for an id in the path that cannot be one, as for any other that is not there;
 * `validation_failed`, with a path for every fault
 */
function validate({ request }: RouteConfig): MiddlewareHandler<ApiEnv> {
  const { params, query } = request ?? {}
  const body = bodySchema(request?.body?.content['application/json'])
  return (c, next) => {
    if (params) {
      const result = params.safeParse(c.req.param())
      if (!result.success) throw unknownId(result.error)
      c.req.addValidatedData('param', result.data as object)
    }
    // A bad cursor is refused as one (`readPage`); an event's data is sent as it is written, whatever it holds.
    if (query) c.req.addValidatedData('query', readBy(query, queryOf(c), 'cursor') as object)
    if (body) c.req.addValidatedData('json', readBy(body, c.get('body').value, 'data') as object)
    return next()
  }
}

/** A body may also be described without a schema that could check it. */
function bodySchema(content: object | undefined): z.ZodType | undefined {
  return content && 'schema' in content && content.schema instanceof z.ZodType ? content.schema : undefined
}

/** A parameter given twice is a list, which no schema takes by accident. */
function queryOf(c: Context): Record<string, string | string[]> {
  const entries = Object.entries(c.req.queries())
  return Object.fromEntries(
    entries.map(([name, values]) => [name, values.length === 1 ? values[0]! : values]),
  )
}

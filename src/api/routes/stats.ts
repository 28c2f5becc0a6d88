import { z } from '@hono/zod-openapi'
import { createRecent } from '../../access/recent.ts'
import { SECOND } from '../../duration.ts'
import { findEndpoint } from '../../endpoints/store.ts'
import { notFound } from '../../errors.ts'
import type { Id } from '../../ids.ts'
import { showStats as sumUp } from '../../stats/show.ts'
import { countEndpoints, countWaiting } from '../../stats/store.ts'
import { addRoute } from '../add-route.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { idOf, tenantParam } from '../requests.ts'
import { requireTenant } from '../require-tenant.ts'
import { json, problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import { Stats, showStats, statsQuery } from '../shapes/stats.ts'

const tags = ['Stats']
const description =
  'Attempts by when they began, some seconds after they ended. Sums are kept for longer than the attempts: `RINGBACK_STATS_DAYS`.'

const ofAll = createRoute({
  operationId: 'getStats',
  scope: 'read',
  summary: 'Statistics of all tenants',
  description,
  tags,
  method: 'get',
  path: '/v1/stats',
  request: { query: statsQuery },
  responses: { 200: json(Stats, 'The statistics.'), ...problems(422) },
})

const ofTenant = createRoute({
  operationId: 'getTenantStats',
  scope: 'read',
  summary: 'Statistics of a tenant',
  description,
  tags,
  method: 'get',
  path: '/v1/tenants/{tenant}/stats',
  request: { params: z.object({ tenant: tenantParam }), query: statsQuery },
  responses: { 200: json(Stats, 'The statistics.'), ...problems(404, 422) },
})

const ofEndpoint = createRoute({
  operationId: 'getEndpointStats',
  scope: 'read',
  summary: 'Statistics of an endpoint',
  description,
  tags,
  method: 'get',
  path: '/v1/tenants/{tenant}/endpoints/{endpoint}/stats',
  request: {
    params: z.object({ tenant: tenantParam, endpoint: idOf('endpoint') }),
    query: statsQuery,
  },
  responses: { 200: json(Stats, 'The statistics.'), ...problems(404, 422) },
})

/** What waits is counted one by one: not for each of those who look. */
const GOOD_FOR = 5 * SECOND

/** Whose deliveries are counted: `tenant endpoint`, either of them empty. */
type Whose = `${string} ${Id<'endpoint'> | ''}`

/** Statistics: of all, of a tenant, of an endpoint. */
export function statsRoutes(api: Api, { db, read, clock, queueCounts, workersAtWork }: ApiNeeds): void {
  const waiting = createRecent({
    clock,
    goodForMs: GOOD_FOR,
    capacity: 1_000,
    async load(keys: readonly Whose[]) {
      const counted = await Promise.all(
        keys.map(async (key) => {
          const [tenantId, endpointId] = key.split(' ') as [string, Id<'endpoint'> | '']
          return [key, await read((at) => countWaiting(at, tenantId, endpointId))] as const
        }),
      )
      return new Map(counted)
    },
  })
  const waitingFor = async (tenantId: string, endpointId: Id<'endpoint'> | '' = '') =>
    (await waiting.get(`${tenantId} ${endpointId}`))!

  addRoute(api, ofAll, async (c) => {
    const { window } = c.req.valid('query')
    const [stats, waiting, endpoints, queue, workers] = await Promise.all([
      read((at) => sumUp(at, '', '', window, clock.now())),
      waitingFor(''),
      countEndpoints(db, ''),
      queueCounts(),
      workersAtWork(),
    ])
    return c.json(
      showStats(stats, { waiting, endpoints, ...(queue && { queue }), ...(workers && { workers }) }),
      200,
    )
  })

  addRoute(api, ofTenant, async (c) => {
    const { tenant } = c.req.valid('param')
    const { window } = c.req.valid('query')
    await requireTenant(db, tenant)
    const [stats, waiting, endpoints] = await Promise.all([
      read((at) => sumUp(at, tenant, '', window, clock.now())),
      waitingFor(tenant),
      countEndpoints(db, tenant),
    ])
    return c.json(showStats(stats, { waiting, endpoints }), 200)
  })

  addRoute(api, ofEndpoint, async (c) => {
    const { tenant, endpoint } = c.req.valid('param')
    const { window } = c.req.valid('query')
    if (!(await findEndpoint(db, tenant, endpoint))) throw notFound('endpoint')
    const [stats, waiting] = await Promise.all([
      read((at) => sumUp(at, tenant, endpoint, window, clock.now())),
      waitingFor(tenant, endpoint),
    ])
    return c.json(showStats(stats, { waiting }), 200)
  })
}

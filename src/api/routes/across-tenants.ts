import { z } from '@hono/zod-openapi'
import { lastAttemptsOf } from '../../attempts/store.ts'
import { listAllDeliveries, listDeliveries } from '../../deliveries/store.ts'
import { ENDPOINT_STATUSES } from '../../endpoints/endpoint.ts'
import { withSubscriptionsOf } from '../../endpoints/show.ts'
import { listAllEndpoints, listEndpoints } from '../../endpoints/store.ts'
import { listAllEvents, listEvents } from '../../events/store.ts'
import { addRoute } from '../add-route.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { byId, pageOf, pageQuery, readPage } from '../pagination.ts'
import { tenantParam, windowQuery } from '../requests.ts'
import { requireCustomer } from '../require-tenant.ts'
import { json, problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import { Delivery, deliveryQuery, showDelivery } from '../shapes/delivery.ts'
import { Endpoint, showEndpoint } from '../shapes/endpoint.ts'
import { ListedEvent, showListed } from '../shapes/event.ts'

/** The part of these lists' queries that they share. */
const ofTenant = { tenant: tenantParam.optional().openapi({ description: 'Of this tenant alone.' }) }

const deliveries = createRoute({
  operationId: 'listAllDeliveries',
  scope: 'read',
  summary: 'List deliveries of all tenants, newest first',
  tags: ['Deliveries'],
  method: 'get',
  path: '/v1/deliveries',
  request: {
    query: z.strictObject({
      ...ofTenant,
      ...deliveryQuery,
      ...pageQuery,
    }),
  },
  responses: { 200: json(pageOf(Delivery), 'A page of deliveries.'), ...problems(400, 404, 422) },
})

const events = createRoute({
  operationId: 'listAllEvents',
  scope: 'read',
  summary: 'List events of all tenants, newest first',
  tags: ['Events'],
  method: 'get',
  path: '/v1/events',
  request: {
    query: z.strictObject({ ...ofTenant, type: z.string().optional(), ...windowQuery, ...pageQuery }),
  },
  responses: { 200: json(pageOf(ListedEvent), 'A page of events.'), ...problems(400, 404, 422) },
})

const endpoints = createRoute({
  operationId: 'listAllEndpoints',
  scope: 'read',
  summary: 'List endpoints of all tenants, newest first',
  tags: ['Endpoints'],
  method: 'get',
  path: '/v1/endpoints',
  request: {
    query: z.strictObject({ ...ofTenant, status: z.enum(ENDPOINT_STATUSES).optional(), ...pageQuery }),
  },
  responses: { 200: json(pageOf(Endpoint), 'A page of endpoints.'), ...problems(400, 404, 422) },
})

/** What all tenants have, for whoever runs Ringback. The operator's own tenant is not among them. */
export function acrossTenantsRoutes(api: Api, { db, read }: ApiNeeds): void {
  addRoute(api, deliveries, async (c) => {
    const { tenant, limit, cursor, ...filter } = c.req.valid('query')
    const page = readPage(c.req, { limit, cursor }, byId('delivery'))
    const query = { ...filter, olderThan: page.last, limit: page.limit }
    if (tenant !== undefined) await requireCustomer(db, tenant)
    const found = await read((at) =>
      tenant === undefined ? listAllDeliveries(at, query) : listDeliveries(at, tenant, query),
    )
    const { rows, nextCursor } = page.of(found, (row) => row.id)
    const last = await read((at) => lastAttemptsOf(at, rows))
    return c.json({ data: rows.map((row) => showDelivery(row, last.get(row.id))), nextCursor }, 200)
  })

  addRoute(api, events, async (c) => {
    const { tenant, limit, cursor, ...filter } = c.req.valid('query')
    const page = readPage(c.req, { limit, cursor }, byId('event'))
    const query = { ...filter, olderThan: page.last, limit: page.limit }
    if (tenant !== undefined) await requireCustomer(db, tenant)
    const found = await read((at) =>
      tenant === undefined ? listAllEvents(at, query) : listEvents(at, tenant, query),
    )
    const { rows, nextCursor } = page.of(found, (row) => row.id)
    return c.json({ data: rows.map(showListed), nextCursor }, 200)
  })

  addRoute(api, endpoints, async (c) => {
    const { tenant, limit, cursor, status } = c.req.valid('query')
    const page = readPage(c.req, { limit, cursor }, byId('endpoint'))
    const query = { status, olderThan: page.last, limit: page.limit }
    if (tenant !== undefined) await requireCustomer(db, tenant)
    const found = await (tenant === undefined
      ? listAllEndpoints(db, query)
      : listEndpoints(db, tenant, query))
    const { rows, nextCursor } = page.of(found, (row) => row.id)
    return c.json({ data: (await withSubscriptionsOf(db, rows)).map(showEndpoint), nextCursor }, 200)
  })
}

import { z } from '@hono/zod-openapi'
import { isEventTypeName } from '../../endpoints/pattern.ts'
import { notFound } from '../../errors.ts'
import { findEventType, listEventTypes } from '../../event-types/store.ts'
import { addRoute } from '../add-route.ts'
import { creationKey, isCreationKey, positionOf } from '../creation-key.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { pageOf, pageQuery, readPage } from '../pagination.ts'
import { tenantParam } from '../requests.ts'
import { requireTenant } from '../require-tenant.ts'
import { json, problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import { EventType, showEventType } from '../shapes/event-type.ts'

const tags = ['Event types']
const all = '/v1/tenants/{tenant}/event-types'

const list = createRoute({
  operationId: 'listTenantEventTypes',
  scope: 'read',
  summary: 'List the catalogue for a tenant, newest first',
  description: 'What its endpoints can subscribe to, for whoever sees one tenant alone.',
  tags,
  method: 'get',
  path: all,
  request: { params: z.object({ tenant: tenantParam }), query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(EventType), 'A page of event types.'), ...problems(400, 404, 422) },
})

const get = createRoute({
  operationId: 'getTenantEventType',
  scope: 'read',
  summary: 'Get an event type of the catalogue for a tenant',
  tags,
  method: 'get',
  path: `${all}/{eventType}`,
  request: {
    params: z.object({
      tenant: tenantParam,
      eventType: z
        .string()
        .refine(isEventTypeName)
        .openapi({ description: 'The name of the event type.', example: 'invoice.paid' }),
    }),
  },
  responses: { 200: json(EventType, 'The event type.'), ...problems(404) },
})

/** The catalogue as tenants see it: what is archived is not there. */
export function tenantEventTypeRoutes(api: Api, { db }: ApiNeeds): void {
  addRoute(api, list, async (c) => {
    const { tenant } = c.req.valid('param')
    const page = readPage(c.req, c.req.valid('query'), isCreationKey)
    await requireTenant(db, tenant)
    const found = await listEventTypes(db, {
      olderThan: page.last && positionOf(page.last),
      limit: page.limit,
    })
    const { rows, nextCursor } = page.of(found, ({ createdAt, name }) => creationKey(createdAt, name))
    return c.json({ data: rows.map(showEventType), nextCursor }, 200)
  })

  addRoute(api, get, async (c) => {
    const { tenant, eventType: name } = c.req.valid('param')
    await requireTenant(db, tenant)
    const eventType = await findEventType(db, name)
    if (!eventType || eventType.archivedAt) throw notFound('event type')
    return c.json(showEventType(eventType), 200)
  })
}

import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { DELIVERY_STATUSES } from '../../deliveries/delivery.ts'
import { STREAMS_PER_TENANT } from '../../live/feed.ts'
import { addRoute } from '../add-route.ts'
import { streamDeliveries } from '../delivery-stream.ts'
import { notBefore } from '../former-tenant.ts'
import type { Api, ApiEnv, ApiNeeds } from '../needs.ts'
import { idOf, tenantParam } from '../requests.ts'
import { requireCustomer, requireTenant } from '../require-tenant.ts'
import { problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import { answerQuery, Delivery } from '../shapes/delivery.ts'

const tags = ['Deliveries']

const streamQuery = {
  endpointId: idOf('endpoint').optional(),
  eventType: z.string().optional(),
  status: z.enum(DELIVERY_STATUSES).optional(),
  answer: answerQuery,
  cursor: z
    .string()
    .optional()
    .openapi({ description: 'For clients that send no `Last-Event-ID`: the last `id` that came.' }),
}

const headers = z.object({
  'Last-Event-ID': z
    .string()
    .optional()
    .openapi({ description: 'The last `id` that came; browsers send it.' }),
})

const description =
  'Server-Sent Events. `event: delivery` has a delivery as in the list for `data`, when it is new and when something happened to ' +
  'it; `event: missed` says that more happened than is told: read the list. With `Last-Event-ID` it goes on where it was, from any ' +
  'process, within ten minutes. Each change comes at least once: drop what has an `id`, `attemptCount` and `status` that you ' +
  'know. It ends when the key does, and when it is not read. ' +
  `${STREAMS_PER_TENANT} streams at most stand at a time in each process, else \`429 too_many_streams\`.`

/** What comes, each event as an object of its fields; OpenAPI 3.1 has no words for a stream of them. */
const DeliveryStreamEvent = z
  .union([
    z.object({
      id: z.string().openapi({ description: 'Goes on after this event.' }),
      event: z.literal('delivery'),
      data: Delivery,
    }),
    z.object({ id: z.string(), event: z.literal('missed'), data: z.object({}) }),
  ])
  .openapi('DeliveryStreamEvent')

const responses = {
  200: {
    description: 'The stream. Its schema is that of each event, with its `data` as JSON.',
    content: { 'text/event-stream': { schema: DeliveryStreamEvent } },
  },
}

const ofTenant = createRoute({
  operationId: 'streamDeliveries',
  scope: 'read',
  summary: 'Watch deliveries as they happen',
  description,
  tags,
  method: 'get',
  path: '/v1/tenants/{tenant}/deliveries/stream',
  request: { params: z.object({ tenant: tenantParam }), query: z.strictObject(streamQuery), headers },
  responses: { ...responses, ...problems(400, 404, 422) },
})

const ofAll = createRoute({
  operationId: 'streamAllDeliveries',
  scope: 'read',
  summary: 'Watch deliveries of all tenants as they happen',
  description,
  tags,
  method: 'get',
  path: '/v1/deliveries/stream',
  request: { query: z.strictObject({ tenant: tenantParam.optional(), ...streamQuery }), headers },
  responses: { ...responses, ...problems(400, 404, 422) },
})

/** Deliveries as they happen. */
export function deliveryStreamRoutes(api: Api, { db, feed }: ApiNeeds): void {
  addRoute(api, ofTenant, async (c) => {
    const { tenant } = c.req.valid('param')
    const { cursor, ...wanted } = c.req.valid('query')
    await requireTenant(db, tenant)
    const after = notBefore(c.get('caller'), undefined)
    const watched = { tenantId: tenant, after, ...wanted }
    const response = await streamDeliveries(c, feed, watched, lastSeen(c, cursor))
    return response as never
  })

  addRoute(api, ofAll, async (c) => {
    const { cursor, tenant = null, ...wanted } = c.req.valid('query')
    if (tenant !== null) await requireCustomer(db, tenant)
    const response = await streamDeliveries(c, feed, { tenantId: tenant, ...wanted }, lastSeen(c, cursor))
    return response as never
  })
}

/** A browser that comes back knows better than the address that it began with. */
const lastSeen = (c: Context<ApiEnv>, cursor: string | undefined) => c.req.header('Last-Event-ID') ?? cursor

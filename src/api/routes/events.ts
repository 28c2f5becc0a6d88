import { z } from '@hono/zod-openapi'
import { eraseAnswers, lastAttempts } from '../../attempts/store.ts'
import { inTransaction } from '../../db/deadlock.ts'
import { cancelOfEvent, type DeliveryRow, deliveriesOfEvent } from '../../deliveries/store.ts'
import { conflict, notFound } from '../../errors.ts'
import { eraseEvent } from '../../events/erase.ts'
import { unsent } from '../../events/explain.ts'
import { type EventRow, findEvent, listEvents } from '../../events/store.ts'
import { isTenantId, refuseReserved } from '../../tenants/tenant.ts'
import { addRawRoute, addRoute } from '../add-route.ts'
import { answerText } from '../answer-text.ts'
import { by } from '../by.ts'
import { notBefore } from '../former-tenant.ts'
import { idempotentRequest, REPLAYED } from '../idempotent.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { originOf } from '../origin.ts'
import { byId, pageOf, pageQuery, readPage } from '../pagination.ts'
import { NewEvent, readEvent } from '../read-event.ts'
import { idempotencyHeaders, idOf, jsonBody, tenantParam, windowQuery } from '../requests.ts'
import { requireTenant } from '../require-tenant.ts'
import { json, problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import { showDelivery } from '../shapes/delivery.ts'
import {
  AcceptedEvent,
  CallbackBody,
  Event,
  eventText,
  ListedEvent,
  showAccepted,
  showListed,
} from '../shapes/event.ts'

const tags = ['Events']

const emit = createRoute({
  operationId: 'emitEvent',
  scope: 'emit',
  summary: 'Emit an event',
  description: 'Answered once the event and its deliveries are stored for good.',
  tags,
  method: 'post',
  path: '/v1/tenants/{tenant}/events',
  request: {
    params: z.object({ tenant: tenantParam }),
    headers: idempotencyHeaders,
    body: jsonBody(NewEvent),
  },
  responses: {
    202: json(AcceptedEvent, 'The event is accepted.'),
    ...problems(400, 404, 413, 415, 422),
  },
})

const list = createRoute({
  operationId: 'listEvents',
  scope: 'read',
  summary: 'List events, newest first',
  tags,
  method: 'get',
  path: '/v1/tenants/{tenant}/events',
  request: {
    params: z.object({ tenant: tenantParam }),
    query: z.strictObject({ type: z.string().optional(), ...windowQuery, ...pageQuery }),
  },
  responses: { 200: json(pageOf(ListedEvent), 'A page of events.'), ...problems(400, 404, 422) },
})

const get = createRoute({
  operationId: 'getEvent',
  scope: 'read',
  summary: 'Get an event, its data, its deliveries, and why it has not gone to other endpoints',
  tags,
  method: 'get',
  path: '/v1/tenants/{tenant}/events/{event}',
  request: { params: z.object({ tenant: tenantParam, event: idOf('event') }) },
  responses: { 200: json(Event, 'The event.'), ...problems(404) },
})

const getBody = createRoute({
  operationId: 'getEventBody',
  scope: 'read',
  summary: 'Get the body of an event, byte by byte as it is signed and sent',
  tags,
  method: 'get',
  path: '/v1/tenants/{tenant}/events/{event}/body',
  request: { params: z.object({ tenant: tenantParam, event: idOf('event') }) },
  responses: { 200: json(CallbackBody, 'The body of every callback of this event.'), ...problems(404, 409) },
})

const erase = createRoute({
  operationId: 'eraseEvent',
  scope: 'admin',
  summary: 'Erase the data of an event',
  description:
    'Its data, its metadata and what receivers answered are gone for good, and what waits to send it is canceled. The event ' +
    'stays in lists, without its data, and your own id for it stays taken. Said again, it erases what an attempt that was ' +
    'under way has brought since.',
  tags,
  method: 'delete',
  path: '/v1/tenants/{tenant}/events/{event}',
  request: { params: z.object({ tenant: tenantParam, event: idOf('event') }) },
  responses: { 204: { description: 'The data is gone.' }, ...problems(404) },
})

/** Events of a tenant: emit, look. */
export function eventRoutes(api: Api, { db, read, events }: ApiNeeds): void {
  // The hot path: read by hand, because its data is kept as text and its schema is the only one that matters for speed.
  addRawRoute(api, emit, async (c) => {
    const tenantId = c.req.param('tenant') ?? ''
    if (!isTenantId(tenantId)) throw notFound('tenant')
    refuseReserved(tenantId)
    const { text, value } = c.get('body')
    const accepted = await events.accept({
      tenantId,
      ...readEvent(text, value),
      ...originOf(c),
      idempotency: idempotentRequest(c),
    })
    return c.json(showAccepted(accepted), 202, accepted.replayed ? REPLAYED : {})
  })

  addRoute(api, list, async (c) => {
    const { tenant } = c.req.valid('param')
    const { limit, cursor, after, ...filter } = c.req.valid('query')
    const page = readPage(c.req, { limit, cursor }, byId('event'))
    await requireTenant(db, tenant)
    const query = {
      ...filter,
      after: notBefore(c.get('caller'), after),
      olderThan: page.last,
      limit: page.limit,
    }
    const found = await read((at) => listEvents(at, tenant, query))
    const { rows, nextCursor } = page.of(found, (row) => row.id)
    return c.json({ data: rows.map(showListed), nextCursor }, 200)
  })

  addRoute(api, get, async (c) => {
    const { tenant, event: id } = c.req.valid('param')
    const event = await findEvent(db, tenant, id)
    if (!event) throw notFound('event')
    const deliveries = await deliveriesOfEvent(db, tenant, id)
    const [last, others] = await Promise.all([
      lastAttempts(db, tenant, deliveries),
      othersOf(event, deliveries),
    ])
    const shown = deliveries.map((delivery) => showDelivery(delivery, last.get(delivery.id)))
    const text = eventText({ ...showListed(event), deliveries: shown, unmatched: others }, event.body)
    return answerText<z.infer<typeof Event>, 200>(c, text, 200)
  })

  addRoute(api, getBody, async (c) => {
    const { tenant, event: id } = c.req.valid('param')
    const event = await findEvent(db, tenant, id)
    if (!event) throw notFound('event')
    if (!event.body) throw conflict('event_erased', 'The data of this event was erased.')
    return answerText<z.infer<typeof CallbackBody>, 200>(c, event.body, 200)
  })

  addRoute(api, erase, async (c) => {
    const { tenant, event: id } = c.req.valid('param')
    await inTransaction(db, (tx) =>
      eraseEvent(tx, { by: by(c), deliveries: { cancelOfEvent }, attempts: { eraseAnswers } }, tenant, id),
    )
    return c.body(null, 204)
  })

  /** A test send asks no other endpoint. */
  async function othersOf(event: EventRow & { body: Buffer | null }, deliveries: readonly DeliveryRow[]) {
    if (deliveries.some(({ trigger }) => trigger === 'test')) return []
    const reached = deliveries.map(({ endpointId, status, waitingFor, attemptCount }) => ({
      endpointId,
      heldAsDisabled: status === 'held' && waitingFor === 'disabled' && attemptCount === 0,
    }))
    return unsent(db, event, reached)
  }
}

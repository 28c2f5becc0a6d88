import { z } from '@hono/zod-openapi'
import { isEventTypeName } from '../../endpoints/pattern.ts'
import { notFound, refused } from '../../errors.ts'
import { archiveEventType } from '../../event-types/archive.ts'
import { defineEventType } from '../../event-types/define.ts'
import { findEventType, listEventTypes } from '../../event-types/store.ts'
import { addRoute } from '../add-route.ts'
import { by } from '../by.ts'
import { creationKey, isCreationKey, positionOf } from '../creation-key.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { pageOf, pageQuery, readPage } from '../pagination.ts'
import { jsonBody } from '../requests.ts'
import { json, problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import { EventType, EventTypeSettings, showEventType } from '../shapes/event-type.ts'

const tags = ['Event types']
const path = '/v1/event-types/{eventType}'
const name = z.string().openapi({ description: 'The name of the event type.', example: 'invoice.paid' })
const one = z.object({ eventType: name.refine(isEventTypeName) })

const put = createRoute({
  operationId: 'putEventType',
  scope: 'admin',
  summary: 'Make or change an event type',
  description: 'What is left out stays as it is; `null` clears it. An archived one is back in the catalogue.',
  tags,
  method: 'put',
  path,
  // Any text, so that a name that cannot be one is refused with its reason, and not as absent.
  request: {
    params: z.object({ eventType: name }),
    body: jsonBody(EventTypeSettings, { required: false }),
  },
  responses: {
    200: json(EventType, 'The event type, changed.'),
    201: json(EventType, 'The event type, made.'),
    ...problems(400, 413, 415, 422),
  },
})

const list = createRoute({
  operationId: 'listEventTypes',
  scope: 'read',
  summary: 'List the catalogue, newest first',
  tags,
  method: 'get',
  path: '/v1/event-types',
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(EventType), 'A page of event types.'), ...problems(400, 422) },
})

const get = createRoute({
  operationId: 'getEventType',
  scope: 'read',
  summary: 'Get an event type',
  description: 'Also one that is archived.',
  tags,
  method: 'get',
  path,
  request: { params: one },
  responses: { 200: json(EventType, 'The event type.'), ...problems(404) },
})

const archive = createRoute({
  operationId: 'archiveEventType',
  scope: 'admin',
  summary: 'Archive an event type',
  description: 'It leaves the catalogue: it is not listed, and its schema is not looked at. Its events stay.',
  tags,
  method: 'delete',
  path,
  request: { params: one },
  responses: { 204: { description: 'The event type is archived.' }, ...problems(404) },
})

/** The catalogue of event types: define, look, archive. */
export function eventTypeRoutes(api: Api, { db }: ApiNeeds): void {
  addRoute(api, put, async (c) => {
    const { eventType: name } = c.req.valid('param')
    if (!isEventTypeName(name)) throw nameInvalid()
    const { eventType, created } = await db.transaction((tx) =>
      defineEventType(tx, { by: by(c) }, name, c.req.valid('json')),
    )
    return c.json(showEventType(eventType), created ? 201 : 200)
  })

  addRoute(api, list, async (c) => {
    const page = readPage(c.req, c.req.valid('query'), isCreationKey)
    const found = await listEventTypes(db, {
      olderThan: page.last && positionOf(page.last),
      limit: page.limit,
    })
    const { rows, nextCursor } = page.of(found, ({ createdAt, name }) => creationKey(createdAt, name))
    return c.json({ data: rows.map(showEventType), nextCursor }, 200)
  })

  addRoute(api, get, async (c) => {
    const eventType = await findEventType(db, c.req.valid('param').eventType)
    if (!eventType) throw notFound('event type')
    return c.json(showEventType(eventType), 200)
  })

  addRoute(api, archive, async (c) => {
    const { eventType: name } = c.req.valid('param')
    await db.transaction((tx) => archiveEventType(tx, { by: by(c) }, name))
    return c.body(null, 204)
  })
}

const nameInvalid = () =>
  refused(
    'event_type_name_invalid',
    'An event type is named by parts of the characters A-Z a-z 0-9 _ - joined by dots, 256 in all.',
  )

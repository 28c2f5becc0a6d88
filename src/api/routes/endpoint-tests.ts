import { z } from '@hono/zod-openapi'
import { isEventTypeName } from '../../endpoints/pattern.ts'
import { TEST_TYPE } from '../../event-types/event-type.ts'
import { findEventType } from '../../event-types/store.ts'
import { memberSlices } from '../../events/raw-json.ts'
import { addRoute } from '../add-route.ts'
import { by } from '../by.ts'
import { idempotentRequest, REPLAYED } from '../idempotent.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { originOf } from '../origin.ts'
import { idempotencyHeaders, idOf, jsonBody, tenantParam } from '../requests.ts'
import { json, problems } from '../responses.ts'
import { createRoute } from '../route.ts'

const TestSend = z
  .strictObject({
    eventType: z
      .string()
      .refine(isEventTypeName, 'must be parts of the characters A-Z a-z 0-9 _ - joined by dots')
      .default(TEST_TYPE),
    data: z
      .unknown()
      .optional()
      .openapi({ description: "Left out: the event type's example, if the catalogue has one." }),
  })
  .openapi('TestSend')

const Sent = z.object({ eventId: z.string(), deliveryId: z.string() }).openapi('SentTest')

const test = createRoute({
  operationId: 'testEndpoint',
  scope: 'manage',
  summary: 'Send a test event to an endpoint',
  description:
    'To this endpoint alone, whatever it subscribes to; like any other event, it is signed, retried and logged.',
  tags: ['Endpoints'],
  method: 'post',
  path: '/v1/tenants/{tenant}/endpoints/{endpoint}/test',
  request: {
    params: z.object({ tenant: tenantParam, endpoint: idOf('endpoint') }),
    headers: idempotencyHeaders,
    body: jsonBody(TestSend, { required: false }),
  },
  responses: { 202: json(Sent, 'The test is on its way.'), ...problems(400, 404, 413, 415, 422) },
})

/** What is sent when nobody says what. */
const DATA = { message: 'This is a test. If you can read it, callbacks get through.' }

/** Endpoints: send a test. */
export function endpointTestRoutes(api: Api, { db, events }: ApiNeeds): void {
  addRoute(api, test, async (c) => {
    const { tenant: tenantId, endpoint: endpointId } = c.req.valid('param')
    const { eventType: type } = c.req.valid('json')
    const accepted = await events.accept({
      tenantId,
      type,
      ...(givenData(c.get('body').text, c.req.valid('json').data) ?? (await exampleData(type))),
      endpointId,
      by: by(c),
      ...originOf(c),
      idempotency: idempotentRequest(c),
    })
    // The acceptor makes one delivery for the one endpoint.
    return c.json(
      { eventId: accepted.id, deliveryId: accepted.deliveryId! },
      202,
      accepted.replayed ? REPLAYED : {},
    )
  })

  async function exampleData(type: string) {
    const value = (await findEventType(db, type))?.example ?? DATA
    return { data: JSON.stringify(value), value }
  }
}

/** As it is written in the request: it is sent byte by byte. */
function givenData(text: string, value: unknown) {
  const slice = memberSlices(text).get('data')
  return slice && { data: text.slice(slice.start, slice.end), value }
}

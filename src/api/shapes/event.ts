import { z } from '@hono/zod-openapi'
import type { Accepted } from '../../events/event.ts'
import { UNSENT_REASONS } from '../../events/explain.ts'
import { memberSlices } from '../../events/raw-json.ts'
import type { EventRow } from '../../events/store.ts'
import { timeOfId } from '../../ids.ts'
import { anyJson } from '../requests.ts'
import { shownMoment } from '../responses.ts'
import { Delivery } from './delivery.ts'

/** What a host is answered for an event. */
export const AcceptedEvent = z
  .object({
    id: z.string(),
    type: z.string(),
    tenantId: z.string(),
    createdAt: shownMoment,
    deliveryCount: z.int().openapi({ description: 'How many endpoints get it.' }),
  })
  .openapi('AcceptedEvent')

/** From the acceptor's answer to ours. */
export function showAccepted({
  id,
  type,
  tenantId,
  createdAt,
  deliveryCount,
}: Accepted): z.infer<typeof AcceptedEvent> {
  return { id, type, tenantId, createdAt: createdAt.toISOString(), deliveryCount }
}

/** An event in a list: all but its data. */
export const ListedEvent = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    type: z.string(),
    externalId: z.string().nullable().openapi({ description: "The host's own id." }),
    occurredAt: shownMoment.nullable(),
    metadata: z.record(z.string(), z.string()),
    createdAt: shownMoment,
    deliveryCount: z.int(),
    erasedAt: shownMoment.nullable().openapi({ description: 'When its data was erased; null: it is there.' }),
  })
  .openapi('ListedEvent')

/** From the row to the entry of a list. */
export function showListed(row: EventRow): z.infer<typeof ListedEvent> {
  return {
    id: row.id,
    tenantId: row.tenantId,
    type: row.type,
    externalId: row.externalId,
    occurredAt: row.occurredAt?.toISOString() ?? null,
    metadata: row.metadata,
    createdAt: new Date(timeOfId(row.id)).toISOString(),
    deliveryCount: row.deliveryCount,
    erasedAt: row.erasedAt?.toISOString() ?? null,
  }
}

const WHY_NOT = `Why the event has not gone to this endpoint, judged by what it wants now.

- \`no_subscription\`: it subscribes to nothing.
- \`event_type\`: none of its subscriptions is for this type.
- \`filter\`: its filters keep the data out.
- \`filter_too_costly\`: to ask its filters about this data costs more than they may, so it gets nothing.
- \`created_later\`: it did not exist when the event was accepted.
- \`subscribed_later\`: it wants the event now, but did not when it was accepted.
- \`disabled\`: it wants the event, but is switched off. It has a delivery too, which is held until it is enabled.`

const Unmatched = z.object({
  endpointId: z.string(),
  reason: z.enum(UNSENT_REASONS).openapi({ description: WHY_NOT, example: 'filter' }),
})

/**
 * An event as it is sent.
 * Source: Standard Webhooks 1.0.0, "Payload structure".
 */
export const CallbackBody = z
  .object({
    type: z.string().openapi({ example: 'invoice.paid' }),
    timestamp: z.iso.datetime().openapi({ description: 'When it happened.' }),
    data: anyJson.openapi({ description: 'What the host emitted, byte by byte.', example: { amount: 1200 } }),
  })
  .openapi('Callback')

/** An event with all that belongs to it. */
export const Event = ListedEvent.extend({
  data: anyJson.openapi({ description: 'As the host wrote it; null once it was erased.' }),
  deliveries: z.array(Delivery),
  unmatched: z.array(Unmatched).openapi({ description: 'Endpoints that the event has not gone to.' }),
}).openapi('Event')

/** What is shown beside the data. */
type Beside = Omit<z.infer<typeof Event>, 'data'>

/**
 * The JSON of an event. Its data goes from the stored body into the answer as it is written there: parsing would lose
 * what a number too large, a duplicate key or an escape looked like.
 */
export function eventText(beside: Beside, body: Buffer | null): string {
  const text = body?.toString('utf8') ?? '{}'
  const data = memberSlices(text).get('data')
  const raw = data ? text.slice(data.start, data.end) : 'null'
  return `${JSON.stringify(beside).slice(0, -1)},"data":${raw}}`
}

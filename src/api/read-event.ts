/** What a host says of an event, read from the body of a request. */
import { z } from '@hono/zod-openapi'
import { isEventTypeName } from '../endpoints/pattern.ts'
import type { EmitRequest } from '../events/event.ts'
import { memberSlices } from '../events/raw-json.ts'
import { refuseReserved } from '../tenants/tenant.ts'
import { anyJson, metadata, moment, tenantParam } from './requests.ts'
import { readBy } from './validation.ts'

/** Control characters, halves of surrogate pairs, and what has no meaning yet. */
const UNPRINTABLE = /\p{C}/u

/** An event as a host sends it. */
export const NewEvent = z
  .strictObject({
    type: z
      .string()
      .refine(isEventTypeName, 'must be parts of the characters A-Z a-z 0-9 _ - joined by dots')
      .openapi({ example: 'invoice.paid' }),
    data: anyJson.openapi({
      description: 'Any JSON; delivered as it is written.',
      example: { amount: 1200 },
    }),
    id: z
      .string()
      .min(1)
      .max(255)
      .refine((text) => !UNPRINTABLE.test(text), 'must have printable characters alone')
      .nullish()
      .openapi({
        description: 'Your own id for it, unique per tenant: sent again, it gets the first answer.',
      }),
    occurredAt: moment.nullish().openapi({ description: 'When it happened, if not now.' }),
    metadata: metadata.nullish().openapi({ description: 'Kept and shown, not delivered.' }),
  })
  .openapi('NewEvent')

/** An event of a batch, which says whose it is. */
export const NewBatchEvent = NewEvent.extend({ tenant: tenantParam }).openapi('NewBatchEvent')

/** What reading finds; the tenant and the idempotency key come from elsewhere. */
export type ReadEvent = Pick<
  EmitRequest,
  'type' | 'data' | 'value' | 'externalId' | 'occurredAt' | 'metadata'
>

/**
 * Reads an event.
 * @param value what `text` says, parsed
 * @throws RingbackError `validation_failed`, with a path for every fault
 */
export function readEvent(text: string, value: unknown): ReadEvent {
  return withData(text, readBy(NewEvent, value, 'data'))
}

/**
 * Reads an event of a batch, likewise.
 * @throws RingbackError also `tenant_id_reserved`: into a tenant of ours no host emits
 */
export function readBatchEvent(text: string, value: unknown): ReadEvent & { tenantId: string } {
  const { tenant, ...event } = readBy(NewBatchEvent, value, 'data')
  refuseReserved(tenant)
  return { tenantId: tenant, ...withData(text, event) }
}

/** Its data is cut from the text, so that it stays as the host wrote it. */
function withData(
  text: string,
  { type, data: value, id, occurredAt, metadata }: z.output<typeof NewEvent>,
): ReadEvent {
  const { start, end } = memberSlices(text).get('data')!
  return {
    type,
    data: text.slice(start, end),
    value,
    externalId: id ?? undefined,
    occurredAt: occurredAt ?? undefined,
    metadata: metadata ?? undefined,
  }
}

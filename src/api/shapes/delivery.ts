import { z } from '@hono/zod-openapi'
import type { AttemptRow } from '../../attempts/store.ts'
import { ANSWERS, DELIVERY_STATUSES } from '../../deliveries/delivery.ts'
import type { DeliveryRow } from '../../deliveries/store.ts'
import { timeOfId } from '../../ids.ts'
import { idOf, windowQuery } from '../requests.ts'
import { shownMoment } from '../responses.ts'
import { Attempt, showAttempt } from './attempt.ts'

/** Which deliveries a list wants. */
/** A filter by what came of the last attempt. */
export const answerQuery = z.enum(ANSWERS).optional().openapi({
  description: 'What came of the last attempt: a class of statuses, or `none` when no answer came.',
})

export const deliveryQuery = {
  endpointId: idOf('endpoint').optional(),
  eventId: idOf('event').optional(),
  eventType: z.string().optional(),
  status: z.enum(DELIVERY_STATUSES).optional(),
  answer: answerQuery,
  ...windowQuery,
}

/** One event for one endpoint, as it is shown. */
export const Delivery = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    eventId: z.string(),
    eventType: z.string(),
    endpointId: z.string(),
    status: z.enum(DELIVERY_STATUSES),
    reason: z.string().nullable().openapi({ description: 'Why it failed or was canceled, in a word.' }),
    attemptCount: z.int(),
    nextAttemptAt: shownMoment
      .nullable()
      .openapi({ description: 'Null when none is planned: final, or held.' }),
    waitingFor: z
      .enum(['paused', 'disabled', 'circuit'])
      .nullable()
      .openapi({ description: 'What a held delivery waits for.' }),
    createdAt: shownMoment,
    completedAt: shownMoment.nullable(),
    // A union: `nullable()` would make every attempt of the document one that may be null.
    lastAttempt: z.union([Attempt, z.null()]),
  })
  .openapi('Delivery')

/** From the row to the answer. */
export function showDelivery(
  row: DeliveryRow,
  lastAttempt: AttemptRow | undefined,
): z.infer<typeof Delivery> {
  return {
    id: row.id,
    tenantId: row.tenantId,
    eventId: row.eventId,
    eventType: row.eventType,
    endpointId: row.endpointId,
    status: row.status,
    reason: row.reason,
    attemptCount: row.attemptCount,
    // A held delivery keeps its due time, but nothing happens then.
    nextAttemptAt: row.status === 'held' ? null : (row.dueAt?.toISOString() ?? null),
    waitingFor: row.waitingFor,
    createdAt: new Date(timeOfId(row.id)).toISOString(),
    completedAt: row.completedAt?.toISOString() ?? null,
    lastAttempt: lastAttempt ? showAttempt(lastAttempt) : null,
  }
}

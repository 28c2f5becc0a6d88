/** What is told of an attempt to who watches the process. */
import type { DueDelivery } from '../deliveries/store.ts'
import type { EventContent } from '../events/store.ts'
import type { Id } from '../ids.ts'
import type { AttemptToTrace } from '../telemetry/tracing.ts'
import type { AttemptFacts } from '../telemetry/wide-lines.ts'
import type { Attempted, Conclusion } from './conclude.ts'
import type { Destination } from './destinations.ts'

/** An attempt that was made, and how long after it was due. */
export type Sent = Attempted & { waitedMs: number }

/** First tries come by the front. */
export const laneOf = ({ attemptCount, trigger }: DueDelivery) =>
  attemptCount === 0 && trigger !== 'recovery' ? 'front' : 'back'

/** What a span says of an attempt that begins. */
export const toTrace = (
  attemptId: Id<'attempt'>,
  { id: deliveryId, eventId, tenantId, attemptCount }: DueDelivery,
  { endpointId, url }: Destination,
  traceparent: EventContent['traceparent'],
): AttemptToTrace => ({
  attemptId,
  deliveryId,
  eventId,
  tenantId,
  endpointId,
  number: attemptCount + 1,
  url,
  traceparent,
})

/** All that one would ask about an attempt; of what was sent and came back nothing but the status. */
export const factsOf = (
  { row, settlement, eventId }: Conclusion,
  { waitedMs }: Sent,
  status: string,
): AttemptFacts => ({
  tenantId: row.tenantId,
  eventId,
  deliveryId: row.deliveryId,
  endpointId: row.endpointId,
  attemptId: row.id,
  number: row.number,
  trigger: row.trigger,
  httpStatus: row.responseStatus,
  error: row.error,
  detail: row.detail,
  durationMs: row.durationMs,
  waitedMs: Math.round(waitedMs),
  status,
  nextInMs: settlement.dueInMs === null ? null : Math.round(settlement.dueInMs),
  remoteAddress: row.remoteAddress,
  traceId: row.traceId,
})

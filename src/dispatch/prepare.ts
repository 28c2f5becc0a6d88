import { SECOND } from '../duration.ts'
import { HIDDEN_VALUE } from '../endpoints/headers.ts'
import type { Id } from '../ids.ts'
import { version } from '../package.ts'
import { deliveryHeaders } from '../signing/sign.ts'
import type { Traceparent } from '../trace-context.ts'
import type { Destination } from './destinations.ts'

const USER_AGENT = `Ringback/${version}`

/** A callback, ready to be sent. */
export interface PreparedRequest {
  url: string
  headers: Record<string, string>
  body: Buffer
  timeoutMs: number
}

/**
 * Makes the request of one attempt: the event's id and bytes, always the same; the time, new with each attempt; one
 * signature for each live secret. The endpoint's own headers cannot replace these.
 * Source: Standard Webhooks 1.0.0, "Webhook headers".
 * @param now milliseconds since the epoch
 * @param traceparent what the receiver does in the same trace names as its parent; null: none is sent
 */
export function prepare(
  eventId: Id<'event'>,
  body: Buffer,
  destination: Destination,
  now: number,
  traceparent: Traceparent | null = null,
): PreparedRequest {
  const signed = deliveryHeaders({
    id: eventId,
    timestamp: Math.floor(now / SECOND),
    body,
    keys: destination.keys,
  })
  return {
    url: destination.url,
    headers: {
      ...destination.headers,
      'content-type': 'application/json',
      'user-agent': USER_AGENT,
      ...signed,
      ...(traceparent === null ? {} : { traceparent }),
    },
    body,
    timeoutMs: destination.timeoutMs,
  }
}

/**
 * The headers as they are kept in the log of attempts: what we say ourselves is kept as it was sent, but for the
 * signature, which would be good for a replay. The endpoint's own are kept by name: their values are never shown.
 */
export function redacted(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SHOWN.has(name) ? value : HIDDEN_VALUE]),
  )
}

/** What no tenant can set, so that it holds nothing of theirs. */
const SHOWN = new Set([
  'content-type',
  'user-agent',
  'webhook-id',
  'webhook-timestamp',
  'traceparent',
  'tracestate',
])

import { SECOND } from '../duration.ts'
import type { Id } from '../ids.ts'
import { version } from '../package.ts'
import { deliveryHeaders } from '../signing/sign.ts'
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
 */
export function prepare(
  eventId: Id<'event'>,
  body: Buffer,
  destination: Destination,
  now: number,
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
    },
    body,
    timeoutMs: destination.timeoutMs,
  }
}

/** The headers as they are kept in the log of attempts: a signature there would be good for a replay. */
export function redacted(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, CREDENTIAL.test(name) ? '[redacted]' : value]),
  )
}

/** Headers whose values let somebody in, by the words that their names have in common. */
const CREDENTIAL = /auth|cookie|credential|jwt|key|passw|secret|session|signature|token/i

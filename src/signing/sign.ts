/**
 * The signature of a callback: HMAC-SHA256 over `id.timestamp.body`, once for each live key, so that a receiver may
 * hold the old secret or the new one while a rotation lasts.
 *
 * Source: Standard Webhooks 1.0.0, "Signature scheme" and "Webhook headers".
 */
import { createHmac } from 'node:crypto'

/** What is signed, and with which keys. */
export interface Signable {
  /** The event's id; the same at every attempt. It holds no `.`, which separates what is signed. */
  id: string
  /** When this attempt is made, in whole seconds since the epoch. */
  timestamp: number
  /** The exact bytes that are sent. */
  body: Uint8Array
  /** The endpoint's live keys, newest first; at least one. */
  keys: readonly Uint8Array[]
}

/** The three headers of Standard Webhooks. */
export interface DeliveryHeaders {
  'webhook-id': string
  'webhook-timestamp': string
  'webhook-signature': string
}

/** The headers that let a receiver check who sent a callback, when, and that it is whole. */
export function deliveryHeaders(signable: Signable): DeliveryHeaders {
  return {
    'webhook-id': signable.id,
    'webhook-timestamp': String(signable.timestamp),
    'webhook-signature': sign(signable),
  }
}

/**
 * The value of `webhook-signature`.
 * @returns `v1,<base64>` for each key in order, separated by single spaces
 * @throws Error when there is no key: a callback must not leave unsigned
 */
export function sign({ id, timestamp, body, keys }: Signable): string {
  if (keys.length === 0) throw new Error(`No key to sign ${id} with`)
  const head = `${id}.${timestamp}.`
  return keys.map((key) => `v1,${hmac(key, head, body)}`).join(' ')
}

/** Fed in two parts, so that the body is not copied to stand behind its head. */
function hmac(key: Uint8Array, head: string, body: Uint8Array): string {
  return createHmac('sha256', key).update(head).update(body).digest('base64')
}

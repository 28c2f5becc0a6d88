/** Requests as Ringback would send them, for tests of receivers. */
import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'

/** What a sample holds. */
export interface Sample {
  type: string
  data: unknown
  /** `whsec_` and base64; more than one: as while a secret is rotated. */
  secret: string | readonly string[]
  /** The event's id; a new one unless told. */
  id?: string | undefined
  /** When it happened; when it was signed unless told. */
  timestamp?: Date | undefined
  /** When it was signed; now unless told. One of long ago is refused as a replay. */
  sentAt?: Date | undefined
}

/** A signed callback, in parts. */
export interface SignedCallback {
  headers: {
    'content-type': 'application/json'
    'webhook-id': string
    'webhook-timestamp': string
    'webhook-signature': string
  }
  body: string
}

/**
 * Signs a callback.
 * @example await app.inject({ method: 'POST', url: '/callbacks', ...signedCallback({ type, data, secret }) })
 */
export function signedCallback(sample: Sample): SignedCallback {
  const { type, data, secret, sentAt = new Date() } = sample
  const { id = `evt_${randomBytes(13).toString('hex')}`, timestamp = sentAt } = sample
  const body = JSON.stringify({ type, timestamp: timestamp.toISOString(), data })
  const secrets = typeof secret === 'string' ? [secret] : secret
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)),
      'webhook-signature': secrets.map((one) => new Webhook(one).sign(id, sentAt, body)).join(' '),
    },
    body,
  }
}

/**
 * A signed callback as a Web-standard request.
 * @param sample.url where it goes; `http://receiver.test/` unless told
 * @example const response = await POST(signedRequest({ type: 'invoice.paid', data: { amount: 1200 }, secret }))
 */
export function signedRequest(sample: Sample & { url?: string | URL | undefined }): Request {
  const { headers, body } = signedCallback(sample)
  return new Request(sample.url ?? 'http://receiver.test/', { method: 'POST', headers, body })
}

/** A secret to try things out with. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

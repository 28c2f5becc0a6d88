import type { Actor } from '../audit/entry.ts'
import { type Id, timeOfId } from '../ids.ts'
import type { Traceparent } from '../trace-context.ts'

/** What a host says when something happened. */
export interface EmitRequest {
  tenantId: string
  type: string
  /** The raw JSON text of `data`: it is sent as it came, byte by byte. */
  data: string
  /** The same, parsed: for schemas and filters alone. */
  value: unknown
  /** The host's own id, unique per tenant: sent again, it gets the first answer. */
  externalId?: string | undefined
  occurredAt?: Date | undefined
  metadata?: Record<string, string> | undefined
  idempotency?: { owner: string; key: string; fingerprint: Buffer } | undefined
  /** A test send: to this endpoint alone, whatever it subscribes to. */
  endpointId?: Id<'endpoint'> | undefined
  /** What the host left in the database, of this number: it is taken away in the same transaction. */
  handover?: bigint | undefined
  /** The trace that it happened in. */
  traceparent?: Traceparent | null | undefined
  /** The request that brought it, for the log. */
  requestId?: string | undefined
  /** Who sends a test; that leaves an entry in the audit log. */
  by?: Actor | undefined
}

/** The answer to it. */
export interface Accepted {
  id: Id<'event'>
  type: string
  tenantId: string
  createdAt: Date
  deliveryCount: number
  /** Of a test send: its one delivery. */
  deliveryId: Id<'delivery'> | null
  /** Whether this is the answer to an earlier, equal request. */
  replayed: boolean
}

/**
 * The bytes of an event: the body that is signed and sent, with the host's `data` untouched inside.
 * Source: Standard Webhooks 1.0.0, "Payload structure".
 */
export function eventBody(
  id: Id<'event'>,
  request: Pick<EmitRequest, 'type' | 'data' | 'occurredAt'>,
): Buffer {
  const timestamp = (request.occurredAt ?? new Date(timeOfId(id))).toISOString()
  return Buffer.from(
    `{"type":${JSON.stringify(request.type)},"timestamp":"${timestamp}","data":${request.data}}`,
  )
}

/**
 * Tracing, as the rooms see it: an event's trace goes on through its acceptance and its attempts to its receivers.
 * Without OpenTelemetry (`noTracing`) no spans are made; a trace that the host began is handed on as it came.
 */
import type { QueueBaseOptions } from 'bullmq'
import type { Traceparent } from '../trace-context.ts'

/** What BullMQ takes to make spans of its own. */
export type QueueTracing = NonNullable<QueueBaseOptions['telemetry']>

/** Makes spans. */
export interface Tracing {
  /** Begins the span of an event that comes in; undefined: none is made. */
  accepting(event: {
    tenantId: string
    type: string
    traceparent?: Traceparent | null | undefined
  }): AcceptSpan | undefined
  /** Begins the span of an attempt; undefined: none is made. */
  attempting(attempt: AttemptToTrace): AttemptSpan | undefined
  /** For the queue; undefined: it makes none. */
  queue: QueueTracing | undefined
}

/** Acceptance under way; it ends with either. */
export interface AcceptSpan {
  /** What is done for the event names this as its parent. */
  traceparent: Traceparent
  accepted(event: { id: string; deliveryCount: number; replayed: boolean }): void
  refused(error: unknown): void
}

/** What is known of an attempt when it begins. */
export interface AttemptToTrace {
  traceparent: Traceparent | null
  tenantId: string
  eventId: string
  deliveryId: string
  endpointId: string
  attemptId: string
  number: number
  url: string
}

/** An attempt under way. */
export interface AttemptSpan {
  /** What the receiver does names this as its parent. */
  traceparent: Traceparent
  /** @param succeeded by Ringback's rules: a status of 200 to 299 */
  end(outcome: {
    status: number | null
    error: string | null
    remoteAddress: string | null
    succeeded: boolean
  }): void
}

export const noTracing: Tracing = {
  accepting: () => undefined,
  attempting: () => undefined,
  queue: undefined,
}

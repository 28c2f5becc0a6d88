/**
 * Tracing by OpenTelemetry, which the operator brings along: nothing of it is loaded unless it is wanted. Spans go to
 * whatever provider the process has registered; `start-sdk.ts` registers one where Ringback is the process.
 */
import type { Span, SpanAttributes } from '@opentelemetry/api'
import { StartRefused } from '../errors.ts'
import { type Traceparent, traceIdOf } from '../trace-context.ts'
import type { Log } from './log.ts'
import {
  type AcceptSpan,
  type AttemptToTrace,
  noTracing,
  type QueueTracing,
  type Tracing,
} from './tracing.ts'

/** Whether spans are made: not at all; if OpenTelemetry is there; or else the start is refused. */
export type TracingWish = 'off' | 'wanted' | 'required'

/** What is to be installed beside Ringback. */
const PACKAGES = '@opentelemetry/api @opentelemetry/sdk-node bullmq-otel'

/** What spans are told to be from. */
const SCOPE = 'ringback'

/**
 * Begins tracing.
 * @param version of Ringback
 * @throws StartRefused when it is required, and OpenTelemetry is not installed
 */
export async function openTracing(wish: TracingWish, version: string, log: Log): Promise<Tracing> {
  if (wish === 'off') return noTracing
  const otel = await ifInstalled(wish, log, () =>
    Promise.all([import('@opentelemetry/api'), import('bullmq-otel')]),
  )
  if (!otel) return noTracing
  const [api, { BullMQOtel }] = otel
  return createOtelTracing(api, new BullMQOtel({ tracerName: SCOPE, version }), version)
}

/**
 * What loads, if it is installed.
 * @throws StartRefused when it is not, and is required
 */
export async function ifInstalled<T>(
  wish: TracingWish,
  log: Log,
  load: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await load()
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND')) throw cause
    const cure = `Install it beside Ringback: npm install ${PACKAGES}`
    if (wish === 'required')
      throw new StartRefused(`RINGBACK_TRACING is on, but OpenTelemetry is not installed. ${cure}`, { cause })
    log.warn(
      { reason: cure },
      'OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed: no traces.',
    )
    return undefined
  }
}

type OtelApi = typeof import('@opentelemetry/api')

function createOtelTracing(api: OtelApi, queue: QueueTracing, version: string): Tracing {
  const { context, isSpanContextValid, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = api
  const tracer = trace.getTracer(SCOPE, version)

  /** Where a stored trace goes on. */
  function contextOf(traceparent: Traceparent) {
    const [, traceId, spanId, flags] = traceparent.split('-') as [string, string, string, string]
    const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
    return trace.setSpanContext(ROOT_CONTEXT, parent)
  }

  function traceparentOf(span: Span): Traceparent {
    const { traceId, spanId, traceFlags } = span.spanContext()
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
  }

  /** Within the span under way (a job's, or the host's own) where that is of the same trace; otherwise where the trace stood. */
  function parentOf(traceparent: Traceparent | null | undefined) {
    const active = context.active()
    if (!traceparent) return active
    const underWay = trace.getSpanContext(active)
    return underWay?.traceId === traceIdOf(traceparent) ? active : contextOf(traceparent)
  }

  return {
    queue,
    accepting({ tenantId, type, traceparent }): AcceptSpan | undefined {
      const attributes = { 'ringback.tenant.id': tenantId, 'ringback.event.type': type }
      const span = tracer.startSpan(
        'ringback.accept',
        { kind: SpanKind.PRODUCER, attributes },
        parentOf(traceparent),
      )
      // Without a provider there is nothing to go on from.
      if (!isSpanContextValid(span.spanContext())) return undefined
      return {
        traceparent: traceparentOf(span),
        accepted({ id, deliveryCount, replayed }) {
          span.setAttributes({
            'ringback.event.id': id,
            'ringback.event.deliveries': deliveryCount,
            'ringback.event.replayed': replayed,
          })
          span.end()
        },
        refused(error) {
          const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal_error'
          span.setAttribute('error.type', code)
          span.setStatus({ code: SpanStatusCode.ERROR })
          span.end()
        },
      }
    },
    attempting(attempt) {
      const attributes = attributesOf(attempt)
      const span = tracer.startSpan(
        'POST',
        { kind: SpanKind.CLIENT, attributes },
        parentOf(attempt.traceparent),
      )
      if (!isSpanContextValid(span.spanContext())) return undefined
      return {
        traceparent: traceparentOf(span),
        end({ status, error, remoteAddress, succeeded }) {
          if (status !== null) span.setAttribute('http.response.status_code', status)
          if (remoteAddress !== null) span.setAttribute('network.peer.address', remoteAddress)
          if (!succeeded) {
            span.setAttribute('error.type', error ?? String(status))
            span.setStatus({ code: SpanStatusCode.ERROR })
          }
          span.end()
        },
      }
    },
  }
}

/**
 * Source: OpenTelemetry semantic conventions 1.29, "HTTP client span". The path and the query of a callback URL often
 * hold a token, so they are left out, as the convention asks for what is sensitive.
 */
function attributesOf(attempt: AttemptToTrace): SpanAttributes {
  const { hostname, origin, port, protocol } = new URL(attempt.url)
  return {
    'http.request.method': 'POST',
    'url.full': `${origin}/REDACTED`,
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    ...(attempt.number > 1 ? { 'http.request.resend_count': attempt.number - 1 } : {}),
    'ringback.tenant.id': attempt.tenantId,
    'ringback.event.id': attempt.eventId,
    'ringback.delivery.id': attempt.deliveryId,
    'ringback.endpoint.id': attempt.endpointId,
    'ringback.attempt.id': attempt.attemptId,
  }
}

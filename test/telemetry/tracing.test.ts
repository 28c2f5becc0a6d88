/** One trace, from the emitter's span to the header that the receiver gets: by OpenTelemetry's own SDK. */
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { NodeSDK, tracing } from '@opentelemetry/sdk-node'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHost, type Host, schedule } from '../e2e/host.ts'
import { BACKENDS } from '../setup/backends.ts'
import { type Received, startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'

type Span = ReturnType<tracing.InMemorySpanExporter['getFinishedSpans']>[number]

const exporter = new tracing.InMemorySpanExporter()
const sdk = new NodeSDK({
  spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
  metricReaders: [],
  logRecordProcessors: [],
  instrumentations: [],
})
beforeAll(() => sdk.start())
afterAll(() => sdk.shutdown())

/** Emits within a span of the host's own, as its HTTP client would say it. */
async function emitTraced(host: Host, data: object) {
  const span = trace.getTracer('host').startSpan('order paid', { kind: SpanKind.CLIENT })
  const headers: Record<string, string> = {}
  propagation.inject(trace.setSpan(context.active(), span), headers)
  const event = await host.emit('order.paid', data, { headers })
  span.end()
  return { event, span: span.spanContext() }
}

/** The spans of a trace, once these are there. */
const spansOf = (traceId: string, isThere: (spans: Span[]) => boolean) =>
  until(
    () => exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId),
    isThere,
    'the spans of the trace',
  )

/** From a span to its root, by name. */
function ancestors(span: Span, all: readonly Span[]): string[] {
  const parent = all.find((one) => one.spanContext().spanId === span.parentSpanContext?.spanId)
  return parent ? [span.name, ...ancestors(parent, all)] : [span.name]
}

const traceparentOf = ({ headers }: Received) => headers.traceparent!.split('-') as [string, string, string]

describe.each(BACKENDS)('with the queue on $backend, tracing', ({ backend, absent }) => {
  if (absent) return it.skip('needs a redis-server')

  let ringback: TestRingback
  let host: Host
  beforeAll(async () => {
    ringback = await startRingback({ backend, variables: { RINGBACK_TRACING: 'on' } })
  })
  afterAll(() => ringback?.stop())
  beforeEach(async () => {
    host = await createHost(ringback.api)
  })

  it("leads from the emitter's span through acceptance, queue and attempt to the receiver's header", async () => {
    const there = await startReceiver()
    const endpoint = await host.register(`${there.url}hook/secret-path?token=secret-token`)
    const { event, span } = await emitTraced(host, { n: 1 })
    const request = await there.next()
    const [, traceId, parentId] = traceparentOf(request)
    expect(traceId).toBe(span.traceId)

    const spans = await spansOf(traceId, (all) =>
      ['POST', 'order paid', 'process deliver'].every((name) => all.some((one) => one.name === name)),
    )
    const attempt = spans.find((one) => one.spanContext().spanId === parentId)!
    expect(attempt).toMatchObject({ name: 'POST', kind: SpanKind.CLIENT })
    expect(ancestors(attempt, spans)).toEqual(['POST', 'process deliver', 'ringback.accept', 'order paid'])

    const { port } = new URL(there.url)
    expect(attempt.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.response.status_code': 204,
      'server.address': '127.0.0.1',
      'server.port': Number(port),
      'network.peer.address': '127.0.0.1',
      'ringback.event.id': event.id,
      'ringback.endpoint.id': endpoint.id,
    })
    expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toMatch(/secret-/)
    await there.close()

    const delivery = await host.reaches(await host.deliveryOf(event), 'delivered')
    expect(await host.attempts(delivery)).toMatchObject([
      { traceId, request: { headers: { traceparent: request.headers.traceparent } } },
    ])
  })

  it('has every attempt of an event in its trace, each with a span and a header of its own', async () => {
    const there = await startReceiver((_, n) => (n < 3 ? 503 : 200))
    await host.register(there.url, { retry: schedule(1, 1) })
    const { span } = await emitTraced(host, { n: 2 })
    const sent = (await there.waitFor(3)).map(traceparentOf)
    expect(sent.map(([, traceId]) => traceId)).toEqual(Array(3).fill(span.traceId))
    expect(new Set(sent.map(([, , parentId]) => parentId)).size).toBe(3)

    const isHere = (one: Span) => one.attributes['server.port'] === Number(new URL(there.url).port)
    const spans = await spansOf(
      span.traceId,
      (all) =>
        all.filter((one) => isHere(one) && ancestors(one, all).includes('ringback.accept')).length === 3,
    )
    const attempts = spans.filter(isHere)
    expect(attempts.map(({ attributes }) => attributes['http.request.resend_count'])).toEqual([
      undefined,
      1,
      2,
    ])
    expect(attempts.map(({ status }) => status.code)).toEqual([
      SpanStatusCode.ERROR,
      SpanStatusCode.ERROR,
      SpanStatusCode.UNSET,
    ])
    for (const attempt of attempts)
      expect(ancestors(attempt, spans).slice(-2)).toEqual(['ringback.accept', 'order paid'])
    await there.close()
  })

  it('begins a trace for an event that comes without one', async () => {
    const there = await startReceiver()
    await host.register(there.url)
    const event = await host.emit('order.paid', { n: 3 })
    const [, traceId] = traceparentOf(await there.next())
    const spans = await spansOf(traceId, (all) => all.some(({ name }) => name === 'ringback.accept'))
    expect(spans.find(({ name }) => name === 'ringback.accept')!.attributes['ringback.event.id']).toBe(
      event.id,
    )
    await there.close()
  })
})

/** Ringback as a process sends its spans away by itself, with nothing but the standard variable set. */
import { expect, test } from 'vitest'
import { createHost } from '../e2e/host.ts'
import { operatorsSite, receiver, start } from '../e2e/site.ts'

test('a process sends its spans where OTEL_EXPORTER_OTLP_ENDPOINT says, the last ones when it stops', async () => {
  const [collector, there] = await Promise.all([receiver(200), receiver(204)])
  const site = await operatorsSite('postgres')
  site.variables.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url
  site.variables.OTEL_EXPORTER_OTLP_PROTOCOL = 'http/json'
  // Long enough that nothing is sent before the end.
  site.variables.OTEL_BSP_SCHEDULE_DELAY = '600000'
  const ringback = await start(site)
  const host = await createHost(ringback.api)
  await host.register(there.url)
  const event = await host.emit('a', {})
  const [, traceId] = (await there.next()).headers.traceparent!.split('-')
  await host.reaches(await host.deliveryOf(event), 'delivered')
  expect(await ringback.kill('SIGTERM')).toEqual({ code: 0, signal: null })

  const sent = collector.requests
    .filter(({ path }) => path === '/v1/traces')
    .map(({ body }) => body.toString())
  const ofEvent = sent.flatMap(spansIn).filter((span) => span.traceId === traceId)
  expect(ofEvent.map(({ name }) => name)).toEqual(expect.arrayContaining(['ringback.accept', 'POST']))
  expect(sent[0]).toContain('{"key":"service.name","value":{"stringValue":"ringback"}}')
})

interface Exported {
  resourceSpans: { scopeSpans: { spans: { traceId: string; name: string }[] }[] }[]
}

const spansIn = (body: string) =>
  (JSON.parse(body) as Exported).resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans)

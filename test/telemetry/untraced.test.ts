/** Without OpenTelemetry a trace goes on all the same: the header is handed on, the trace id kept. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHost, type Host, schedule } from '../e2e/host.ts'
import { startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`
const headers = { traceparent: TRACEPARENT, tracestate: 'vendor=private' }

let ringback: TestRingback
let host: Host
beforeAll(async () => {
  ringback = await startRingback()
})
afterAll(() => ringback?.stop())
beforeEach(async () => {
  host = await createHost(ringback.api)
})

describe('without OpenTelemetry', () => {
  it("hands the emitter's traceparent on with every attempt, and keeps its trace id", async () => {
    const there = await startReceiver((_, n) => (n === 1 ? 500 : 200))
    await host.register(there.url, { retry: schedule(1) })
    const event = await host.emit('a', {}, { headers })
    const requests = await there.waitFor(2)
    expect(requests.map((request) => request.headers.traceparent)).toEqual([TRACEPARENT, TRACEPARENT])
    expect(requests[0]!.headers).not.toHaveProperty('tracestate')
    await there.close()
    const delivery = await host.reaches(await host.deliveryOf(event), 'delivered')
    expect(await host.attempts(delivery)).toMatchObject([{ traceId: TRACE }, { traceId: TRACE }])
  })

  it('hands it on from a batch and from a test too', async () => {
    const there = await startReceiver()
    const endpoint = await host.register(there.url)
    await ringback.api(
      'POST',
      '/v1/events',
      { events: [{ tenant: host.tenant, type: 'a', data: 1 }] },
      headers,
    )
    expect((await there.next()).headers.traceparent).toBe(TRACEPARENT)
    await ringback.api('POST', `${host.path}/endpoints/${endpoint.id}/test`, {}, headers)
    expect((await there.next()).headers.traceparent).toBe(TRACEPARENT)
    await there.close()
  })

  it('sends none where none came, or none that can be read: it would decide for receivers what they sample', async () => {
    const there = await startReceiver()
    await host.register(there.url)
    for (const given of [{}, { traceparent: 'nonsense' }]) {
      const event = await host.emit('a', {}, { headers: given })
      expect((await there.next()).headers).not.toHaveProperty('traceparent')
      const delivery = await host.reaches(await host.deliveryOf(event), 'delivered')
      expect(await host.attempts(delivery)).toMatchObject([{ traceId: null }])
    }
    await there.close()
  })

  it('tells receivers nothing of traces where the operator does not want it, and keeps the id', async () => {
    const quiet = await startRingback({ variables: { RINGBACK_SEND_TRACEPARENT: 'false' } })
    const there = await startReceiver()
    const other = await createHost(quiet.api)
    await other.register(there.url)
    const event = await other.emit('a', {}, { headers })
    expect((await there.next()).headers).not.toHaveProperty('traceparent')
    const delivery = await other.reaches(await other.deliveryOf(event), 'delivered')
    expect(await other.attempts(delivery)).toMatchObject([{ traceId: TRACE }])
    await there.close()
    await quiet.stop()
  })
})

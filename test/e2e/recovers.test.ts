/** After an outage: what failed is sent again by one call, and what was never sent too; seen from outside, on each backend. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BACKENDS } from '../setup/backends.ts'
import { startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'
import { createHost, schedule } from './host.ts'

interface Recovery {
  id: string
  status: string
  matched: number
  started: number
  done: number
  failed: number
}

describe.each(BACKENDS)('with the queue on $backend, a recovery', ({ backend, absent }) => {
  if (absent) return test.skip('needs a redis-server')

  let ringback: TestRingback
  beforeAll(async () => {
    ringback = await startRingback({ backend })
  })
  afterAll(() => ringback?.stop())

  test('delivers what failed while the receiver was down, and to a new endpoint all that came before it', async () => {
    const after = new Date(Date.now() - 1_000).toISOString()
    const host = await createHost(ringback.api)
    const there = await startReceiver(500)
    const later = await startReceiver()
    const known = await host.register(there.url, { retry: schedule() })
    const events = []
    // Fewer in a row than open the circuit.
    for (let i = 0; i < 3; i++) events.push(await host.emit('invoice.paid', { i }))
    for (const event of events) await host.reaches(await host.deliveryOf(event), 'failed')
    const added = await host.register(later.url)
    there.reply(204)

    const recover = (body: object) =>
      ringback.api<Recovery>('POST', `${host.path}/recoveries`, { after, includeUnsent: true, ...body })
    expect(await recover({ dryRun: true })).toMatchObject({ id: null, matched: 6 })
    const recovery = await recover({ perSecond: 1_000 })
    expect(recovery).toMatchObject({ status: 'running', matched: 6 })
    const finished = await until(
      () => ringback.api<Recovery>('GET', `${host.path}/recoveries/${recovery.id}`),
      ({ status }) => status === 'finished',
      'the recovery to be finished',
    )
    expect(finished).toMatchObject({ started: 6, done: 6, failed: 0 })

    const ids = events.map(({ id }) => id)
    expect(
      there.requests
        .slice(3)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(ids)
    expect(later.requests.map(({ id }) => id).toSorted()).toEqual(ids)
    for (const request of later.requests) later.verify(added.secret, request)
    const [delivery] = await host.deliveries(`endpointId=${known.id}`)
    expect((await host.attempts(delivery!)).map(({ trigger }) => trigger)).toEqual(['automatic', 'recovery'])
    await Promise.all([there.close(), later.close()])
  })
})

/** Tenants beside each other, seen from outside: over HTTP at both ends, on each backend. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BACKENDS } from '../setup/backends.ts'
import { type Receiver, startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { createHost } from './host.ts'

const PLACES = 20
/** Of the tenant whose receivers hang; each may have ten places, so that they would have them all. */
const ENDPOINTS = 10
const OF_EACH = 10

describe.each(BACKENDS)('with the queue on $backend', ({ backend, absent }) => {
  if (absent) return test.skip('needs a redis-server')

  let ringback: TestRingback
  let hanging: Receiver
  let well: Receiver
  beforeAll(async () => {
    ringback = await startRingback({ backend, variables: { RINGBACK_CONCURRENCY: `${PLACES}` } })
    hanging = await startReceiver('hang')
    well = await startReceiver()
  })
  afterAll(async () => {
    await ringback?.stop()
    await hanging?.close()
    await well?.close()
  })

  test('a tenant all of whose endpoints hang leaves places to the others', async () => {
    const [troubled, other] = [await createHost(ringback.api), await createHost(ringback.api)]
    await other.register(well.url)
    await other.emit('a', {})
    await well.waitFor(1)

    for (let i = 0; i < ENDPOINTS; i++)
      await troubled.register(`${hanging.url}${i}`, {
        subscriptions: [{ eventTypes: [`a.${i}`] }],
        timeoutMs: 30_000,
      })
    const emitted = Array.from({ length: ENDPOINTS * OF_EACH }, (_, n) =>
      troubled.emit(`a.${n % ENDPOINTS}`, {}),
    )
    await Promise.all(emitted)
    await hanging.waitFor(PLACES / 2)

    for (let n = 0; n < 10; n++) await other.emit('a', { n })
    await well.waitFor(11)
    // None of the others had ended by then, so it is not by their end that there were places.
    expect(await troubled.deliveries('status=delivered')).toEqual([])
    expect(await troubled.deliveries('status=retrying')).toEqual([])
  })
})

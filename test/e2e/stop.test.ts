/** An end in good order, as a rolling restart needs it: a real process, a real SIGTERM. */
import { describe, expect, test } from 'vitest'
import { BACKENDS } from '../setup/backends.ts'
import { freePort } from '../setup/free-port.ts'
import { until } from '../setup/until.ts'
import { createHost } from './host.ts'
import { ALL_WITHIN_MS, apiOf, emitSurely, operatorsSite, receiver, start, TEST_WITHIN_MS } from './site.ts'

describe.each(BACKENDS)('told to stop, with the queue on $backend, Ringback', ({ backend, absent }) => {
  test.skipIf(absent)(
    'finishes what is in flight, exits 0, and leaves the rest to its next start, without a duplicate',
    async () => {
      const IN_FLIGHT = 10
      const site = await operatorsSite(backend)
      site.variables.RINGBACK_CONCURRENCY = `${IN_FLIGHT}`
      const there = await receiver({ status: 200, delayMs: 500 })
      const first = await start(site)
      const host = await createHost(apiOf(site))
      await host.register(there.url)
      const accepted = await Promise.all(Array.from({ length: 60 }, (_, n) => emitSurely(host, n)))

      await there.waitFor(2 * IN_FLIGHT)
      expect(await first.kill('SIGTERM')).toEqual({ code: 0, signal: null })
      const sent = there.requests.length
      expect(sent).toBeLessThan(accepted.length)

      await start(site)
      const deliveries = await until(
        () => host.deliveries(),
        (all) => all.every(({ status }) => status === 'delivered'),
        'every delivery to be delivered',
        ALL_WITHIN_MS,
      )
      expect(deliveries.map(({ attemptCount }) => attemptCount)).toEqual(accepted.map(() => 1))
      expect(there.requests.map(({ id }) => id).sort()).toEqual(accepted.map(({ id }) => id).sort())
    },
    TEST_WITHIN_MS,
  )
})

describe('an API that is told to stop', () => {
  const stateAt = (port: string) =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      async (answer) => `${answer.status} ${((await answer.json()) as { status: string }).status}`,
      () => 'no answer',
    )
  const turns = (port: string, state: string) =>
    until(
      () => stateAt(port),
      (found) => found === state,
      `port ${port} to say ${state}`,
      ALL_WITHIN_MS,
    )

  test(
    'says that it leaves while it still takes requests and begins no attempt, and its probes say so until all that was in flight has ended',
    async () => {
      const site = await operatorsSite('postgres')
      const [api, probes] = [site.variables.PORT!, `${await freePort()}`]
      site.variables.RINGBACK_METRICS_PORT = probes
      site.variables.RINGBACK_DRAIN_SECONDS = '5'
      const there = await receiver('hang')
      const ringback = await start(site)
      const host = await createHost(apiOf(site))
      await host.register(there.url)
      await emitSurely(host, 1)
      await there.waitFor(1)

      const ended = ringback.kill('SIGTERM')
      await turns(api, '503 stopping')
      expect(await stateAt(probes)).toBe('503 stopping')
      const late = await fetch(`${ringback.url}v1/tenants/${host.tenant}/events`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${site.variables.RINGBACK_ADMIN_KEY}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ type: 'a', data: {} }),
      })
      expect(late.status).toBe(202)
      expect(late.headers.get('connection')).toBe('close')

      await turns(api, 'no answer')
      expect(await stateAt(probes)).toBe('503 stopping')
      // What was accepted late is for others, or for the next start.
      expect(there.requests).toHaveLength(1)
      await there.close()
      expect(await ended).toEqual({ code: 0, signal: null })
    },
    TEST_WITHIN_MS,
  )

  test(
    'waits for no balancer when it is told so from a terminal',
    async () => {
      const site = await operatorsSite('postgres')
      site.variables.RINGBACK_DRAIN_SECONDS = '600'
      const ringback = await start(site)
      expect(await ringback.kill('SIGINT')).toEqual({ code: 0, signal: null })
    },
    TEST_WITHIN_MS,
  )
})

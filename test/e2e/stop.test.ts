/** An end in good order, as a rolling restart needs it: a real process, a real SIGTERM. */
import { describe, expect, test } from 'vitest'
import { BACKENDS } from '../setup/backends.ts'
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

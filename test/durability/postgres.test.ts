/** Without Postgres nothing is accepted; what was accepted before is still there, and goes on when Postgres is back. */
import { describe, test } from 'vitest'
import { dropListeners } from '../chaos/drop-listeners.ts'
import { BACKENDS } from '../setup/backends.ts'
import { until } from '../setup/until.ts'
import { openSite, REST_WITHIN_MS, TEST_WITHIN_MS, wellEnded } from './site.ts'
import { startWitness } from './witness.ts'

/** Far less than a loop without a pause writes in the second or two of an outage. */
const FEW_LINES = 300

describe.concurrent.each(BACKENDS)('with the queue on $backend', ({ backend, absent }) => {
  test.skipIf(absent)(
    'Postgres killed again and again makes 503s and never a false 202, and the workers wait in peace',
    { timeout: TEST_WITHIN_MS },
    async ({ expect, ...context }) => {
      const [EVENTS, KILLS] = [300, 3]
      const site = await openSite(backend, context, { durable: true })
      const witness = await startWitness({ status: 200, delayMs: 20 })
      await site.start('api')
      const worker = await site.start('worker,upkeep')
      const host = await site.createHost()
      await host.register(witness.url)

      let accepted = 0
      const refused: string[] = []
      const emitting = site.emit(host, EVENTS, {
        rate: 100,
        onAccepted: () => accepted++,
        onRefused: (why) => refused.push(why),
      })
      for (let kill = 1; kill <= KILLS; kill++) {
        const enough = (kill * EVENTS) / (KILLS + 1)
        await until(
          () => accepted,
          (count) => count >= enough,
          'events to be accepted',
          REST_WITHIN_MS,
        )
        await site.crashPostgres()
      }
      const { duplicates: _, ...verdict } = await site.judge(host, await emitting, witness)
      expect(verdict).toEqual(wellEnded(EVENTS))
      expect(new Set(refused)).toEqual(new Set(['503']))
      expect(worker.output().split('\n').length).toBeLessThan(FEW_LINES)
    },
  )
})

test('workers that lose the connection on which they listen for jobs, every second or so, miss none', {
  timeout: TEST_WITHIN_MS,
}, async ({ expect, ...context }) => {
  const [EVENTS, DROPS] = [100, 4]
  const site = await openSite('postgres', context)
  const witness = await startWitness({ status: 204 })
  await site.start('api,worker,upkeep')
  const host = await site.createHost()
  await host.register(witness.url)

  const emitting = site.emit(host, EVENTS, { rate: 20 })
  for (let drop = 1; drop <= DROPS; drop++) {
    await witness.waitFor((drop * EVENTS) / (DROPS + 1))
    await until(
      () => dropListeners(site.databaseUrl),
      (dropped) => dropped > 0,
      'a connection that listens',
    )
  }
  const verdict = await site.judge(host, await emitting, witness)
  expect(verdict).toEqual({ ...wellEnded(EVENTS), duplicates: 0 })
})

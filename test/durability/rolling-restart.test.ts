/** Whoever updates Ringback restarts all of it, one process after the other: nobody may notice. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { schedule } from '../e2e/host.ts'
import { BACKENDS } from '../setup/backends.ts'
import { freePort } from '../setup/free-port.ts'
import type { Ended } from '../setup/process.ts'
import { until } from '../setup/until.ts'
import { openSite, REST_WITHIN_MS, TEST_WITHIN_MS, wellEnded } from './site.ts'
import { startWitness } from './witness.ts'

describe.each(BACKENDS)('with the queue on $backend', ({ backend, absent }) => {
  test.skipIf(absent)(
    'a rolling restart of two APIs and four workers under load loses nothing, repeats nothing, answers nobody 5xx, and every process exits 0',
    { timeout: TEST_WITHIN_MS },
    async () => {
      const [EVENTS_EACH, PACE] = [30, 20]
      const site = await openSite(backend, { onTestFinished })
      const witness = await startWitness({ status: 200, delayMs: 700 })
      const apis = [
        await site.startMember('api'),
        await site.startMember('api', { PORT: `${await freePort()}` }),
      ]
      const host = await site.createHost()
      await host.register(witness.url, { retry: schedule(1) })
      const workers = await Promise.all(Array.from({ length: 4 }, () => site.startMember('worker,upkeep')))

      const members = [...workers, ...apis]
      const ends: Ended[] = []
      const refused: string[] = []
      let accepted = 0
      const emitting = site.emit(host, EVENTS_EACH * members.length, {
        url: apis.map(({ url }) => url),
        rate: PACE,
        // Each of them is told to stop while there is a load on it.
        isHeld: (n) => n >= EVENTS_EACH * (ends.length + 1),
        onAccepted: () => accepted++,
        onRefused: (why) => refused.push(why),
      })
      for (const member of members) {
        const some = EVENTS_EACH * ends.length
        await until(
          () => accepted,
          (count) => count > some,
          'events to be accepted',
          REST_WITHIN_MS,
        )
        ends.push(await member.restart('SIGTERM'))
      }
      const verdict = await site.judge(host, await emitting, witness)
      expect(ends).toEqual(ends.map(() => ({ code: 0, signal: null })))
      expect(refused.filter((answer) => answer.startsWith('5'))).toEqual([])
      expect(verdict).toEqual({ ...wellEnded(EVENTS_EACH * members.length), duplicates: 0 })
    },
  )
})

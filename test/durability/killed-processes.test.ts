/** What was accepted outlives the processes: killed, or frozen. */
import { describe, test } from 'vitest'
import { schedule } from '../e2e/host.ts'
import type { Accepted } from '../setup/api.ts'
import { BACKENDS } from '../setup/backends.ts'
import { until } from '../setup/until.ts'
import { openSite, REST_WITHIN_MS, TEST_WITHIN_MS, wellEnded } from './site.ts'
import { startWitness } from './witness.ts'

describe.concurrent.each(BACKENDS)('with the queue on $backend', ({ backend, absent }) => {
  test.skipIf(absent)(
    'workers killed again and again under load lose nothing, and repeat no more than they had in hand',
    { timeout: TEST_WITHIN_MS },
    async ({ expect, ...context }) => {
      const [EVENTS, KILLS, CONCURRENCY] = [300, 3, 10]
      const site = await openSite(backend, context)
      const witness = await startWitness({ status: 200, delayMs: 50 })
      await site.start('api')
      const host = await site.createHost()
      await host.register(witness.url)
      const work = () => site.startMember('worker,upkeep', { RINGBACK_CONCURRENCY: `${CONCURRENCY}` })
      const workers = await Promise.all([work(), work()])

      const emitting = site.emit(host, EVENTS, { rate: 100 })
      for (let kill = 0; kill < KILLS; kill++) {
        await witness.waitFor(((kill + 1) * EVENTS) / (KILLS + 2), REST_WITHIN_MS)
        await workers[kill % 2]!.restart('SIGKILL')
      }
      const { duplicates, ...verdict } = await site.judge(host, await emitting, witness)
      expect(verdict).toEqual(wellEnded(EVENTS))
      expect(duplicates).toBeLessThanOrEqual(KILLS * CONCURRENCY)
    },
  )

  test.skipIf(absent)(
    'of first attempts that share alarms, those of a killed worker are taken over, and only what was in flight comes twice',
    { timeout: TEST_WITHIN_MS },
    async ({ expect, ...context }) => {
      const [EVENTS, CONCURRENCY] = [80, 10]
      const site = await openSite(backend, context)
      const witness = await startWitness({ status: 200, delayMs: 300 })
      const { api } = await site.start('api')
      const host = await site.createHost()
      await host.register(witness.url)
      const events = Array.from({ length: EVENTS }, (_, n) => ({
        tenant: host.tenant,
        type: 'a',
        data: { n },
      }))
      const { data } = await api<{ data: Accepted[] }>('POST', '/v1/events', { events })
      await until(
        () => site.jobs(),
        ({ waiting }) => waiting === EVENTS / 20,
        'the alarms to be set',
        REST_WITHIN_MS,
      )

      const settings = { RINGBACK_CONCURRENCY: `${CONCURRENCY}` }
      // With upkeep: what finds no place in the worker waits in Postgres, until it is fed again.
      const killed = await site.start('worker,upkeep', settings)
      await witness.waitFor(2 * CONCURRENCY, REST_WITHIN_MS)
      await killed.kill('SIGKILL')
      await site.start('worker,upkeep', settings)
      const accepted = data.map(({ id }, n) => ({ n, id, acceptedAt: 0, tookMs: 0 }))
      const { duplicates, ...verdict } = await site.judge(host, accepted, witness)
      expect(verdict).toEqual(wellEnded(EVENTS))
      expect(duplicates).toBeLessThanOrEqual(CONCURRENCY)
    },
  )

  test.skipIf(absent)(
    'an API killed again and again stores each event once, when its client repeats under one key',
    { timeout: TEST_WITHIN_MS },
    async ({ expect, ...context }) => {
      const [EVENTS, KILLS] = [300, 2]
      const site = await openSite(backend, context)
      const witness = await startWitness({ status: 204 })
      const api = await site.startMember('api')
      const host = await site.createHost()
      await host.register(witness.url)
      await site.start('worker,upkeep')

      let accepted = 0
      const refused: string[] = []
      const emitting = site.emit(host, EVENTS, {
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
        await api.restart('SIGKILL')
      }
      const verdict = await site.judge(host, await emitting, witness)
      expect(verdict).toEqual({ ...wellEnded(EVENTS), duplicates: 0 })
      expect(refused).toContain('no answer')
    },
  )

  test.skipIf(absent)(
    'what a frozen worker brings after another took over its delivery comes too late, and changes nothing',
    { timeout: TEST_WITHIN_MS },
    async ({ expect, ...context }) => {
      const site = await openSite(backend, context)
      // The first answer finds nobody awake; the second is a refusal, so that the first, if it counted, would show.
      const witness = await startWitness(
        { status: 200, delayMs: 500, times: 1 },
        { status: 503, times: 1 },
        { status: 200 },
      )
      await site.start('api')
      const host = await site.createHost()
      await host.register(witness.url, { retry: schedule(2, 2) })
      const frozen = await site.start('worker')

      const event = await host.emit('a', {})
      await witness.waitFor(1)
      void frozen.kill('SIGSTOP')
      await site.start('worker,upkeep')
      await witness.waitFor(2, REST_WITHIN_MS)
      // Only when the other's result is written does the first come too late.
      await host.reaches(await host.deliveryOf(event), 'retrying', 'delivered')
      void frozen.kill('SIGCONT')
      await until(
        () => frozen.output(),
        (said) => said.includes('"status":"late"'),
        'the late result',
        REST_WITHIN_MS,
      )

      const delivery = await host.reaches(await host.deliveryOf(event), 'delivered')
      const attempts = await host.attempts(delivery)
      expect(delivery.attemptCount).toBe(2)
      // Its attempt has no row: one for each number, in their order, none missing.
      expect(attempts.map(({ number, response }) => [number, response?.status])).toEqual([
        [1, 503],
        [2, 200],
      ])
    },
  )
})

/** Killed at the worst moments: between two steps that cannot be one. */
import { describe, test } from 'vitest'
import { BACKENDS } from '../setup/backends.ts'
import type { RingbackProcess } from '../setup/process.ts'
import { until } from '../setup/until.ts'
import { openSite, REST_WITHIN_MS, TEST_WITHIN_MS, wellEnded } from './site.ts'
import { startWitness, type Witness } from './witness.ts'

const KILLED = { code: null, signal: 'SIGKILL' }

const dyingAt = (point: string) => ({ RINGBACK_TEST_FAIL_POINTS: `${point}:kill` })

/** How often each event came. */
function timesOfEach({ lines }: Witness): number[] {
  const times = new Map<string, number>()
  for (const { id } of lines) times.set(id, (times.get(id) ?? 0) + 1)
  return [...times.values()]
}

describe.concurrent.each(BACKENDS)('with the queue on $backend', ({ backend, absent }) => {
  test.skipIf(absent)(
    'killed between the commit and the queue, all that was committed is swept, and stands once',
    { timeout: TEST_WITHIN_MS },
    async ({ expect, ...context }) => {
      const EVENTS = 30
      const site = await openSite(backend, context)
      const witness = await startWitness({ status: 204 })
      const dying = await site.start('api', dyingAt('accept.committed'))
      const host = await site.createHost()
      await host.register(witness.url)

      const emitting = site.emit(host, EVENTS, { lanes: EVENTS })
      expect(await dying.ended).toEqual(KILLED)
      await site.start('api')
      // All are answered before anyone works: what was committed and never queued waits for the sweeper alone.
      const accepted = await emitting
      await site.start('worker,upkeep')
      expect(await site.judge(host, accepted, witness)).toEqual({ ...wellEnded(EVENTS), duplicates: 0 })
    },
  )

  test.skipIf(absent)(
    "killed between the receiver's answer and our commit, nothing is lost, and each comes exactly once more",
    { timeout: TEST_WITHIN_MS },
    async ({ expect, ...context }) => {
      const EVENTS = 10
      const site = await openSite(backend, context)
      // Time enough for all of them to be on their way before the first is answered.
      const witness = await startWitness({ status: 200, delayMs: 1_000 })
      await site.start('api')
      const host = await site.createHost()
      await host.register(witness.url)
      const accepted = await site.emit(host, EVENTS)

      const dying = await site.start('worker', dyingAt('dispatch.answered'))
      expect(await dying.ended).toEqual(KILLED)
      await site.start('worker,upkeep')
      expect(await site.judge(host, accepted, witness)).toEqual({ ...wellEnded(EVENTS), duplicates: EVENTS })
      expect(timesOfEach(witness)).toEqual(accepted.map(() => 2))
    },
  )

  test.skipIf(absent)(
    "killed between our commit and the job's end, nothing comes twice",
    { timeout: TEST_WITHIN_MS },
    async ({ expect, ...context }) => {
      const [EVENTS, KILLS] = [10, 2]
      const site = await openSite(backend, context)
      const witness = await startWitness({ status: 204 })
      await site.start('api')
      const host = await site.createHost()
      await host.register(witness.url)
      const accepted = await site.emit(host, EVENTS)

      for (let kill = 1; kill <= KILLS; kill++) {
        // One at a time: what else it had in hand would not have been committed.
        const dying = await site.start('worker', {
          ...dyingAt('dispatch.settled'),
          RINGBACK_CONCURRENCY: '1',
        })
        expect(await dying.ended).toEqual(KILLED)
        expect(witness.lines).toHaveLength(kill)
      }
      const last = await site.start('worker,upkeep')
      const verdict = await site.judge(host, accepted, witness)
      expect(verdict).toEqual({ ...wellEnded(EVENTS), duplicates: 0 })

      // The jobs of the dead come to another worker, which finds that there is nothing left to do.
      await takesOver(last, KILLS)
      await until(
        () => site.jobs(),
        ({ waiting, active, delayed }) => waiting + active + delayed === 0,
        'the queue to be empty',
        REST_WITHIN_MS,
      )
      expect(witness.lines).toHaveLength(EVENTS)
    },
  )
})

const takesOver = (worker: RingbackProcess, jobs: number) =>
  until(
    () => worker.output().split('a job was taken over').length - 1,
    (count) => count >= jobs,
    `${jobs} jobs to be taken over`,
    REST_WITHIN_MS,
  )

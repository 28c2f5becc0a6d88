/** What becomes of jobs whose worker is killed: they are worked again, however often that happens. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, type TestContext } from 'vitest'
import type { JobData } from '../../src/queue/catalogue.ts'
import { openQueue } from '../../src/queue/open.ts'
import { hasRedis } from '../setup/redis.ts'
import { createRecorder, createTestLog, idOf, someJob } from './recorder.ts'
import { openPostgresStore, openRedisStore, type TestStore } from './stores.ts'

/** Twice `RECOVERY_MS`, and room for a busy machine. */
const TIMEOUT = 180_000

describe.concurrent.each([
  { name: 'Redis', open: openRedisStore, skip: !hasRedis },
  { name: 'Postgres', open: openPostgresStore, skip: false },
])('the queue on $name', ({ open, skip }) => {
  it.skipIf(skip)(
    'hands the jobs of a killed worker to another, also the second time',
    { timeout: TIMEOUT },
    async ({ onTestFinished }) => {
      const store = await open()
      onTestFinished(() => store.close())
      const { log, lines } = createTestLog()
      const queue = await openQueue(store.store, log)
      onTestFinished(() => queue.close())
      const jobs = [someJob(), someJob()]
      await queue.add(jobs)

      for (const _time of ['first', 'second']) {
        const { child, taken } = startChild(store, onTestFinished)
        await taken.until((seen) => seen.length === jobs.length)
        const exited = once(child, 'exit')
        child.kill('SIGKILL')
        await exited
      }

      const finished = createRecorder<JobData<'deliver'>>()
      const worker = queue.work('deliver', async (data) => finished.note(data), { concurrency: 10 })
      onTestFinished(() => worker.stop())
      await worker.start()
      await finished.until((seen) => seen.length === jobs.length)
      await worker.stop()
      expect(new Set(finished.seen)).toEqual(new Set(jobs.map(({ data }) => data)))
      expect(await queue.counts('deliver')).toMatchObject({ waiting: 0, active: 0, delayed: 0 })
      const takenOver = lines.seen.filter(({ msg }) => msg === 'a job was taken over from a worker that died')
      expect(new Set(takenOver.map(({ jobId }) => jobId))).toEqual(new Set(jobs.map(idOf)))
    },
  )
})

/** A worker in a process of its own, and the jobs it takes. */
function startChild({ store }: TestStore, onTestFinished: TestContext['onTestFinished']) {
  const child = fork(new URL('./worker-process.ts', import.meta.url), [JSON.stringify(store)], {
    execArgv: ['--import', 'tsx'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const taken = createRecorder<unknown>()
  child.on('message', (data) => taken.note(data))
  return { child, taken }
}

/** A queue in memory that keeps nothing safe: it can be wiped, be away, and lose what a worker had in hand. */
import type { Clock } from '../../src/clock.ts'
import { unavailable } from '../../src/errors.ts'
import { checkJob, type Job } from '../../src/queue/catalogue.ts'
import type { Queue } from '../../src/queue/queue.ts'

/** An alarm clock that is not to be relied upon, by the contract of `Queue`: an id that is there is not added again. */
export interface LossyQueue extends Pick<Queue, 'add' | 'hurry' | 'present' | 'counts'> {
  /** While it is away, it takes nothing. */
  isAway: boolean
  /** Hands a worker the jobs whose time has come; they keep their ids until they end. */
  take(worker: number, most: number): Job[]
  end(worker: number, job: Job): void
  /** What a dead worker had in hand: taken over by whoever comes next, or lost. */
  drop(worker: number, fate: 'taken over' | 'lost'): void
  /** Forgets everything, also what is in hand. */
  wipe(): void
}

interface Entry {
  job: Job
  ringsAt: number
  /** Who has it in hand. */
  worker: number | null
}

export function createLossyQueue(clock: Clock): LossyQueue {
  const entries = new Map<string, Entry>()

  function put(job: Job) {
    const id = idOf(job)
    if (!entries.has(id)) entries.set(id, { job, ringsAt: clock.now() + (job.delayMs ?? 0), worker: null })
    return entries.get(id)!
  }

  const queue: LossyQueue = {
    isAway: false,
    async add(jobs) {
      if (queue.isAway) throw unavailable('The queue is away.')
      for (const job of jobs) put(job)
    },
    async hurry(jobs) {
      if (queue.isAway) throw unavailable('The queue is away.')
      for (const job of jobs) put(job).ringsAt = clock.now()
    },
    async present(kind, jobs) {
      if (queue.isAway) throw unavailable('The queue is away.')
      return new Set(jobs.map(({ id }) => id).filter((id) => entries.has(`${kind} ${id}`)))
    },
    async counts(kind) {
      if (queue.isAway) throw unavailable('The queue is away.')
      const all = [...entries.values()].filter(({ job }) => job.kind === kind)
      const [idle, now] = [all.filter(({ worker }) => worker === null), clock.now()]
      return {
        waiting: idle.filter(({ ringsAt }) => ringsAt <= now).length,
        // It works in the order of coming.
        active: all.length - idle.length,
        delayed: idle.filter(({ ringsAt }) => ringsAt > now).length,
      }
    },
    take(worker, most) {
      const now = clock.now()
      const taken = [...entries.values()]
        .filter((entry) => entry.worker === null && entry.ringsAt <= now)
        .slice(0, most)
      for (const entry of taken) entry.worker = worker
      return taken.map(({ job }) => job)
    },
    end(worker, job) {
      const id = idOf(job)
      // After a wipe the same id may be another's.
      if (entries.get(id)?.worker === worker) entries.delete(id)
    },
    drop(worker, fate) {
      for (const [id, entry] of entries) {
        if (entry.worker !== worker) continue
        if (fate === 'lost') entries.delete(id)
        else entry.worker = null
      }
    },
    wipe: () => entries.clear(),
  }
  return queue
}

const idOf = ({ kind, data }: Job) => `${kind} ${checkJob(kind, data).id}`

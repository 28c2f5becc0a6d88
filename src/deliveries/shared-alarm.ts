/**
 * Shared alarms: one job of the queue rings for the first attempts of several deliveries that were accepted together, so
 * that what a job costs is paid once for all of them. It is named by the first of them, and each keeps that name in its row
 * while the alarm may ring for it: nobody gives it an alarm of its own meanwhile, which would ring beside.
 */
import type { Id } from '../ids.ts'
import { type Job, sharedJobId } from '../queue/catalogue.ts'
import type { JobPlace } from '../queue/queue.ts'

/** The most deliveries that share an alarm. */
export const MOST_TOGETHER = 20

/** Those of one moment go into so many alarms at least, so that several workers have some of them. */
export const PARTS = 4

/** Groups what was accepted together; a group of one shares nothing. */
export function shareAlarms<Item>(items: readonly Item[]): Item[][] {
  const size = Math.min(MOST_TOGETHER, Math.ceil(items.length / PARTS))
  const groups: Item[][] = []
  for (let from = 0; from < items.length; from += size) groups.push(items.slice(from, from + size))
  return groups
}

/** The job behind the alarm that a delivery gave its name to. Its shard is its own, for it is of many endpoints. */
export const placeOfShared = (first: Id<'delivery'>): Required<JobPlace> => ({
  id: sharedJobId(first),
  shardKey: first,
})

/** How much of the newest jobs goes into the mean: of the last ten times or so. */
const SMOOTHING = 0.1

/**
 * For how many deliveries a job of the front lane rings, on average: the queue counts jobs, and what may wait in it is
 * deliveries. By those that are set here, lately; others set such as are much alike.
 */
export function createCarried() {
  let mean: number | undefined
  return {
    /** Tells of jobs that are set. */
    note(jobs: readonly Job[]): void {
      const sizes = jobs.flatMap(({ data }) => ('deliveryIds' in data ? data.deliveryIds.length : []))
      if (sizes.length === 0) return
      const size = sizes.reduce((sum, one) => sum + one, 0) / sizes.length
      mean = mean === undefined ? size : mean + (size - mean) * SMOOTHING
    },
    /** 1 while nothing was set. */
    mean: (): number => mean ?? 1,
  }
}

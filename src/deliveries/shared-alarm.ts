/**
 * Shared alarms: one job of the queue rings for the first attempts of several deliveries that were accepted together, so
 * that what a job costs is paid once for all of them. It is named by the first of them, and each keeps that name in its row
 * while the alarm may ring for it: nobody gives it an alarm of its own meanwhile, which would ring beside.
 */
import type { Id } from '../ids.ts'
import { sharedJobId } from '../queue/catalogue.ts'
import type { JobPlace } from '../queue/queue.ts'

/** The most deliveries that share an alarm. */
const MOST = 20

/** Those of one moment go into so many alarms at least, so that several workers have some of them. */
const PARTS = 4

/** Groups what was accepted together; a group of one shares nothing. */
export function shareAlarms<Item>(items: readonly Item[]): Item[][] {
  const size = Math.min(MOST, Math.ceil(items.length / PARTS))
  const groups: Item[][] = []
  for (let from = 0; from < items.length; from += size) groups.push(items.slice(from, from + size))
  return groups
}

/** The job behind the alarm that a delivery gave its name to. Its shard is its own, for it is of many endpoints. */
export const placeOfShared = (first: Id<'delivery'>): Required<JobPlace> => ({
  id: sharedJobId(first),
  shardKey: first,
})

import type { JobCounts, Queue } from './queue.ts'

/** How many jobs each lane holds; undefined while the queue does not answer. */
export async function laneCounts(
  queue: Pick<Queue, 'counts'>,
): Promise<Record<'deliver' | 'redeliver', JobCounts> | undefined> {
  try {
    const [deliver, redeliver] = await Promise.all([queue.counts('deliver'), queue.counts('redeliver')])
    return { deliver, redeliver }
  } catch {
    return undefined
  }
}

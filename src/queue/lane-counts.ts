import type { JobCounts, Queue } from './queue.ts'

/** First tries, and those after them. */
export const LANES = ['deliver', 'redeliver'] as const

export type Lane = (typeof LANES)[number]

/** How many jobs each lane holds; undefined while the queue does not answer. */
export async function laneCounts(queue: Pick<Queue, 'counts'>): Promise<Record<Lane, JobCounts> | undefined> {
  try {
    const [deliver, redeliver] = await Promise.all([queue.counts('deliver'), queue.counts('redeliver')])
    return { deliver, redeliver }
  } catch {
    return undefined
  }
}

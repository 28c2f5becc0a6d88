import { LANES, type Lane } from './lane-counts.ts'
import type { Queue } from './queue.ts'

/** A process that takes jobs. */
export interface WorkerAtWork {
  /** Its host and process. */
  name: string
  /** What it takes. */
  lanes: Lane[]
}

/** The processes whose workers are connected, by name; undefined while the queue does not answer, or where it cannot tell. */
export async function workersAtWork(queue: Pick<Queue, 'workers'>): Promise<WorkerAtWork[] | undefined> {
  const lanesOf = new Map<string, Lane[]>()
  for (const lane of LANES) {
    const names = await queue.workers(lane).catch(() => undefined)
    if (names === undefined) return undefined
    for (const name of new Set(names)) lanesOf.set(name, [...(lanesOf.get(name) ?? []), lane])
  }
  return [...lanesOf].map(([name, lanes]) => ({ name, lanes })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

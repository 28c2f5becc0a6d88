/** What a test sees of a queue: the jobs its handlers were given, and the lines it logged. */
import { newId } from '../../src/ids.ts'
import { checkJob, type Job, type JobData } from '../../src/queue/catalogue.ts'
import { createLog, type Log } from '../../src/telemetry/log.ts'

/** A job of the front lane. */
export type DeliverJob = Extract<Job, { kind: 'deliver' }>

/** A job for a delivery that nobody else knows. */
export function someJob(delayMs?: number): DeliverJob {
  return {
    kind: 'deliver',
    data: { deliveryIds: [newId('delivery')] },
    ...(delayMs === undefined ? {} : { delayMs }),
  }
}

/** The id by which the store knows a job. */
export const idOf = ({ kind, data }: Job) => checkJob(kind, data).id

/** Notes what it is given; a test waits for what it expects. */
export interface Recorder<Item> {
  readonly seen: readonly Item[]
  note(item: Item): void
  /** Resolves when the items so far satisfy the test. */
  until(enough: (seen: readonly Item[]) => boolean): Promise<void>
}

export function createRecorder<Item>(): Recorder<Item> {
  const seen: Item[] = []
  const waiting = new Set<() => void>()
  return {
    seen,
    note(item) {
      seen.push(item)
      for (const check of waiting) check()
    },
    until(enough) {
      return new Promise((resolve) => {
        const check = () => {
          if (!enough(seen)) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      })
    },
  }
}

/** Jobs as their handler was given them. */
export type JobRecorder = Recorder<JobData<'deliver'>>

/** A line of the log. */
export interface LogLine {
  level: number
  msg: string
  jobId?: string
  err?: { message: string }
}

/** A real log that a test can read. */
export function createTestLog(): { log: Log; lines: Recorder<LogLine> } {
  const lines = createRecorder<LogLine>()
  return { log: createLog('info', { write: (line) => lines.note(JSON.parse(line)) }), lines }
}

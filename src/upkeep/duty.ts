import { setTimeout as timeout } from 'node:timers/promises'
import { MINUTE } from '../duration.ts'
import type { Service } from '../service.ts'
import type { Log } from '../telemetry/log.ts'
import { silentUpkeepMeter, type UpkeepMeter } from '../telemetry/upkeep-meter.ts'

/** A periodic duty. */
export interface Duty {
  /** For the log. */
  name: string
  /** How long after its end it is done again. */
  everyMs: number
  /**
   * Where one process does it at a time: how long the others wait when that one dies, in milliseconds. Unless told 5 s, and 15 s
   * for what is done less often than that.
   */
  leaseMs?: number
  /**
   * Does it once; a long one ends between two pages, by a rejection, when the signal says that the process stops. A rejection is logged when it is the first in a row, and it is tried again at its next turn, within a minute.
   * @returns when it wants its next turn, in milliseconds, if not as always
   */
  run(signal?: AbortSignal): Promise<number | undefined>
  /** Waits for its next turn, where something else than time may call it; it must end with the signal. */
  pause?(ms: number, signal: AbortSignal): Promise<void>
  /** Told at each turn that another process has, of a duty that one does at a time. */
  away?(): void
  /** What is left to do when it is done no more. */
  end?(): Promise<void>
}

/** What is done once an hour, such as making partitions, must not stand still for one when Postgres was away for a second. */
const TRY_AGAIN_WITHIN = MINUTE

/** The end of the signal ends it too. */
const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  timeout(ms, undefined, { signal, ref: false }).catch(() => {})

/** Does a duty again and again, never twice at once; `stop` waits for the turn in hand. */
export function createDuty(
  { name, everyMs, run, pause = sleep, end }: Duty,
  log: Log,
  meter: Pick<UpkeepMeter, 'turn'> = silentUpkeepMeter,
): Service {
  const stopping = new AbortController()
  let loop: Promise<void> | undefined

  // A duty of every second would otherwise fill the log while Redis or Postgres is away.
  let failures = 0
  async function turn(): Promise<number> {
    let next: number | undefined
    const began = performance.now()
    let failed = false
    try {
      next = await run(stopping.signal)
      if (failures > 0) log.info({ duty: name, failures }, 'A duty is done again.')
      failures = 0
    } catch (error) {
      if (stopping.signal.aborted) return 0
      failed = true
      next = Math.min(everyMs, TRY_AGAIN_WITHIN)
      if (failures++ === 0)
        log.warn({ duty: name, err: error }, 'A duty failed; it is tried again and again.')
    }
    meter.turn(name, (performance.now() - began) / 1_000, failed)
    return next ?? everyMs
  }

  async function work() {
    while (!stopping.signal.aborted) {
      const nextMs = await turn()
      await pause(nextMs, stopping.signal)
    }
  }

  return {
    async start() {
      loop ??= work()
    },
    async stop() {
      stopping.abort()
      await loop
      await end?.()
    },
  }
}

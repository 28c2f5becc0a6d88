/** One process of an installation, which is killed and started again under the same settings. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Variables } from '../setup/environment.ts'
import { type Ended, type RingbackProcess, startProcess, tail } from '../setup/process.ts'
import { until } from '../setup/until.ts'

export interface Member {
  name: string
  url: string
  /** Ends it by `signal`, waits, starts it again, and resolves when it is ready. @returns how it ended */
  restart(signal: 'SIGKILL' | 'SIGTERM', awayMs?: number): Promise<Ended>
  /** All that its processes wrote. */
  output(): string
  stop(): Promise<void>
}

/** Starts it, and resolves when it is ready. */
export async function startMember(name: string, variables: Variables): Promise<Member> {
  let before = ''
  let isOver = false
  let current = await startReady(variables)
  return {
    name,
    url: current.url,
    async restart(signal, awayMs = 0) {
      const ended = await current.kill(signal)
      before += current.output()
      await pause(awayMs)
      if (!isOver) current = await startReady(variables)
      return ended
    },
    output: () => before + current.output(),
    async stop() {
      isOver = true
      await current.kill('SIGKILL', true)
    },
  }
}

/** A start makes tables or waits for a store, on a machine that may be busy. */
const READY_WITHIN_MS = 60_000

/** Starts a process of any role; without the API there is nothing to ask, but it says when it is ready. */
export async function startReady(variables: Variables): Promise<RingbackProcess> {
  const ringback = await startProcess(variables)
  let isOver = false
  void ringback.ended.then(() => {
    isOver = true
  })
  await until(
    () => {
      if (isOver) throw new Error(`Ringback ended before it was ready:\n${tail(ringback.output())}`)
      return ringback.output().includes('"Ringback is ready."')
    },
    (isReady) => isReady,
    'Ringback to be ready',
    READY_WITHIN_MS,
  )
  return ringback
}

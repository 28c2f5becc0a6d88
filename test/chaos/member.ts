/** One process of an installation, which is killed and started again under the same settings. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Variables } from '../setup/environment.ts'
import { type Ended, type RingbackProcess, startProcess, tail } from '../setup/process.ts'
import { until } from '../setup/until.ts'

export interface Member {
  name: string
  url: string
  /** Whether its process runs: false from its end, whoever ended it, until it is started again. */
  readonly isUp: boolean
  /** How its present process ends, once it does. */
  readonly ended: Promise<Ended>
  /** Ends it by `signal`, and waits for it. @returns how it ended */
  down(signal: 'SIGKILL' | 'SIGTERM'): Promise<Ended>
  /**
   * Starts it again after its end, and resolves when it is ready.
   * @param settings beside its own, for this process alone
   */
  up(settings?: Variables): Promise<void>
  /** Ends it by `signal`, waits, starts it again, and resolves when it is ready. @returns how it ended */
  restart(signal: 'SIGKILL' | 'SIGTERM', awayMs?: number): Promise<Ended>
  /** Whether its process runs another build than ours. */
  readonly isPrevious: boolean
  /** All that its processes wrote. */
  output(): string
  stop(): Promise<void>
}

/**
 * Starts it, and resolves when it is ready.
 * @param previous a checkout whose build it runs until it is started again; ours unless told
 */
export async function startMember(name: string, variables: Variables, previous?: string): Promise<Member> {
  let before = ''
  let isOver = false
  let isUp = false
  let isPrevious = previous !== undefined
  let current = await start({}, previous)

  async function start(settings: Variables = {}, checkout?: string): Promise<RingbackProcess> {
    const process = await startReady({ ...variables, ...settings }, checkout)
    isUp = true
    void process.ended.then(() => {
      isUp = false
    })
    return process
  }

  const down: Member['down'] = (signal) => current.kill(signal)

  async function up(settings?: Variables) {
    if (isOver) return
    const next = await start(settings)
    before += current.output()
    current = next
    isPrevious = false
  }

  return {
    name,
    url: current.url,
    get isUp() {
      return isUp
    },
    get isPrevious() {
      return isPrevious
    },
    get ended() {
      return current.ended
    },
    down,
    up,
    async restart(signal, awayMs = 0) {
      const ended = await down(signal)
      await pause(awayMs)
      await up()
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
export async function startReady(variables: Variables, checkout?: string): Promise<RingbackProcess> {
  const ringback = await startProcess(variables, checkout)
  let isOver = false
  void ringback.ended.then(() => {
    isOver = true
  })
  await until(
    () => {
      // It may be ready and have ended again between two looks.
      if (ringback.output().includes('"Ringback is ready."')) return true
      if (isOver) throw new Error(`Ringback ended before it was ready:\n${tail(ringback.output())}`)
      return false
    },
    (isReady) => isReady,
    'Ringback to be ready',
    READY_WITHIN_MS,
  )
  return ringback
}

/** The ways in which an installation is broken, each with its repair. */
import type { Random } from '../../src/clock.ts'
import { pick } from './chance.ts'
import { dropListeners } from './drop-listeners.ts'
import type { Installation } from './installation.ts'

/** Breaks something and puts it right again. @returns what it did, in a few words; undefined: nothing to break here */
type Fault = (installation: Installation, random: Random) => Promise<string | undefined>

/** From a blink to longer than most restarts take. */
const away = (random: Random) => Math.round(200 + random() * 1_300)

const FAULTS = {
  async worker({ workers }, random) {
    const worker = pick(random, workers)
    await worker.restart('SIGKILL', away(random))
    return `kill -9 of ${worker.name}`
  },
  async api({ api }, random) {
    await api.restart('SIGKILL', away(random))
    return 'kill -9 of the API'
  },
  async redis({ crashRedis }, random) {
    if (!crashRedis) return undefined
    await crashRedis(away(random))
    return 'kill -9 of Redis, which came back empty'
  },
  async postgres({ crashPostgres }) {
    await crashPostgres()
    return 'kill -9 of Postgres'
  },
  async roll({ workers }, random) {
    const worker = pick(random, workers)
    const { code } = await worker.restart('SIGTERM')
    if (code !== 0) throw new Error(`${worker.name} was told to stop, and ended with ${code}.`)
    return `SIGTERM to ${worker.name}`
  },
  async listen({ databaseUrl }) {
    const dropped = await dropListeners(databaseUrl)
    return dropped > 0 ? 'LISTEN connections dropped' : undefined
  },
  async cut({ lines }, random) {
    if (lines.length === 0) return undefined
    pick(random, lines).cut()
    return 'connections reset'
  },
  async delay({ lines }, random) {
    if (lines.length === 0) return undefined
    await pick(random, lines).delay(200, 2_000)
    return 'connections slowed by 200 ms'
  },
  async 'half-open'({ lines }, random) {
    if (lines.length === 0) return undefined
    await pick(random, lines).halfOpen(3_000)
    return 'connections deaf for 3 s'
  },
} satisfies Record<string, Fault>

/** The name of a fault. */
export type FaultName = keyof typeof FAULTS

export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[]

/** Does a fault and its repair. */
export const strike = (name: FaultName, installation: Installation, random: Random) =>
  (FAULTS[name] as Fault)(installation, random)

/** The ways in which an installation is broken, each with its repair. */
import type { Random } from '../../src/clock.ts'
import { pick } from './chance.ts'
import { dropListeners } from './drop-listeners.ts'
import type { Installation } from './installation.ts'
import type { Member } from './member.ts'

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
  async api({ apis }, random) {
    const api = pick(random, apis)
    await api.restart('SIGKILL', away(random))
    return apis.length > 1 ? `kill -9 of ${api.name}` : 'kill -9 of the API'
  },
  redis: async ({ redis }, random) => redis?.crash(away(random)),
  async postgres({ crashPostgres }) {
    await crashPostgres()
    return 'kill -9 of Postgres'
  },
  async roll({ workers }, random) {
    const worker = pick(random, workers)
    await restartInOrder(worker)
    return `SIGTERM to ${worker.name}`
  },
  async 'roll-all'({ apis, workers }) {
    const all = [...apis, ...workers]
    for (const member of all) await restartInOrder(member)
    return `SIGTERM to each of ${all.length} processes in turn`
  },
  async upgrade({ apis, workers }) {
    // Workers first: then the old API is the longest beside new workers. An operator may take any order.
    const member = [...workers, ...apis].find(({ isPrevious }) => isPrevious)
    if (!member) return undefined
    await restartInOrder(member)
    return `${member.name} brought from the previous build to this one`
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

/** Ends it as an operator would, and starts it again. @throws Error when it did not end by itself, and well */
async function restartInOrder(member: Member) {
  const { code } = await member.restart('SIGTERM')
  if (code !== 0) throw new Error(`${member.name} was told to stop, and ended with ${code}.`)
}

/** The name of a fault. */
export type FaultName = keyof typeof FAULTS

export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[]

/** Those that are no faults at all: nobody may notice them, neither who emits nor who receives. */
export const ORDERLY: readonly FaultName[] = ['roll', 'roll-all', 'upgrade']

/** Does a fault and its repair. */
export const strike = (name: FaultName, installation: Installation, random: Random) =>
  (FAULTS[name] as Fault)(installation, random)

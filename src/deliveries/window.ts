/**
 * The window: for how many deliveries an alarm should wait in the queue at once, and how many of these may be of one tenant: as
 * many as there is room left. So one tenant alone gets half of the window, two get a third each, and whoever comes new always
 * finds room, at once and near the front, however much others have waiting. These are the dynamic thresholds by which
 * switches share their buffers (Choudhury and Hahne, IEEE/ACM Transactions on Networking 6:2, 1998).
 */
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { countAlarmedOfTenants } from './store.ts'

/** What lies in the queue, as this process knows it. Whoever sets alarms takes from it, and has it looked at from time to time. */
export interface Window {
  /** How many alarms may be set yet, of all tenants. */
  room(): number
  /** How many more alarms a tenant may have. @param atLeast what it may have in any case, however full the window is */
  roomOf(tenantId: string, atLeast?: number): number
  /** One more alarm is set for a tenant. */
  take(tenantId: string): void
  /**
   * Looks what lies there. What is taken meanwhile may or may not be among it: it is counted beside.
   * @param waiting for how many deliveries an alarm waits in the queue, about
   */
  look(waiting: () => Promise<number>): Promise<void>
}

/** What it needs. */
export interface WindowNeeds {
  db: Db
  clock: Clock
}

/** Some seconds' worth for the workers, so that they never run dry between two looks. */
export const WINDOW = 5_000

/** While so little waits, it does not matter whose it is. */
const WORTH_COUNTING = WINDOW / 4

/** How long a count of what lies there by tenant is good enough: to count some thousands takes milliseconds. */
const COUNTED_FOR = 250

export function createWindow({ db, clock }: WindowNeeds): Window {
  let room = WINDOW
  let lying = new Map<string, number>()
  let countedAt = Number.NEGATIVE_INFINITY
  /** For whom alarms were set since the look began that is under way. */
  let meanwhile: string[] | undefined

  const add = (tenantId: string) => void lying.set(tenantId, (lying.get(tenantId) ?? 0) + 1)

  /** @returns undefined: what is known is good enough */
  async function countLying(waiting: number): Promise<Map<string, number> | undefined> {
    if (waiting < WORTH_COUNTING) {
      countedAt = Number.NEGATIVE_INFINITY
      return new Map()
    }
    if (clock.now() - countedAt < COUNTED_FOR) return undefined
    countedAt = clock.now()
    return countAlarmedOfTenants(db, 2 * WINDOW)
  }

  return {
    room: () => room,
    roomOf(tenantId, atLeast = 0) {
      const has = lying.get(tenantId) ?? 0
      // What it takes is not left: as much more as brings both together.
      return Math.max(0, atLeast - has, Math.ceil((room - has) / 2))
    },
    take(tenantId) {
      room--
      add(tenantId)
      meanwhile?.push(tenantId)
    },
    async look(waiting) {
      meanwhile = []
      try {
        const found = await waiting()
        const counts = await countLying(found)
        room = WINDOW - found - meanwhile.length
        if (!counts) return
        lying = counts
        meanwhile.forEach(add)
      } finally {
        meanwhile = undefined
      }
    },
  }
}

/**
 * The window: for how many deliveries an alarm should wait in the queue at once, and how many of these may be of one tenant: a
 * few times as many as there is room left. With twice as many one tenant alone gets two thirds of the window, two get two
 * fifths each, and whoever comes new always finds room, at once and near the front. These are the dynamic thresholds by which
 * switches share their buffers (Choudhury and Hahne, IEEE/ACM Transactions on Networking 6:2, 1998).
 */
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { countAlarmedOfTenants } from './store.ts'

/** What lies in the queue, as this process knows it. Whoever sets alarms takes from it, and has it looked at from time to time. */
export interface Window {
  /** How many alarms may be set yet, of all tenants. */
  room(): number
  /** How many more alarms a tenant may have. */
  roomOf(tenantId: string): number
  /** Whether a tenant has taken more since the last look than it may still take. */
  isHalfUsed(tenantId: string): boolean
  /** One more alarm is set for a tenant. */
  take(tenantId: string): void
  /**
   * Looks what lies there. What is taken meanwhile may or may not be among it: it is counted beside.
   * @param waiting for how many deliveries an alarm waits in the queue, about
   */
  look(waiting: () => Promise<number>): Promise<void>
}

/** A tenant's part of the window. */
export interface Part {
  /** By how many times what is left of the window. */
  timesLeft: number
  /** What it may have in any case, however full the window is. */
  atLeast: number
}

/** What it needs. */
export interface WindowNeeds {
  db: Db
  clock: Clock
  part: Part
}

/** Some seconds' worth for the workers, so that they never run dry between two looks. */
export const WINDOW = 5_000

/** While so little waits, it does not matter whose it is. */
const WORTH_COUNTING = WINDOW / 4

/** How long a count of what lies there by tenant is good enough: to count some thousands takes milliseconds. */
const COUNTED_FOR = 500

type Counts = Map<string, number>

export function createWindow({ db, clock, part }: WindowNeeds): Window {
  let room = WINDOW
  let lying: Counts = new Map()
  let countedAt = Number.NEGATIVE_INFINITY
  /** What was set since the last look began. */
  let sinceLook: Counts = new Map()

  /** @returns undefined: what is known is good enough */
  async function countLying(waiting: number): Promise<Counts | undefined> {
    if (waiting < WORTH_COUNTING) {
      countedAt = Number.NEGATIVE_INFINITY
      return new Map()
    }
    // The clock may be set back.
    if (Math.abs(clock.now() - countedAt) < COUNTED_FOR) return undefined
    const counts = await countAlarmedOfTenants(db, 2 * WINDOW)
    countedAt = clock.now()
    return counts
  }

  function roomOf(tenantId: string): number {
    // What lies there in all is known better than whose it is.
    const has = Math.min(lying.get(tenantId) ?? 0, WINDOW - room)
    // What it takes is not left: as much more as brings both together.
    const more = Math.ceil((part.timesLeft * room - has) / (1 + part.timesLeft))
    return Math.max(0, part.atLeast - has, more)
  }

  return {
    room: () => room,
    roomOf,
    isHalfUsed: (tenantId) => (sinceLook.get(tenantId) ?? 0) > roomOf(tenantId),
    take(tenantId) {
      room--
      add(lying, tenantId)
      add(sinceLook, tenantId)
    },
    async look(waiting) {
      sinceLook = new Map()
      const found = await waiting()
      const counts = await countLying(found)
      room = WINDOW - found - sum(sinceLook)
      if (!counts) return
      lying = counts
      for (const [tenantId, count] of sinceLook) add(lying, tenantId, count)
    },
  }
}

function add(counts: Counts, tenantId: string, count = 1): void {
  counts.set(tenantId, (counts.get(tenantId) ?? 0) + count)
}

const sum = (counts: Counts): number => [...counts.values()].reduce((total, count) => total + count, 0)

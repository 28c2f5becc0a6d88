/** Reading from a replica while it is there and up to date, and from the primary otherwise. */
import { sql } from 'drizzle-orm'
import type { Clock } from '../clock.ts'
import { SECOND } from '../duration.ts'
import { RingbackError } from '../errors.ts'
import type { Db } from './open.ts'

/** Asks for what may be some seconds old. Asked twice when the replica fails at it, so it must only ask. */
export type Read = <T>(ask: (db: Db) => Promise<T>) => Promise<T>

/** What reading needs. */
export interface ReplicaNeeds {
  primary: Db
  replica: Db
  clock: Clock
  /** Told when the replica is left alone, with why, and when it is asked again. */
  onChange(isAsked: boolean, why?: unknown): void
}

/** Farther behind, a replica is left alone; in milliseconds. */
export const MOST_BEHIND = 10 * SECOND

/** How often it is looked at, while somebody reads. */
const LOOK_EVERY = 5 * SECOND

/** How long what a look has found holds. */
const LOOK_HOLDS = 2 * LOOK_EVERY

/** Where there is no replica. */
export const readFromPrimary =
  (primary: Db): Read =>
  (ask) =>
    ask(primary)

/** Nobody waits for a look at the replica: until one has found it well, the primary is asked. */
export function readFromReplica({ primary, replica, clock, onChange }: ReplicaNeeds): Read {
  let lookedAt = Number.NEGATIVE_INFINITY
  let wellUntil = Number.NEGATIVE_INFINITY
  let isAsked = false

  function become(asked: boolean, why?: unknown) {
    wellUntil = asked ? clock.now() + LOOK_HOLDS : Number.NEGATIVE_INFINITY
    if (asked !== isAsked) onChange(asked, why)
    isAsked = asked
  }

  async function look() {
    try {
      const behind = await behindMs(replica)
      become(behind <= MOST_BEHIND, `it is ${Math.round(behind / SECOND)} seconds behind`)
    } catch (error) {
      become(false, error)
    }
  }

  return async (ask) => {
    const now = clock.now()
    if (now - lookedAt > LOOK_EVERY) {
      lookedAt = now
      void look()
    }
    if (now > wellUntil) return ask(primary)
    try {
      return await ask(replica)
    } catch (error) {
      // What we raise on purpose is about the question, and the primary would say the same.
      if (error instanceof RingbackError) throw error
      become(false, error)
      return ask(primary)
    }
  }
}

/**
 * How old the last change is that it has, in milliseconds; Ringback's own duties make one every few seconds. One that has none yet is as far
 * behind as can be, and one that is no replica not at all.
 */
export async function behindMs(replica: Db): Promise<number> {
  const { rows } = await replica.execute<{ behind: number }>(sql`
    select case when pg_is_in_recovery()
      then coalesce(extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()), 'infinity')
      else 0 end::float8 * 1000 as behind`)
  return rows[0]!.behind
}

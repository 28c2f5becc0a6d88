/** When a delivery is looked at again, in SQL. */
import { sql } from 'drizzle-orm'
import { SECOND } from '../../duration.ts'

/**
 * How long after its due time a delivery without a result is looked at again. An alarm rings within a second or two
 * of its time, so one that has not rung by now was probably lost: with a queue, between our commit and the queue's, or
 * with a worker.
 */
export const ALARM_GRACE = 10 * SECOND

/**
 * How near an attempt must be for its alarm to lie in the queue. Short, so that the queue stays small however many
 * retries wait; long against the sweeper's beat, which brings in the others.
 */
export const ALARM_HORIZON = 60 * SECOND

/** How long a delivery rests that found no place and got no turn, at least; at most twice as long, so that not all come back at once. */
export const PUT_BACK = SECOND

/** A length of time in SQL. */
export const seconds = (ms: number) => sql.raw(`interval '${ms / SECOND} seconds'`)

/** When the sweeper must look at a delivery that is due then: past it while its alarm lies in the queue, before it otherwise. */
export const wakeAfter = (due: ReturnType<typeof sql>) =>
  sql`case when ${due} <= now() + ${seconds(ALARM_HORIZON)} then greatest(${due}, now()) + ${seconds(ALARM_GRACE)} else ${due} - ${seconds(ALARM_HORIZON)} end`

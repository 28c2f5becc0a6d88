import { sql } from 'drizzle-orm'
import { WAITING_STATUSES } from '../delivery.ts'

/** The waiting states, as a list in SQL. */
export const WAITING = sql.raw(WAITING_STATUSES.map((status) => `'${status}'`).join(', '))

/** What a delivery that is no longer held goes back to. */
export const RESUMED = sql.raw(`case when attempt_count > round_start then 'retrying' else 'pending' end`)

import { sql } from 'drizzle-orm'
import { WAITING_STATUSES } from '../delivery.ts'

/** The waiting states, as a list in SQL. */
export const WAITING = sql.raw(WAITING_STATUSES.map((status) => `'${status}'`).join(', '))

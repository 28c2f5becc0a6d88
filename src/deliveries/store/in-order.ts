import { type SQL, sql } from 'drizzle-orm'

/**
 * A statement that changes those deliveries `d` for which a condition holds. Their rows are locked in the order of their
 * ids, as everybody does who changes several, so that two never wait for one another; the condition holds under the lock.
 */
export const updateInOrder = (set: SQL, condition: SQL): SQL => sql`
  with locked as materialized (
    select d.id from ringback.deliveries d where ${condition} order by d.id for update
  )
  update ringback.deliveries d set ${set} from locked where d.id = locked.id`

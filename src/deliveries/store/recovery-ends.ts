/** How far the deliveries of a recovery have come. */
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import { WAITING } from './waiting.ts'

/** How the deliveries of a recovery stand; one that another recovery took over is that one's. */
export interface RecoveryEnds {
  /** Delivered. */
  done: number
  /** Failed again, or canceled. */
  failed: number
  /** Not ended: held, because their endpoint is paused, disabled or fails. */
  held: number
}

/** How the deliveries of some of a tenant's recoveries stand; a recovery of which all are on their way is not in the answer. */
export async function recoveryEnds(
  db: Db,
  tenantId: string,
  recoveryIds: readonly Id<'recovery'>[],
): Promise<Map<Id<'recovery'>, RecoveryEnds>> {
  const { rows } = await db.execute<
    { recoveryId: Id<'recovery'> } & RecoveryEnds & Record<string, unknown>
  >(sql`
    select recovery_id as "recoveryId", count(*) filter (where status = 'delivered')::int as done,
      count(*) filter (where status in ('failed', 'canceled'))::int as failed,
      count(*) filter (where status = 'held')::int as held
    from ringback.deliveries
    where tenant_id = ${tenantId} and recovery_id = any(${sql.param([...recoveryIds])}::text[])
      and status in ('delivered', 'failed', 'canceled', 'held')
    group by recovery_id`)
  return new Map(rows.map(({ recoveryId, done, failed, held }) => [recoveryId, { done, failed, held }]))
}

/** Whether any delivery of a tenant's recovery has not ended yet. */
export async function anyOnTheWay(db: Db, tenantId: string, recoveryId: Id<'recovery'>): Promise<boolean> {
  const { rows } = await db.execute<{ any: boolean }>(sql`
    select exists (
      select from ringback.deliveries
      where tenant_id = ${tenantId} and recovery_id = ${recoveryId} and status in (${WAITING})
    ) as any`)
  return rows[0]!.any
}

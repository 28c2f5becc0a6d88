import type { Db } from '../db/open.ts'
import { conflict, notFound } from '../errors.ts'
import type { Id } from '../ids.ts'
import { refuseBeyond } from './limit.ts'
import { findRecovery, type RecoveryRow, steer } from './store.ts'

/**
 * Pauses a recovery or cancels it: once this is done, no more is set going. What it has set going goes on. One that is
 * paused already stays so.
 * @throws RingbackError `not_found`, `recovery_final`
 */
export const stopRecovery = (
  db: Db,
  tenantId: string,
  id: Id<'recovery'>,
  status: 'paused' | 'canceled',
): Promise<RecoveryRow> => steerRecovery(db, tenantId, id, status)

/**
 * Lets a recovery go on. One that runs already stays so.
 * @param db a transaction
 * @param most how many of a tenant's may be at work at a time
 * @throws RingbackError `not_found`, `recovery_final`, `too_many_recoveries`
 */
export async function resumeRecovery(
  db: Db,
  { most }: { most: number },
  tenantId: string,
  id: Id<'recovery'>,
): Promise<RecoveryRow> {
  const resumed = await steerRecovery(db, tenantId, id, 'running')
  if (!resumed.exhaustedAt) await refuseBeyond(db, tenantId, most, id)
  return resumed
}

async function steerRecovery(
  db: Db,
  tenantId: string,
  id: Id<'recovery'>,
  status: 'running' | 'paused' | 'canceled',
): Promise<RecoveryRow> {
  const steered = await steer(db, tenantId, id, status)
  if (steered) return steered
  const standing = await findRecovery(db, tenantId, id)
  if (!standing) throw notFound('recovery')
  throw conflict('recovery_final', `The recovery is ${standing.status}; there is nothing left to change.`)
}

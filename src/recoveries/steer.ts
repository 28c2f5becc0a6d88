import type { Db } from '../db/open.ts'
import { conflict, notFound } from '../errors.ts'
import type { Id } from '../ids.ts'
import { findRecovery, type RecoveryRow, steer } from './store.ts'

/**
 * Pauses a recovery, lets it go on, or cancels it: once this is done, no more is set going. What it has set going goes on.
 * One that is paused, or runs, already stays so.
 * @throws RingbackError `not_found`, `recovery_final`
 */
export async function steerRecovery(
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

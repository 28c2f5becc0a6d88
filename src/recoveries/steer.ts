import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { conflict, notFound } from '../errors.ts'
import type { Id } from '../ids.ts'
import { refuseBeyond } from './limit.ts'
import { lockRecovery, type RecoveryRow, steer } from './store.ts'

const ACTIONS = {
  running: 'recovery.resumed',
  paused: 'recovery.paused',
  canceled: 'recovery.canceled',
} as const

/**
 * Pauses a recovery, lets it go on, or cancels it: once this is done, no more is set going. What it has set going goes on.
 * One that is paused, or runs, already stays so.
 * @param most how many of a tenant's may be at work at a time
 * @throws RingbackError `not_found`, `recovery_final`, `too_many_recoveries`
 */
export async function steerRecovery(
  db: Db,
  { by, most }: Audited & { most: number },
  tenantId: string,
  id: Id<'recovery'>,
  status: keyof typeof ACTIONS,
): Promise<RecoveryRow> {
  return db.transaction(async (tx) => {
    const standing = await lockRecovery(tx, tenantId, id)
    if (!standing) throw notFound('recovery')
    if (standing.status === status && status !== 'canceled') return standing
    if (status === 'running' && standing.status === 'paused' && !standing.exhaustedAt)
      await refuseBeyond(tx, tenantId, most, id)
    const steered = await steer(tx, tenantId, id, status)
    if (!steered)
      throw conflict('recovery_final', `The recovery is ${standing.status}; there is nothing left to change.`)
    const states = { before: { status: standing.status }, after: { status } }
    await record(tx, by, { action: ACTIONS[status], tenantId, targetId: id, ...states })
    return steered
  })
}

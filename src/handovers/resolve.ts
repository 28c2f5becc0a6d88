import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { discardRefused, retryRefused } from './store.ts'

/**
 * Tries a refused event again, or discards it.
 * @param db a transaction
 * @returns whether there is such
 */
export async function resolveRefused(
  db: Db,
  { by }: Audited,
  number: bigint,
  how: 'retried' | 'discarded',
): Promise<boolean> {
  const row = how === 'retried' ? await retryRefused(db, number) : await discardRefused(db, number)
  if (!row) return false
  // The installation's, like the list: its tenant may be none.
  const before = { tenantId: row.tenantId, createdAt: row.createdAt.toISOString() }
  await record(db, by, { action: `refused_event.${how}`, tenantId: null, targetId: String(number), before })
  return true
}

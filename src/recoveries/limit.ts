import type { Db } from '../db/open.ts'
import { refused } from '../errors.ts'
import type { Id } from '../ids.ts'
import { countAtWork } from './store.ts'

/**
 * Holds a tenant to so many recoveries at work at a time: each moves on every second, and takes its turn beside those of
 * others.
 * @param db the transaction in which one begins or goes on
 * @param itself the one that is to go on; null: it is new
 * @throws RingbackError `too_many_recoveries`
 */
export async function refuseBeyond(
  db: Db,
  tenantId: string,
  most: number,
  itself: Id<'recovery'> | null,
): Promise<void> {
  if ((await countAtWork(db, tenantId, itself)) < most) return
  throw refused(
    'too_many_recoveries',
    `${most} recoveries of this tenant are at work, and no more may be at a time. Wait for one to set all going, or pause or cancel one.`,
  )
}

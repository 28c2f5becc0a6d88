import type { Db } from '../db/open.ts'
import { failHeldTooLong } from '../deliveries/store.ts'
import { HOUR } from '../duration.ts'
import type { Duty } from './duty.ts'

/** Bounds one statement. */
const AT_ONCE = 5_000

/**
 * Fails what has been held for a disabled endpoint for too long, so that an endpoint which nobody ever enables again does
 * not gather deliveries for ever. What waits for a pause or a circuit is left alone: those end.
 * @param days how long it is held
 */
export function expireHeld({ db, days }: { db: Db; days: number }): Duty {
  return {
    name: 'expire held deliveries',
    everyMs: HOUR,
    async run() {
      return (await failHeldTooLong(db, days, AT_ONCE)) === AT_ONCE ? 0 : undefined
    },
  }
}

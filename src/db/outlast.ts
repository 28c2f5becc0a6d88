import { setTimeout as pause } from 'node:timers/promises'
import { SECOND } from '../duration.ts'
import { isOutage } from './outage.ts'

/** Longer than a restart or a failover of Postgres takes; whoever waits has nothing to do without it anyway. */
const PATIENCE = 60 * SECOND

/** Soon enough to lose no time, seldom enough not to be what keeps a Postgres busy that is just coming up. */
const AGAIN_AFTER = SECOND / 2

/**
 * Does what writes something that is known nowhere else, and does it again while Postgres is away, for a minute at most.
 * It may have been committed though its answer was lost, so it must do no harm when it is done twice.
 * @throws what it throws, when that is no outage or the outage lasts
 */
export async function outlastOutage<T>(write: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE
  for (;;) {
    try {
      return await write()
    } catch (error) {
      if (!isOutage(error) || performance.now() > giveUpAt) throw error
    }
    await pause(AGAIN_AFTER)
  }
}

import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { SECOND } from '../duration.ts'
import type { Ids } from '../ids.ts'
import { advanceRecovery } from '../recoveries/advance.ts'
import { type RecoveryRow, runningRecoveries } from '../recoveries/store.ts'
import type { Duty } from './duty.ts'

/** What recovering needs from outside. */
export interface RecoverNeeds {
  db: Db
  ids: Ids
  clock: Clock
}

/** A pace is told by the second: each beat sets so many going at most, and what a beat did not is not caught up. */
const BEAT = SECOND

/** How long one recovery may search in a beat for what it wants: a search among millions leaves the others their turn. */
const SEARCH = BEAT / 4

/** Moves every recovery that runs on by a second's worth of deliveries; the sweeper feeds them to the queue. */
export function recoverDeliveries({ db, ids, clock }: RecoverNeeds): Duty {
  async function moveOn(recovery: Pick<RecoveryRow, 'id' | 'tenantId' | 'perSecond'>) {
    const until = clock.now() + SEARCH
    let room = recovery.perSecond
    do {
      const { started, more } = await advanceRecovery({ db, ids }, recovery, room)
      if (!more) return
      room -= started
    } while (room > 0 && clock.now() < until)
  }

  return {
    name: 'recover deliveries',
    everyMs: BEAT,
    async run() {
      const began = clock.now()
      const failures: unknown[] = []
      // One that fails does not keep the others from moving on.
      for (const recovery of await runningRecoveries(db))
        await moveOn(recovery).catch((error) => failures.push(error))
      if (failures.length > 0)
        throw new AggregateError(failures, `${failures.length} recoveries did not move on.`)
      return Math.max(0, began + BEAT - clock.now())
    },
  }
}

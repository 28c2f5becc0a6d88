import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { ensurePartitions } from '../db/partitions.ts'
import { HOUR } from '../duration.ts'
import type { Duty } from './duty.ts'

/** Makes the partitions of the coming weeks; each start does so too. */
export function makePartitions({ db, clock }: { db: Db; clock: Clock }): Duty {
  return {
    name: 'make partitions',
    everyMs: HOUR,
    async run() {
      await ensurePartitions(db, clock.now())
      return undefined
    },
  }
}

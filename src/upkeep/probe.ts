import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from '../db/open.ts'
import type { Alarms } from '../deliveries/alarms.ts'
import { takeProbes } from '../deliveries/store.ts'
import { KEEP } from '../dispatch/destinations.ts'
import { SECOND } from '../duration.ts'
import type { Duty } from './duty.ts'

/** Bounds one statement. */
const AT_ONCE = 100

/** Lets one delivery through each open circuit whose probe is due. */
export function probeCircuits({ db, alarms }: { db: Db; alarms: Pick<Alarms, 'ring'> }): Duty {
  return {
    name: 'probe circuits',
    everyMs: SECOND,
    async run() {
      const probes = await takeProbes(db, AT_ONCE)
      if (probes.length === 0) return undefined
      // Until every worker sees that these may pass.
      await pause(KEEP)
      for (const probe of probes) alarms.ring(probe)
      return probes.length === AT_ONCE ? 0 : undefined
    },
  }
}

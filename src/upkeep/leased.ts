import type { Db } from '../db/open.ts'
import { SECOND } from '../duration.ts'
import { silentUpkeepMeter, type UpkeepMeter } from '../telemetry/upkeep-meter.ts'
import type { Duty } from './duty.ts'
import { giveLeaseBack, takeLease } from './store.ts'

/** Short enough that another process takes over within seconds when its holder dies. */
const TTL = 5 * SECOND

/** For what is done once in a while: nobody misses it so soon, and fewer ask. */
const TTL_OF_RARE = 15 * SECOND

/**
 * How often it is asked for in its time, by the process that holds it, to renew it, and by those that do not: a pause of
 * the machine does not lose it.
 */
const ASKS = 5

/** What holding a lease needs. */
export interface LeaseNeeds {
  db: Db
  holder: string
  meter?: Pick<UpkeepMeter, 'lease'>
}

/**
 * A duty that one of many processes does at a time, and the same one turn after turn: its lease is renewed between turns
 * and amid a long one. The lease spares work and is no lock: two may do the duty at once for a moment, so it must be safe
 * beside itself.
 * @param holder this process, by a name of its own
 */
export function leased(duty: Duty, { db, holder, meter = silentUpkeepMeter }: LeaseNeeds): Duty {
  const ttl = duty.leaseMs ?? (duty.everyMs > TTL ? TTL_OF_RARE : TTL)
  const askMs = ttl / ASKS
  let heldUntil = 0
  let nextAskAt = 0
  let asking: Promise<boolean> | undefined
  let renewing: NodeJS.Timeout | undefined

  const isOurs = () => performance.now() < heldUntil

  const ask = () =>
    (asking ??= takeOrRenew().finally(() => {
      asking = undefined
    }))

  async function takeOrRenew(): Promise<boolean> {
    const asked = performance.now()
    const taken = await takeLease(db, duty.name, holder, ttl)
    nextAskAt = asked + askMs
    heldUntil = taken ? asked + ttl : 0
    meter.lease(duty.name, taken)
    return taken
  }

  /** Once it was ours it is asked for on and on, so that one that was lost for a moment does not wait for the next turn. */
  async function renew() {
    const taken = await ask().catch(isOurs)
    if (taken) return
    meter.lease(duty.name, false)
    duty.away?.()
  }

  /** An answer that was long in coming is good for a turn all the same: what is taken is taken. */
  async function mayTakeTurn(): Promise<boolean> {
    if (isOurs()) return true
    // Others may wake it more often than it would look by itself.
    return performance.now() >= nextAskAt && ask()
  }

  return {
    ...duty,
    async run(signal) {
      if (!(await mayTakeTurn())) {
        duty.away?.()
        return askMs
      }
      renewing ??= setInterval(() => void renew(), askMs).unref()
      return duty.run(signal)
    },
    async end() {
      clearInterval(renewing)
      await asking?.catch(() => {})
      await duty.end?.()
      await giveLeaseBack(db, duty.name, holder)
      meter.lease(duty.name, false)
    },
  }
}

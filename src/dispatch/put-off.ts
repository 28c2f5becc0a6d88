import { createBatcher } from '../batcher.ts'
import { retryOnDeadlock } from '../db/deadlock.ts'
import type { Db } from '../db/open.ts'
import {
  cancelEventless,
  cancelOrphans,
  holdIfOff,
  letGo,
  type PutBack,
  putBack,
} from '../deliveries/store.ts'
import type { Id } from '../ids.ts'
import { type DispatchMeter, silentDispatchMeter } from '../telemetry/dispatch-meter.ts'
import type { Admission } from './admit.ts'
import type { Destinations } from './destinations.ts'

/** Its endpoint, or its tenant, has no place for it. */
export interface Busy {
  kind: 'busy'
  /** When it had best come again; null: nobody can tell. */
  againInMs: number | null
}

/** Why a delivery is not sent now: it was not admitted, or there is no place for it. */
export type PutOffReason = Exclude<Admission, { kind: 'go' }> | Busy

/** Acts on what is not sent now; none of it spends an attempt. */
export type PutOff = (id: Id<'delivery'>, why: PutOffReason) => Promise<void>

/** Bounds one statement. */
const GROUP_SIZE = 500

/** What it needs. */
export interface PutOffNeeds {
  db: Db
  destinations: Destinations
  meter?: Pick<DispatchMeter, 'putOff' | 'ended'>
}

/** Acts on those of the moment together. */
export function createPutOff({ db, destinations, meter = silentDispatchMeter }: PutOffNeeds): PutOff {
  const group = <Item>(run: (items: readonly Item[]) => Promise<unknown>) =>
    createBatcher<Item, undefined>({
      maxItems: GROUP_SIZE,
      async run(items) {
        await retryOnDeadlock(() => run(items))
        return items.map(() => undefined)
      },
    })
  const busy = group<PutBack>((deliveries) => putBack(db, deliveries))
  const lettingGo = group<Id<'delivery'>>((ids) => letGo(db, ids))
  const orphans = group<Id<'delivery'>>(async (ids) => meter.ended('canceled', await cancelOrphans(db, ids)))
  const eventless = group<Id<'delivery'>>(async (ids) =>
    meter.ended('canceled', await cancelEventless(db, ids)),
  )
  const holding = createBatcher<Id<'delivery'>, boolean>({
    maxItems: GROUP_SIZE,
    async run(ids) {
      const held = await retryOnDeadlock(() => holdIfOff(db, ids, { rang: true }))
      return ids.map((id) => held.has(id))
    },
  })

  return async (id, why) => {
    meter.putOff(why.kind)
    switch (why.kind) {
      case 'hold':
        if (await holding.add(id)) return
        // It was switched on since we looked: look again, and let it come again soon.
        destinations.forget(why.endpointId)
        return busy.add({ id, againInMs: null })
      case 'busy':
        return busy.add({ id, againInMs: why.againInMs })
      case 'orphan':
        return orphans.add(id)
      case 'eventless':
        return eventless.add(id)
      case 'drop':
        return why.letGo ? lettingGo.add(id) : undefined
      case 'early':
        return
    }
  }
}

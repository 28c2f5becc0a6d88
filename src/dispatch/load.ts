import { createBatcher } from '../batcher.ts'
import type { Db } from '../db/open.ts'
import { type DueDelivery, loadDue } from '../deliveries/store.ts'
import type { Id } from '../ids.ts'
import type { Destination, Destinations } from './destinations.ts'

/** All that an attempt needs; a part is missing when it no longer exists. */
export interface Loaded {
  delivery: DueDelivery | undefined
  destination: Destination | undefined
}

/** Loads what the deliveries need whose alarms rang, those of the moment together. */
export type Load = (id: Id<'delivery'>) => Promise<Loaded>

/** Bounds what one answer of Postgres may weigh: 100 bodies of at most 256 KiB. */
const GROUP_SIZE = 100

export function createLoad({ db, destinations }: { db: Db; destinations: Destinations }): Load {
  const batcher = createBatcher<Id<'delivery'>, Loaded>({
    maxItems: GROUP_SIZE,
    maxRunning: 2,
    async run(ids) {
      const due = await loadDue(db, ids)
      const places = await destinations.load([...due.values()].map((delivery) => delivery.endpointId))
      return ids.map((id) => {
        const delivery = due.get(id)
        return {
          delivery,
          destination: delivery && places.get(delivery.endpointId),
        }
      })
    },
  })
  return (id) => batcher.add(id)
}

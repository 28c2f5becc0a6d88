/**
 * Settling: what attempts did is written in one transaction that the attempts of the moment share. Fenced by the
 * attempt's number: a result that comes too late, from a worker that was frozen, changes nothing.
 */
import { insertAttempts } from '../attempts/store.ts'
import { createBatcher } from '../batcher.ts'
import { retryOnDeadlock } from '../db/deadlock.ts'
import type { Db } from '../db/open.ts'
import type { DeliveryStatus } from '../deliveries/delivery.ts'
import { settleDeliveries } from '../deliveries/store.ts'
import type { Conclusion } from './conclude.ts'
import { disable, writeHealth } from './health.ts'

/** A conclusion to be written, and whether a success would be news to its endpoint. */
export interface Settling extends Conclusion {
  endpointFailing: boolean
}

/** Where the delivery stands now; null when the result came too late. */
export type Settled = { status: DeliveryStatus } | null

/** Writes what an attempt did, with those of the moment. */
export type Settle = (settling: Settling) => Promise<Settled>

/** Bounds a transaction: 200 rows of at most 16 KiB of answer. */
const GROUP_SIZE = 200

export function createSettle({ db }: { db: Db }): Settle {
  const batcher = createBatcher<Settling, Settled>({
    maxItems: GROUP_SIZE,
    maxRunning: 2,
    run: (group) => settleGroup(db, group),
  })
  return (settling) => batcher.add(settling)
}

async function settleGroup(db: Db, group: readonly Settling[]): Promise<Settled[]> {
  const { settled, disablements } = await retryOnDeadlock(() =>
    db.transaction(async (tx) => {
      // Endpoints before deliveries, as everybody who locks both.
      const disablements = await writeHealth(tx, group)
      const settled = await settleDeliveries(
        tx,
        group.map(({ settlement }) => settlement),
      )
      const rows = group.filter(({ settlement }) => settled.has(settlement.id)).map(({ row }) => row)
      if (rows.length > 0) await insertAttempts(tx, rows)
      return { settled, disablements }
    }),
  )
  if (disablements.length > 0) await retryOnDeadlock(() => disable(db, disablements))
  return group.map(({ settlement: { id } }) => settled.get(id) ?? null)
}

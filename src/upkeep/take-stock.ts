import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { madeUntil } from '../db/partitions.ts'
import { MINUTE, SECOND } from '../duration.ts'
import { laneCounts } from '../queue/lane-counts.ts'
import type { Queue } from '../queue/queue.ts'
import { takeStock } from '../stats/store.ts'
import type { StockMeter } from '../telemetry/stock-meter.ts'
import type { Duty } from './duty.ts'

/** What taking stock needs from outside. */
export interface StockNeeds {
  db: Db
  queue: Pick<Queue, 'counts'>
  clock: Clock
  meter: StockMeter
}

/** About as often as is scraped. */
const BEAT = 15 * SECOND

/** It rests so many times as long as it took: of millions that wait, each is looked at. */
const REST = 20
const LONGEST_REST = 5 * MINUTE

/** Counts for the metrics what waits, what is held and what is on: one process for all. */
export function countStock({ db, queue, clock, meter }: StockNeeds): Duty {
  return {
    name: 'take stock',
    everyMs: BEAT,
    async run() {
      const began = clock.now()
      const [stock, until, jobs] = await Promise.all([takeStock(db), madeUntil(db, began), laneCounts(queue)])
      const partitionsAheadSeconds = Math.max(0, until - began) / SECOND
      meter.counted({ ...stock, partitionsAheadSeconds, queue: jobs ?? null }, clock.now())
      return Math.min(LONGEST_REST, Math.max(BEAT, REST * (clock.now() - began)))
    },
    away: () => meter.forget(),
  }
}

/**
 * Settling: what attempts did is written by one commit that the attempts of the moment share. Fenced by the
 * attempt's number: a result that comes too late, from a worker that was frozen, changes nothing.
 */
import type { SQL } from 'drizzle-orm'
import { insertionOfSettled } from '../attempts/insertion.ts'
import { createBatcher } from '../batcher.ts'
import type { Random } from '../clock.ts'
import { retryOnDeadlock } from '../db/deadlock.ts'
import type { Db } from '../db/open.ts'
import { outlastOutage } from '../db/outlast.ts'
import { NOT_ASKED_FOR, type SettledDelivery, settleDeliveries } from '../deliveries/store.ts'
import type { Id } from '../ids.ts'
import { deliveryFailed, deliveryRecovered, type Notice } from '../notices/notice.ts'
import { giveNotices } from '../notices/store.ts'
import { type DispatchMeter, silentDispatchMeter } from '../telemetry/dispatch-meter.ts'
import type { Conclusion } from './conclude.ts'
import { isNews, lockNews, type Transition, transit, writeHealth } from './health.ts'

/** A conclusion to be written, and what its endpoint makes of it. */
export interface Settling extends Conclusion {
  /** Whether a success would be news. */
  endpointFailing: boolean
  /** Whether the attempt was let through an open circuit. */
  isProbe: boolean
}

/** Where the delivery stands now; null when the result came too late. */
export type Settled = SettledDelivery | null

/** Writes what an attempt did, with those of the moment. */
export type Settle = (settling: Settling) => Promise<Settled>

/** Bounds a transaction: 200 rows of at most 16 KiB of answer. */
const GROUP_SIZE = 200

/** Several times what a group takes as a rule, in milliseconds. */
const BESIDE_AFTER = 50

/** What settling needs. */
export interface SettleNeeds {
  db: Db
  random: Random
  meter?: Pick<DispatchMeter, 'committed'>
}

/** A settled attempt, and what follows from it for its endpoint, if anything. */
interface Written {
  settled: Settled
  following: Promise<void> | undefined
}

/**
 * An attempt is settled when its endpoint is what the attempt made of it. The attempts of other endpoints do not wait for
 * that: an endpoint changes in a transaction of its own.
 */
export function createSettle({ db, random, meter = silentDispatchMeter }: SettleNeeds): Settle {
  const transitions = createBatcher<Transition, void>({
    maxItems: 1,
    maxRunning: 2,
    run: (each) => Promise.all(each.map((transition) => untilWritten(() => transit(db, transition)))),
  })
  const batcher = createBatcher<Settling, Written>({
    maxItems: GROUP_SIZE,
    maxRunning: 2,
    besideAfterMs: BESIDE_AFTER,
    async run(group) {
      const began = performance.now()
      const written = await settleGroup(db, group, random)
      meter.committed(group.length, (performance.now() - began) / 1_000)
      const following = new Map(
        written.transitions.map((transition) => [transition.endpointId, transitions.add(transition)]),
      )
      return group.map(({ settlement, row }) => ({
        settled: written.settled.get(settlement.id) ?? null,
        following: following.get(row.endpointId),
      }))
    },
  })
  return async (settling) => {
    const { settled, following } = await batcher.add(settling)
    await following
    return settled
  }
}

async function settleGroup(db: Db, group: readonly Settling[], random: Random) {
  // Of successes that are no news nobody is told, unless somebody asked for them: one statement, without a transaction.
  const quiet = group.some(isNews)
    ? new Map<Id<'delivery'>, SettledDelivery>()
    : await untilWritten(() => write(db, group, NOT_ASKED_FOR))
  const loud = group.filter(({ settlement }) => !quiet.has(settlement.id))
  if (loud.length === 0) return { settled: quiet, transitions: [] }
  const { settled, transitions } = await untilWritten(() =>
    db.transaction((tx) => settleLoud(tx, loud, random)),
  )
  return { settled: new Map([...quiet, ...settled]), transitions }
}

/** Settles attempts of which somebody is told, and such as come too late. */
async function settleLoud(tx: Db, group: readonly Settling[], random: Random) {
  // Endpoints before deliveries, as everybody who locks both.
  const health = await lockNews(tx, group)
  const settled = await write(tx, group)
  // A result that came too late is no news of its endpoint either: it may have been mended since.
  const inTime = group.filter(({ settlement }) => settled.has(settlement.id))
  await giveNotices(tx, noticesOf(inTime, settled))
  return { settled, transitions: await writeHealth(tx, health, inTime, random) }
}

/** Writes where deliveries stand, and the attempts in the log, in one statement. */
const write = (db: Db, group: readonly Settling[], only?: SQL) =>
  settleDeliveries(
    db,
    group.map(({ settlement }) => settlement),
    { along: insertionOfSettled(group.map(({ row }) => row)), only },
  )

/**
 * What was sent is known here alone: forgotten, it would be sent again. The attempt's number makes it harmless to write
 * twice.
 */
const untilWritten = <T>(write: () => Promise<T>) => outlastOutage(() => retryOnDeadlock(write))

/** What operators are told: a delivery that failed for good, and one that somebody retried and that got through. */
function noticesOf(
  group: readonly Settling[],
  settled: Awaited<ReturnType<typeof settleDeliveries>>,
): Notice[] {
  return group.flatMap(({ eventId, row, settlement }) => {
    const about = {
      tenantId: row.tenantId,
      deliveryId: row.deliveryId,
      eventId,
      endpointId: row.endpointId,
      attempts: row.number,
    }
    const { status, askedFor, failedBefore } = settled.get(settlement.id)!
    if (status === 'failed' && !failedBefore)
      return deliveryFailed({ ...about, reason: settlement.reason ?? 'attempts_exhausted' })
    if (status === 'delivered' && askedFor) return deliveryRecovered(about)
    return []
  })
}

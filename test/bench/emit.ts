/** Events for the endpoints of a scenario: at a steady pace, as fast as they are delivered, or many at once. */
import { setTimeout as pause } from 'node:timers/promises'
import { milliseconds, percentile } from './figures.ts'
import type { Feeding, Latency } from './load.ts'
import { DATA } from './payload.ts'
import type { Receivers } from './receivers.ts'
import type { Server } from './server.ts'

/** Whose event, and of which type. */
export interface Addressed {
  tenant: string
  type: string
}

/** Says whose the nth event is. */
export type EventOf = (n: number) => Addressed

/** As many as one request takes. */
const BATCH = 1_000

/** Emits so many as quickly as it goes. */
export async function emitMany(server: Server, count: number, eventOf: EventOf, senders = 2): Promise<void> {
  let next = 0
  async function send() {
    while (next < count) {
      const from = next
      next += BATCH
      const size = Math.min(BATCH, count - from)
      await emitBatch(
        server,
        Array.from({ length: size }, (_, i) => eventOf(from + i)),
      )
    }
  }
  await Promise.all(Array.from({ length: senders }, send))
}

async function emitBatch(server: Server, addressed: readonly Addressed[]): Promise<void> {
  const events = addressed.map((one) => ({ ...one, data: DATA }))
  const { data } = (await server.call('POST', '/v1/events', { events })) as { data: { id?: string }[] }
  const refused = data.find((result) => result.id === undefined)
  if (refused) throw new Error(`An event was refused: ${JSON.stringify(refused)}`)
}

/** @returns its id */
async function emitOne(server: Server, { tenant, type }: Addressed): Promise<string> {
  const answer = await server.call('POST', `/v1/tenants/${tenant}/events`, { type, data: DATA })
  return (answer as { id: string }).id
}

/**
 * Emits one by one at a steady pace, whatever becomes of them.
 * @returns when each was answered, by its id, in `milliseconds()`
 */
export async function emitAtPace(
  server: Server,
  { perSecond, seconds, eventOf }: { perSecond: number; seconds: number; eventOf: EventOf },
): Promise<Map<string, number>> {
  const acceptedAt = new Map<string, number>()
  const requests: Promise<void>[] = []
  async function emit(n: number) {
    acceptedAt.set(await emitOne(server, eventOf(n)), milliseconds())
  }
  function begin(n: number) {
    const request = emit(n)
    // Awaited below; until then a failure is nobody's surprise.
    request.catch(() => {})
    requests.push(request)
  }
  const began = milliseconds()
  const total = Math.floor(perSecond * seconds)
  while (requests.length < total) {
    const due = Math.min(total, Math.floor(((milliseconds() - began) / 1000) * perSecond) + 1)
    while (requests.length < due) begin(requests.length)
    await pause(1)
  }
  await Promise.all(requests)
  return acceptedAt
}

/** Where a live load goes: a group of receivers, and the events that come to it. */
export interface Live {
  server: Server
  receivers: Receivers
  group: string
  eventOf: EventOf
}

/** What a callback takes from its 202 to its arrival, at a steady pace. */
export async function latencyOf(live: Live, perSecond: number, seconds: number): Promise<Latency> {
  const { server, receivers, group, eventOf } = live
  await receivers.forget()
  const acceptedAt = await emitAtPace(server, { perSecond, seconds, eventOf })
  await receivers.arrived(group, acceptedAt.size)
  return latencyBetween(acceptedAt, await receivers.arrivals(group))
}

/** @param arrivals of all that was accepted; others are left out */
export function latencyBetween(
  acceptedAt: ReadonlyMap<string, number>,
  arrivals: ReadonlyMap<string, number>,
): Latency {
  const took = [...acceptedAt].flatMap(([id, at]) => {
    const arrived = arrivals.get(id)
    return arrived === undefined ? [] : [arrived - at]
  })
  return { p50: percentile(took, 0.5), p99: percentile(took, 0.99) }
}

/** Keeps the system busy without letting it fall behind. */
const MOST_ON_THE_WAY = 2_000

/** Small batches, as a busy host sends them. */
const SMALL_BATCHES: Feeding = { batch: 100, senders: 4 }

/** Callbacks a second, as fast as they arrive. */
export async function peakOf(live: Live, seconds: number, feeding = SMALL_BATCHES): Promise<number> {
  const { server, receivers, group, eventOf } = live
  await receivers.forget()
  const began = milliseconds()
  const end = began + seconds * 1000
  let [accepted, arrived, n] = [0, 0, 0]
  async function look() {
    while (milliseconds() < end) {
      arrived = (await receivers.count(group)).distinct
      await pause(10)
    }
  }
  async function send() {
    while (milliseconds() < end) {
      if (accepted - arrived > MOST_ON_THE_WAY) {
        await pause(2)
        continue
      }
      if (feeding.batch === 1) await emitOne(server, eventOf(n++))
      else
        await emitBatch(
          server,
          Array.from({ length: feeding.batch }, () => eventOf(n++)),
        )
      accepted += feeding.batch
    }
  }
  await Promise.all([look(), ...Array.from({ length: feeding.senders }, send)])
  await receivers.arrived(group, accepted)
  return (accepted / (milliseconds() - began)) * 1000
}

/** The loads: as fast as it goes, in batches and one by one, and at a steady pace to see how long a callback takes. */
import { setTimeout as pause } from 'node:timers/promises'
import { milliseconds, percentile } from './figures.ts'
import { DATA, TYPE } from './payload.ts'
import type { Server } from './server.ts'
import type { Sink } from './sink.ts'

/** Callbacks in flight at once, for us as for the raw limit. */
export const CONCURRENCY = 100

/** Keeps the system busy without letting it fall behind: what is accepted and has not arrived yet. */
const MOST_ON_THE_WAY = 2_000

/** How events are handed in. */
export type Feeding = { batch: number; senders: number }

export const BATCHES: Feeding = { batch: 100, senders: 4 }
export const SINGLES: Feeding = { batch: 1, senders: 32 }

/** Until as much is on its way as ever will be; the raw limit leaves out its first second too. */
const RAMP_MS = 1_000

/**
 * Hands events in for some seconds, as fast as they are delivered; each has one endpoint. In the end each must be delivered, and
 * logged in Postgres.
 * @returns events per second that are delivered while more are handed in, the ramp aside
 */
export async function measurePeak(
  server: Server,
  sink: Sink,
  feeding: Feeding,
  seconds: number,
): Promise<number> {
  const tenant = await newTenant(server, sink)
  const end = milliseconds() + RAMP_MS + seconds * 1000
  let accepted = 0
  const mark = () => ({ at: milliseconds(), arrived: sink.distinct })

  async function measure() {
    await pause(RAMP_MS)
    const from = mark()
    await pause(seconds * 1000)
    const to = mark()
    return ((to.arrived - from.arrived) / (to.at - from.at)) * 1000
  }

  async function work() {
    while (milliseconds() < end) {
      if (accepted - sink.distinct > MOST_ON_THE_WAY) {
        await pause(2)
        continue
      }
      const more = await emit(server, tenant, feeding.batch)
      accepted += more
    }
  }
  const [perSecond] = await Promise.all([measure(), ...Array.from({ length: feeding.senders }, work)])
  await sink.arrived(accepted)
  await allLogged(server, tenant)
  return perSecond
}

/** What a callback took from its 202 to its arrival, in ms. */
export interface Latency {
  p50: number
  p99: number
}

/**
 * Hands events in one by one at a steady pace, whatever becomes of them.
 * @param perSecond the pace
 */
export async function measureLatency(
  server: Server,
  sink: Sink,
  perSecond: number,
  seconds: number,
): Promise<Latency> {
  const tenant = await newTenant(server, sink)
  const acceptedAt = new Map<string, number>()
  const requests: Promise<void>[] = []

  async function emitOne() {
    const { id } = (await server.call('POST', `/v1/tenants/${tenant}/events`, {
      type: TYPE,
      data: DATA,
    })) as { id: string }
    acceptedAt.set(id, milliseconds())
  }

  const began = milliseconds()
  const total = Math.floor(perSecond * seconds)
  while (requests.length < total) {
    const due = Math.min(total, Math.floor(((milliseconds() - began) / 1000) * perSecond) + 1)
    while (requests.length < due) requests.push(emitOne())
    await pause(1)
  }
  await Promise.all(requests)
  await sink.arrived(total)
  const arrivals = await sink.arrivals()
  const took = [...acceptedAt].map(([id, at]) => arrivals.get(id)! - at)
  return { p50: percentile(took, 0.5), p99: percentile(took, 0.99) }
}

let tenants = 0

/** A tenant of the measurement's own, with one endpoint: the sink, which counts from zero. */
async function newTenant(server: Server, sink: Sink): Promise<string> {
  await sink.forget()
  const tenant = `bench-${++tenants}`
  await server.call('PUT', `/v1/tenants/${tenant}`, {})
  await server.call('POST', `/v1/tenants/${tenant}/endpoints`, { url: sink.url, maxInFlight: CONCURRENCY })
  return tenant
}

/** @returns how many were accepted: all, or it throws */
async function emit(server: Server, tenant: string, count: number): Promise<number> {
  const event = { type: TYPE, data: DATA }
  if (count === 1) {
    await server.call('POST', `/v1/tenants/${tenant}/events`, event)
    return 1
  }
  const events = Array.from({ length: count }, () => ({ tenant, ...event }))
  const { data } = (await server.call('POST', '/v1/events', { events })) as { data: { id?: string }[] }
  const refused = data.find((result) => result.id === undefined)
  if (refused) throw new Error(`An event was refused: ${JSON.stringify(refused)}`)
  return data.length
}

/** Resolves when no delivery of the tenant waits any more; all must be delivered. */
async function allLogged(server: Server, tenant: string): Promise<void> {
  const some = async (status: string) => {
    const path = `/v1/tenants/${tenant}/deliveries?limit=1&status=${status}`
    return ((await server.call('GET', path)) as { data: unknown[] }).data.length > 0
  }
  while (await some('pending')) await pause(5)
  for (const status of ['retrying', 'failed', 'held']) {
    if (await some(status)) throw new Error(`A delivery is ${status}, though the sink takes everything.`)
  }
}

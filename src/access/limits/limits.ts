/** How much each caller may ask. */
import type { Clock } from '../../clock.ts'
import { SECOND } from '../../duration.ts'
import { isId } from '../../ids.ts'
import type { Rate } from '../../rate.ts'
import type { Log } from '../../telemetry/log.ts'
import type { Caller } from '../caller.ts'
import { type CounterStore, openCounters } from './counters.ts'
import { createShares, type Shares, type Standing } from './shares.ts'

/**
 * What is limited. `key`: an API key. `portal`: a portal session. `tenant`: all keys and sessions that are bound to one
 * tenant, together. `address`: failed authentications of one client address, in this process alone.
 */
export const LIMIT_NAMES = ['key', 'portal', 'tenant', 'address'] as const
export type LimitName = (typeof LIMIT_NAMES)[number]

/** The limits of an installation; null: none. */
export type Rates = Readonly<Record<LimitName, Rate | null>>

/** How a request stands with one of the limits that hold for it. */
export interface Charge extends Standing {
  name: LimitName
  rate: Rate
}

/** Counts what callers ask. The operator's own key is never limited. */
export interface Limits {
  /**
   * Counts a request.
   * @returns how it stands with each limit that holds for its caller, up to the first that refuses it; empty: none holds
   */
  charge(caller: Caller): Promise<readonly Charge[]>
  /**
   * Counts what a request asks beyond one thing, as the events of a batch after the first. As much as the whole limit is
   * never refused for its size alone.
   */
  chargeMore(caller: Caller, count: number): Promise<readonly Charge[]>
  /**
   * Counts a failed authentication.
   * @param address the client's
   */
  chargeFailure(address: string): Promise<readonly Charge[]>
  close(): Promise<void>
}

/** What limits stand on. */
export interface LimitsNeeds {
  rates: Rates
  store: CounterStore
  clock: Clock
  log: Log
  /** Told of each request that is refused, and by which limit. */
  onRefusal?(limit: LimitName): void
}

/** Some two megabytes. */
const MOST_ADDRESSES = 10_000

/** Opens the limits. Where none is set, nothing is opened and nothing is counted. */
export function openLimits({ rates, store, clock, log, onRefusal }: LimitsNeeds): Limits {
  const isShared = rates.key ?? rates.portal ?? rates.tenant
  const counters = isShared ? openCounters({ store, clock, log }) : undefined

  const byKey = shared('key')
  const byPortal = shared('portal')
  const byTenant = shared('tenant')
  const byAddress = rates.address && limited('address', rates.address, alone(rates.address, clock))

  function shared(name: 'key' | 'portal' | 'tenant'): Limit | null {
    const rate = rates[name]
    if (!rate || !counters) return null
    return limited(name, rate, createShares({ rate, draw: counters.for(name, rate), clock }))
  }

  async function chargeAll(caller: Caller, costOf: (rate: Rate) => number): Promise<readonly Charge[]> {
    if (caller.owner === 'admin') return NONE
    const own = isId('portalSession', caller.owner) ? byPortal : byKey
    const charges: Charge[] = []
    for (const [limit, id] of [
      [own, caller.owner],
      [byTenant, caller.tenantId],
    ] as const) {
      if (!limit || id === null) continue
      const charge = await limit(id, costOf(limit.rate))
      charges.push(charge)
      // What one limit refuses does not count against the next: a key at its end does not use up its tenant's.
      if (charge.granted) continue
      onRefusal?.(charge.name)
      break
    }
    return charges
  }

  return {
    charge: (caller) => chargeAll(caller, () => 1),
    chargeMore: (caller, count) => chargeAll(caller, (rate) => Math.min(count, rate.count - 1)),
    async chargeFailure(address) {
      if (!byAddress) return NONE
      const charge = await byAddress(address, 1)
      if (!charge.granted) onRefusal?.(charge.name)
      return [charge]
    },
    close: async () => counters?.close(),
  }
}

const NONE: readonly Charge[] = []

/** One limit, as a question: may this one? */
interface Limit {
  (id: string, cost: number): Promise<Charge>
  rate: Rate
}

function limited(name: LimitName, rate: Rate, shares: Shares): Limit {
  const ask = async (id: string, cost: number) => ({ name, rate, ...(await shares.take(id, cost)) })
  return Object.assign(ask, { rate })
}

/** Shares of a limit that this process keeps by itself: one share is all there is. */
function alone(rate: Rate, clock: Clock): Shares {
  const { count, seconds } = rate
  const draw = async () => ({ total: count, resetMs: seconds * SECOND })
  return createShares({ rate, draw, clock, portion: count, capacity: MOST_ADDRESSES })
}

/** What attempts say of their endpoints. An endpoint that is well and stays well is not even read. */
import { SYSTEM } from '../audit/entry.ts'
import type { Random } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { holdIfOff, holdWaiting, releaseHeld } from '../deliveries/store.ts'
import { switchOff } from '../endpoints/disable.ts'
import { type Circuit, type Health, type HealthVerdict, judgeHealth } from '../endpoints/health.ts'
import {
  closeCircuits,
  type EndpointRef,
  type Failure,
  type HealthRow,
  lockHealth,
  openCircuits,
  recordFailures,
  recordRecoveries,
} from '../endpoints/store.ts'
import type { Id } from '../ids.ts'
import { endpointDisabled, endpointFailing, type Notice } from '../notices/notice.ts'
import { giveNotices } from '../notices/store.ts'
import type { Settling } from './settle.ts'

/** An endpoint that changes its state for what attempts said of it. */
export interface Transition extends EndpointRef {
  change:
    | { kind: 'disable'; reason: 'gone' | 'failing'; at: Date }
    | { kind: 'open'; circuit: Circuit }
    | { kind: 'close' }
    /** Its circuit stays open: what failed waits with the others again. */
    | { kind: 'hold'; deliveries: Id<'delivery'>[] }
}

/** Whether it may change its endpoint's health. */
export const isNews = ({ verdict, endpointFailing }: Settling) => verdict !== 'success' || endpointFailing

/** Locks the health of the endpoints that attempts may change. */
export function lockNews(db: Db, group: readonly Settling[]): Promise<HealthRow[]> | HealthRow[] {
  const ids = new Set(group.filter(isNews).map(({ row }) => row.endpointId))
  return ids.size > 0 ? lockHealth(db, [...ids]) : []
}

/**
 * Writes the streaks of failures that begin, go on or end.
 * @param locked what `lockNews` gave
 * @param group the attempts that count
 * @returns what follows from it, an endpoint at most once, for `transit`
 */
export async function writeHealth(
  db: Db,
  locked: readonly HealthRow[],
  group: readonly Settling[],
  random: Random,
): Promise<Transition[]> {
  const transitions: Transition[] = []
  const failures: Failure[] = []
  const recoveries: EndpointRef[] = []
  const attempts = byEndpoint(group.filter(isNews))
  for (const { tenantId, endpointId, at, ...health } of locked) {
    const its = attempts.get(endpointId)
    if (!its) continue
    const ref = { tenantId, endpointId }
    const { verdict, circuit } = judgeAll(health, its, at, random)
    if (verdict.kind === 'failing') failures.push({ ...ref, ...verdict })
    if (verdict.kind === 'recovered') recoveries.push(ref)
    const change = changeOf(verdict, circuit, at)
    if (change) transitions.push({ ...ref, change })
    else if (verdict.kind === 'failing' && health.circuit)
      transitions.push({ ...ref, change: { kind: 'hold', deliveries: its.map(({ row }) => row.deliveryId) } })
  }
  if (recoveries.length > 0) await recordRecoveries(db, recoveries)
  if (failures.length > 0) await giveNotices(db, noticesOf(failures, await recordFailures(db, failures)))
  return transitions
}

function changeOf(
  verdict: HealthVerdict,
  circuit: Judgement['circuit'],
  at: Date,
): Transition['change'] | undefined {
  if (verdict.kind === 'disable') return { kind: 'disable', reason: verdict.reason, at }
  if (circuit === 'closes') return { kind: 'close' }
  if (circuit === 'opens' && verdict.kind === 'failing') return { kind: 'open', circuit: verdict.circuit! }
  return undefined
}

function byEndpoint(group: readonly Settling[]): Map<Id<'endpoint'>, Settling[]> {
  const groups = new Map<Id<'endpoint'>, Settling[]>()
  for (const item of group) {
    const others = groups.get(item.row.endpointId)
    if (others) others.push(item)
    else groups.set(item.row.endpointId, [item])
  }
  return groups
}

/** What an endpoint's attempts say of it together. */
interface Judgement {
  /** The last one that says anything. */
  verdict: HealthVerdict
  /** What becomes of its circuit, whatever was said after that; null: it stays as it is. */
  circuit: 'opens' | 'closes' | null
}

/**
 * Judges an endpoint's attempts in the order of their time; the first that disables it has the last word.
 * @param endedAt when they are taken to have ended: now, by the clock that all workers share
 */
function judgeAll(before: Health, attempts: readonly Settling[], endedAt: Date, random: Random): Judgement {
  let health = before
  let last: HealthVerdict = { kind: 'unchanged' }
  for (const { verdict: outcome, isProbe } of attempts.toSorted((a, b) => (a.row.id < b.row.id ? -1 : 1))) {
    const verdict = judgeHealth(health, { outcome, endedAt, isProbe }, random)
    if (verdict.kind === 'disable') return { verdict, circuit: null }
    if (verdict.kind === 'failing') health = verdict
    if (verdict.kind === 'recovered') health = { failingSince: null, failedAttempts: 0, circuit: null }
    if (verdict.kind !== 'unchanged') last = verdict
  }
  return { verdict: last, circuit: circuitAfter(before, health) }
}

function circuitAfter(before: Health, after: Health): Judgement['circuit'] {
  if (before.circuit) return after.circuit ? null : 'closes'
  return after.circuit ? 'opens' : null
}

function noticesOf(failures: readonly Failure[], turned: readonly EndpointRef[]): Notice[] {
  const ids = new Set(turned.map(({ endpointId }) => endpointId))
  return failures
    .filter(({ endpointId }) => ids.has(endpointId))
    .map(({ tenantId, endpointId, failingSince, failedAttempts }) =>
      endpointFailing({ tenantId, endpointId, failingSince, failedAttempts }),
    )
}

/**
 * Disables an endpoint, opens or closes its circuit, and holds or lets go what waits for it. A transaction of its own,
 * after the attempts are settled: it locks tenants before endpoints before deliveries, as every change by a person does.
 * Should we die in between, the next attempt says the same again.
 */
export async function transit(db: Db, { change, ...endpoint }: Transition): Promise<void> {
  const { tenantId, endpointId } = endpoint
  await db.transaction(async (tx) => {
    switch (change.kind) {
      case 'disable': {
        const [disabled] = await switchOff(tx, { by: SYSTEM }, [{ ...endpoint, ...change }])
        if (!disabled) return
        await holdWaiting(tx, tenantId, endpointId, 'disabled')
        await giveNotices(tx, [endpointDisabled({ ...endpoint, reason: change.reason })])
        return
      }
      case 'open': {
        const [opened] = await openCircuits(tx, [{ ...endpoint, ...change }])
        if (opened) await holdWaiting(tx, tenantId, endpointId, 'circuit')
        return
      }
      case 'close': {
        const [closed] = await closeCircuits(tx, [endpoint])
        if (closed) await releaseHeld(tx, tenantId, endpointId)
        return
      }
      case 'hold':
        await holdIfOff(tx, change.deliveries)
    }
  })
}

/** What attempts say of their endpoints. An endpoint that is well and stays well is not even read. */
import { SYSTEM } from '../audit/entry.ts'
import type { Random } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { holdIfOff, holdWaiting, releaseHeld } from '../deliveries/store.ts'
import { switchOff } from '../endpoints/disable.ts'
import { type Health, type HealthVerdict, judgeHealth } from '../endpoints/health.ts'
import {
  closeCircuits,
  type Disablement,
  type EndpointRef,
  type Failure,
  type HealthRow,
  lockHealth,
  type Opening,
  openCircuits,
  recordFailures,
  recordRecoveries,
} from '../endpoints/store.ts'
import type { Id } from '../ids.ts'
import { endpointDisabled, endpointFailing, type Notice } from '../notices/notice.ts'
import { giveNotices } from '../notices/store.ts'
import type { Settling } from './settle.ts'

/** Endpoints that change their state for what attempts said of them. */
export interface Transitions {
  disable: Disablement[]
  open: Opening[]
  close: EndpointRef[]
  /** Deliveries that failed while their endpoint's circuit is open: they wait with the others again. */
  hold: Id<'delivery'>[]
}

const isNews = ({ verdict, endpointFailing }: Settling) => verdict !== 'success' || endpointFailing

/** Locks the health of the endpoints that attempts may change. */
export function lockNews(db: Db, group: readonly Settling[]): Promise<HealthRow[]> | HealthRow[] {
  const ids = new Set(group.filter(isNews).map(({ row }) => row.endpointId))
  return ids.size > 0 ? lockHealth(db, [...ids]) : []
}

/**
 * Writes the streaks of failures that begin, go on or end.
 * @param locked what `lockNews` gave
 * @param group the attempts that count
 * @returns what follows from it, for `transition`
 */
export async function writeHealth(
  db: Db,
  locked: readonly HealthRow[],
  group: readonly Settling[],
  random: Random,
): Promise<Transitions> {
  const transitions: Transitions = { disable: [], open: [], close: [], hold: [] }

  const failures: Failure[] = []
  const recoveries: EndpointRef[] = []
  const attempts = byEndpoint(group.filter(isNews))
  for (const { tenantId, endpointId, at, ...health } of locked) {
    if (!attempts.has(endpointId)) continue
    const ref = { tenantId, endpointId }
    const verdict = judgeAll(health, attempts.get(endpointId)!, at, random)
    if (verdict.kind === 'failing') failures.push({ ...ref, ...verdict })
    if (verdict.kind === 'failing' && verdict.circuitOpens)
      transitions.open.push({ ...ref, circuit: verdict.circuit! })
    if (verdict.kind === 'failing' && health.circuit)
      transitions.hold.push(...attempts.get(endpointId)!.map(({ row }) => row.deliveryId))
    if (verdict.kind === 'recovered') recoveries.push(ref)
    if (verdict.kind === 'recovered' && verdict.circuitCloses) transitions.close.push(ref)
    if (verdict.kind === 'disable') transitions.disable.push({ ...ref, reason: verdict.reason, at })
  }
  if (recoveries.length > 0) await recordRecoveries(db, recoveries)
  if (failures.length > 0) await giveNotices(db, noticesOf(failures, await recordFailures(db, failures)))
  return transitions
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

/**
 * Judges an endpoint's attempts in the order of their time; the first that disables it has the last word.
 * @param endedAt when they are taken to have ended: now, by the clock that all workers share
 */
function judgeAll(
  before: Health,
  attempts: readonly Settling[],
  endedAt: Date,
  random: Random,
): HealthVerdict {
  let health = before
  let last: HealthVerdict = { kind: 'unchanged' }
  let opens = false
  for (const { verdict: outcome, isProbe } of attempts.toSorted((a, b) => (a.row.id < b.row.id ? -1 : 1))) {
    const verdict = judgeHealth(health, { outcome, endedAt, isProbe }, random)
    if (verdict.kind === 'disable') return verdict
    if (verdict.kind === 'failing') health = verdict
    if (verdict.kind === 'recovered') health = { failingSince: null, failedAttempts: 0, circuit: null }
    opens = verdict.kind === 'failing' && (opens || verdict.circuitOpens)
    if (verdict.kind !== 'unchanged') last = verdict
  }
  if (last.kind === 'failing') return { ...last, circuitOpens: opens }
  if (last.kind === 'recovered') return { ...last, circuitCloses: before.circuit !== null }
  return last
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
 * Disables endpoints, opens and closes circuits, and holds or lets go what waits for them. A transaction of its own,
 * after the attempts are settled: it locks tenants before endpoints before deliveries, as every change by a person does.
 * Should we die in between, the next attempt says the same again.
 */
export async function transition(db: Db, { disable, open, close, hold }: Transitions): Promise<void> {
  await db.transaction(async (tx) => {
    if (disable.length > 0) {
      const disabled = await switchOff(tx, { by: SYSTEM }, disable)
      for (const { tenantId, endpointId } of disabled) await holdWaiting(tx, tenantId, endpointId, 'disabled')
      const ids = new Set(disabled.map(({ endpointId }) => endpointId))
      await giveNotices(
        tx,
        disable
          .filter(({ endpointId }) => ids.has(endpointId))
          .map(({ tenantId, endpointId, reason }) => endpointDisabled({ tenantId, endpointId, reason })),
      )
    }
    if (open.length > 0)
      for (const { tenantId, endpointId } of await openCircuits(tx, open))
        await holdWaiting(tx, tenantId, endpointId, 'circuit')
    if (close.length > 0)
      for (const { tenantId, endpointId } of await closeCircuits(tx, close))
        await releaseHeld(tx, tenantId, endpointId)
    if (hold.length > 0) await holdIfOff(tx, hold)
  })
}

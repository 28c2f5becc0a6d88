/** What attempts say of their endpoints. An endpoint that is well and stays well is not even read. */
import type { Db } from '../db/open.ts'
import { holdWaiting } from '../deliveries/store.ts'
import { type HealthVerdict, judgeHealth } from '../endpoints/health.ts'
import {
  type Disablement,
  disableEndpoints,
  type EndpointRef,
  type Failure,
  lockHealth,
  recordFailures,
  recordRecoveries,
} from '../endpoints/store.ts'
import { type Id, timeOfId } from '../ids.ts'
import type { Settling } from './settle.ts'

/**
 * Writes the streaks of failures that begin, go on or end.
 * @returns the endpoints that are to be disabled for it
 */
export async function writeHealth(db: Db, group: readonly Settling[]): Promise<Disablement[]> {
  const news = group.filter(({ verdict, endpointFailing }) => verdict !== 'success' || endpointFailing)
  if (news.length === 0) return []

  const byEndpoint = new Map<Id<'endpoint'>, Settling[]>()
  for (const item of news)
    byEndpoint.set(item.row.endpointId, [...(byEndpoint.get(item.row.endpointId) ?? []), item])

  const failures: Failure[] = []
  const recoveries: EndpointRef[] = []
  const disablements: Disablement[] = []
  for (const { tenantId, endpointId, ...health } of await lockHealth(db, [...byEndpoint.keys()])) {
    const ref = { tenantId, endpointId }
    const { verdict, at } = judgeAll(health, byEndpoint.get(endpointId)!)
    if (verdict.kind === 'failing') failures.push({ ...ref, ...verdict })
    if (verdict.kind === 'recovered') recoveries.push(ref)
    if (verdict.kind === 'disable') disablements.push({ ...ref, reason: verdict.reason, at })
  }
  if (failures.length > 0) await recordFailures(db, failures)
  if (recoveries.length > 0) await recordRecoveries(db, recoveries)
  return disablements
}

/** Judges an endpoint's attempts in the order of their time; the first that disables it has the last word. */
function judgeAll(
  before: { failingSince: Date | null; failedAttempts: number },
  attempts: readonly Settling[],
): { verdict: HealthVerdict; at: Date } {
  let health = before
  let last: { verdict: HealthVerdict; at: Date } | undefined
  for (const { verdict: outcome, row } of attempts.toSorted((a, b) => (a.row.id < b.row.id ? -1 : 1))) {
    const at = new Date(timeOfId(row.id) + row.durationMs)
    const verdict = judgeHealth(health, outcome, at)
    if (verdict.kind === 'disable') return { verdict, at }
    if (verdict.kind === 'failing') health = verdict
    if (verdict.kind === 'recovered') health = { failingSince: null, failedAttempts: 0 }
    if (verdict.kind !== 'unchanged' || !last) last = { verdict, at }
  }
  return last!
}

/**
 * Disables endpoints and holds what waits for them. A transaction of its own, after the attempts are settled: it locks
 * tenants before endpoints before deliveries, as every change by a person does. Should we die in between, the next
 * attempt says the same again.
 */
export async function disable(db: Db, disablements: readonly Disablement[]): Promise<void> {
  await db.transaction(async (tx) => {
    for (const { tenantId, endpointId } of await disableEndpoints(tx, disablements))
      await holdWaiting(tx, tenantId, endpointId, 'disabled')
  })
}

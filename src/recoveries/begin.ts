/** Beginning a recovery: what it will set going is counted, and a row is made; the duty does the rest. */
import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { countWanted, type RecoveryScope } from '../deliveries/store.ts'
import { findEndpoint } from '../endpoints/store.ts'
import { notFound, refused } from '../errors.ts'
import { countEvents } from '../events/store.ts'
import type { Ids } from '../ids.ts'
import { findTenant } from '../tenants/store.ts'
import { auditedRecovery } from './audited.ts'
import { refuseBeyond } from './limit.ts'
import type { RecoveryFilter } from './recovery.ts'
import { insertRecovery, type RecoveryRow, transactionTime } from './store.ts'
import { countUnsent } from './unsent.ts'

/** What beginning needs from outside. */
export interface BeginNeeds extends Audited {
  ids: Ids
  /** How many of a tenant's may be at work at a time. */
  most: number
}

/**
 * Begins a recovery.
 * @param db a transaction
 * @param perSecond how many deliveries it sets going in a second
 * @throws RingbackError as `measureRecovery`, and `too_many_recoveries`
 */
export async function beginRecovery(
  db: Db,
  { by, ids, most }: BeginNeeds,
  tenantId: string,
  filter: RecoveryFilter,
  perSecond: number,
): Promise<RecoveryRow> {
  const { scope, matched } = await measureRecovery(db, tenantId, filter)
  // Last, for it keeps the tenant's others waiting until we commit.
  await refuseBeyond(db, tenantId, most, null)
  const recovery = await insertRecovery(db, tenantId, {
    ...scope,
    id: ids('recovery'),
    perSecond,
    matched,
  })
  const after = auditedRecovery(recovery)
  await record(db, by, { action: 'recovery.created', tenantId, targetId: recovery.id, after })
  return recovery
}

/** What a recovery would be. */
export interface Measured {
  /** The filter, with its end. */
  scope: RecoveryScope
  /** How many deliveries it would set going. */
  matched: number
}

/**
 * Counts what a recovery would set going, and changes nothing.
 * @param db a transaction
 * @throws RingbackError `not_found` (no such tenant or endpoint), `validation_failed` (its end is not after its beginning),
 * `recovery_too_large`
 */
export async function measureRecovery(db: Db, tenantId: string, filter: RecoveryFilter): Promise<Measured> {
  if (!(await findTenant(db, tenantId))) throw notFound('tenant')
  if (filter.endpointId && !(await findEndpoint(db, tenantId, filter.endpointId))) throw notFound('endpoint')

  const scope = scopeOf(filter, await transactionTime(db))
  const known = await countWanted(db, tenantId, scope)
  if (!filter.includeUnsent) return { scope, matched: known }

  await refuseTooMany(db, tenantId, scope)
  return { scope, matched: known + (await countUnsent(db, tenantId, scope)) }
}

/** @param now when the recovery is asked for */
function scopeOf(filter: RecoveryFilter, now: Date): RecoveryScope {
  // Ids tell milliseconds: what was made in the present one is meant too.
  const end = new Date(now.getTime() + 1)
  const before = filter.before && filter.before < end ? filter.before : end
  if (filter.after >= before) {
    throw refused('validation_failed', 'The request is not valid; "errors" says where.', [
      { path: 'after', message: 'must be earlier than "before", and than now' },
    ])
  }
  return { ...filter, before, createdAt: now }
}

/**
 * Whoever asks waits while each event is looked at: some seconds for so many. More must be recovered in parts, by time, by
 * type.
 */
const MOST_EVENTS = 100_000

async function refuseTooMany(db: Db, tenantId: string, scope: RecoveryScope): Promise<void> {
  const window = { type: scope.eventType, after: scope.after, before: scope.before }
  if ((await countEvents(db, tenantId, window, MOST_EVENTS + 1)) <= MOST_EVENTS) return
  throw refused(
    'recovery_too_large',
    `With "includeUnsent" a recovery looks at up to ${MOST_EVENTS} events, and there are more. Narrow it by "after" and "before", or by "eventType".`,
  )
}

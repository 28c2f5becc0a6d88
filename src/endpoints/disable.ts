/** Switching endpoints off: what is accepted for them from now on is kept, and held with what already waits. */
import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import type { Id } from '../ids.ts'
import { auditedSwitch } from './audited.ts'
import type { Endpoint } from './endpoint.ts'
import { showEndpoint } from './show.ts'
import { type Disablement, disableEndpoints, type EndpointRef } from './store/health.ts'
import type { SwitchNotices } from './switch-notices.ts'
import type { WaitingDeliveries } from './waiting-deliveries.ts'

/** What disabling needs from outside. */
export interface DisableNeeds extends Audited {
  deliveries: Pick<WaitingDeliveries, 'holdWaiting'>
  notices: Pick<SwitchNotices, 'disabled'>
}

/**
 * By hand. One that is off already stays as it is, for the reason it has.
 * @param db a transaction: both or neither
 * @throws RingbackError `not_found`
 */
export async function disableEndpoint(
  db: Db,
  { by, deliveries, notices }: DisableNeeds,
  tenantId: string,
  endpointId: Id<'endpoint'>,
): Promise<Endpoint> {
  const disablement = { tenantId, endpointId, reason: 'manual' } as const
  const [disabled] = await switchOff(db, { by }, [disablement])
  if (disabled) {
    await deliveries.holdWaiting(db, tenantId, endpointId, 'disabled')
    await notices.disabled(db, disablement)
  }
  return showEndpoint(db, tenantId, endpointId)
}

/**
 * Switches some off, as `disableEndpoints` does, whoever wants it: a person, or a rule.
 * @param db a transaction
 * @returns those that were on until now
 */
export async function switchOff(
  db: Db,
  { by }: Audited,
  rows: readonly Disablement[],
): Promise<EndpointRef[]> {
  const disabled = await disableEndpoints(db, rows)
  await record(
    db,
    by,
    ...disabled.map(({ tenantId, endpointId, reason, former }) => ({
      action: 'endpoint.disabled' as const,
      tenantId,
      targetId: endpointId,
      before: auditedSwitch({ status: former, disabledReason: null }),
      after: auditedSwitch({ status: 'disabled', disabledReason: reason }),
    })),
  )
  return disabled
}

/** Switching an endpoint on again, whyever it was off: its failures are forgotten, what was held for it goes on. */
import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import type { Id } from '../ids.ts'
import { auditedSwitch } from './audited.ts'
import type { Endpoint } from './endpoint.ts'
import { showEndpoint } from './show.ts'
import { switchOn } from './store/switch.ts'
import type { SwitchNotices } from './switch-notices.ts'
import { takeEndpoint } from './take.ts'
import type { WaitingDeliveries } from './waiting-deliveries.ts'

/** What enabling needs from outside. */
export interface EnableNeeds extends Audited {
  deliveries: Pick<WaitingDeliveries, 'releaseHeld'>
  notices: Pick<SwitchNotices, 'enabled'>
}

/**
 * One that is active stays as it is.
 * @param db a transaction: both or neither
 * @throws RingbackError `not_found`
 */
export async function enableEndpoint(
  db: Db,
  { by, deliveries, notices }: EnableNeeds,
  tenantId: string,
  id: Id<'endpoint'>,
): Promise<Endpoint> {
  const endpoint = await takeEndpoint(db, tenantId, id)
  // A process that died just after a probe succeeded left one active whose circuit is open still.
  if (endpoint.status === 'active' && !endpoint.circuitOpenedAt) return endpoint

  await switchOn(db, tenantId, id)
  await deliveries.releaseHeld(db, tenantId, id)
  if (endpoint.status === 'disabled') await notices.enabled(db, { tenantId, endpointId: id })
  const enabled = await showEndpoint(db, tenantId, id)
  await record(db, by, {
    action: 'endpoint.enabled',
    tenantId,
    targetId: id,
    before: auditedSwitch(endpoint),
    after: auditedSwitch(enabled),
  })
  return enabled
}

/** Pausing: what comes for the endpoint is kept and waits, until somebody resumes it. Nothing is failed by it. */
import type { Action, Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { conflict } from '../errors.ts'
import type { Id } from '../ids.ts'
import { auditedSwitch } from './audited.ts'
import type { Endpoint } from './endpoint.ts'
import { showEndpoint } from './show.ts'
import { switchPaused, switchResumed } from './store.ts'
import { takeEndpoint } from './take.ts'
import type { WaitingDeliveries } from './waiting-deliveries.ts'

/** What pausing needs from outside. */
export interface PauseNeeds extends Audited {
  deliveries: Pick<WaitingDeliveries, 'holdWaiting' | 'releaseHeld'>
}

/**
 * One that is paused stays as it is.
 * @param db a transaction: both or neither
 * @throws RingbackError `not_found`, `endpoint_disabled`
 */
export async function pauseEndpoint(
  db: Db,
  needs: PauseNeeds,
  tenantId: string,
  id: Id<'endpoint'>,
): Promise<Endpoint> {
  const endpoint = await takeEndpoint(db, tenantId, id)
  if (endpoint.status === 'paused') return endpoint
  if (endpoint.status === 'disabled')
    throw conflict('endpoint_disabled', 'The endpoint is disabled; enable it before it is paused.')

  await switchPaused(db, tenantId, id)
  await needs.deliveries.holdWaiting(db, tenantId, id, 'paused')
  return switched(db, needs, 'endpoint.paused', endpoint)
}

/**
 * Ends a pause: what was held goes on, slowly at first. One that is not paused stays as it is.
 * @param db a transaction: both or neither
 * @throws RingbackError `not_found`, `endpoint_disabled`
 */
export async function resumeEndpoint(
  db: Db,
  needs: PauseNeeds,
  tenantId: string,
  id: Id<'endpoint'>,
): Promise<Endpoint> {
  const endpoint = await takeEndpoint(db, tenantId, id)
  if (endpoint.status === 'disabled')
    throw conflict('endpoint_disabled', 'The endpoint is disabled, not paused; enable it.')
  if (endpoint.status !== 'paused') return endpoint

  await switchResumed(db, tenantId, id)
  await needs.deliveries.releaseHeld(db, tenantId, id)
  return switched(db, needs, 'endpoint.resumed', endpoint)
}

async function switched(db: Db, { by }: Audited, action: Action, endpoint: Endpoint): Promise<Endpoint> {
  const { tenantId, id } = endpoint
  const after = await showEndpoint(db, tenantId, id)
  const states = { before: auditedSwitch(endpoint), after: auditedSwitch(after) }
  await record(db, by, { action, tenantId, targetId: id, ...states })
  return after
}

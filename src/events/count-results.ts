import { RingbackError } from '../errors.ts'
import type { AcceptMeter } from '../telemetry/accept-meter.ts'
import { OPERATOR_TENANT } from '../tenants/tenant.ts'
import type { Accepted, EmitRequest } from './event.ts'

/** Counts what became of a group: how many were accepted from where, replayed, or refused for what. */
export function countResults(
  meter: AcceptMeter,
  requests: readonly EmitRequest[],
  results: readonly (Accepted | RingbackError)[],
): void {
  results.forEach((result, i) => {
    if (result instanceof RingbackError) meter.refused(result.code)
    else if (result.replayed) meter.replayed()
    else meter.accepted(sourceOf(requests[i]!), result.deliveryCount)
  })
}

function sourceOf({ tenantId, endpointId }: EmitRequest) {
  if (tenantId === OPERATOR_TENANT) return 'notice'
  return endpointId ? 'test' : 'host'
}

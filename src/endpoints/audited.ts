/** What the audit log keeps of endpoints and subscriptions, in the words of the API. */
import { type Difference, difference } from '../audit/entry.ts'
import type { Endpoint, EndpointSettings, Wanted } from './endpoint.ts'
import { hideHeaders } from './headers.ts'

/** What people set and change of an endpoint. */
interface AuditedEndpoint extends Omit<EndpointSettings, 'ratePerSecond'> {
  rateLimit: { perSecond: number } | null
  subscriptions: Endpoint['subscriptions']
}

/** An endpoint that came or is gone. */
export const auditedEndpoint = (endpoint: Endpoint) => redacted(settingsOf(endpoint))

/**
 * What was changed of an endpoint; undefined when nothing was.
 * @param before with its headers sealed: one whose value was given anew is told from one that was left, without opening
 * either
 * @param after as `before`
 */
export function changesOf(before: Endpoint, after: Endpoint): Difference<AuditedEndpoint> | undefined {
  const changed = difference(settingsOf(before), settingsOf(after))
  return changed && { before: redacted(changed.before), after: redacted(changed.after) }
}

/** Whether an endpoint is on. */
export const auditedSwitch = ({ status, disabledReason }: Pick<Endpoint, 'status' | 'disabledReason'>) => ({
  status,
  disabledReason,
})

/** A subscription. */
export const auditedSubscription = ({ eventTypes, filter }: Wanted): Wanted => ({ eventTypes, filter })

function settingsOf(endpoint: Endpoint): AuditedEndpoint {
  const { url, description, headers, retry, timeoutMs, maxInFlight, ratePerSecond, metadata, subscriptions } =
    endpoint
  const rateLimit = ratePerSecond === null ? null : { perSecond: ratePerSecond }
  return {
    url,
    description,
    headers,
    retry,
    timeoutMs,
    maxInFlight,
    rateLimit,
    metadata,
    subscriptions: subscriptions.map((one) => ({
      ...auditedSubscription(one),
      id: one.id,
      createdAt: one.createdAt,
    })),
  }
}

function redacted<T extends Partial<AuditedEndpoint>>(settings: T): T {
  return settings.headers ? { ...settings, headers: hideHeaders(settings.headers) } : settings
}

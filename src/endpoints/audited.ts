/** What the audit log keeps of endpoints and subscriptions, in the words of the API. */
import { type Difference, difference, REDACTED } from '../audit/entry.ts'
import type { Endpoint, EndpointSettings, Wanted } from './endpoint.ts'

/** What people set and change of an endpoint. */
interface AuditedEndpoint extends Omit<EndpointSettings, 'ratePerSecond'> {
  rateLimit: { perSecond: number } | null
  subscriptions: Endpoint['subscriptions']
}

/** An endpoint that came or is gone. A value of its headers may be a credential. */
export const auditedEndpoint = (endpoint: Endpoint) => redacted(settingsOf(endpoint))

/** What was changed of an endpoint; undefined when nothing was. That a header's value was, shows; the value does not. */
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

function redacted<T extends Partial<AuditedEndpoint>>({ headers, ...rest }: T): T {
  const hidden = headers && Object.fromEntries(Object.keys(headers).map((name) => [name, REDACTED]))
  return { ...rest, ...(hidden && { headers: hidden }) } as T
}

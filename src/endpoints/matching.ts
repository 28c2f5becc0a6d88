/** Matching: which endpoints of a tenant want an event, and why the others do not. */
import { compileFilter } from '../filter/compile.ts'
import type { Id } from '../ids.ts'
import type { EndpointStatus } from './endpoint.ts'
import { compilePatterns } from './pattern.ts'
import type { TenantInterests } from './store/interests.ts'

/** An endpoint that wants an event. */
export interface MatchedEndpoint {
  endpointId: Id<'endpoint'>
  status: EndpointStatus
}

/** What a tenant's endpoints want, ready to be asked. */
export interface Matcher {
  /** Those that want an event of this type with this data, oldest first. */
  match(type: string, value: unknown): MatchedEndpoint[]
  /** One endpoint, whatever it wants. */
  find(endpointId: Id<'endpoint'>): MatchedEndpoint | undefined
}

/** A tenant uses a few dozen types; more than this means that names are made up, and remembering them would not end. */
const REMEMBERED_TYPES = 256

interface Subscription {
  endpoint: MatchedEndpoint
  wants(type: string): boolean
  passes(value: unknown): boolean
}

/** Makes ready what all endpoints of a tenant want; worth keeping while their configuration stands. */
export function compileInterests({ interests }: TenantInterests): Matcher {
  const endpoints = new Map<Id<'endpoint'>, MatchedEndpoint>()
  const subscriptions: Subscription[] = []
  for (const { endpointId, status, subscriptions: wanted } of interests) {
    const endpoint = { endpointId, status }
    endpoints.set(endpointId, endpoint)
    for (const { eventTypes, filter } of wanted) {
      subscriptions.push({ endpoint, wants: compilePatterns(eventTypes), passes: filterTest(filter) })
    }
  }

  const candidatesByType = new Map<string, readonly Subscription[]>()
  function candidates(type: string): readonly Subscription[] {
    const known = candidatesByType.get(type)
    if (known) return known
    if (candidatesByType.size === REMEMBERED_TYPES) candidatesByType.clear()
    const found = subscriptions.filter((subscription) => subscription.wants(type))
    candidatesByType.set(type, found)
    return found
  }

  return {
    match(type, value) {
      const matched: MatchedEndpoint[] = []
      for (const { endpoint, passes } of candidates(type)) {
        // The subscriptions of one endpoint stand together: one that passes is enough.
        if (matched.at(-1) !== endpoint && passes(value)) matched.push(endpoint)
      }
      return matched
    },
    find: (endpointId) => endpoints.get(endpointId),
  }
}

/**
 * Why an endpoint does not get an event: it subscribes to nothing, to no pattern of this type, or its filters keep the
 * data out.
 */
export const UNMATCHED_REASONS = ['no_subscription', 'event_type', 'filter'] as const
export type UnmatchedReason = (typeof UNMATCHED_REASONS)[number]

/** Every endpoint that does not want an event, with the first reason met. */
export function explain(
  { interests }: TenantInterests,
  type: string,
  value: unknown,
): { endpointId: Id<'endpoint'>; reason: UnmatchedReason }[] {
  return interests.flatMap(({ endpointId, subscriptions }) => {
    if (subscriptions.length === 0) return { endpointId, reason: 'no_subscription' }
    const ofType = subscriptions.filter(({ eventTypes }) => compilePatterns(eventTypes)(type))
    if (ofType.length === 0) return { endpointId, reason: 'event_type' }
    return ofType.some(({ filter }) => filterTest(filter)(value)) ? [] : { endpointId, reason: 'filter' }
  })
}

/**
 * A stored filter was compiled before it was stored. One that does not compile any more, after a downgrade, keeps all
 * out: it may guard what the receiver must not see, and an error would keep the events of all tenants beside it out.
 */
function filterTest(filter: unknown): (value: unknown) => boolean {
  if (filter === null) return () => true
  try {
    return compileFilter(filter)
  } catch {
    return () => false
  }
}

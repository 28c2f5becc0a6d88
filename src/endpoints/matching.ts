/** Matching: which endpoints of a tenant want an event, and why the others do not. */
import { eventBudget } from '../filter/budget.ts'
import { compileFilter, type FilterTest } from '../filter/compile.ts'
import type { Id } from '../ids.ts'
import type { Work } from '../turns.ts'
import type { EndpointStatus } from './endpoint.ts'
import { compilePatterns, patternsFor } from './pattern.ts'
import type { TenantInterests } from './store/interests.ts'

/** An endpoint that wants an event. */
export interface MatchedEndpoint {
  endpointId: Id<'endpoint'>
  status: EndpointStatus
}

/** What a tenant's endpoints want, ready to be asked. */
export interface Matcher {
  /** Those that want an event of this type with this data, oldest first. */
  match(type: string, value: unknown): Work<MatchedEndpoint[]>
  /** One endpoint, whatever it wants. */
  find(endpointId: Id<'endpoint'>): MatchedEndpoint | undefined
}

/** A tenant uses a few dozen types; more than this means that names are made up, and remembering them would not end. */
const REMEMBERED_TYPES = 256

interface Subscription {
  /** Its place among all: those of the oldest endpoint come first. */
  place: number
  endpoint: MatchedEndpoint
  /** Null: it takes whatever is of its types. */
  filter: FilterTest | null
}

/** Makes ready what all endpoints of a tenant want; worth keeping while their configuration stands. */
export function compileInterests({ interests }: TenantInterests): Matcher {
  const endpoints = new Map<Id<'endpoint'>, MatchedEndpoint>()
  /** Ten thousand endpoints may each want types of their own: an event looks at those that want it. */
  const byPattern = new Map<string, Subscription[]>()
  let places = 0
  for (const { endpointId, status, subscriptions } of interests) {
    const endpoint = { endpointId, status }
    endpoints.set(endpointId, endpoint)
    for (const { eventTypes, filter } of subscriptions) {
      const subscription = { place: places++, endpoint, filter: filterTest(filter) }
      for (const pattern of new Set(eventTypes)) {
        const others = byPattern.get(pattern)
        if (others) others.push(subscription)
        else byPattern.set(pattern, [subscription])
      }
    }
  }

  const mergedByType = new Map<string, readonly Subscription[]>()
  function candidates(type: string): readonly Subscription[] {
    const known = mergedByType.get(type)
    if (known) return known
    const found = patternsFor(type).flatMap((pattern) => {
      const some = byPattern.get(pattern)
      return some ? [some] : []
    })
    if (found.length < 2) return found[0] ?? []
    if (mergedByType.size === REMEMBERED_TYPES) mergedByType.clear()
    const merged = [...new Set(found.flat())].sort((one, other) => one.place - other.place)
    mergedByType.set(type, merged)
    return merged
  }

  return {
    *match(type, value) {
      const matched: MatchedEndpoint[] = []
      const budget = eventBudget()
      for (const { endpoint, filter } of candidates(type)) {
        // The subscriptions of one endpoint stand together: one that matches is enough.
        if (matched.at(-1) === endpoint) continue
        if (filter) yield
        if (!filter || filter(value, budget) === 'match') matched.push(endpoint)
      }
      return matched
    },
    find: (endpointId) => endpoints.get(endpointId),
  }
}

/**
 * Why an endpoint does not get an event: it subscribes to nothing, to no pattern of this type, its filters keep the data
 * out, or one of them costs too much on this data, or all of the tenant's together do. Then the endpoint gets nothing: a
 * filter may guard what its receiver must not see.
 */
export const UNMATCHED_REASONS = ['no_subscription', 'event_type', 'filter', 'filter_too_costly'] as const
export type UnmatchedReason = (typeof UNMATCHED_REASONS)[number]

/** Every endpoint that does not want an event, with the first reason met. Judges as a matcher does. */
export function* explain(
  { interests }: TenantInterests,
  type: string,
  value: unknown,
): Work<{ endpointId: Id<'endpoint'>; reason: UnmatchedReason }[]> {
  const unmatched: { endpointId: Id<'endpoint'>; reason: UnmatchedReason }[] = []
  const budget = eventBudget()
  for (const { endpointId, subscriptions } of interests) {
    const reason = yield* reasonOf(subscriptions)
    if (reason) unmatched.push({ endpointId, reason })
  }
  return unmatched

  function* reasonOf(
    subscriptions: TenantInterests['interests'][number]['subscriptions'],
  ): Work<UnmatchedReason | null> {
    let reason: UnmatchedReason = subscriptions.length === 0 ? 'no_subscription' : 'event_type'
    for (const { eventTypes, filter } of subscriptions) {
      if (!compilePatterns(eventTypes)(type)) continue
      if (filter !== null) yield
      const verdict = filterTest(filter)?.(value, budget) ?? 'match'
      if (verdict === 'match') return null
      if (verdict === 'too_costly') reason = 'filter_too_costly'
      else if (reason !== 'filter_too_costly') reason = 'filter'
    }
    return reason
  }
}

/**
 * Compiled when it is first asked: a tenant may have a hundred thousand filters, and asking can be interrupted.
 *
 * A stored filter was compiled before it was stored. One that does not compile any more, after a downgrade, keeps all
 * out: it may guard what the receiver must not see, and an error would keep the events of all tenants beside it out.
 */
function filterTest(filter: unknown): FilterTest | null {
  if (filter === null) return null
  let test: FilterTest | undefined
  return (data, budget) => {
    test ??= compiledOrNone(filter)
    return test(data, budget)
  }
}

function compiledOrNone(filter: unknown): FilterTest {
  try {
    return compileFilter(filter)
  } catch {
    return () => 'no_match'
  }
}

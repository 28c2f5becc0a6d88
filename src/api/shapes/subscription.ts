import { z } from '@hono/zod-openapi'
import { ENDPOINT_LIMITS, type Endpoint } from '../../endpoints/endpoint.ts'
import { isPattern } from '../../endpoints/pattern.ts'
import { shownMoment } from '../responses.ts'

/** Patterns of event types. */
export const eventPatterns = z
  .array(z.string().refine(isPattern, 'must be an event type, one followed by .*, or *'))
  .min(1)
  .max(ENDPOINT_LIMITS.patternsPerSubscription)
  .openapi({
    description: 'Names, names followed by `.*` for all below them, or `*`.',
    example: ['invoice.*'],
  })

/** A condition on an event's data. */
export const payloadFilter = z.unknown().openapi({
  description:
    'A condition on `data` with `$eq $ne $gt $gte $lt $lte $in $nin $exists $and $or $not $startsWith $endsWith`; null for none. Where it costs too much to ask, as on a very long array, it does not match, and the event says `filter_too_costly`.',
  example: { amount: { $gte: 1000 } },
})

/** What somebody wants of events. */
export const NewSubscription = z
  .strictObject({
    eventTypes: eventPatterns,
    filter: payloadFilter.optional().transform((given) => given ?? null),
  })
  .openapi('NewSubscription')

/** What is to be different of a subscription; left out, it stays. */
export const SubscriptionChange = z
  .strictObject({ eventTypes: eventPatterns.optional(), filter: payloadFilter.optional() })
  .openapi('SubscriptionChange')

/** A subscription as it is shown. */
export const Subscription = z
  .object({ id: z.string(), eventTypes: z.array(z.string()), filter: z.unknown(), createdAt: shownMoment })
  .openapi('Subscription')

/** From the subscription to the answer. */
export function showSubscription(subscription: Endpoint['subscriptions'][number]) {
  return {
    id: subscription.id,
    eventTypes: subscription.eventTypes,
    filter: subscription.filter,
    createdAt: subscription.createdAt.toISOString(),
  }
}

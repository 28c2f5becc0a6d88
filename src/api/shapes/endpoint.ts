import { z } from '@hono/zod-openapi'
import { ENDPOINT_LIMITS, ENDPOINT_STATUSES, type Endpoint as EndpointOf } from '../../endpoints/endpoint.ts'
import { CIRCUIT_STATES, circuitState } from '../../endpoints/health.ts'
import { metadata } from '../requests.ts'
import { shownMoment } from '../responses.ts'
import { RetryPolicy } from './retry-policy.ts'
import { NewSubscription, Subscription, showSubscription } from './subscription.ts'

const wholeWithin = ({ min, max }: { min: number; max: number }) => z.int().min(min).max(max)

const url = z
  .string()
  .openapi({ description: 'Where callbacks go.', example: 'https://customer.example/hook' })

/** What may be said of an endpoint, at its registration and later. */
const settings = {
  description: z.string().max(ENDPOINT_LIMITS.descriptionLength).nullish(),
  subscriptions: z
    .array(NewSubscription)
    .optional()
    .openapi({
      description: `What it wants, ${ENDPOINT_LIMITS.subscriptions} at most; an empty list is nothing.`,
    }),
  headers: z
    .record(z.string(), z.string())
    .nullish()
    .openapi({
      description: 'Sent with each callback. Their values are kept sealed and never shown.',
      example: { 'x-source': 'ringback' },
    }),
  retry: RetryPolicy.nullish(),
  timeoutMs: wholeWithin(ENDPOINT_LIMITS.timeoutMs).nullish(),
  maxInFlight: wholeWithin(ENDPOINT_LIMITS.maxInFlight)
    .nullish()
    .openapi({ description: 'Callbacks under way at once, in each worker process.' }),
  rateLimit: z.strictObject({ perSecond: wholeWithin(ENDPOINT_LIMITS.ratePerSecond) }).nullish(),
  metadata: metadata.nullish(),
}

/** A URL to register. */
export const NewEndpoint = z
  .strictObject({
    url,
    ...settings,
    secret: z.string().optional().openapi({ description: 'Left out, one is made.', example: 'whsec_...' }),
  })
  .openapi('NewEndpoint')

/** What is to be different of an endpoint; left out, it stays. */
export const EndpointChange = z.strictObject({ url: url.optional(), ...settings }).openapi('EndpointChange')

/** A rate limit is an object in the API, so that it can grow; a number inside. */
export function settingsOf<T extends { rateLimit?: { perSecond: number } | null | undefined }>({
  rateLimit,
  ...rest
}: T): Omit<T, 'rateLimit'> & { ratePerSecond: number | null | undefined } {
  return { ...rest, ratePerSecond: rateLimit === null ? null : rateLimit?.perSecond }
}

const circuit = z
  .object({
    state: z.enum(CIRCUIT_STATES),
    openedAt: shownMoment.nullable(),
    nextProbeAt: shownMoment.nullable().openapi({
      description:
        'When the next probe is let through. While one is under way: when it is given up for another.',
    }),
  })
  .openapi({
    description:
      'While it is `open`, what waits is held, and the oldest delivery is let through now and then to probe; `half_open`: ' +
      'one is under way.',
  })

const health = z
  .object({ failingSince: shownMoment.nullable(), failedAttempts: z.int(), circuit })
  .openapi({ description: 'The failures since the last success, and what follows from them.' })

/** An endpoint as it is shown. */
export const Endpoint = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    url: z.string(),
    description: z.string().nullable(),
    status: z.enum(ENDPOINT_STATUSES),
    disabledReason: z.enum(['gone', 'failing', 'manual']).nullable(),
    disabledAt: shownMoment.nullable(),
    health,
    subscriptions: z.array(Subscription),
    headers: z.record(z.string(), z.string()).openapi({
      description: 'By name; every value is shown as `[redacted]`.',
      example: { 'x-source': '[redacted]' },
    }),
    retry: RetryPolicy.nullable().openapi({ description: "Null: the tenant's, else the instance's." }),
    timeoutMs: z.int().nullable(),
    maxInFlight: z.int().nullable(),
    rateLimit: z.object({ perSecond: z.int() }).nullable(),
    metadata: z.record(z.string(), z.string()),
    createdAt: shownMoment,
    updatedAt: shownMoment,
  })
  .openapi('Endpoint')

/** An endpoint as it is shown when it is registered. */
export const RegisteredEndpoint = Endpoint.extend({
  secret: z.string().openapi({ description: 'To verify signatures with; shown with this answer.' }),
}).openapi('RegisteredEndpoint')

/** From the endpoint to the answer. */
export function showEndpoint(endpoint: EndpointOf) {
  return {
    id: endpoint.id,
    tenantId: endpoint.tenantId,
    url: endpoint.url,
    description: endpoint.description,
    status: endpoint.status,
    disabledReason: endpoint.disabledReason,
    disabledAt: endpoint.disabledAt?.toISOString() ?? null,
    health: {
      failingSince: endpoint.failingSince?.toISOString() ?? null,
      failedAttempts: endpoint.failedAttempts,
      circuit: {
        state: circuitState(endpoint.circuitOpenedAt, endpoint.probeDeliveryId),
        openedAt: endpoint.circuitOpenedAt?.toISOString() ?? null,
        nextProbeAt: endpoint.probeAt?.toISOString() ?? null,
      },
    },
    subscriptions: endpoint.subscriptions.map(showSubscription),
    headers: endpoint.headers,
    retry: endpoint.retry,
    timeoutMs: endpoint.timeoutMs,
    maxInFlight: endpoint.maxInFlight,
    rateLimit: endpoint.ratePerSecond === null ? null : { perSecond: endpoint.ratePerSecond },
    metadata: endpoint.metadata,
    createdAt: endpoint.createdAt.toISOString(),
    updatedAt: endpoint.updatedAt.toISOString(),
  }
}

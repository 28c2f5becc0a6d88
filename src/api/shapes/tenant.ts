import { z } from '@hono/zod-openapi'
import { ENDPOINT_LIMITS } from '../../endpoints/endpoint.ts'
import type { Tenant as TenantOf } from '../../tenants/tenant.ts'
import { metadata } from '../requests.ts'
import { shownMoment } from '../responses.ts'
import { RetryPolicy } from './retry-policy.ts'

const { min, max } = ENDPOINT_LIMITS.timeoutMs

const days = z.int().min(1).max(3_650).nullish()

const Retention = z
  .strictObject({
    eventDays: days.openapi({ description: 'Events, and deliveries that have ended.' }),
    attemptDays: days.openapi({ description: 'Attempts.' }),
    payloadDays: days.openapi({ description: 'The data and metadata of events.' }),
  })
  .openapi('Retention', {
    description:
      'How long what is its is kept, in days, where that is shorter than for all. Given anew, it is replaced whole.',
  })

/** What a host says of a tenant. */
export const TenantSettings = z
  .strictObject({
    name: z.string().max(256).nullish(),
    metadata: metadata.nullish(),
    retry: RetryPolicy.nullish().openapi({ description: 'For endpoints without a policy of their own.' }),
    timeoutMs: z
      .int()
      .min(min)
      .max(max)
      .nullish()
      .openapi({ description: 'For endpoints without a timeout of their own.' }),
    retention: Retention.nullish(),
  })
  .openapi('TenantSettings')

/** A tenant as it is shown. */
export const Tenant = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    retry: RetryPolicy.nullable(),
    timeoutMs: z.int().nullable(),
    retention: Retention.nullable(),
    createdAt: shownMoment,
    updatedAt: shownMoment,
  })
  .openapi('Tenant')

/** From the tenant to the answer. */
export function showTenant(tenant: TenantOf): z.infer<typeof Tenant> {
  return {
    id: tenant.id,
    name: tenant.name,
    metadata: tenant.metadata,
    retry: tenant.retry,
    timeoutMs: tenant.timeoutMs,
    retention: tenant.retention,
    createdAt: tenant.createdAt.toISOString(),
    updatedAt: tenant.updatedAt.toISOString(),
  }
}

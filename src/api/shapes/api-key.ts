import { z } from '@hono/zod-openapi'
import { SCOPES } from '../../access/caller.ts'
import type { ApiKeyRow } from '../../access/store.ts'
import { moment, tenantParam } from '../requests.ts'
import { shownMoment } from '../responses.ts'

const scopes = z
  .array(z.enum(SCOPES))
  .min(1)
  .openapi({ description: 'What it may do; `admin` is everything.', example: ['emit', 'read'] })

/** What somebody says of a new key. */
export const NewApiKey = z
  .strictObject({
    name: z.string().min(1).max(256).openapi({ description: 'For people.', example: 'billing service' }),
    scopes,
    tenant: tenantParam.nullish().openapi({
      description:
        'The one tenant whose part it opens, as if nothing else were there; left out, all of them.',
    }),
    expiresAt: moment.nullish().openapi({ description: 'Left out: never.' }),
  })
  .openapi('NewApiKey')

/** A key as it is shown. */
export const ApiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes,
    tenant: z.string().nullable(),
    expiresAt: shownMoment.nullable(),
    lastUsedAt: shownMoment.nullable().openapi({ description: 'To the minute.' }),
    createdAt: shownMoment,
  })
  .openapi('ApiKey')

/** A key as it is shown when it is made. */
export const CreatedApiKey = ApiKey.extend({
  key: z.string().openapi({ description: 'Shown with this answer, and never again.', example: 'rbk_...' }),
}).openapi('CreatedApiKey')

/** From the row to the answer. */
export function showApiKey(row: ApiKeyRow): z.infer<typeof ApiKey> {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    tenant: row.tenantId,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }
}

import { z } from '@hono/zod-openapi'
import { PREVIEW_REASONS, previewFilter } from '../../events/preview-filter.ts'
import { timeOfId } from '../../ids.ts'
import { addRoute } from '../add-route.ts'
import { notBefore } from '../former-tenant.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { jsonBody, tenantParam } from '../requests.ts'
import { requireTenant } from '../require-tenant.ts'
import { json, problems, shownMoment } from '../responses.ts'
import { createRoute } from '../route.ts'
import { eventPatterns, payloadFilter } from '../shapes/subscription.ts'

const NewFilterPreview = z
  .strictObject({
    eventTypes: eventPatterns
      .optional()
      .openapi({ description: 'As in a subscription; left out: all types.' }),
    filter: payloadFilter.optional(),
    limit: z.int().min(1).max(100).default(20).openapi({ description: 'How many of the newest events.' }),
  })
  .openapi('NewFilterPreview')

const FilterPreview = z
  .object({
    data: z.array(
      z.object({
        eventId: z.string(),
        type: z.string(),
        createdAt: shownMoment,
        matches: z.boolean(),
        reason: z.enum(PREVIEW_REASONS).nullable().openapi({
          description:
            'Why it does not match: none of the patterns is of its type, the filter keeps its data out, or costs more on it than it may (`filter_too_costly`).',
        }),
      }),
    ),
  })
  .openapi('FilterPreview')

const preview = createRoute({
  operationId: 'previewFilter',
  scope: 'read',
  summary: "Try a subscription on a tenant's newest events",
  description: 'Changes nothing and sends nothing. Large events make the answer shorter than `limit`.',
  tags: ['Subscriptions'],
  method: 'post',
  path: '/v1/tenants/{tenant}/filter-previews',
  request: {
    params: z.object({ tenant: tenantParam }),
    body: jsonBody(NewFilterPreview, { required: false }),
  },
  responses: {
    200: json(FilterPreview, 'Which of them it would have got, the newest first.'),
    ...problems(400, 404, 413, 415, 422),
  },
})

/** Trying out a filter before it is saved. */
export function filterPreviewRoutes(api: Api, { db }: ApiNeeds): void {
  addRoute(api, preview, async (c) => {
    const { tenant } = c.req.valid('param')
    const { eventTypes = ['*'], filter = null, limit } = c.req.valid('json')
    await requireTenant(db, tenant)
    const previewed = await previewFilter(db, tenant, {
      eventTypes,
      filter,
      after: notBefore(c.get('caller'), undefined),
      limit,
    })
    const data = previewed.map(({ eventId, type, reason }) => ({
      eventId,
      type,
      createdAt: new Date(timeOfId(eventId)).toISOString(),
      matches: reason === null,
      reason,
    }))
    return c.json({ data }, 200)
  })
}

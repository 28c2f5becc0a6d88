import { z } from '@hono/zod-openapi'
import { version } from '../../package.ts'
import { addRoute } from '../add-route.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { json } from '../responses.ts'
import { createRoute } from '../route.ts'

const tags = ['Operations']

const Readiness = z
  .object({
    status: z.enum(['ready', 'not_ready', 'stopping']),
    version: z.string(),
    parts: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string().optional() })),
  })
  .openapi('Readiness')

const livez = createRoute({
  operationId: 'getLiveness',
  scope: null,
  summary: 'Whether the process lives',
  tags,
  method: 'get',
  path: '/livez',
  responses: { 200: json(z.object({ status: z.literal('ok') }), 'It lives.') },
})

const readyz = createRoute({
  operationId: 'getReadiness',
  scope: null,
  summary: 'Whether the process can take requests, part by part',
  tags,
  method: 'get',
  path: '/readyz',
  responses: { 200: json(Readiness, 'It can.'), 503: json(Readiness, 'It cannot, or is shutting down.') },
})

/** Probes, without a key. Liveness asks nothing of others: a database that is away is not mended by a restart. */
export function healthRoutes(
  api: Api,
  { readiness, isStopping }: Pick<ApiNeeds, 'readiness' | 'isStopping'>,
): void {
  addRoute(api, livez, (c) => c.json({ status: 'ok' as const }, 200))

  addRoute(api, readyz, async (c) => {
    const parts = await readiness()
    if (isStopping()) return c.json({ status: 'stopping' as const, version, parts }, 503)
    if (Object.values(parts).some((part) => !part.ok))
      return c.json({ status: 'not_ready' as const, version, parts }, 503)
    return c.json({ status: 'ready' as const, version, parts }, 200)
  })
}

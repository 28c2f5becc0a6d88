import { z } from '@hono/zod-openapi'
import { inTransaction } from '../../db/deadlock.ts'
import { holdWaiting, releaseHeld } from '../../deliveries/store.ts'
import { pauseEndpoint, resumeEndpoint } from '../../endpoints/pause.ts'
import { addRoute } from '../add-route.ts'
import { by } from '../by.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { idOf, tenantParam } from '../requests.ts'
import { json, problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import { Endpoint, showEndpoint } from '../shapes/endpoint.ts'

const tags = ['Endpoints']
const one = z.object({ tenant: tenantParam, endpoint: idOf('endpoint') })

const pause = createRoute({
  operationId: 'pauseEndpoint',
  scope: 'manage',
  summary: 'Pause an endpoint',
  description:
    'What waits for it, and what comes, is kept and held until it is resumed. It spends no attempt.',
  tags,
  method: 'post',
  path: '/v1/tenants/{tenant}/endpoints/{endpoint}/pause',
  request: { params: one },
  responses: { 200: json(Endpoint, 'The endpoint, paused.'), ...problems(404, 409) },
})

const resume = createRoute({
  operationId: 'resumeEndpoint',
  scope: 'manage',
  summary: 'Resume an endpoint',
  description: 'What was held goes on, one at a time at first, then faster.',
  tags,
  method: 'post',
  path: '/v1/tenants/{tenant}/endpoints/{endpoint}/resume',
  request: { params: one },
  responses: { 200: json(Endpoint, 'The endpoint.'), ...problems(404, 409) },
})

/** Endpoints: pause and resume. */
export function endpointPauseRoutes(api: Api, { db }: ApiNeeds): void {
  const deliveries = { holdWaiting, releaseHeld }

  addRoute(api, pause, async (c) => {
    const { tenant, endpoint: id } = c.req.valid('param')
    const endpoint = await inTransaction(db, (tx) => pauseEndpoint(tx, { by: by(c), deliveries }, tenant, id))
    return c.json(showEndpoint(endpoint), 200)
  })

  addRoute(api, resume, async (c) => {
    const { tenant, endpoint: id } = c.req.valid('param')
    const endpoint = await inTransaction(db, (tx) =>
      resumeEndpoint(tx, { by: by(c), deliveries }, tenant, id),
    )
    return c.json(showEndpoint(endpoint), 200)
  })
}

import { z } from '@hono/zod-openapi'
import { inTransaction } from '../../db/deadlock.ts'
import { holdWaiting, releaseHeld } from '../../deliveries/store.ts'
import { disableEndpoint } from '../../endpoints/disable.ts'
import { enableEndpoint } from '../../endpoints/enable.ts'
import { switchNotices } from '../../notices/switches.ts'
import { addRoute } from '../add-route.ts'
import { by } from '../by.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { idOf, tenantParam } from '../requests.ts'
import { json, problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import { Endpoint, showEndpoint } from '../shapes/endpoint.ts'

const tags = ['Endpoints']
const one = z.object({ tenant: tenantParam, endpoint: idOf('endpoint') })

const enable = createRoute({
  operationId: 'enableEndpoint',
  scope: 'manage',
  summary: 'Switch an endpoint on',
  description: 'Its failures are forgotten, and what was held for it goes on.',
  tags,
  method: 'post',
  path: '/v1/tenants/{tenant}/endpoints/{endpoint}/enable',
  request: { params: one },
  responses: { 200: json(Endpoint, 'The endpoint, active.'), ...problems(404) },
})

const disable = createRoute({
  operationId: 'disableEndpoint',
  scope: 'manage',
  summary: 'Switch an endpoint off',
  description: 'What waits for it is held, and so is what comes.',
  tags,
  method: 'post',
  path: '/v1/tenants/{tenant}/endpoints/{endpoint}/disable',
  request: { params: one },
  responses: { 200: json(Endpoint, 'The endpoint, disabled.'), ...problems(404) },
})

/** Endpoints: switch on and off. */
export function endpointSwitchRoutes(api: Api, { db }: ApiNeeds): void {
  addRoute(api, enable, async (c) => {
    const { tenant, endpoint: id } = c.req.valid('param')
    const endpoint = await inTransaction(db, (tx) =>
      enableEndpoint(tx, { by: by(c), deliveries: { releaseHeld }, notices: switchNotices }, tenant, id),
    )
    return c.json(showEndpoint(endpoint), 200)
  })

  addRoute(api, disable, async (c) => {
    const { tenant, endpoint: id } = c.req.valid('param')
    const endpoint = await inTransaction(db, (tx) =>
      disableEndpoint(tx, { by: by(c), deliveries: { holdWaiting }, notices: switchNotices }, tenant, id),
    )
    return c.json(showEndpoint(endpoint), 200)
  })
}

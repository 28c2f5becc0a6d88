import { z } from '@hono/zod-openapi'
import { inTransaction } from '../../db/deadlock.ts'
import { changeEndpoint } from '../../endpoints/change.ts'
import { ENDPOINT_STATUSES } from '../../endpoints/endpoint.ts'
import { registerEndpoint } from '../../endpoints/register.ts'
import { removeEndpoint } from '../../endpoints/remove.ts'
import { showEndpoint as findShown, withSubscriptions } from '../../endpoints/show.ts'
import { listEndpoints } from '../../endpoints/store.ts'
import { newId } from '../../ids.ts'
import { addRoute } from '../add-route.ts'
import { by } from '../by.ts'
import { cancelCounted } from '../cancel-counted.ts'
import { answerOnce } from '../idempotent.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { byId, pageOf, pageQuery, readPage } from '../pagination.ts'
import { idempotencyHeaders, idOf, jsonBody, tenantParam } from '../requests.ts'
import { requireTenant } from '../require-tenant.ts'
import { json, problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import {
  Endpoint,
  EndpointChange,
  NewEndpoint,
  RegisteredEndpoint,
  settingsOf,
  showEndpoint,
} from '../shapes/endpoint.ts'

const tags = ['Endpoints']
const ofTenant = z.object({ tenant: tenantParam })
const one = z.object({ tenant: tenantParam, endpoint: idOf('endpoint') })
const all = '/v1/tenants/{tenant}/endpoints'
const path = `${all}/{endpoint}` as const

const register = createRoute({
  operationId: 'createEndpoint',
  scope: 'manage',
  summary: 'Register a callback URL',
  tags,
  method: 'post',
  path: all,
  request: { params: ofTenant, headers: idempotencyHeaders, body: jsonBody(NewEndpoint) },
  responses: {
    201: json(RegisteredEndpoint, 'The endpoint, with its secret.'),
    ...problems(400, 404, 409, 413, 415, 422),
  },
})

const list = createRoute({
  operationId: 'listEndpoints',
  scope: 'read',
  summary: 'List endpoints, newest first',
  tags,
  method: 'get',
  path: all,
  request: {
    params: ofTenant,
    query: z.strictObject({ status: z.enum(ENDPOINT_STATUSES).optional(), ...pageQuery }),
  },
  responses: { 200: json(pageOf(Endpoint), 'A page of endpoints.'), ...problems(400, 404, 422) },
})

const get = createRoute({
  operationId: 'getEndpoint',
  scope: 'read',
  summary: 'Get an endpoint',
  tags,
  method: 'get',
  path,
  request: { params: one },
  responses: { 200: json(Endpoint, 'The endpoint.'), ...problems(404) },
})

const change = createRoute({
  operationId: 'updateEndpoint',
  scope: 'manage',
  summary: 'Change an endpoint',
  description:
    'What is left out stays as it is; `null` clears it. `subscriptions` takes the place of all that there are, and so does ' +
    '`headers`; a header sent with the value `[redacted]`, as it is shown, keeps the value that it has.',
  tags,
  method: 'patch',
  path,
  request: { params: one, body: jsonBody(EndpointChange) },
  responses: { 200: json(Endpoint, 'The endpoint, changed.'), ...problems(400, 404, 413, 415, 422) },
})

const remove = createRoute({
  operationId: 'deleteEndpoint',
  scope: 'manage',
  summary: 'Delete an endpoint',
  description: 'What waits for it is canceled; its log stays.',
  tags,
  method: 'delete',
  path,
  request: { params: one },
  responses: { 204: { description: 'The endpoint is gone.' }, ...problems(404) },
})

/** Endpoints: register, look, change, delete. */
export function endpointRoutes(api: Api, needs: ApiNeeds): void {
  const { db, keyring, egress, caps } = needs

  addRoute(api, register, (c) => {
    const { tenant } = c.req.valid('param')
    const registration = settingsOf(c.req.valid('json'))
    return answerOnce(c, needs, 201, async (tx) => {
      const registering = { by: by(c), ids: newId, keyring, egress, most: caps.endpoints }
      const made = await registerEndpoint(tx, registering, tenant, registration)
      return { ...showEndpoint(made.endpoint), secret: made.secret }
    })
  })

  addRoute(api, list, async (c) => {
    const { tenant } = c.req.valid('param')
    const { limit, cursor, status } = c.req.valid('query')
    const page = readPage(c.req, { limit, cursor }, byId('endpoint'))
    await requireTenant(db, tenant)
    const found = await listEndpoints(db, tenant, { status, olderThan: page.last, limit: page.limit })
    const { rows, nextCursor } = page.of(found, (row) => row.id)
    const endpoints = await withSubscriptions(db, tenant, rows)
    return c.json({ data: endpoints.map(showEndpoint), nextCursor }, 200)
  })

  addRoute(api, get, async (c) => {
    const { tenant, endpoint } = c.req.valid('param')
    return c.json(showEndpoint(await findShown(db, tenant, endpoint)), 200)
  })

  addRoute(api, change, async (c) => {
    const { tenant, endpoint: id } = c.req.valid('param')
    const wanted = settingsOf(c.req.valid('json'))
    const endpoint = await inTransaction(db, (tx) =>
      changeEndpoint(tx, { by: by(c), ids: newId, keyring, egress }, tenant, id, wanted),
    )
    return c.json(showEndpoint(endpoint), 200)
  })

  addRoute(api, remove, async (c) => {
    const { tenant, endpoint } = c.req.valid('param')
    const deliveries = cancelCounted(needs)
    await inTransaction(db, (tx) => removeEndpoint(tx, { by: by(c), deliveries }, tenant, endpoint))
    deliveries.committed()
    return c.body(null, 204)
  })
}

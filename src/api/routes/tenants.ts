import { z } from '@hono/zod-openapi'
import { inTransaction } from '../../db/deadlock.ts'
import { notFound } from '../../errors.ts'
import { removeExternalIds } from '../../events/store.ts'
import { removeHandoversOf } from '../../handovers/store.ts'
import { putTenant } from '../../tenants/put.ts'
import { removeTenant } from '../../tenants/remove.ts'
import { findTenant, listTenants } from '../../tenants/store.ts'
import { checkTenantId, refuseReserved } from '../../tenants/tenant.ts'
import { addRoute } from '../add-route.ts'
import { by } from '../by.ts'
import { cancelCounted } from '../cancel-counted.ts'
import { creationKey, isCreationKey, positionOf } from '../creation-key.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { pageOf, pageQuery, readPage } from '../pagination.ts'
import { jsonBody, tenantParam } from '../requests.ts'
import { json, problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import { showTenant, Tenant, TenantSettings } from '../shapes/tenant.ts'

const tags = ['Tenants']
const path = '/v1/tenants/{tenant}'
const one = z.object({ tenant: tenantParam })
const erase = z.enum(['true', 'false']).openapi({ description: 'Whether what is left of it is erased too.' })

const put = createRoute({
  operationId: 'putTenant',
  scope: 'admin',
  summary: 'Make or change a tenant',
  description: 'What is left out stays as it is; `null` clears it.',
  tags,
  method: 'put',
  path,
  // Any text, so that an id that cannot be one is refused with its reason, and not as absent.
  request: {
    params: z.object({ tenant: z.string().openapi({ description: 'An id of your own.', example: 'acme' }) }),
    body: jsonBody(TenantSettings, { required: false }),
  },
  responses: {
    200: json(Tenant, 'The tenant, changed.'),
    201: json(Tenant, 'The tenant, made.'),
    ...problems(400, 413, 415, 422),
  },
})

const list = createRoute({
  operationId: 'listTenants',
  scope: 'read',
  summary: 'List tenants, newest first',
  tags,
  method: 'get',
  path: '/v1/tenants',
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(Tenant), 'A page of tenants.'), ...problems(400, 422) },
})

const get = createRoute({
  operationId: 'getTenant',
  scope: 'read',
  summary: 'Get a tenant',
  tags,
  method: 'get',
  path,
  request: { params: one },
  responses: { 200: json(Tenant, 'The tenant.'), ...problems(404) },
})

const remove = createRoute({
  operationId: 'deleteTenant',
  scope: 'admin',
  summary: 'Delete a tenant',
  description:
    'Its endpoints go with it; what waits for them is canceled. Its events stay until retention drops them, hidden from the ' +
    'people of a tenant that is made again under its id; the ids that you gave them are free again. What was handed over for ' +
    'it and is not accepted yet goes with it. With `erase=true` its events are erased, with their deliveries, attempts and statistics, beginning a minute later; an entry `tenant.erased` in the ' +
    'audit log says when nothing is left.',
  tags,
  method: 'delete',
  path,
  request: { params: one, query: z.strictObject({ erase: erase.optional() }) },
  responses: { 204: { description: 'The tenant is gone.' }, ...problems(404, 422) },
})

/** Tenants: make, change, look, delete. */
export function tenantRoutes(api: Api, needs: ApiNeeds): void {
  const { db } = needs
  addRoute(api, put, async (c) => {
    const { tenant: id } = c.req.valid('param')
    checkTenantId(id)
    const { tenant, created } = await db.transaction((tx) =>
      putTenant(tx, { by: by(c) }, id, c.req.valid('json')),
    )
    return c.json(showTenant(tenant), created ? 201 : 200)
  })

  addRoute(api, list, async (c) => {
    const page = readPage(c.req, c.req.valid('query'), isCreationKey)
    const found = await listTenants(db, { olderThan: page.last && olderThan(page.last), limit: page.limit })
    const { rows, nextCursor } = page.of(found, ({ createdAt, id }) => creationKey(createdAt, id))
    return c.json({ data: rows.map(showTenant), nextCursor }, 200)
  })

  addRoute(api, get, async (c) => {
    const tenant = await findTenant(db, c.req.valid('param').tenant)
    if (!tenant) throw notFound('tenant')
    return c.json(showTenant(tenant), 200)
  })

  addRoute(api, remove, async (c) => {
    const { tenant } = c.req.valid('param')
    refuseReserved(tenant)
    const deliveries = cancelCounted(needs)
    const removing = {
      by: by(c),
      deliveries,
      events: { removeExternalIds },
      handovers: { removeHandoversOf },
    }
    const erase = c.req.valid('query').erase === 'true'
    await inTransaction(db, (tx) => removeTenant(tx, removing, tenant, { erase }))
    deliveries.committed()
    return c.body(null, 204)
  })
}

function olderThan(key: Parameters<typeof positionOf>[0]) {
  const { createdAt, name: id } = positionOf(key)
  return { createdAt, id }
}

import { z } from '@hono/zod-openapi'
import { lastAttempts, listAttempts } from '../../attempts/store.ts'
import type { Db } from '../../db/open.ts'
import { cancelDelivery } from '../../deliveries/cancel.ts'
import { type DeliveryRow, findDelivery, listDeliveries } from '../../deliveries/store.ts'
import { notFound } from '../../errors.ts'
import type { Id } from '../../ids.ts'
import { addRoute } from '../add-route.ts'
import { by } from '../by.ts'
import { notBefore } from '../former-tenant.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { byId, pageOf, pageQuery, readPage } from '../pagination.ts'
import { idOf, tenantParam } from '../requests.ts'
import { requireTenant } from '../require-tenant.ts'
import { json, problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import { Attempt, showAttempt } from '../shapes/attempt.ts'
import { Delivery, deliveryQuery, showDelivery } from '../shapes/delivery.ts'

const tags = ['Deliveries']
const ofTenant = z.object({ tenant: tenantParam })
const one = z.object({ tenant: tenantParam, delivery: idOf('delivery') })

const list = createRoute({
  operationId: 'listDeliveries',
  scope: 'read',
  summary: 'List deliveries, newest first',
  tags,
  method: 'get',
  path: '/v1/tenants/{tenant}/deliveries',
  request: {
    params: ofTenant,
    query: z.strictObject({
      ...deliveryQuery,
      ...pageQuery,
    }),
  },
  responses: { 200: json(pageOf(Delivery), 'A page of deliveries.'), ...problems(400, 404, 422) },
})

const get = createRoute({
  operationId: 'getDelivery',
  scope: 'read',
  summary: 'Get a delivery',
  tags,
  method: 'get',
  path: '/v1/tenants/{tenant}/deliveries/{delivery}',
  request: { params: one },
  responses: { 200: json(Delivery, 'The delivery.'), ...problems(404) },
})

const log = createRoute({
  operationId: 'listAttempts',
  scope: 'read',
  summary: 'List the attempts of a delivery, oldest first',
  tags,
  method: 'get',
  path: '/v1/tenants/{tenant}/deliveries/{delivery}/attempts',
  request: { params: one, query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(Attempt), 'A page of attempts.'), ...problems(400, 404, 422) },
})

const retry = createRoute({
  operationId: 'retryDelivery',
  scope: 'manage',
  summary: 'Retry a delivery now',
  description: 'From any state, also a final one. It counts from a fresh schedule; its log is kept.',
  tags,
  method: 'post',
  path: '/v1/tenants/{tenant}/deliveries/{delivery}/retry',
  request: { params: one },
  responses: { 202: json(Delivery, 'The delivery, due now.'), ...problems(404, 409) },
})

const cancel = createRoute({
  operationId: 'cancelDelivery',
  scope: 'manage',
  summary: 'Cancel a delivery that waits',
  tags,
  method: 'post',
  path: '/v1/tenants/{tenant}/deliveries/{delivery}/cancel',
  request: { params: one },
  responses: { 200: json(Delivery, 'The delivery, canceled.'), ...problems(404, 409) },
})

/** Attempts are listed by number. */
const isNumber = (text: string): text is `${number}` => /^\d{1,9}$/.test(text)

/** Deliveries and their attempts: look, retry, cancel. */
export function deliveryRoutes(api: Api, { db, read, deliveries, meter }: ApiNeeds): void {
  addRoute(api, list, async (c) => {
    const { tenant } = c.req.valid('param')
    const { limit, cursor, after, ...filter } = c.req.valid('query')
    const page = readPage(c.req, { limit, cursor }, byId('delivery'))
    await requireTenant(db, tenant)
    const query = {
      ...filter,
      after: notBefore(c.get('caller'), after),
      olderThan: page.last,
      limit: page.limit,
    }
    const found = await read((at) => listDeliveries(at, tenant, query))
    const { rows, nextCursor } = page.of(found, (row) => row.id)
    return c.json({ data: await read((at) => show(at, tenant, rows)), nextCursor }, 200)
  })

  addRoute(api, get, async (c) => {
    const { tenant, delivery } = c.req.valid('param')
    return c.json(await showOne(tenant, await find(tenant, delivery)), 200)
  })

  addRoute(api, log, async (c) => {
    const { tenant, delivery } = c.req.valid('param')
    const page = readPage(c.req, c.req.valid('query'), isNumber)
    await find(tenant, delivery)
    const after = page.last === undefined ? undefined : Number(page.last)
    const found = await listAttempts(db, tenant, delivery, { after, limit: page.limit })
    const { rows, nextCursor } = page.of(found, (row) => `${row.number}`)
    return c.json({ data: rows.map(showAttempt), nextCursor }, 200)
  })

  addRoute(api, retry, async (c) => {
    const { tenant, delivery } = c.req.valid('param')
    return c.json(await showOne(tenant, await deliveries.retry(by(c), tenant, delivery)), 202)
  })

  addRoute(api, cancel, async (c) => {
    const { tenant, delivery } = c.req.valid('param')
    const canceled = await cancelDelivery(db, { by: by(c) }, tenant, delivery)
    meter?.deliveries.ended('canceled', 1)
    return c.json(await showOne(tenant, canceled), 200)
  })

  async function find(tenant: string, id: Id<'delivery'>): Promise<DeliveryRow> {
    const row = await findDelivery(db, tenant, id)
    if (!row) throw notFound('delivery')
    return row
  }

  async function showOne(tenant: string, row: DeliveryRow) {
    const [shown] = await show(db, tenant, [row])
    return shown!
  }

  async function show(at: Db, tenant: string, rows: readonly DeliveryRow[]) {
    const last = await lastAttempts(at, tenant, rows)
    return rows.map((row) => showDelivery(row, last.get(row.id)))
  }
}

import { z } from '@hono/zod-openapi'
import { inTransaction } from '../../db/deadlock.ts'
import { findEndpoint, findSubscription, listSubscriptions } from '../../endpoints/store.ts'
import { changeSubscription, subscribe, unsubscribe } from '../../endpoints/subscribe.ts'
import { notFound } from '../../errors.ts'
import { newId } from '../../ids.ts'
import { addRoute } from '../add-route.ts'
import { by } from '../by.ts'
import { answerOnce } from '../idempotent.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { byId, pageOf, pageQuery, readPage } from '../pagination.ts'
import { idempotencyHeaders, idOf, jsonBody, tenantParam } from '../requests.ts'
import { json, problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import {
  NewSubscription,
  Subscription,
  SubscriptionChange,
  showSubscription,
} from '../shapes/subscription.ts'

const tags = ['Subscriptions']
const ofEndpoint = z.object({ tenant: tenantParam, endpoint: idOf('endpoint') })
const one = ofEndpoint.extend({ subscription: idOf('subscription') })
const all = '/v1/tenants/{tenant}/endpoints/{endpoint}/subscriptions'
const path = `${all}/{subscription}` as const

const add = createRoute({
  operationId: 'createSubscription',
  scope: 'manage',
  summary: 'Subscribe an endpoint to more',
  tags,
  method: 'post',
  path: all,
  request: { params: ofEndpoint, headers: idempotencyHeaders, body: jsonBody(NewSubscription) },
  responses: { 201: json(Subscription, 'The subscription.'), ...problems(400, 404, 409, 413, 415, 422) },
})

const list = createRoute({
  operationId: 'listSubscriptions',
  scope: 'read',
  summary: 'List the subscriptions of an endpoint, newest first',
  tags,
  method: 'get',
  path: all,
  request: { params: ofEndpoint, query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(Subscription), 'A page of subscriptions.'), ...problems(400, 404, 422) },
})

const get = createRoute({
  operationId: 'getSubscription',
  scope: 'read',
  summary: 'Get a subscription',
  tags,
  method: 'get',
  path,
  request: { params: one },
  responses: { 200: json(Subscription, 'The subscription.'), ...problems(404) },
})

const change = createRoute({
  operationId: 'updateSubscription',
  scope: 'manage',
  summary: 'Change a subscription',
  description: 'What is left out stays as it is; a `filter` of `null` is none.',
  tags,
  method: 'patch',
  path,
  request: { params: one, body: jsonBody(SubscriptionChange) },
  responses: { 200: json(Subscription, 'The subscription, changed.'), ...problems(400, 404, 413, 415, 422) },
})

const remove = createRoute({
  operationId: 'deleteSubscription',
  scope: 'manage',
  summary: 'Give up a subscription',
  tags,
  method: 'delete',
  path,
  request: { params: one },
  responses: { 204: { description: 'The subscription is gone.' }, ...problems(404) },
})

/** What endpoints want: subscribe, look, change, give up. */
export function subscriptionRoutes(api: Api, needs: ApiNeeds): void {
  const { db } = needs

  addRoute(api, add, (c) => {
    const { tenant, endpoint } = c.req.valid('param')
    const wanted = c.req.valid('json')
    return answerOnce(c, needs, 201, async (tx) =>
      showSubscription(await subscribe(tx, { by: by(c), ids: newId }, tenant, endpoint, wanted)),
    )
  })

  addRoute(api, list, async (c) => {
    const { tenant, endpoint } = c.req.valid('param')
    const page = readPage(c.req, c.req.valid('query'), byId('subscription'))
    if (!(await findEndpoint(db, tenant, endpoint))) throw notFound('endpoint')
    const found = await listSubscriptions(db, tenant, endpoint, { olderThan: page.last, limit: page.limit })
    const { rows, nextCursor } = page.of(found, (row) => row.id)
    return c.json({ data: rows.map(showSubscription), nextCursor }, 200)
  })

  addRoute(api, get, async (c) => {
    const { tenant, endpoint, subscription: id } = c.req.valid('param')
    const subscription = await findSubscription(db, tenant, endpoint, id)
    if (!subscription) throw notFound('subscription')
    return c.json(showSubscription(subscription), 200)
  })

  addRoute(api, change, async (c) => {
    const { tenant, endpoint, subscription: id } = c.req.valid('param')
    const wanted = c.req.valid('json')
    const subscription = await inTransaction(db, (tx) =>
      changeSubscription(tx, { by: by(c) }, tenant, endpoint, id, wanted),
    )
    return c.json(showSubscription(subscription), 200)
  })

  addRoute(api, remove, async (c) => {
    const { tenant, endpoint, subscription: id } = c.req.valid('param')
    await inTransaction(db, (tx) => unsubscribe(tx, { by: by(c) }, tenant, endpoint, id))
    return c.body(null, 204)
  })
}

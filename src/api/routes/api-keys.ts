import { z } from '@hono/zod-openapi'
import { createApiKey } from '../../access/create-key.ts'
import { revokeApiKey } from '../../access/revoke.ts'
import { findApiKey, listApiKeys } from '../../access/store.ts'
import { notFound } from '../../errors.ts'
import { newId } from '../../ids.ts'
import { addRoute } from '../add-route.ts'
import { by } from '../by.ts'
import { answerOnce } from '../idempotent.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { byId, pageOf, pageQuery, readPage } from '../pagination.ts'
import { idempotencyHeaders, idOf, jsonBody } from '../requests.ts'
import { json, problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import { ApiKey, CreatedApiKey, NewApiKey, showApiKey } from '../shapes/api-key.ts'

const tags = ['API keys']
const all = '/v1/api-keys'
const path = `${all}/{apiKey}` as const
const one = z.object({ apiKey: idOf('apiKey') })

const create = createRoute({
  operationId: 'createApiKey',
  scope: 'admin',
  summary: 'Make a key',
  tags,
  method: 'post',
  path: all,
  request: { headers: idempotencyHeaders, body: jsonBody(NewApiKey) },
  responses: { 201: json(CreatedApiKey, 'The key.'), ...problems(400, 404, 409, 413, 415, 422) },
})

const list = createRoute({
  operationId: 'listApiKeys',
  scope: 'admin',
  summary: 'List keys, newest first',
  tags,
  method: 'get',
  path: all,
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(ApiKey), 'A page of keys.'), ...problems(400, 422) },
})

const get = createRoute({
  operationId: 'getApiKey',
  scope: 'admin',
  summary: 'Get a key, without its text',
  tags,
  method: 'get',
  path,
  request: { params: one },
  responses: { 200: json(ApiKey, 'The key.'), ...problems(404) },
})

const revoke = createRoute({
  operationId: 'revokeApiKey',
  scope: 'admin',
  summary: 'Revoke a key',
  description: 'Within 5 seconds it is refused everywhere.',
  tags,
  method: 'delete',
  path,
  request: { params: one },
  responses: { 204: { description: 'The key is gone.' }, ...problems(404) },
})

/** Keys for others: make, look, revoke. */
export function apiKeyRoutes(api: Api, needs: ApiNeeds): void {
  const { db, clock, access, caps } = needs

  addRoute(api, create, (c) => {
    const { tenant, expiresAt, ...wanted } = c.req.valid('json')
    const request = { ...wanted, tenantId: tenant ?? undefined, expiresAt: expiresAt ?? undefined }
    return answerOnce(c, needs, 201, async (tx) => {
      const { key, text } = await createApiKey(
        tx,
        { by: by(c), ids: newId, clock, most: caps.apiKeys },
        request,
      )
      return { ...showApiKey(key), key: text }
    })
  })

  addRoute(api, list, async (c) => {
    const page = readPage(c.req, c.req.valid('query'), byId('apiKey'))
    const found = await listApiKeys(db, { olderThan: page.last, limit: page.limit })
    const { rows, nextCursor } = page.of(found, (row) => row.id)
    return c.json({ data: rows.map(showApiKey), nextCursor }, 200)
  })

  addRoute(api, get, async (c) => {
    const key = await findApiKey(db, c.req.valid('param').apiKey)
    if (!key) throw notFound('api key')
    return c.json(showApiKey(key), 200)
  })

  addRoute(api, revoke, async (c) => {
    const { apiKey } = c.req.valid('param')
    await db.transaction((tx) => revokeApiKey(tx, { by: by(c) }, apiKey))
    access.forget(apiKey)
    return c.body(null, 204)
  })
}

import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { recoveryEnds } from '../../deliveries/store.ts'
import { notFound } from '../../errors.ts'
import { type Id, newId } from '../../ids.ts'
import { beginRecovery, measureRecovery } from '../../recoveries/begin.ts'
import { steerRecovery } from '../../recoveries/steer.ts'
import { findRecovery, listRecoveries, type RecoveryRow } from '../../recoveries/store.ts'
import { addRoute } from '../add-route.ts'
import { by } from '../by.ts'
import { answerOnce } from '../idempotent.ts'
import type { Api, ApiEnv, ApiNeeds } from '../needs.ts'
import { byId, pageOf, pageQuery, readPage } from '../pagination.ts'
import { idempotencyHeaders, idOf, jsonBody, tenantParam } from '../requests.ts'
import { requireTenant } from '../require-tenant.ts'
import { json, problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import {
  filterOf,
  NewRecovery,
  Recovery,
  RecoveryDryRun,
  showDryRun,
  showRecovery,
} from '../shapes/recovery.ts'

const tags = ['Recoveries']
const ofTenant = z.object({ tenant: tenantParam })
const one = z.object({ tenant: tenantParam, recovery: idOf('recovery') })
const all = '/v1/tenants/{tenant}/recoveries'
const path = `${all}/{recovery}` as const

const create = createRoute({
  operationId: 'createRecovery',
  scope: 'manage',
  summary: 'Recover deliveries by a filter, at a pace',
  description:
    'What matches now is set going anew from a fresh schedule, the oldest first; what ends later is left alone, and so are ' +
    'tests, and deliveries whose endpoint is gone. What goes to an endpoint that is off is held until it is on again. A ' +
    'dry run only counts. So many of a tenant may be at work at a time, ten unless the installation says otherwise; beyond ' +
    'it is 422 `too_many_recoveries`.',
  tags,
  method: 'post',
  path: all,
  request: { params: ofTenant, headers: idempotencyHeaders, body: jsonBody(NewRecovery) },
  responses: {
    202: json(z.union([Recovery, RecoveryDryRun]), 'The recovery, under way; or what it would be.'),
    ...problems(400, 404, 409, 413, 415, 422),
  },
})

const list = createRoute({
  operationId: 'listRecoveries',
  scope: 'read',
  summary: 'List recoveries, newest first',
  tags,
  method: 'get',
  path: all,
  request: { params: ofTenant, query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(Recovery), 'A page of recoveries.'), ...problems(400, 404, 422) },
})

const get = createRoute({
  operationId: 'getRecovery',
  scope: 'read',
  summary: 'Get a recovery and its progress',
  tags,
  method: 'get',
  path,
  request: { params: one },
  responses: { 200: json(Recovery, 'The recovery.'), ...problems(404) },
})

const pause = createRoute({
  operationId: 'pauseRecovery',
  scope: 'manage',
  summary: 'Pause a recovery',
  description: 'No more is set going until it is resumed; what was set going goes on.',
  tags,
  method: 'post',
  path: `${path}/pause`,
  request: { params: one },
  responses: { 200: json(Recovery, 'The recovery, paused.'), ...problems(404, 409) },
})

const resume = createRoute({
  operationId: 'resumeRecovery',
  scope: 'manage',
  summary: 'Let a recovery go on',
  tags,
  method: 'post',
  path: `${path}/resume`,
  request: { params: one },
  responses: { 200: json(Recovery, 'The recovery, running.'), ...problems(404, 409, 422) },
})

const cancel = createRoute({
  operationId: 'cancelRecovery',
  scope: 'manage',
  summary: 'Cancel a recovery',
  description: 'No more is set going; what was set going goes on.',
  tags,
  method: 'post',
  path: `${path}/cancel`,
  request: { params: one },
  responses: { 200: json(Recovery, 'The recovery, canceled.'), ...problems(404, 409) },
})

/** Recoveries: begin, look, pause, resume, cancel. */
export function recoveryRoutes(api: Api, needs: ApiNeeds): void {
  const { db, caps } = needs

  addRoute(api, create, (c) => {
    const { tenant } = c.req.valid('param')
    const { dryRun, perSecond, ...wanted } = c.req.valid('json')
    return answerOnce(c, needs, 202, async (tx) =>
      dryRun
        ? showDryRun(tenant, await measureRecovery(tx, tenant, filterOf(wanted)), perSecond)
        : showRecovery(
            await beginRecovery(
              tx,
              { by: by(c), ids: newId, most: caps.recoveries },
              tenant,
              filterOf(wanted),
              perSecond,
            ),
            undefined,
          ),
    )
  })

  addRoute(api, list, async (c) => {
    const { tenant } = c.req.valid('param')
    const page = readPage(c.req, c.req.valid('query'), byId('recovery'))
    await requireTenant(db, tenant)
    const found = await listRecoveries(db, tenant, { olderThan: page.last, limit: page.limit })
    const { rows, nextCursor } = page.of(found, (row) => row.id)
    return c.json({ data: await show(tenant, rows), nextCursor }, 200)
  })

  addRoute(api, get, async (c) => {
    const { tenant, recovery: id } = c.req.valid('param')
    const recovery = await findRecovery(db, tenant, id)
    if (!recovery) throw notFound('recovery')
    return c.json(await showOne(recovery), 200)
  })

  addRoute(api, pause, async (c) => {
    const { tenant, recovery } = c.req.valid('param')
    return c.json(await steered(c, tenant, recovery, 'paused'), 200)
  })

  addRoute(api, resume, async (c) => {
    const { tenant, recovery } = c.req.valid('param')
    return c.json(await steered(c, tenant, recovery, 'running'), 200)
  })

  addRoute(api, cancel, async (c) => {
    const { tenant, recovery } = c.req.valid('param')
    return c.json(await steered(c, tenant, recovery, 'canceled'), 200)
  })

  async function steered(
    c: Context<ApiEnv>,
    tenant: string,
    id: Id<'recovery'>,
    status: 'running' | 'paused' | 'canceled',
  ) {
    return showOne(await steerRecovery(db, { by: by(c), most: caps.recoveries }, tenant, id, status))
  }

  async function showOne(row: RecoveryRow) {
    const [shown] = await show(row.tenantId, [row])
    return shown!
  }

  async function show(tenant: string, rows: readonly RecoveryRow[]) {
    const ids = rows.map(({ id }) => id)
    const ends = await recoveryEnds(db, tenant, ids)
    return rows.map((row) => showRecovery(row, ends.get(row.id)))
  }
}

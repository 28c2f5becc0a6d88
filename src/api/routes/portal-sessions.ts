import { z } from '@hono/zod-openapi'
import { openPortal, PORTAL_SECONDS } from '../../access/open-portal.ts'
import { revokePortalSession } from '../../access/revoke.ts'
import { listPortalSessions, type PortalSessionRow } from '../../access/store.ts'
import { newId } from '../../ids.ts'
import { addRoute } from '../add-route.ts'
import { by } from '../by.ts'
import { answerOnce } from '../idempotent.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { byId, pageOf, pageQuery, readPage } from '../pagination.ts'
import { idempotencyHeaders, idOf, jsonBody, tenantParam } from '../requests.ts'
import { requireTenant } from '../require-tenant.ts'
import { json, problems, shownMoment } from '../responses.ts'
import { createRoute } from '../route.ts'

const tags = ['Portal']
const all = '/v1/tenants/{tenant}/portal-sessions'
const ofTenant = z.object({ tenant: tenantParam })

const NewPortalSession = z
  .strictObject({
    expiresInSeconds: z.int().min(1).max(PORTAL_SECONDS.max).default(PORTAL_SECONDS.usual),
    readOnly: z.boolean().default(false).openapi({ description: 'Whether it may look alone.' }),
  })
  .openapi('NewPortalSession')

const PortalSession = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    readOnly: z.boolean(),
    expiresAt: shownMoment,
    createdAt: shownMoment,
  })
  .openapi('PortalSession')

const OpenedPortalSession = PortalSession.extend({
  url: z.string().openapi({ description: 'A page to send the person to; the token is in it.' }),
  token: z.string().openapi({ description: 'A key for the API, good for this tenant alone.' }),
}).openapi('OpenedPortalSession')

const open = createRoute({
  operationId: 'createPortalSession',
  scope: 'admin',
  summary: "Open a tenant's own part to somebody, for a while",
  tags,
  method: 'post',
  path: all,
  request: {
    params: ofTenant,
    headers: idempotencyHeaders,
    body: jsonBody(NewPortalSession, { required: false }),
  },
  responses: {
    201: json(OpenedPortalSession, 'The session.'),
    ...problems(400, 404, 409, 413, 415, 422),
  },
})

const list = createRoute({
  operationId: 'listPortalSessions',
  scope: 'admin',
  summary: 'List the sessions that stand, newest first',
  tags,
  method: 'get',
  path: all,
  request: { params: ofTenant, query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(PortalSession), 'A page of sessions.'), ...problems(400, 404, 422) },
})

const revoke = createRoute({
  operationId: 'revokePortalSession',
  scope: 'admin',
  summary: 'End a session before its time',
  description: 'Within 5 seconds its token is refused everywhere.',
  tags,
  method: 'delete',
  path: `${all}/{portalSession}`,
  request: { params: ofTenant.extend({ portalSession: idOf('portalSession') }) },
  responses: { 204: { description: 'The session is over.' }, ...problems(404) },
})

/** Links into a tenant's own part: open, look, revoke. */
export function portalSessionRoutes(api: Api, needs: ApiNeeds): void {
  const { db, clock, access, portalTokens, publicUrl, basePath, caps } = needs

  addRoute(api, open, (c) => {
    const { tenant } = c.req.valid('param')
    const wanted = c.req.valid('json')
    const base = publicUrl ?? `${new URL(c.req.url).origin}${basePath}`
    return answerOnce(c, needs, 201, async (tx) => {
      const opening = { by: by(c), ids: newId, clock, portalTokens, most: caps.portalSessions }
      const { session, token } = await openPortal(tx, opening, tenant, wanted)
      // In the fragment: it reaches the page, and no log on the way.
      return { ...show(session), url: `${base}/portal#token=${token}`, token }
    })
  })

  addRoute(api, list, async (c) => {
    const { tenant } = c.req.valid('param')
    const page = readPage(c.req, c.req.valid('query'), byId('portalSession'))
    await requireTenant(db, tenant)
    const found = await listPortalSessions(db, tenant, { olderThan: page.last, limit: page.limit })
    const { rows, nextCursor } = page.of(found, (row) => row.id)
    return c.json({ data: rows.map(show), nextCursor }, 200)
  })

  addRoute(api, revoke, async (c) => {
    const { tenant, portalSession } = c.req.valid('param')
    await db.transaction((tx) => revokePortalSession(tx, { by: by(c) }, tenant, portalSession))
    access.forget(portalSession)
    return c.body(null, 204)
  })
}

function show({
  id,
  tenantId,
  readOnly,
  expiresAt,
  createdAt,
}: PortalSessionRow): z.infer<typeof PortalSession> {
  return {
    id,
    tenantId,
    readOnly,
    expiresAt: expiresAt.toISOString(),
    createdAt: createdAt.toISOString(),
  }
}

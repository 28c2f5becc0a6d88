import { z } from '@hono/zod-openapi'
import { listAllEntries, listEntries } from '../../audit/store.ts'
import { addRoute } from '../add-route.ts'
import { notBefore } from '../former-tenant.ts'
import type { Api, ApiNeeds } from '../needs.ts'
import { byId, pageOf, readPage } from '../pagination.ts'
import { tenantParam } from '../requests.ts'
import { requireTenant } from '../require-tenant.ts'
import { json, problems } from '../responses.ts'
import { createRoute } from '../route.ts'
import { AuditEntry, auditQuery, installationAuditQuery, showAuditEntry } from '../shapes/audit-entry.ts'

const tags = ['Audit log']

const all = createRoute({
  operationId: 'listAuditLog',
  scope: 'admin',
  summary: 'List who changed what, newest first',
  description: 'Of all tenants, also of those that are gone, and of the installation.',
  tags,
  method: 'get',
  path: '/v1/audit-log',
  request: { query: z.strictObject(installationAuditQuery) },
  responses: { 200: json(pageOf(AuditEntry), 'A page of entries.'), ...problems(400, 422) },
})

const ofTenant = createRoute({
  operationId: 'listTenantAuditLog',
  scope: 'read',
  summary: "List who changed what in a tenant's part, newest first",
  description:
    "To the tenant's own people an actor from outside is shown by its kind alone, and no entry tells of keys.",
  tags,
  method: 'get',
  path: '/v1/tenants/{tenant}/audit-log',
  request: { params: z.object({ tenant: tenantParam }), query: z.strictObject(auditQuery) },
  responses: { 200: json(pageOf(AuditEntry), 'A page of entries.'), ...problems(400, 404, 422) },
})

/** The audit log: look. */
export function auditLogRoutes(api: Api, { db }: ApiNeeds): void {
  addRoute(api, all, async (c) => {
    const { limit, cursor, tenant, target, ...filter } = c.req.valid('query')
    const page = readPage(c.req, { limit, cursor }, byId('auditEntry'))
    const found = await listAllEntries(db, {
      ...filter,
      tenantId: tenant,
      targetId: target,
      olderThan: page.last,
      limit: page.limit,
    })
    const { rows, nextCursor } = page.of(found, (row) => row.id)
    return c.json({ data: rows.map((row) => showAuditEntry(row, null)), nextCursor }, 200)
  })

  addRoute(api, ofTenant, async (c) => {
    const { tenant } = c.req.valid('param')
    const { limit, cursor, target, after, ...filter } = c.req.valid('query')
    const page = readPage(c.req, { limit, cursor }, byId('auditEntry'))
    await requireTenant(db, tenant)
    const caller = c.get('caller')
    const reader = caller.tenantId
    const found = await listEntries(db, tenant, {
      ...filter,
      after: notBefore(caller, after),
      targetId: target,
      toItself: reader !== null,
      olderThan: page.last,
      limit: page.limit,
    })
    const { rows, nextCursor } = page.of(found, (row) => row.id)
    return c.json({ data: rows.map((row) => showAuditEntry(row, reader)), nextCursor }, 200)
  })
}

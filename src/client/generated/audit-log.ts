/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */
import type { Http } from '../http.ts'
import { path, type RequestOptions } from '../operation.ts'
import type { Pages } from '../pages.ts'
import type * as schemas from './schemas.ts'

/** What listAuditLog may be asked. */
export interface ListAuditLogQuery {
  /** The id of the tenant. */
  tenant?: string | undefined
  /** Who: a kind, or the id of a key or a session. */
  actor?: string | undefined
  action?:
    | 'tenant.created'
    | 'tenant.updated'
    | 'tenant.deleted'
    | 'tenant.erased'
    | 'event.erased'
    | 'api_key.created'
    | 'api_key.revoked'
    | 'portal_session.created'
    | 'portal_session.revoked'
    | 'event_type.created'
    | 'event_type.updated'
    | 'event_type.archived'
    | 'endpoint.created'
    | 'endpoint.updated'
    | 'endpoint.deleted'
    | 'endpoint.enabled'
    | 'endpoint.disabled'
    | 'endpoint.paused'
    | 'endpoint.resumed'
    | 'endpoint.secret_rotated'
    | 'endpoint.secret_revealed'
    | 'endpoint.tested'
    | 'endpoint.deliveries_expired'
    | 'subscription.created'
    | 'subscription.updated'
    | 'subscription.deleted'
    | 'delivery.retried'
    | 'delivery.canceled'
    | 'refused_event.retried'
    | 'refused_event.discarded'
    | 'recovery.created'
    | 'recovery.paused'
    | 'recovery.resumed'
    | 'recovery.canceled'
    | 'master_key.resealed'
    | undefined
  /** What it happened to, by its id or name. */
  target?: string | undefined
  /** Created at this time or later. */
  after?: string | Date | undefined
  /** Created before this time. */
  before?: string | Date | undefined
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** What listTenantAuditLog may be asked. */
export interface ListTenantAuditLogQuery {
  /** Who: a kind, or the id of a key or a session. */
  actor?: string | undefined
  action?:
    | 'tenant.created'
    | 'tenant.updated'
    | 'tenant.deleted'
    | 'tenant.erased'
    | 'event.erased'
    | 'api_key.created'
    | 'api_key.revoked'
    | 'portal_session.created'
    | 'portal_session.revoked'
    | 'event_type.created'
    | 'event_type.updated'
    | 'event_type.archived'
    | 'endpoint.created'
    | 'endpoint.updated'
    | 'endpoint.deleted'
    | 'endpoint.enabled'
    | 'endpoint.disabled'
    | 'endpoint.paused'
    | 'endpoint.resumed'
    | 'endpoint.secret_rotated'
    | 'endpoint.secret_revealed'
    | 'endpoint.tested'
    | 'endpoint.deliveries_expired'
    | 'subscription.created'
    | 'subscription.updated'
    | 'subscription.deleted'
    | 'delivery.retried'
    | 'delivery.canceled'
    | 'refused_event.retried'
    | 'refused_event.discarded'
    | 'recovery.created'
    | 'recovery.paused'
    | 'recovery.resumed'
    | 'recovery.canceled'
    | 'master_key.resealed'
    | undefined
  /** What it happened to, by its id or name. */
  target?: string | undefined
  /** Created at this time or later. */
  after?: string | Date | undefined
  /** Created before this time. */
  before?: string | Date | undefined
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** Who changed what, when, from what to what; no secrets. */
export class AuditLog {
  constructor(protected readonly http: Http) {}

  /**
   * List who changed what, newest first.
   * Of all tenants, also of those that are gone, and of the installation. Needs the scope `admin`.
   *
   * `GET /v1/audit-log`
   * @returns The list, page by page as it is read.
   */
  list(query?: ListAuditLogQuery, options?: RequestOptions): Pages<schemas.AuditEntry> {
    return this.http.pages<schemas.AuditEntry>(
      { method: 'GET', path: '/v1/audit-log', ...(query && { query }) },
      options,
    )
  }

  /**
   * List who changed what in a tenant's part, newest first.
   * To the tenant's own people an actor from outside is shown by its kind alone, and no entry tells of keys. Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/audit-log`
   * @param tenant The id of the tenant.
   * @returns The list, page by page as it is read.
   */
  listOfTenant(
    tenant: string,
    query?: ListTenantAuditLogQuery,
    options?: RequestOptions,
  ): Pages<schemas.AuditEntry> {
    return this.http.pages<schemas.AuditEntry>(
      { method: 'GET', path: path`/v1/tenants/${tenant}/audit-log`, ...(query && { query }) },
      options,
    )
  }
}

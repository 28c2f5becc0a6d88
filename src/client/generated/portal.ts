/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */
import type { Http } from '../http.ts'
import { path, type RequestOptions } from '../operation.ts'
import type { Pages } from '../pages.ts'
import type * as schemas from './schemas.ts'

/** What listPortalSessions may be asked. */
export interface ListPortalSessionsQuery {
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** Links for a tenant's people into the tenant's own part. */
export class Portal {
  constructor(protected readonly http: Http) {}

  /**
   * Open a tenant's own part to somebody, for a while.
   * Needs the scope `admin`.
   *
   * `POST /v1/tenants/{tenant}/portal-sessions`
   * @param tenant The id of the tenant.
   * @returns The session.
   */
  createSession(
    tenant: string,
    body?: schemas.NewPortalSession,
    options?: RequestOptions,
  ): Promise<schemas.OpenedPortalSession> {
    return this.http.json<schemas.OpenedPortalSession>(
      { method: 'POST', path: path`/v1/tenants/${tenant}/portal-sessions`, body, keyed: true },
      options,
    )
  }

  /**
   * List the sessions that stand, newest first.
   * Needs the scope `admin`.
   *
   * `GET /v1/tenants/{tenant}/portal-sessions`
   * @param tenant The id of the tenant.
   * @returns The list, page by page as it is read.
   */
  listSessions(
    tenant: string,
    query?: ListPortalSessionsQuery,
    options?: RequestOptions,
  ): Pages<schemas.PortalSession> {
    return this.http.pages<schemas.PortalSession>(
      { method: 'GET', path: path`/v1/tenants/${tenant}/portal-sessions`, ...(query && { query }) },
      options,
    )
  }

  /**
   * End a session before its time.
   * Within 5 seconds its token is refused everywhere. Needs the scope `admin`.
   *
   * `DELETE /v1/tenants/{tenant}/portal-sessions/{portalSession}`
   * @param tenant The id of the tenant.
   * @param portalSession The id of the portal session.
   * @returns The session is over.
   */
  revokeSession(tenant: string, portalSession: string, options?: RequestOptions): Promise<void> {
    return this.http.json<void>(
      { method: 'DELETE', path: path`/v1/tenants/${tenant}/portal-sessions/${portalSession}` },
      options,
    )
  }
}

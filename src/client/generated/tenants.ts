/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */
import type { Http } from '../http.ts'
import { path, type RequestOptions } from '../operation.ts'
import type { Pages } from '../pages.ts'
import type * as schemas from './schemas.ts'

/** What deleteTenant may be asked. */
export interface DeleteTenantQuery {
  /** Whether what is left of it is erased too. */
  erase?: 'true' | 'false' | undefined
}

/** What listTenants may be asked. */
export interface ListTenantsQuery {
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** Customers of the host application; they own endpoints and events. */
export class Tenants {
  constructor(protected readonly http: Http) {}

  /**
   * Make or change a tenant.
   * What is left out stays as it is; `null` clears it. Needs the scope `admin`.
   *
   * `PUT /v1/tenants/{tenant}`
   * @param tenant An id of your own.
   * @returns The tenant, changed.
   */
  put(tenant: string, body?: schemas.TenantSettings, options?: RequestOptions): Promise<schemas.Tenant> {
    return this.http.json<schemas.Tenant>({ method: 'PUT', path: path`/v1/tenants/${tenant}`, body }, options)
  }

  /**
   * Get a tenant.
   * Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}`
   * @param tenant The id of the tenant.
   * @returns The tenant.
   */
  get(tenant: string, options?: RequestOptions): Promise<schemas.Tenant> {
    return this.http.json<schemas.Tenant>({ method: 'GET', path: path`/v1/tenants/${tenant}` }, options)
  }

  /**
   * Delete a tenant.
   * Its endpoints go with it; what waits for them is canceled. Its events stay until retention drops them, hidden from the people of a tenant that is made again under its id; the ids that you gave them are free again. What was handed over for it and is not accepted yet goes with it. With `erase=true` its events are erased, with their deliveries, attempts and statistics, beginning a minute later; an entry `tenant.erased` in the audit log says when nothing is left. Needs the scope `admin`.
   *
   * `DELETE /v1/tenants/{tenant}`
   * @param tenant The id of the tenant.
   * @returns The tenant is gone.
   */
  delete(tenant: string, query?: DeleteTenantQuery, options?: RequestOptions): Promise<void> {
    return this.http.json<void>(
      { method: 'DELETE', path: path`/v1/tenants/${tenant}`, ...(query && { query }) },
      options,
    )
  }

  /**
   * List tenants, newest first.
   * Needs the scope `read`.
   *
   * `GET /v1/tenants`
   * @returns The list, page by page as it is read.
   */
  list(query?: ListTenantsQuery, options?: RequestOptions): Pages<schemas.Tenant> {
    return this.http.pages<schemas.Tenant>(
      { method: 'GET', path: '/v1/tenants', ...(query && { query }) },
      options,
    )
  }
}

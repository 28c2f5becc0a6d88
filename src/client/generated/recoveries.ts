/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */
import type { Http } from '../http.ts'
import { path, type RequestOptions } from '../operation.ts'
import type { Pages } from '../pages.ts'
import type * as schemas from './schemas.ts'

/** What listRecoveries may be asked. */
export interface ListRecoveriesQuery {
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** Retries in bulk: by a filter, at a pace, with progress. */
export class Recoveries {
  constructor(protected readonly http: Http) {}

  /**
   * Recover deliveries by a filter, at a pace.
   * What matches now is set going anew from a fresh schedule, the oldest first; what ends later is left alone, and so are tests, and deliveries whose endpoint is gone. What goes to an endpoint that is off is held until it is on again. A dry run only counts. So many of a tenant may be at work at a time, ten unless the installation says otherwise; beyond it is 422 `too_many_recoveries`. Needs the scope `manage`.
   *
   * `POST /v1/tenants/{tenant}/recoveries`
   * @param tenant The id of the tenant.
   * @returns The recovery, under way; or what it would be.
   */
  create(
    tenant: string,
    body: schemas.NewRecovery,
    options?: RequestOptions,
  ): Promise<schemas.Recovery | schemas.RecoveryDryRun> {
    return this.http.json<schemas.Recovery | schemas.RecoveryDryRun>(
      { method: 'POST', path: path`/v1/tenants/${tenant}/recoveries`, body, keyed: true },
      options,
    )
  }

  /**
   * List recoveries, newest first.
   * Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/recoveries`
   * @param tenant The id of the tenant.
   * @returns The list, page by page as it is read.
   */
  list(tenant: string, query?: ListRecoveriesQuery, options?: RequestOptions): Pages<schemas.Recovery> {
    return this.http.pages<schemas.Recovery>(
      { method: 'GET', path: path`/v1/tenants/${tenant}/recoveries`, ...(query && { query }) },
      options,
    )
  }

  /**
   * Get a recovery and its progress.
   * Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/recoveries/{recovery}`
   * @param tenant The id of the tenant.
   * @param recovery The id of the recovery.
   * @returns The recovery.
   */
  get(tenant: string, recovery: string, options?: RequestOptions): Promise<schemas.Recovery> {
    return this.http.json<schemas.Recovery>(
      { method: 'GET', path: path`/v1/tenants/${tenant}/recoveries/${recovery}` },
      options,
    )
  }

  /**
   * Pause a recovery.
   * No more is set going until it is resumed; what was set going goes on. Needs the scope `manage`.
   *
   * `POST /v1/tenants/{tenant}/recoveries/{recovery}/pause`
   * @param tenant The id of the tenant.
   * @param recovery The id of the recovery.
   * @returns The recovery, paused.
   */
  pause(tenant: string, recovery: string, options?: RequestOptions): Promise<schemas.Recovery> {
    return this.http.json<schemas.Recovery>(
      { method: 'POST', path: path`/v1/tenants/${tenant}/recoveries/${recovery}/pause` },
      options,
    )
  }

  /**
   * Let a recovery go on.
   * Needs the scope `manage`.
   *
   * `POST /v1/tenants/{tenant}/recoveries/{recovery}/resume`
   * @param tenant The id of the tenant.
   * @param recovery The id of the recovery.
   * @returns The recovery, running.
   */
  resume(tenant: string, recovery: string, options?: RequestOptions): Promise<schemas.Recovery> {
    return this.http.json<schemas.Recovery>(
      { method: 'POST', path: path`/v1/tenants/${tenant}/recoveries/${recovery}/resume` },
      options,
    )
  }

  /**
   * Cancel a recovery.
   * No more is set going; what was set going goes on. Needs the scope `manage`.
   *
   * `POST /v1/tenants/{tenant}/recoveries/{recovery}/cancel`
   * @param tenant The id of the tenant.
   * @param recovery The id of the recovery.
   * @returns The recovery, canceled.
   */
  cancel(tenant: string, recovery: string, options?: RequestOptions): Promise<schemas.Recovery> {
    return this.http.json<schemas.Recovery>(
      { method: 'POST', path: path`/v1/tenants/${tenant}/recoveries/${recovery}/cancel` },
      options,
    )
  }
}

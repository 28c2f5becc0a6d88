/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */
import type { Http } from '../http.ts'
import { path, type RequestOptions } from '../operation.ts'
import type { Pages } from '../pages.ts'
import type * as schemas from './schemas.ts'

/** What listDeliveries may be asked. */
export interface ListDeliveriesQuery {
  /** The id of the endpoint. */
  endpointId?: string | undefined
  /** The id of the event. */
  eventId?: string | undefined
  eventType?: string | undefined
  status?: 'pending' | 'retrying' | 'held' | 'delivered' | 'failed' | 'canceled' | undefined
  /** Created at this time or later. */
  after?: string | Date | undefined
  /** Created before this time. */
  before?: string | Date | undefined
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** What listAttempts may be asked. */
export interface ListAttemptsQuery {
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** One event for one endpoint, and every attempt to get it there. */
export class Deliveries {
  constructor(protected readonly http: Http) {}

  /**
   * List deliveries, newest first.
   * Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/deliveries`
   * @param tenant The id of the tenant.
   * @returns The list, page by page as it is read.
   */
  list(tenant: string, query?: ListDeliveriesQuery, options?: RequestOptions): Pages<schemas.Delivery> {
    return this.http.pages<schemas.Delivery>(
      { method: 'GET', path: path`/v1/tenants/${tenant}/deliveries`, ...(query && { query }) },
      options,
    )
  }

  /**
   * Get a delivery.
   * Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/deliveries/{delivery}`
   * @param tenant The id of the tenant.
   * @param delivery The id of the delivery.
   * @returns The delivery.
   */
  get(tenant: string, delivery: string, options?: RequestOptions): Promise<schemas.Delivery> {
    return this.http.json<schemas.Delivery>(
      { method: 'GET', path: path`/v1/tenants/${tenant}/deliveries/${delivery}` },
      options,
    )
  }

  /**
   * List the attempts of a delivery, oldest first.
   * Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/deliveries/{delivery}/attempts`
   * @param tenant The id of the tenant.
   * @param delivery The id of the delivery.
   * @returns The list, page by page as it is read.
   */
  listAttempts(
    tenant: string,
    delivery: string,
    query?: ListAttemptsQuery,
    options?: RequestOptions,
  ): Pages<schemas.Attempt> {
    return this.http.pages<schemas.Attempt>(
      {
        method: 'GET',
        path: path`/v1/tenants/${tenant}/deliveries/${delivery}/attempts`,
        ...(query && { query }),
      },
      options,
    )
  }

  /**
   * Retry a delivery now.
   * From any state, also a final one. It counts from a fresh schedule; its log is kept. Needs the scope `manage`.
   *
   * `POST /v1/tenants/{tenant}/deliveries/{delivery}/retry`
   * @param tenant The id of the tenant.
   * @param delivery The id of the delivery.
   * @returns The delivery, due now.
   */
  retry(tenant: string, delivery: string, options?: RequestOptions): Promise<schemas.Delivery> {
    return this.http.json<schemas.Delivery>(
      { method: 'POST', path: path`/v1/tenants/${tenant}/deliveries/${delivery}/retry` },
      options,
    )
  }

  /**
   * Cancel a delivery that waits.
   * Needs the scope `manage`.
   *
   * `POST /v1/tenants/{tenant}/deliveries/{delivery}/cancel`
   * @param tenant The id of the tenant.
   * @param delivery The id of the delivery.
   * @returns The delivery, canceled.
   */
  cancel(tenant: string, delivery: string, options?: RequestOptions): Promise<schemas.Delivery> {
    return this.http.json<schemas.Delivery>(
      { method: 'POST', path: path`/v1/tenants/${tenant}/deliveries/${delivery}/cancel` },
      options,
    )
  }
}

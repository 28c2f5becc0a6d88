/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */
import type { EventStream, StreamOptions } from '../event-stream.ts'
import type { Http } from '../http.ts'
import { path, type RequestOptions } from '../operation.ts'
import type { Pages } from '../pages.ts'
import type * as schemas from './schemas.ts'

/** What streamDeliveries may be asked. */
export interface StreamDeliveriesQuery {
  /** The id of the endpoint. */
  endpointId?: string | undefined
  eventType?: string | undefined
  status?: 'pending' | 'retrying' | 'held' | 'delivered' | 'failed' | 'canceled' | undefined
  /** What came of the last attempt: a class of statuses, or `none` when no answer came. */
  answer?: '2xx' | '3xx' | '4xx' | '5xx' | 'none' | 'other' | undefined
  /** For clients that send no `Last-Event-ID`: the last `id` that came. */
  cursor?: string | undefined
}

/** What streamAllDeliveries may be asked. */
export interface StreamAllDeliveriesQuery {
  /** The id of the tenant. */
  tenant?: string | undefined
  /** The id of the endpoint. */
  endpointId?: string | undefined
  eventType?: string | undefined
  status?: 'pending' | 'retrying' | 'held' | 'delivered' | 'failed' | 'canceled' | undefined
  /** What came of the last attempt: a class of statuses, or `none` when no answer came. */
  answer?: '2xx' | '3xx' | '4xx' | '5xx' | 'none' | 'other' | undefined
  /** For clients that send no `Last-Event-ID`: the last `id` that came. */
  cursor?: string | undefined
}

/** What listDeliveries may be asked. */
export interface ListDeliveriesQuery {
  /** The id of the endpoint. */
  endpointId?: string | undefined
  /** The id of the event. */
  eventId?: string | undefined
  eventType?: string | undefined
  status?: 'pending' | 'retrying' | 'held' | 'delivered' | 'failed' | 'canceled' | undefined
  /** What came of the last attempt: a class of statuses, or `none` when no answer came. */
  answer?: '2xx' | '3xx' | '4xx' | '5xx' | 'none' | 'other' | undefined
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

/** What listAllDeliveries may be asked. */
export interface ListAllDeliveriesQuery {
  /** Of this tenant alone. */
  tenant?: string | undefined
  /** The id of the endpoint. */
  endpointId?: string | undefined
  /** The id of the event. */
  eventId?: string | undefined
  eventType?: string | undefined
  status?: 'pending' | 'retrying' | 'held' | 'delivered' | 'failed' | 'canceled' | undefined
  /** What came of the last attempt: a class of statuses, or `none` when no answer came. */
  answer?: '2xx' | '3xx' | '4xx' | '5xx' | 'none' | 'other' | undefined
  /** Created at this time or later. */
  after?: string | Date | undefined
  /** Created before this time. */
  before?: string | Date | undefined
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** One event for one endpoint, and every attempt to get it there. */
export class Deliveries {
  constructor(protected readonly http: Http) {}

  /**
   * Watch deliveries as they happen.
   * Server-Sent Events. `event: delivery` has a delivery as in the list for `data`, when it is new and when something happened to it; `event: missed` says that more happened than is told: read the list. With `Last-Event-ID` it goes on where it was, from any process, within ten minutes. Each change comes at least once: drop what has an `id`, `attemptCount` and `status` that you know. It ends when the key does, and when it is not read. 20 streams at most stand at a time in each process, else `429 too_many_streams`. Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/deliveries/stream`
   * @param tenant The id of the tenant.
   * @returns The stream. Its schema is that of each event, with its `data` as JSON.
   */
  stream(
    tenant: string,
    query?: StreamDeliveriesQuery,
    options?: StreamOptions,
  ): EventStream<schemas.DeliveryStreamEvent> {
    return this.http.stream<schemas.DeliveryStreamEvent>(
      { method: 'GET', path: path`/v1/tenants/${tenant}/deliveries/stream`, ...(query && { query }) },
      options,
    )
  }

  /**
   * Watch deliveries of all tenants as they happen.
   * Server-Sent Events. `event: delivery` has a delivery as in the list for `data`, when it is new and when something happened to it; `event: missed` says that more happened than is told: read the list. With `Last-Event-ID` it goes on where it was, from any process, within ten minutes. Each change comes at least once: drop what has an `id`, `attemptCount` and `status` that you know. It ends when the key does, and when it is not read. 20 streams at most stand at a time in each process, else `429 too_many_streams`. Needs the scope `read`.
   *
   * `GET /v1/deliveries/stream`
   * @returns The stream. Its schema is that of each event, with its `data` as JSON.
   */
  streamAll(
    query?: StreamAllDeliveriesQuery,
    options?: StreamOptions,
  ): EventStream<schemas.DeliveryStreamEvent> {
    return this.http.stream<schemas.DeliveryStreamEvent>(
      { method: 'GET', path: '/v1/deliveries/stream', ...(query && { query }) },
      options,
    )
  }

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

  /**
   * List deliveries of all tenants, newest first.
   * Needs the scope `read`.
   *
   * `GET /v1/deliveries`
   * @returns The list, page by page as it is read.
   */
  listAll(query?: ListAllDeliveriesQuery, options?: RequestOptions): Pages<schemas.Delivery> {
    return this.http.pages<schemas.Delivery>(
      { method: 'GET', path: '/v1/deliveries', ...(query && { query }) },
      options,
    )
  }
}

/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */
import type { Http } from '../http.ts'
import { path, type RequestOptions } from '../operation.ts'
import type { Pages } from '../pages.ts'
import type * as schemas from './schemas.ts'

/** What listEventTypes may be asked. */
export interface ListEventTypesQuery {
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** What listTenantEventTypes may be asked. */
export interface ListTenantEventTypesQuery {
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** The catalogue of what may happen. */
export class EventTypes {
  constructor(protected readonly http: Http) {}

  /**
   * Make or change an event type.
   * What is left out stays as it is; `null` clears it. An archived one is back in the catalogue. Needs the scope `admin`.
   *
   * `PUT /v1/event-types/{eventType}`
   * @param eventType The name of the event type.
   * @returns The event type, changed.
   */
  put(
    eventType: string,
    body?: schemas.EventTypeSettings,
    options?: RequestOptions,
  ): Promise<schemas.EventType> {
    return this.http.json<schemas.EventType>(
      { method: 'PUT', path: path`/v1/event-types/${eventType}`, body },
      options,
    )
  }

  /**
   * Get an event type.
   * Also one that is archived. Needs the scope `read`.
   *
   * `GET /v1/event-types/{eventType}`
   * @param eventType The name of the event type.
   * @returns The event type.
   */
  get(eventType: string, options?: RequestOptions): Promise<schemas.EventType> {
    return this.http.json<schemas.EventType>(
      { method: 'GET', path: path`/v1/event-types/${eventType}` },
      options,
    )
  }

  /**
   * Archive an event type.
   * It leaves the catalogue: it is not listed, and its schema is not looked at. Its events stay. Needs the scope `admin`.
   *
   * `DELETE /v1/event-types/{eventType}`
   * @param eventType The name of the event type.
   * @returns The event type is archived.
   */
  archive(eventType: string, options?: RequestOptions): Promise<void> {
    return this.http.json<void>({ method: 'DELETE', path: path`/v1/event-types/${eventType}` }, options)
  }

  /**
   * List the catalogue, newest first.
   * Needs the scope `read`.
   *
   * `GET /v1/event-types`
   * @returns The list, page by page as it is read.
   */
  list(query?: ListEventTypesQuery, options?: RequestOptions): Pages<schemas.EventType> {
    return this.http.pages<schemas.EventType>(
      { method: 'GET', path: '/v1/event-types', ...(query && { query }) },
      options,
    )
  }

  /**
   * List the catalogue for a tenant, newest first.
   * What its endpoints can subscribe to, for whoever sees one tenant alone. Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/event-types`
   * @param tenant The id of the tenant.
   * @returns The list, page by page as it is read.
   */
  listOfTenant(
    tenant: string,
    query?: ListTenantEventTypesQuery,
    options?: RequestOptions,
  ): Pages<schemas.EventType> {
    return this.http.pages<schemas.EventType>(
      { method: 'GET', path: path`/v1/tenants/${tenant}/event-types`, ...(query && { query }) },
      options,
    )
  }

  /**
   * Get an event type of the catalogue for a tenant.
   * Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/event-types/{eventType}`
   * @param tenant The id of the tenant.
   * @param eventType The name of the event type.
   * @returns The event type.
   */
  getOfTenant(tenant: string, eventType: string, options?: RequestOptions): Promise<schemas.EventType> {
    return this.http.json<schemas.EventType>(
      { method: 'GET', path: path`/v1/tenants/${tenant}/event-types/${eventType}` },
      options,
    )
  }
}

/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */
import type { Http } from '../http.ts'
import { path, type RequestOptions } from '../operation.ts'
import type { Pages } from '../pages.ts'
import type * as schemas from './schemas.ts'

/** What listEvents may be asked. */
export interface ListEventsQuery {
  type?: string | undefined
  /** Created at this time or later. */
  after?: string | Date | undefined
  /** Created before this time. */
  before?: string | Date | undefined
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** What listAllEvents may be asked. */
export interface ListAllEventsQuery {
  /** Of this tenant alone. */
  tenant?: string | undefined
  type?: string | undefined
  /** Created at this time or later. */
  after?: string | Date | undefined
  /** Created before this time. */
  before?: string | Date | undefined
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** What listRefusedEvents may be asked. */
export interface ListRefusedEventsQuery {
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** What happened, as the host told it. */
export class Events {
  constructor(protected readonly http: Http) {}

  /**
   * Emit an event.
   * Answered once the event and its deliveries are stored for good. Needs the scope `emit`.
   *
   * `POST /v1/tenants/{tenant}/events`
   * @param tenant The id of the tenant.
   * @returns The event is accepted.
   */
  protected emitEvent(
    tenant: string,
    body: schemas.NewEvent,
    options?: RequestOptions,
  ): Promise<schemas.AcceptedEvent> {
    return this.http.json<schemas.AcceptedEvent>(
      { method: 'POST', path: path`/v1/tenants/${tenant}/events`, body, keyed: true },
      options,
    )
  }

  /**
   * List events, newest first.
   * Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/events`
   * @param tenant The id of the tenant.
   * @returns The list, page by page as it is read.
   */
  list(tenant: string, query?: ListEventsQuery, options?: RequestOptions): Pages<schemas.ListedEvent> {
    return this.http.pages<schemas.ListedEvent>(
      { method: 'GET', path: path`/v1/tenants/${tenant}/events`, ...(query && { query }) },
      options,
    )
  }

  /**
   * Get an event, its data, its deliveries, and why it has not gone to other endpoints.
   * Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/events/{event}`
   * @param tenant The id of the tenant.
   * @param event The id of the event.
   * @returns The event.
   */
  get(tenant: string, event: string, options?: RequestOptions): Promise<schemas.Event> {
    return this.http.json<schemas.Event>(
      { method: 'GET', path: path`/v1/tenants/${tenant}/events/${event}` },
      options,
    )
  }

  /**
   * Erase the data of an event.
   * Its data, its metadata and what receivers answered are gone for good, and what waits to send it is canceled. The event stays in lists, without its data, and your own id for it stays taken. Said again, it erases what an attempt that was under way has brought since. Needs the scope `admin`.
   *
   * `DELETE /v1/tenants/{tenant}/events/{event}`
   * @param tenant The id of the tenant.
   * @param event The id of the event.
   * @returns The data is gone.
   */
  erase(tenant: string, event: string, options?: RequestOptions): Promise<void> {
    return this.http.json<void>(
      { method: 'DELETE', path: path`/v1/tenants/${tenant}/events/${event}` },
      options,
    )
  }

  /**
   * Get the body of an event, byte by byte as it is signed and sent.
   * Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/events/{event}/body`
   * @param tenant The id of the tenant.
   * @param event The id of the event.
   * @returns The body of every callback of this event.
   */
  getBody(tenant: string, event: string, options?: RequestOptions): Promise<schemas.Callback> {
    return this.http.json<schemas.Callback>(
      { method: 'GET', path: path`/v1/tenants/${tenant}/events/${event}/body` },
      options,
    )
  }

  /**
   * Emit up to 1,000 events, of any tenants.
   * Each event is accepted or refused on its own; the answers are in the order of the events. Sent again with its Idempotency-Key, a batch gets its first answer, refusals included; events that failed through a fault of Ringback (500, 503) or for want of room (429) are tried again, and the others keep their answer. Against a rate limit it counts as so many requests as it has events. Needs the scope `emit`.
   *
   * `POST /v1/events`
   * @returns What became of each event.
   */
  protected emitEventBatch(
    body: schemas.EventBatch,
    options?: RequestOptions,
  ): Promise<{
    data: Array<schemas.AcceptedEvent | schemas.RefusedEvent>
  }> {
    return this.http.json<{
      data: Array<schemas.AcceptedEvent | schemas.RefusedEvent>
    }>({ method: 'POST', path: '/v1/events', body, keyed: true }, options)
  }

  /**
   * List events of all tenants, newest first.
   * Needs the scope `read`.
   *
   * `GET /v1/events`
   * @returns The list, page by page as it is read.
   */
  listAll(query?: ListAllEventsQuery, options?: RequestOptions): Pages<schemas.ListedEvent> {
    return this.http.pages<schemas.ListedEvent>(
      { method: 'GET', path: '/v1/events', ...(query && { query }) },
      options,
    )
  }

  /**
   * List events that were handed over in a transaction of the host and refused, newest first.
   * Needs the scope `admin`.
   *
   * `GET /v1/refused-events`
   * @returns The list, page by page as it is read.
   */
  listRefused(query?: ListRefusedEventsQuery, options?: RequestOptions): Pages<schemas.RefusedHandover> {
    return this.http.pages<schemas.RefusedHandover>(
      { method: 'GET', path: '/v1/refused-events', ...(query && { query }) },
      options,
    )
  }

  /**
   * Try a refused event again.
   * Within moments it is accepted, or refused again. Needs the scope `admin`.
   *
   * `POST /v1/refused-events/{refusedEvent}/retry`
   * @param refusedEvent The number of the refused event.
   * @returns It is tried again.
   */
  retryRefused(refusedEvent: string, options?: RequestOptions): Promise<void> {
    return this.http.json<void>(
      { method: 'POST', path: path`/v1/refused-events/${refusedEvent}/retry` },
      options,
    )
  }

  /**
   * Discard a refused event.
   * Needs the scope `admin`.
   *
   * `DELETE /v1/refused-events/{refusedEvent}`
   * @param refusedEvent The number of the refused event.
   * @returns It is gone.
   */
  discardRefused(refusedEvent: string, options?: RequestOptions): Promise<void> {
    return this.http.json<void>({ method: 'DELETE', path: path`/v1/refused-events/${refusedEvent}` }, options)
  }
}

/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */
import type { Http } from '../http.ts'
import { path, type RequestOptions } from '../operation.ts'
import type { Pages } from '../pages.ts'
import type * as schemas from './schemas.ts'

/** What listSubscriptions may be asked. */
export interface ListSubscriptionsQuery {
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** Which events an endpoint wants. */
export class Subscriptions {
  constructor(protected readonly http: Http) {}

  /**
   * Subscribe an endpoint to more.
   * Needs the scope `manage`.
   *
   * `POST /v1/tenants/{tenant}/endpoints/{endpoint}/subscriptions`
   * @param tenant The id of the tenant.
   * @param endpoint The id of the endpoint.
   * @returns The subscription.
   */
  create(
    tenant: string,
    endpoint: string,
    body: schemas.NewSubscription,
    options?: RequestOptions,
  ): Promise<schemas.Subscription> {
    return this.http.json<schemas.Subscription>(
      {
        method: 'POST',
        path: path`/v1/tenants/${tenant}/endpoints/${endpoint}/subscriptions`,
        body,
        keyed: true,
      },
      options,
    )
  }

  /**
   * List the subscriptions of an endpoint, newest first.
   * Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/endpoints/{endpoint}/subscriptions`
   * @param tenant The id of the tenant.
   * @param endpoint The id of the endpoint.
   * @returns The list, page by page as it is read.
   */
  list(
    tenant: string,
    endpoint: string,
    query?: ListSubscriptionsQuery,
    options?: RequestOptions,
  ): Pages<schemas.Subscription> {
    return this.http.pages<schemas.Subscription>(
      {
        method: 'GET',
        path: path`/v1/tenants/${tenant}/endpoints/${endpoint}/subscriptions`,
        ...(query && { query }),
      },
      options,
    )
  }

  /**
   * Get a subscription.
   * Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/endpoints/{endpoint}/subscriptions/{subscription}`
   * @param tenant The id of the tenant.
   * @param endpoint The id of the endpoint.
   * @param subscription The id of the subscription.
   * @returns The subscription.
   */
  get(
    tenant: string,
    endpoint: string,
    subscription: string,
    options?: RequestOptions,
  ): Promise<schemas.Subscription> {
    return this.http.json<schemas.Subscription>(
      {
        method: 'GET',
        path: path`/v1/tenants/${tenant}/endpoints/${endpoint}/subscriptions/${subscription}`,
      },
      options,
    )
  }

  /**
   * Change a subscription.
   * What is left out stays as it is; a `filter` of `null` is none. Needs the scope `manage`.
   *
   * `PATCH /v1/tenants/{tenant}/endpoints/{endpoint}/subscriptions/{subscription}`
   * @param tenant The id of the tenant.
   * @param endpoint The id of the endpoint.
   * @param subscription The id of the subscription.
   * @returns The subscription, changed.
   */
  update(
    tenant: string,
    endpoint: string,
    subscription: string,
    body: schemas.SubscriptionChange,
    options?: RequestOptions,
  ): Promise<schemas.Subscription> {
    return this.http.json<schemas.Subscription>(
      {
        method: 'PATCH',
        path: path`/v1/tenants/${tenant}/endpoints/${endpoint}/subscriptions/${subscription}`,
        body,
      },
      options,
    )
  }

  /**
   * Give up a subscription.
   * Needs the scope `manage`.
   *
   * `DELETE /v1/tenants/{tenant}/endpoints/{endpoint}/subscriptions/{subscription}`
   * @param tenant The id of the tenant.
   * @param endpoint The id of the endpoint.
   * @param subscription The id of the subscription.
   * @returns The subscription is gone.
   */
  delete(tenant: string, endpoint: string, subscription: string, options?: RequestOptions): Promise<void> {
    return this.http.json<void>(
      {
        method: 'DELETE',
        path: path`/v1/tenants/${tenant}/endpoints/${endpoint}/subscriptions/${subscription}`,
      },
      options,
    )
  }

  /**
   * Try a subscription on a tenant's newest events.
   * Changes nothing and sends nothing. Large events make the answer shorter than `limit`. Needs the scope `read`.
   *
   * `POST /v1/tenants/{tenant}/filter-previews`
   * @param tenant The id of the tenant.
   * @returns Which of them it would have got, the newest first.
   */
  previewFilter(
    tenant: string,
    body?: schemas.NewFilterPreview,
    options?: RequestOptions,
  ): Promise<schemas.FilterPreview> {
    return this.http.json<schemas.FilterPreview>(
      { method: 'POST', path: path`/v1/tenants/${tenant}/filter-previews`, body },
      options,
    )
  }
}

/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */
import type { Http } from '../http.ts'
import { path, type RequestOptions } from '../operation.ts'
import type { Pages } from '../pages.ts'
import type * as schemas from './schemas.ts'

/** What listEndpoints may be asked. */
export interface ListEndpointsQuery {
  status?: 'active' | 'paused' | 'failing' | 'disabled' | undefined
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** What listAllEndpoints may be asked. */
export interface ListAllEndpointsQuery {
  /** Of this tenant alone. */
  tenant?: string | undefined
  status?: 'active' | 'paused' | 'failing' | 'disabled' | undefined
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** Registered callback URLs, their secrets and their health. */
export class Endpoints {
  constructor(protected readonly http: Http) {}

  /**
   * Register a callback URL.
   * Needs the scope `manage`.
   *
   * `POST /v1/tenants/{tenant}/endpoints`
   * @param tenant The id of the tenant.
   * @returns The endpoint, with its secret.
   */
  create(
    tenant: string,
    body: schemas.NewEndpoint,
    options?: RequestOptions,
  ): Promise<schemas.RegisteredEndpoint> {
    return this.http.json<schemas.RegisteredEndpoint>(
      { method: 'POST', path: path`/v1/tenants/${tenant}/endpoints`, body, keyed: true },
      options,
    )
  }

  /**
   * List endpoints, newest first.
   * Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/endpoints`
   * @param tenant The id of the tenant.
   * @returns The list, page by page as it is read.
   */
  list(tenant: string, query?: ListEndpointsQuery, options?: RequestOptions): Pages<schemas.Endpoint> {
    return this.http.pages<schemas.Endpoint>(
      { method: 'GET', path: path`/v1/tenants/${tenant}/endpoints`, ...(query && { query }) },
      options,
    )
  }

  /**
   * Get an endpoint.
   * Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/endpoints/{endpoint}`
   * @param tenant The id of the tenant.
   * @param endpoint The id of the endpoint.
   * @returns The endpoint.
   */
  get(tenant: string, endpoint: string, options?: RequestOptions): Promise<schemas.Endpoint> {
    return this.http.json<schemas.Endpoint>(
      { method: 'GET', path: path`/v1/tenants/${tenant}/endpoints/${endpoint}` },
      options,
    )
  }

  /**
   * Change an endpoint.
   * What is left out stays as it is; `null` clears it. `subscriptions` takes the place of all that there are, and so does `headers`; a header sent with the value `[redacted]`, as it is shown, keeps the value that it has. Needs the scope `manage`.
   *
   * `PATCH /v1/tenants/{tenant}/endpoints/{endpoint}`
   * @param tenant The id of the tenant.
   * @param endpoint The id of the endpoint.
   * @returns The endpoint, changed.
   */
  update(
    tenant: string,
    endpoint: string,
    body: schemas.EndpointChange,
    options?: RequestOptions,
  ): Promise<schemas.Endpoint> {
    return this.http.json<schemas.Endpoint>(
      { method: 'PATCH', path: path`/v1/tenants/${tenant}/endpoints/${endpoint}`, body },
      options,
    )
  }

  /**
   * Delete an endpoint.
   * What waits for it is canceled; its log stays. Needs the scope `manage`.
   *
   * `DELETE /v1/tenants/{tenant}/endpoints/{endpoint}`
   * @param tenant The id of the tenant.
   * @param endpoint The id of the endpoint.
   * @returns The endpoint is gone.
   */
  delete(tenant: string, endpoint: string, options?: RequestOptions): Promise<void> {
    return this.http.json<void>(
      { method: 'DELETE', path: path`/v1/tenants/${tenant}/endpoints/${endpoint}` },
      options,
    )
  }

  /**
   * Switch an endpoint on.
   * Its failures are forgotten, and what was held for it goes on. Needs the scope `manage`.
   *
   * `POST /v1/tenants/{tenant}/endpoints/{endpoint}/enable`
   * @param tenant The id of the tenant.
   * @param endpoint The id of the endpoint.
   * @returns The endpoint, active.
   */
  enable(tenant: string, endpoint: string, options?: RequestOptions): Promise<schemas.Endpoint> {
    return this.http.json<schemas.Endpoint>(
      { method: 'POST', path: path`/v1/tenants/${tenant}/endpoints/${endpoint}/enable` },
      options,
    )
  }

  /**
   * Switch an endpoint off.
   * What waits for it is held, and so is what comes. Needs the scope `manage`.
   *
   * `POST /v1/tenants/{tenant}/endpoints/{endpoint}/disable`
   * @param tenant The id of the tenant.
   * @param endpoint The id of the endpoint.
   * @returns The endpoint, disabled.
   */
  disable(tenant: string, endpoint: string, options?: RequestOptions): Promise<schemas.Endpoint> {
    return this.http.json<schemas.Endpoint>(
      { method: 'POST', path: path`/v1/tenants/${tenant}/endpoints/${endpoint}/disable` },
      options,
    )
  }

  /**
   * Pause an endpoint.
   * What waits for it, and what comes, is kept and held until it is resumed. It spends no attempt. Needs the scope `manage`.
   *
   * `POST /v1/tenants/{tenant}/endpoints/{endpoint}/pause`
   * @param tenant The id of the tenant.
   * @param endpoint The id of the endpoint.
   * @returns The endpoint, paused.
   */
  pause(tenant: string, endpoint: string, options?: RequestOptions): Promise<schemas.Endpoint> {
    return this.http.json<schemas.Endpoint>(
      { method: 'POST', path: path`/v1/tenants/${tenant}/endpoints/${endpoint}/pause` },
      options,
    )
  }

  /**
   * Resume an endpoint.
   * What was held goes on, one at a time at first, then faster. Needs the scope `manage`.
   *
   * `POST /v1/tenants/{tenant}/endpoints/{endpoint}/resume`
   * @param tenant The id of the tenant.
   * @param endpoint The id of the endpoint.
   * @returns The endpoint.
   */
  resume(tenant: string, endpoint: string, options?: RequestOptions): Promise<schemas.Endpoint> {
    return this.http.json<schemas.Endpoint>(
      { method: 'POST', path: path`/v1/tenants/${tenant}/endpoints/${endpoint}/resume` },
      options,
    )
  }

  /**
   * Show the secrets of an endpoint.
   * Needs the scope `manage`.
   *
   * `GET /v1/tenants/{tenant}/endpoints/{endpoint}/secret`
   * @param tenant The id of the tenant.
   * @param endpoint The id of the endpoint.
   * @returns The secrets that sign now.
   */
  getSecret(tenant: string, endpoint: string, options?: RequestOptions): Promise<schemas.Secrets> {
    return this.http.json<schemas.Secrets>(
      { method: 'GET', path: path`/v1/tenants/${tenant}/endpoints/${endpoint}/secret` },
      options,
    )
  }

  /**
   * Give an endpoint a new secret.
   * During the grace the former ones sign as well, so that the receiver can change over. Needs the scope `manage`.
   *
   * `POST /v1/tenants/{tenant}/endpoints/{endpoint}/secret/rotate`
   * @param tenant The id of the tenant.
   * @param endpoint The id of the endpoint.
   * @returns The secrets that sign now.
   */
  rotateSecret(
    tenant: string,
    endpoint: string,
    body?: schemas.Rotation,
    options?: RequestOptions,
  ): Promise<schemas.Secrets> {
    return this.http.json<schemas.Secrets>(
      {
        method: 'POST',
        path: path`/v1/tenants/${tenant}/endpoints/${endpoint}/secret/rotate`,
        body,
        keyed: true,
      },
      options,
    )
  }

  /**
   * Send a test event to an endpoint.
   * To this endpoint alone, whatever it subscribes to; like any other event, it is signed, retried and logged. Needs the scope `manage`.
   *
   * `POST /v1/tenants/{tenant}/endpoints/{endpoint}/test`
   * @param tenant The id of the tenant.
   * @param endpoint The id of the endpoint.
   * @returns The test is on its way.
   */
  test(
    tenant: string,
    endpoint: string,
    body?: schemas.TestSend,
    options?: RequestOptions,
  ): Promise<schemas.SentTest> {
    return this.http.json<schemas.SentTest>(
      { method: 'POST', path: path`/v1/tenants/${tenant}/endpoints/${endpoint}/test`, body, keyed: true },
      options,
    )
  }

  /**
   * List endpoints of all tenants, newest first.
   * Needs the scope `read`.
   *
   * `GET /v1/endpoints`
   * @returns The list, page by page as it is read.
   */
  listAll(query?: ListAllEndpointsQuery, options?: RequestOptions): Pages<schemas.Endpoint> {
    return this.http.pages<schemas.Endpoint>(
      { method: 'GET', path: '/v1/endpoints', ...(query && { query }) },
      options,
    )
  }
}

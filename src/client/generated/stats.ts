/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */
import type { Http } from '../http.ts'
import { path, type RequestOptions } from '../operation.ts'
import type * as schemas from './schemas.ts'

/** What getStats may be asked. */
export interface GetStatsQuery {
  /** How far back. */
  window?: '1h' | '24h' | '7d' | '30d' | undefined
}

/** What getTenantStats may be asked. */
export interface GetTenantStatsQuery {
  /** How far back. */
  window?: '1h' | '24h' | '7d' | '30d' | undefined
}

/** What getEndpointStats may be asked. */
export interface GetEndpointStatsQuery {
  /** How far back. */
  window?: '1h' | '24h' | '7d' | '30d' | undefined
}

/** Rates, latencies and what waits, over time. */
export class Stats {
  constructor(protected readonly http: Http) {}

  /**
   * Statistics of all tenants.
   * Attempts by when they began, some seconds after they ended. Sums are kept for longer than the attempts: `RINGBACK_STATS_DAYS`. Needs the scope `read`.
   *
   * `GET /v1/stats`
   * @returns The statistics.
   */
  get(query?: GetStatsQuery, options?: RequestOptions): Promise<schemas.Stats> {
    return this.http.json<schemas.Stats>(
      { method: 'GET', path: '/v1/stats', ...(query && { query }) },
      options,
    )
  }

  /**
   * Statistics of a tenant.
   * Attempts by when they began, some seconds after they ended. Sums are kept for longer than the attempts: `RINGBACK_STATS_DAYS`. Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/stats`
   * @param tenant The id of the tenant.
   * @returns The statistics.
   */
  getOfTenant(tenant: string, query?: GetTenantStatsQuery, options?: RequestOptions): Promise<schemas.Stats> {
    return this.http.json<schemas.Stats>(
      { method: 'GET', path: path`/v1/tenants/${tenant}/stats`, ...(query && { query }) },
      options,
    )
  }

  /**
   * Statistics of an endpoint.
   * Attempts by when they began, some seconds after they ended. Sums are kept for longer than the attempts: `RINGBACK_STATS_DAYS`. Needs the scope `read`.
   *
   * `GET /v1/tenants/{tenant}/endpoints/{endpoint}/stats`
   * @param tenant The id of the tenant.
   * @param endpoint The id of the endpoint.
   * @returns The statistics.
   */
  getOfEndpoint(
    tenant: string,
    endpoint: string,
    query?: GetEndpointStatsQuery,
    options?: RequestOptions,
  ): Promise<schemas.Stats> {
    return this.http.json<schemas.Stats>(
      {
        method: 'GET',
        path: path`/v1/tenants/${tenant}/endpoints/${endpoint}/stats`,
        ...(query && { query }),
      },
      options,
    )
  }
}

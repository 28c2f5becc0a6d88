/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */
import type { Http } from '../http.ts'
import { path, type RequestOptions } from '../operation.ts'
import type { Pages } from '../pages.ts'
import type * as schemas from './schemas.ts'

/** What listApiKeys may be asked. */
export interface ListApiKeysQuery {
  /** The most entries in the answer. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** Keys for others: what they may do, for whom, until when. */
export class ApiKeys {
  constructor(protected readonly http: Http) {}

  /**
   * Make a key.
   * Needs the scope `admin`.
   *
   * `POST /v1/api-keys`
   * @returns The key.
   */
  create(body: schemas.NewApiKey, options?: RequestOptions): Promise<schemas.CreatedApiKey> {
    return this.http.json<schemas.CreatedApiKey>(
      { method: 'POST', path: '/v1/api-keys', body, keyed: true },
      options,
    )
  }

  /**
   * List keys, newest first.
   * Needs the scope `admin`.
   *
   * `GET /v1/api-keys`
   * @returns The list, page by page as it is read.
   */
  list(query?: ListApiKeysQuery, options?: RequestOptions): Pages<schemas.ApiKey> {
    return this.http.pages<schemas.ApiKey>(
      { method: 'GET', path: '/v1/api-keys', ...(query && { query }) },
      options,
    )
  }

  /**
   * Get a key, without its text.
   * Needs the scope `admin`.
   *
   * `GET /v1/api-keys/{apiKey}`
   * @param apiKey The id of the api key.
   * @returns The key.
   */
  get(apiKey: string, options?: RequestOptions): Promise<schemas.ApiKey> {
    return this.http.json<schemas.ApiKey>({ method: 'GET', path: path`/v1/api-keys/${apiKey}` }, options)
  }

  /**
   * Revoke a key.
   * Within 5 seconds it is refused everywhere. Needs the scope `admin`.
   *
   * `DELETE /v1/api-keys/{apiKey}`
   * @param apiKey The id of the api key.
   * @returns The key is gone.
   */
  revoke(apiKey: string, options?: RequestOptions): Promise<void> {
    return this.http.json<void>({ method: 'DELETE', path: path`/v1/api-keys/${apiKey}` }, options)
  }
}

/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */
import type { Http } from '../http.ts'
import type { RequestOptions } from '../operation.ts'
import type * as schemas from './schemas.ts'

/** Probes for operators; they need no key. */
export class Operations {
  constructor(protected readonly http: Http) {}

  /**
   * Whether the process lives.
   *
   * `GET /livez`
   * @returns It lives.
   */
  getLiveness(options?: RequestOptions): Promise<{
    status: 'ok'
  }> {
    return this.http.json<{
      status: 'ok'
    }>({ method: 'GET', path: '/livez' }, options)
  }

  /**
   * Whether the process can take requests, part by part.
   *
   * `GET /readyz`
   * @returns It can.
   */
  getReadiness(options?: RequestOptions): Promise<schemas.Readiness> {
    return this.http.json<schemas.Readiness>({ method: 'GET', path: '/readyz' }, options)
  }
}

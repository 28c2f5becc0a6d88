/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */
import type { Http } from '../http.ts'
import type { RequestOptions } from '../operation.ts'
import type * as schemas from './schemas.ts'

/** Who calls; and signing in with a browser, which keeps the key in a cookie. */
export class Session {
  constructor(protected readonly http: Http) {}

  /**
   * Sign in with a browser.
   * Sets a cookie that holds the key, sealed: `ringback_portal` for a portal session, else `ringback_session`. It is good for as long as the key is, and a day at most. Requests by cookie that change something need the header `Ringback-Face` and must come from a page of this host.
   *
   * `POST /v1/session`
   * @returns Whose key it is.
   */
  create(body: schemas.SignIn, options?: RequestOptions): Promise<schemas.Session> {
    return this.http.json<schemas.Session>({ method: 'POST', path: '/v1/session', body }, options)
  }

  /**
   * Sign out.
   * Clears the cookie of the face that `Ringback-Face` names, the operator’s unless told. The key stays good.
   *
   * `DELETE /v1/session`
   * @returns The browser is signed out.
   */
  delete(options?: RequestOptions): Promise<void> {
    return this.http.json<void>({ method: 'DELETE', path: '/v1/session' }, options)
  }

  /**
   * Who calls, and what they may do.
   *
   * `GET /v1/session`
   * @returns The caller.
   */
  get(options?: RequestOptions): Promise<schemas.Session> {
    return this.http.json<schemas.Session>({ method: 'GET', path: '/v1/session' }, options)
  }
}

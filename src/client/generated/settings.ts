/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */
import type { Http } from '../http.ts'
import type { RequestOptions } from '../operation.ts'
import type * as schemas from './schemas.ts'

/** What the installation was told, to be looked at. */
export class Settings {
  constructor(protected readonly http: Http) {}

  /**
   * List the settings.
   * As the process runs with them that answers; others may have been told otherwise. They are changed in the environment, and hold from the next start. Needs the scope `admin`.
   *
   * `GET /v1/settings`
   * @returns All of them, without the secrets.
   */
  list(options?: RequestOptions): Promise<{
    data: Array<schemas.Setting>
  }> {
    return this.http.json<{
      data: Array<schemas.Setting>
    }>({ method: 'GET', path: '/v1/settings' }, options)
  }
}

import type { RequestOptions } from '../client/index.ts'
import { path } from '../client/operation.ts'
import type { Connection } from './frame/connection.ts'

/** The body of an event's callbacks, byte by byte as it is signed; a parser would round its numbers. */
export const bodyOf = (
  { http }: Pick<Connection, 'http'>,
  tenant: string,
  event: string,
  options?: RequestOptions,
): Promise<string> =>
  http.text({ method: 'GET', path: path`/v1/tenants/${tenant}/events/${event}/body` }, options)

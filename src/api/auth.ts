import type { MiddlewareHandler } from 'hono'
import type { Access } from '../access/keys.ts'
import type { ApiEnv } from './needs.ts'

/** Lets a request pass that carries a good key, and says whose it is. */
export function requireKey(access: Access): MiddlewareHandler<ApiEnv> {
  return (c, next) => {
    c.set('caller', access.authenticate(c.req.header('Authorization')))
    return next()
  }
}

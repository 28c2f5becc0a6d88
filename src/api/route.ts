import { createRoute as describeRoute, type RouteConfig } from '@hono/zod-openapi'
import type { Scope } from '../access/caller.ts'

/** Who may call a route; every route says it. */
export interface RouteAccess {
  /** The scope that a key must have; `any`: a good key will do, it is about itself; null: no key is needed. */
  scope: Scope | 'any' | null
  /**
   * Where a request names the tenant that it is about: in the path, as `{tenant}`, unless told. `body`: its handler
   * refuses what is not the caller's. A route that names none is about the installation, and closed to keys of a tenant.
   */
  tenantIn?: 'body'
}

/** A route as `createRoute` makes it. */
export type Route = RouteConfig & RouteAccess & { getRoutingPath(): string }

/** Describes a route: its path, what it takes and answers, and who may call it. Add it with `addRoute`. */
export function createRoute<
  P extends string,
  R extends Omit<RouteConfig, 'path' | 'security'> & { path: P } & RouteAccess,
>(route: R) {
  return describeRoute<P, R>(route)
}

/** The one place that says who may call what. */
import type { Context, MiddlewareHandler } from 'hono'
import { type Caller, may, type Scope } from '../access/caller.ts'
import { forbidden, notFound, RingbackError } from '../errors.ts'
import { OPERATOR_TENANT } from '../tenants/tenant.ts'
import { refuseFormer } from './former-tenant.ts'
import type { ApiEnv, ApiNeeds } from './needs.ts'
import type { RouteAccess } from './route.ts'
import { requireOwnPage } from './same-origin.ts'
import { signedInBy } from './session-cookie.ts'

/** What telling callers apart stands on. */
export type RequireKeyNeeds = Pick<ApiNeeds, 'access' | 'browserSessions' | 'clock' | 'publicUrl'>

/**
 * Lets a request pass that carries a good key, and says whose it is.
 * @param onRefusal told of each that carries none; it may refuse it by an error of its own
 */
export function requireKey(
  needs: RequireKeyNeeds,
  onRefusal: (c: Context<ApiEnv>) => Promise<void>,
): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    try {
      c.set('caller', await callerOf(c, needs))
      c.set('confirm', async () => needs.access.confirm(await callerOf(c, needs)))
    } catch (error) {
      if (error instanceof RingbackError && error.kind === 'unauthorized') await onRefusal(c)
      throw error
    }
    await next()
  }
}

/**
 * Who sent a request: by the key that it carries as a bearer; else by the cookie of a browser that signed in.
 * @throws RingbackError `unauthorized`; `cross_origin`
 */
export async function callerOf(
  c: Context,
  { access, browserSessions, clock, publicUrl }: RequireKeyNeeds,
): Promise<Caller> {
  const header = c.req.header('Authorization')
  const signedIn = header === undefined ? signedInBy(c, browserSessions, clock.now()) : undefined
  if (!signedIn) return access.authenticate(header)
  requireOwnPage(c, publicUrl)
  const caller = await access.identify(signedIn.credential)
  return { ...caller, expiresAt: signedIn.expiresAt }
}

/**
 * Lets a request pass to a route whose caller may do this, and here. To a key that is bound to a tenant, another tenant
 * is as absent as one that never was, and so is what belongs to the installation. The operator's own tenant is the
 * installation's: it hears of all tenants, and its alarms are not for whoever may manage those.
 * @throws RingbackError `forbidden`, `not_found`; `unauthorized` when the caller's tenant is gone
 */
export function authorise({ scope, tenantIn }: RouteAccess): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (scope === null) return next()
    if (scope === 'any') return next()
    const caller = c.get('caller')
    requireScope(caller, scope)
    const tenant = c.req.param('tenant')
    if (caller.tenantId !== null && tenantIn !== 'body') {
      if (tenant === undefined) return c.notFound()
      if (tenant !== caller.tenantId) throw notFound('tenant')
    }
    if (tenant === OPERATOR_TENANT) requireScope(caller, 'admin')
    refuseFormer(c, caller)
    // The last thing before the route: the body has been read, which a caller can draw out.
    await c.get('confirm')()
    return next()
  }
}

function requireScope(caller: Caller, scope: Scope): void {
  if (!may(caller, scope)) throw forbidden(`This key may not do that: it needs the scope "${scope}".`)
}

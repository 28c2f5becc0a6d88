/**
 * What is left of a tenant that was deleted, where another was made under its id: events, deliveries and entries of the
 * audit log stay until retention drops them, under an id that is now somebody else's. The operator, whose ids these are,
 * sees both; to a caller who is bound to the tenant, what is older than it is as absent as another tenant's.
 *
 * Ids tell when a thing was made, so nothing has to be looked up. They are told by the clock of the process that made
 * them, the tenant by that of Postgres: as far as the two are apart, a tenant's very first things may be hidden from it.
 */
import type { Context } from 'hono'
import type { Caller } from '../access/caller.ts'
import { notFound } from '../errors.ts'
import { isId, timeOfId } from '../ids.ts'
import type { ApiEnv } from './needs.ts'

/** What outlives its tenant and can be asked for by its id, as paths name it. */
const OUTLIVING = ['event', 'delivery'] as const

/** @throws RingbackError `not_found` when the path names what a former tenant left */
export function refuseFormer(c: Context<ApiEnv>, { since }: Caller): void {
  if (since === null) return
  for (const kind of OUTLIVING) {
    const id = c.req.param(kind)
    if (id !== undefined && isId(kind, id) && timeOfId(id) < since.getTime()) throw notFound(kind)
  }
}

/**
 * The beginning of a list, for its caller.
 * @param after what was asked for
 */
export function notBefore({ since }: Caller, after: Date | undefined): Date | undefined {
  if (since === null) return after
  return after && after > since ? after : since
}

/**
 * Egress: the one place that opens an outgoing connection.
 *
 * - `url-policy`, `forbidden-ports`, `header-policy`: what may be registered
 * - `address-policy`, `embedded-ipv4`: which addresses may be reached
 * - `guarded-lookup`, `agents`, `bounded-pool`: the guard inside the sockets, and their pool
 * - `system-resolver`, `hosts-file`, `name-servers`, `ip-families`, `held`: how names become addresses
 * - `tunnels`, `forward-proxy`: the same through the operator's own proxy
 * - `send`, `exchange`, `bounded-body`, `outcome`: one request and what came of it
 */
export { createEgress, type Egress, type EgressOptions } from './egress.ts'
export { checkHeaders, type Headers, stripHeaders } from './header-policy.ts'
export type { Answer, EgressError, Outcome, Timings } from './outcome.ts'
export type { EgressRequest, Send } from './send.ts'
export type { Resolve } from './system-resolver.ts'
export type { ConnectionTimeouts } from './timeouts.ts'
export type { UrlVerdict } from './url-policy.ts'

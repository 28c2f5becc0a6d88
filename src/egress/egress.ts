/** The service: one installation's rules for outgoing connections, and the means to make them. */
import { type Clock, systemClock } from '../clock.ts'
import type { PoolUse } from '../telemetry/pool-meter.ts'
import { createAddressPolicy } from './address-policy.ts'
import { createAgents, destroyAgents, useOf } from './agents.ts'
import { parseForwardProxy } from './forward-proxy.ts'
import { createGuardedLookup } from './guarded-lookup.ts'
import { checkHeaders, stripHeaders } from './header-policy.ts'
import { createReach, type Reach } from './reach.ts'
import { createSend, type Send } from './send.ts'
import { createSystemResolver, type Resolve } from './system-resolver.ts'
import { type ConnectionTimeouts, DEFAULT_TIMEOUTS } from './timeouts.ts'
import { createUrlPolicy, type UrlPolicy } from './url-policy.ts'

/** How an installation lets callbacks out. */
export interface EgressOptions {
  /** CIDRs that may be reached although they are not public. */
  allow: readonly string[]
  /** Whether plain `http:` is refused. */
  requireHttps: boolean
  /** A forward proxy that every request goes through, as `http://[user:password@]host[:port]`. */
  proxy?: string | undefined
  /** Sent with each request that does not set its own. */
  userAgent?: string
  /** Names to addresses; the machine's own resolver unless given. */
  resolve?: Resolve
  /** Certificate authorities (PEM) to trust in place of Node's own. */
  authorities?: readonly string[]
  timeouts?: Partial<ConnectionTimeouts>
  clock?: Clock
}

/** What the rest of Ringback sees of the network. */
export interface Egress {
  /** Judges a URL for registration: all that needs no DNS. */
  checkUrl: UrlPolicy
  /** Judges a tenant's headers for registration. */
  checkHeaders: typeof checkHeaders
  /** A tenant's headers without those that `checkHeaders` would fault, for joining with ours. */
  stripHeaders: typeof stripHeaders
  /** Makes one POST; never rejects. */
  send: Send
  /** Opens a connection and closes it: for an operator who asks whether there is a way out. Never rejects. */
  reach: Reach
  /** How its sockets are used at this moment. */
  use(): PoolUse
  /** Ends all sockets; requests still under way end as `connect_reset`. */
  close(): void
}

/** @throws StartRefused when a CIDR of `allow` cannot be read */
export function createEgress(options: EgressOptions): Egress {
  const policy = createAddressPolicy(options.allow)
  const checkUrl = createUrlPolicy(policy, options.requireHttps)
  const clock = options.clock ?? systemClock
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts }
  const resolve = options.resolve ?? createSystemResolver({ clock, limitMs: timeouts.lookup })
  const lookup = createGuardedLookup(policy, resolve)
  const sockets = {
    policy,
    lookup,
    clock,
    timeouts,
    authorities: options.authorities,
    proxy: options.proxy === undefined ? undefined : parseForwardProxy(options.proxy, resolve),
  }
  const agents = {
    pooled: createAgents({ ...sockets, keepAlive: true }),
    fresh: createAgents({ ...sockets, keepAlive: false }),
  }
  const send = createSend({
    checkUrl,
    agents,
    timeouts,
    userAgent: options.userAgent ?? 'Ringback',
    clock,
  })

  return {
    checkUrl,
    checkHeaders,
    stripHeaders,
    send,
    reach: createReach({ checkUrl, agent: agents.fresh.http, lookup, timeouts }),
    use: () => useOf([...Object.values(agents.pooled), ...Object.values(agents.fresh)]),
    close() {
      destroyAgents(agents.pooled)
      destroyAgents(agents.fresh)
    },
  }
}

/**
 * Where deliveries go: an endpoint with its secrets and headers opened and its policy resolved, kept for a second. A change by a
 * person is seen by every worker within that second.
 */
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { SECOND } from '../duration.ts'
import type { Egress } from '../egress/index.ts'
import type { EndpointStatus } from '../endpoints/endpoint.ts'
import { openHeaders } from '../endpoints/headers.ts'
import { loadDestinations, type Destination as StoredDestination } from '../endpoints/store.ts'
import type { Id } from '../ids.ts'
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../retry/policy.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { parseSecret } from '../signing/secret.ts'
import type { Log } from '../telemetry/log.ts'

/** An endpoint, ready to be sent to. */
export interface Destination {
  endpointId: Id<'endpoint'>
  tenantId: string
  status: EndpointStatus
  url: string
  headers: Record<string, string>
  /** The live signing keys, the current one first. */
  keys: readonly Uint8Array[]
  retry: RetryPolicy
  timeoutMs: number
  /** Attempts at once, from each worker process, when all is well. */
  maxInFlight: number
  /** The most attempts a second, over all worker processes; null: no limit. */
  perSecond: number | null
  /** Whether all but one delivery is held back, and which one is not. */
  circuit: { open: boolean; probe: Id<'delivery'> | null }
  /** How long ago it was last let go on, in milliseconds, when this was read; null: never. */
  resumedAgoMs: number | null
  /** Whether a success would be news. */
  failing: boolean
}

/** Gives destinations by their endpoints' ids. */
export interface Destinations {
  /** One is missing when its endpoint is gone, or when no master key opens what it is sent with. */
  load(ids: readonly Id<'endpoint'>[]): Promise<Map<Id<'endpoint'>, Destination>>
  /** Looks again the next time. */
  forget(id: Id<'endpoint'>): void
}

/**
 * How long a destination is kept: half of the two seconds within which a change must hold; the rest is for a batch
 * already loaded.
 */
export const KEEP = SECOND

/** Long enough for a slow receiver, short enough that a hanging one frees its place; Svix and others allow the same. */
export const DEFAULT_TIMEOUT = 15 * SECOND

/** A tenth of a worker's places: ten endpoints that hang must not stop the others. */
const DEFAULT_IN_FLIGHT = 10

/** What reading destinations needs from outside. */
export interface DestinationNeeds {
  db: Db
  keyring: Keyring
  clock: Clock
  egress: Pick<Egress, 'stripHeaders'>
  log: Pick<Log, 'error'>
}

export function createDestinations({ db, keyring, clock, egress, log }: DestinationNeeds): Destinations {
  const kept = new Map<Id<'endpoint'>, { destination: Destination | undefined; until: number }>()

  return {
    async load(ids) {
      const now = clock.now()
      const found: Destination[] = []
      const stale: Id<'endpoint'>[] = []
      for (const id of new Set(ids)) {
        const entry = kept.get(id)
        if (!entry || entry.until <= now) stale.push(id)
        else if (entry.destination) found.push(entry.destination)
      }
      if (stale.length > 0) {
        drop(now, stale)
        for (const stored of await loadDestinations(db, stale)) {
          const destination = openOrTell(stored)
          kept.set(stored.endpointId, { destination, until: now + KEEP })
          if (destination) found.push(destination)
        }
      }
      return new Map(found.map((destination) => [destination.endpointId, destination]))
    },
    forget: (id) => void kept.delete(id),
  }

  /** The map is in the order of expiry, so its head holds all that have expired. */
  function drop(now: number, stale: readonly Id<'endpoint'>[]) {
    for (const id of stale) kept.delete(id)
    for (const [id, { until }] of kept) {
      if (until > now) break
      kept.delete(id)
    }
  }

  /** One that cannot be opened is told, and waits; it must not keep those from their destinations that are loaded with it. */
  function openOrTell(stored: StoredDestination): Destination | undefined {
    try {
      return open(stored)
    } catch (error) {
      log.error({ err: error, endpointId: stored.endpointId }, UNOPENABLE)
      return undefined
    }
  }

  function open(stored: StoredDestination): Destination {
    return {
      endpointId: stored.endpointId,
      tenantId: stored.tenantId,
      status: stored.status,
      url: stored.url,
      // Refused at registration already; a rule that came later holds here.
      headers: egress.stripHeaders(openHeaders(keyring, stored.endpointId, stored.headers)),
      keys: stored.secrets.map(({ id, sealed }) => parseSecret(keyring.open(sealed, id).toString())),
      retry: stored.retry ?? DEFAULT_RETRY_POLICY,
      timeoutMs: stored.timeoutMs ?? DEFAULT_TIMEOUT,
      maxInFlight: stored.maxInFlight ?? DEFAULT_IN_FLIGHT,
      perSecond: stored.ratePerSecond,
      circuit: { open: stored.circuitOpen, probe: stored.probeDeliveryId },
      resumedAgoMs: stored.resumedAgoMs,
      failing: stored.failingSince !== null || stored.circuitOpen,
    }
  }
}

const UNOPENABLE =
  'No key of RINGBACK_MASTER_KEY opens what an endpoint is called with. Its deliveries wait until one does.'

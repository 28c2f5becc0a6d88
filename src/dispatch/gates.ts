import type { Id } from '../ids.ts'
import type { Destination } from './destinations.ts'
import { createGate, type GateOptions } from './gate.ts'
import type { Lane } from './slots.ts'
import { createTenantGate } from './tenant-gate.ts'

/** A place of the tenant and one of the endpoint. */
export interface Places {
  /** Gives both back. @param tookMs how long the attempt took; null: none was made */
  leave(tookMs: number | null): void
}

/** There is none soon. */
export interface NoPlace {
  /** When the delivery had best come again; null: nobody can tell. */
  againInMs: number | null
}

/** The two gates on a delivery's way: its tenant's, then its endpoint's. */
export interface Gates {
  /** @param most attempts at once for the endpoint, from this process */
  enter(
    destination: Pick<Destination, 'tenantId' | 'endpointId'>,
    lane: Lane,
    most: number,
  ): Promise<Places | NoPlace>
}

export function createGates(options: GateOptions): Gates {
  const tenants = createTenantGate(options)
  const endpoints = createGate<Id<'endpoint'>>(options)
  return {
    async enter({ tenantId, endpointId }, lane, most) {
      if (!(await tenants.enter(tenantId, lane))) return { againInMs: tenants.turnOf(tenantId, lane) }
      if (!(await endpoints.enter(endpointId, most))) {
        tenants.leave(tenantId, lane, null)
        return { againInMs: endpoints.turnOf(endpointId, most) }
      }
      return {
        leave(tookMs) {
          endpoints.leave(endpointId, tookMs)
          tenants.leave(tenantId, lane, tookMs)
        },
      }
    },
  }
}

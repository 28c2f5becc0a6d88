import { sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import type { RetryPolicy } from '../../retry/policy.ts'
import { tenants } from '../../tenants/table.ts'
import type { EndpointStatus } from '../endpoint.ts'
import type { SealedHeaders } from '../headers.ts'
import { endpointSecrets, endpoints } from '../table.ts'

/** All that an attempt must know of where it goes. */
export interface Destination {
  endpointId: Id<'endpoint'>
  tenantId: string
  url: string
  headers: SealedHeaders
  status: EndpointStatus
  /** The endpoint's own, else its tenant's; null: the instance's. */
  retry: RetryPolicy | null
  /** As `retry`. */
  timeoutMs: number | null
  maxInFlight: number | null
  ratePerSecond: number | null
  failingSince: Date | null
  failedAttempts: number
  circuitOpen: boolean
  /** The delivery that an open circuit lets through. */
  probeDeliveryId: Id<'delivery'> | null
  /** How long ago it was last let go on, in milliseconds by Postgres' clock; null: never. */
  resumedAgoMs: number | null
  /** Those that sign now, newest first. */
  secrets: { id: Id<'secret'>; sealed: Buffer }[]
}

type DestinationRow = Omit<Destination, 'secrets' | 'failingSince'> & {
  failingSince: string | null
  secretIds: Id<'secret'>[]
  sealed: Buffer[]
}

/** Where some deliveries go: one round trip for a group of them. An endpoint that is gone is not in the answer. */
export async function loadDestinations(
  db: Db,
  endpointIds: readonly Id<'endpoint'>[],
): Promise<Destination[]> {
  const { rows } = await db.execute<DestinationRow & Record<string, unknown>>(sql`
    select e.id as "endpointId", e.tenant_id as "tenantId", e.url, e.headers, e.status,
           coalesce(e.retry, t.retry) as retry,
           coalesce(e.timeout_ms, t.timeout_ms) as "timeoutMs",
           e.max_in_flight as "maxInFlight", e.rate_per_second as "ratePerSecond",
           e.failing_since as "failingSince", e.failed_attempts as "failedAttempts",
           e.circuit_opened_at is not null as "circuitOpen", e.probe_delivery_id as "probeDeliveryId",
           (extract(epoch from now() - e.resumed_at) * 1000)::float8 as "resumedAgoMs",
           s.ids as "secretIds", s.sealed
    from ${endpoints} e
    join ${tenants} t on t.id = e.tenant_id
    cross join lateral (
      select coalesce(array_agg(s.id::text order by s.id desc), '{}') as ids,
             coalesce(array_agg(s.sealed order by s.id desc), '{}') as sealed
      from ${endpointSecrets} s
      where s.endpoint_id = e.id and (s.expires_at is null or s.expires_at > now())
    ) s
    where e.id = any(${sql.param([...endpointIds])})`)
  return rows.map(({ secretIds, sealed, failingSince, ...row }) => ({
    ...row,
    failingSince: failingSince === null ? null : new Date(failingSince),
    secrets: secretIds.map((id, i) => ({ id, sealed: sealed[i]! })),
  }))
}

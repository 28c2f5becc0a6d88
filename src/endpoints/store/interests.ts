import { sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import { tenants } from '../../tenants/table.ts'
import type { DisabledReason, EndpointStatus } from '../endpoint.ts'
import { endpoints, subscriptions } from '../table.ts'

/** What one endpoint wants. */
export interface Interest {
  endpointId: Id<'endpoint'>
  status: EndpointStatus
  disabledReason: DisabledReason | null
  /** A filter of null lets everything through. */
  subscriptions: { id: Id<'subscription'>; eventTypes: string[]; filter: unknown }[]
  createdAt: Date
}

/** What all endpoints of a tenant want, at one version of its configuration. */
export interface TenantInterests {
  tenantId: string
  configVersion: number
  /** Oldest endpoint first. */
  interests: Interest[]
}

interface InterestsRow extends Record<string, unknown> {
  tenantId: string
  /** A bigint, so text. */
  configVersion: string
  interests: (Omit<Interest, 'createdAt'> & { createdAt: string })[]
}

/** One statement, so one snapshot: the version and what it stands for. A tenant that does not exist is not in the answer. */
export async function loadInterests(db: Db, tenantIds: readonly string[]): Promise<TenantInterests[]> {
  const { rows } = await db.execute<InterestsRow>(sql`
    select t.id as "tenantId", t.config_version as "configVersion", i.interests
    from ${tenants} t
    cross join lateral (
      select coalesce(json_agg(json_build_object(
               'endpointId', e.id, 'status', e.status, 'disabledReason', e.disabled_reason,
               'subscriptions', s.subscriptions, 'createdAt', e.created_at) order by e.id), '[]') as interests
      from ${endpoints} e
      cross join lateral (
        select coalesce(json_agg(json_build_object(
                 'id', s.id, 'eventTypes', s.event_types, 'filter', s.filter) order by s.id), '[]') as subscriptions
        from ${subscriptions} s
        where s.tenant_id = t.id and s.endpoint_id = e.id
      ) s
      where e.tenant_id = t.id
    ) i
    where t.id = any(${sql.param([...tenantIds])})`)
  return rows.map(({ tenantId, configVersion, interests }) => ({
    tenantId,
    configVersion: Number(configVersion),
    interests: interests.map((interest) => ({ ...interest, createdAt: new Date(interest.createdAt) })),
  }))
}

/** Reading what was rolled up. */
import { and, asc, eq, getTableColumns, gte, lt } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import { type Span, stats } from '../table.ts'

const { span: _length, tenantId: _owner, endpointId: _endpoint, ...shown } = getTableColumns(stats)

/** A minute or an hour, summed up. */
export type StatsRow = Omit<typeof stats.$inferSelect, 'span' | 'tenantId' | 'endpointId'>

/**
 * The rows of an endpoint; of a tenant, without one; of all tenants, with an empty tenant; the oldest first.
 * @param from milliseconds since the epoch; `to` is not included
 */
export function readRows(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'> | '',
  { span, from, to }: { span: Span; from: number; to: number },
): Promise<StatsRow[]> {
  return db
    .select(shown)
    .from(stats)
    .where(
      and(
        eq(stats.span, span),
        eq(stats.tenantId, tenantId),
        eq(stats.endpointId, endpointId),
        gte(stats.at, new Date(from)),
        lt(stats.at, new Date(to)),
      ),
    )
    .orderBy(asc(stats.at))
}

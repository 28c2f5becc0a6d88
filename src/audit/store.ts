import { and, desc, eq, gte, lt, notLike, sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { firstIdAt, type Id, newId } from '../ids.ts'
import { type Action, type Actor, type ActorId, type ActorKind, type Deed, isActorId } from './entry.ts'
import { auditLog } from './table.ts'

/** An entry as stored. */
export type AuditRow = typeof auditLog.$inferSelect

/**
 * Writes down what somebody did, however much, in one statement.
 * @param db the transaction that did it
 */
export async function record(db: Db, by: Actor, ...deeds: readonly Deed[]): Promise<void> {
  if (deeds.length === 0) return
  const column = (of: (deed: Deed) => string | null) => sql`${sql.param(deeds.map(of))}::text[]`
  await db.execute(sql`
    insert into ${auditLog} (id, tenant_id, action, target_id, before, after,
                             actor_kind, actor_id, actor_name, actor_tenant_id, request_id)
    select id, tenant_id, action, target_id, before::json, after::json,
           ${by.kind}, ${by.id}, ${by.name}, ${by.tenantId}, ${by.requestId}
    from unnest(
      ${column(() => newId('auditEntry'))}, ${column(({ tenantId }) => tenantId)}, ${column(({ action }) => action)},
      ${column(({ targetId }) => targetId)}, ${column(({ before }) => jsonOf(before))}, ${column(({ after }) => jsonOf(after))}
    ) as deed (id, tenant_id, action, target_id, before, after)`)
}

const jsonOf = (state: object | undefined) => (state ? JSON.stringify(state) : null)

/** Which entries a list wants. */
export interface AuditQuery {
  /** A kind of actor, or the id of one. */
  actor?: ActorKind | ActorId | undefined
  action?: Action | undefined
  targetId?: string | undefined
  /** At this time or later. */
  after?: Date | undefined
  /** Before this time. */
  before?: Date | undefined
  /** Where the last page ended. */
  olderThan?: Id<'auditEntry'> | undefined
  limit: number
}

/**
 * What happened in a tenant's part, newest first.
 * @param toItself whether the tenant's own people ask: what the operator does with keys is kept from them, and which of
 * the operator's keys did something
 */
export function listEntries(
  db: Db,
  tenantId: string,
  { toItself, ...query }: AuditQuery & { toItself: boolean },
): Promise<AuditRow[]> {
  const asksForOne = query.actor !== undefined && isActorId(query.actor)
  return list(
    db,
    query,
    eq(auditLog.tenantId, tenantId),
    toItself ? notLike(auditLog.action, 'api_key.%') : undefined,
    toItself && asksForOne ? eq(auditLog.actorTenantId, tenantId) : undefined,
  )
}

/** What happened anywhere, newest first. */
export function listAllEntries(
  db: Db,
  { tenantId, ...query }: AuditQuery & { tenantId?: string | undefined },
): Promise<AuditRow[]> {
  return list(db, query, tenantId === undefined ? undefined : eq(auditLog.tenantId, tenantId))
}

/**
 * Removes the oldest entries.
 * @param before those made before then, in milliseconds since the epoch
 * @returns how many; no more than `limit`
 */
export async function removeEntries(db: Db, before: number, limit: number): Promise<number> {
  const { rowCount } = await db.execute(sql`
    with old as materialized (
      select id from ${auditLog} where id < ${firstIdAt('auditEntry', before)}
      order by id limit ${limit} for update skip locked)
    delete from ${auditLog} where id = any(array(select id from old))`)
  return rowCount ?? 0
}

function list(
  db: Db,
  { actor, action, targetId, after, before, olderThan, limit }: AuditQuery,
  ...conditions: Parameters<typeof and>
): Promise<AuditRow[]> {
  const { id } = auditLog
  return db
    .select()
    .from(auditLog)
    .where(
      and(
        ...conditions,
        actor === undefined
          ? undefined
          : isActorId(actor)
            ? eq(auditLog.actorId, actor)
            : eq(auditLog.actorKind, actor),
        action && eq(auditLog.action, action),
        targetId === undefined ? undefined : eq(auditLog.targetId, targetId),
        after && gte(id, firstIdAt('auditEntry', after.getTime())),
        before && lt(id, firstIdAt('auditEntry', before.getTime())),
        olderThan && lt(id, olderThan),
      ),
    )
    .orderBy(desc(id))
    .limit(limit)
}

import { index, json, text } from 'drizzle-orm/pg-core'
import { idColumn, nameColumn, ringback } from '../db/namespace.ts'
import type { Action, ActorId, ActorKind } from './entry.ts'

/**
 * A row is a change that somebody made. Written in the transaction of the change, so that neither stands without the
 * other; never changed after that, which a trigger of the migration sees to; removed by retention. Its id tells the time.
 * No foreign keys: it outlives what it tells of.
 */
export const auditLog = ringback.table(
  'audit_log',
  {
    id: idColumn('auditEntry', 'id').primaryKey(),
    tenantId: nameColumn('tenant_id'),
    action: text().$type<Action>().notNull(),
    targetId: nameColumn('target_id'),
    actorKind: text('actor_kind').$type<ActorKind>().notNull(),
    actorId: nameColumn('actor_id').$type<ActorId>(),
    actorName: text('actor_name'),
    actorTenantId: nameColumn('actor_tenant_id'),
    requestId: text('request_id'),
    before: json().$type<object>(),
    after: json().$type<object>(),
  },
  (t) => [
    // What happened in a tenant's part, newest first.
    index('audit_log_tenant').on(t.tenantId, t.id),
    // What happened to one thing.
    index('audit_log_target').on(t.targetId, t.id),
    // What one key or session did.
    index('audit_log_actor').on(t.actorId, t.id),
    // All of one kind: who was shown secrets?
    index('audit_log_action').on(t.action, t.id),
  ],
)

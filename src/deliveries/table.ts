import { sql } from 'drizzle-orm'
import { index, integer, text } from 'drizzle-orm/pg-core'
import { idColumn, moment, nameColumn, ringback } from '../db/namespace.ts'
import type { Answer, DeliveryStatus, Trigger, WaitingFor } from './delivery.ts'

/**
 * A row is one event for one endpoint, and where it stands. Written by `accept` (with its event, in one transaction),
 * by the settlement of its attempts, by the sweeper (`wakeAt`), and by people (retry, cancel).
 * Partitioned by id, which is by time. No foreign keys: its event may be dropped with an older partition.
 */
export const deliveries = ringback.table(
  'deliveries',
  {
    id: idColumn('delivery', 'id').primaryKey(),
    tenantId: nameColumn('tenant_id').notNull(),
    eventId: idColumn('event', 'event_id').notNull(),
    eventType: nameColumn('event_type').notNull(),
    endpointId: idColumn('endpoint', 'endpoint_id').notNull(),
    status: text().$type<DeliveryStatus>().notNull(),
    waitingFor: text('waiting_for').$type<WaitingFor>(),
    /** Who asks for the next attempt. */
    trigger: text().$type<Trigger>().notNull(),
    /** Attempts made; also the fence: the next result must carry this number plus one. */
    attemptCount: integer('attempt_count').notNull().default(0),
    /** What came of the last attempt; null before the first. */
    lastAnswer: text('last_answer').$type<Answer>(),
    /** Attempts made before the present schedule began; a retry by hand begins a fresh one. */
    roundStart: integer('round_start').notNull().default(0),
    /** When the present schedule began. */
    roundAt: moment('round_at').notNull().defaultNow(),
    /** The recovery that asked for it last. */
    recoveryId: idColumn('recovery', 'recovery_id'),
    /** When the next attempt is due; null when final. */
    dueAt: moment('due_at'),
    /**
     * When the sweeper must look at it: later than `dueAt` by a grace while an alarm should be in the queue, earlier
     * when none is yet. Null when held or final, and then the sweeper's index does not hold the row.
     */
    wakeAt: moment('wake_at'),
    /**
     * The delivery whose alarm rings for this one too, while it may: written with the row, and gone as soon as that alarm
     * has done with it, by an attempt or without, or is known to be lost. An alarm of its own waits for that.
     */
    sharedAlarm: idColumn('delivery', 'shared_alarm'),
    completedAt: moment('completed_at'),
    /** Why it failed or was canceled, in a word. */
    reason: text(),
  },
  (t) => [
    // The list of a tenant's deliveries, newest first.
    index('deliveries_tenant').on(t.tenantId, t.id),
    // The list of an endpoint's deliveries, newest first.
    index('deliveries_endpoint').on(t.endpointId, t.id),
    // The deliveries of an event.
    index('deliveries_event').on(t.eventId),
    // The sweeper: is anything due that has no live alarm? Small: only what waits.
    index('deliveries_wake').on(t.wakeAt).where(sql`${t.wakeAt} is not null`),
    // What ended otherwise than delivered, by when: for statistics. Few do, so it costs those that are delivered nothing.
    index('deliveries_ended').on(t.completedAt).where(sql`${t.status} in ('failed', 'canceled')`),
    // The same, newest first, over all tenants.
    index('deliveries_lost').on(t.status, t.id).where(sql`${t.status} in ('failed', 'canceled')`),
    // How far a recovery has come.
    index('deliveries_recovery').on(t.recoveryId, t.status).where(sql`${t.recoveryId} is not null`),
    // What is held for an endpoint and for what, the oldest first: to probe with it, to hold it for something else, to release it.
    index('deliveries_held').on(t.endpointId, t.waitingFor, t.id).where(sql`${t.status} = 'held'`),
    // What has been held for disabled endpoints for too long.
    index('deliveries_held_since')
      .on(t.roundAt)
      .where(sql`${t.status} = 'held' and ${t.waitingFor} = 'disabled'`),
    // What waits for an endpoint: to feed it at its own pace, to hold or cancel it.
    index('deliveries_waiting')
      .on(t.endpointId, t.wakeAt)
      .where(sql`${t.status} in ('pending', 'retrying', 'held')`),
  ],
)

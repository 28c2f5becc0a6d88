import { sql } from 'drizzle-orm'
import type { Db } from '../../src/db/open.ts'
import { insertDeliveries } from '../../src/deliveries/store.ts'
import type { NewDelivery } from '../../src/events/candidate.ts'

/** Stores deliveries as accepting does: their events with them, where they are not there yet. */
export async function storeDeliveries(db: Db, deliveries: readonly NewDelivery[]) {
  for (const { eventId, tenantId, eventType } of deliveries)
    await db.execute(sql`
      insert into ringback.events (id, tenant_id, type, metadata, body, delivery_count)
      values (${eventId}, ${tenantId}, ${eventType}, '{}', '{}', 1) on conflict do nothing`)
  return insertDeliveries(db, deliveries)
}

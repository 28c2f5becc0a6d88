/** Publishing: notices that were given become events of the operator's tenant. */
import type { Db } from '../db/open.ts'
import type { Acceptor } from '../events/accept.ts'
import type { EmitRequest } from '../events/event.ts'
import { OPERATOR_TENANT } from '../tenants/tenant.ts'
import { type NoticeRow, removeNotices, takeNotices } from './store.ts'

/** What publishing needs from outside. */
export interface PublishNeeds {
  db: Db
  accept: Acceptor['accept']
}

/** Bounds how long the rows stay locked; a full page means that more wait. */
export const NOTICES_AT_ONCE = 100

/**
 * Publishes the oldest notices. Each becomes one event, however often it is tried: accepting commits by itself, and
 * should we die before the notice is taken away, its id, which is the event's external id, finds the event that stands.
 * @returns how many were published
 */
export async function publishNotices({ db, accept }: PublishNeeds): Promise<number> {
  return db.transaction(async (tx) => {
    const rows = await takeNotices(tx, NOTICES_AT_ONCE)
    if (rows.length === 0) return 0
    await Promise.all(rows.map((row) => accept(eventOf(row))))
    await removeNotices(
      tx,
      rows.map(({ id }) => id),
    )
    return rows.length
  })
}

function eventOf({ id, type, data, createdAt }: NoticeRow): EmitRequest {
  const value = { ...data, at: createdAt.toISOString() }
  return {
    tenantId: OPERATOR_TENANT,
    type,
    data: JSON.stringify(value),
    value,
    externalId: id,
    occurredAt: createdAt,
  }
}

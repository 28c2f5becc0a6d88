/** A tenant with endpoints, and deliveries that have ended, to be recovered; all on a real Postgres. */
import { sql } from 'drizzle-orm'
import { SYSTEM } from '../../src/audit/entry.ts'
import { type DeliveryRow, listDeliveries, settleDeliveries } from '../../src/deliveries/store.ts'
import type { EndpointStatus } from '../../src/endpoints/endpoint.ts'
import { insertEndpoint, insertSubscriptions } from '../../src/endpoints/store.ts'
import { eventBody } from '../../src/events/event.ts'
import { insertEvents } from '../../src/events/store.ts'
import { type Id, newId } from '../../src/ids.ts'
import { advanceRecovery } from '../../src/recoveries/advance.ts'
import { beginRecovery } from '../../src/recoveries/begin.ts'
import type { RecoveryFilter } from '../../src/recoveries/recovery.ts'
import { findRecovery, type RecoveryRow } from '../../src/recoveries/store.ts'
import { upsertTenant } from '../../src/tenants/store.ts'
import type { TestDatabase } from '../setup/database.ts'
import { storeDeliveries } from '../setup/stored-deliveries.ts'

/** Before everything that a test makes. */
export const LONG_AGO = new Date(Date.now() - 60_000)

export interface Room {
  tenantId: string
  /** An endpoint that wants events of the type `wanted`. */
  endpointId: Id<'endpoint'>
  endpoint(status?: EndpointStatus, filter?: unknown): Promise<Id<'endpoint'>>
  /** An event that nobody got. */
  event(type?: string, value?: unknown): Promise<Id<'event'>>
  /** A delivery of an event that is not there, which has ended so. */
  ended(
    status: 'failed' | 'delivered' | 'canceled',
    changes?: { endpointId?: Id<'endpoint'>; eventType?: string; trigger?: 'test' | 'automatic' },
  ): Promise<Id<'delivery'>>
  /** So many that failed, the oldest first. */
  failed(count: number): Promise<Id<'delivery'>[]>
  /** @param most how many may be at work at a time */
  begin(filter?: Partial<RecoveryFilter>, most?: number): Promise<RecoveryRow>
  step(recovery: Pick<RecoveryRow, 'id' | 'tenantId'>, most: number): ReturnType<typeof advanceRecovery>
  recovery(id: Id<'recovery'>): Promise<RecoveryRow>
  /** Those that the recovery has set going, the oldest first. */
  started(id: Id<'recovery'>): Promise<DeliveryRow[]>
  deliveries(): Promise<DeliveryRow[]>
  settle(id: Id<'delivery'>, status: 'failed' | 'delivered'): Promise<void>
}

let rooms = 0

/** A tenant of its own. */
export async function createRoom({ db }: Pick<TestDatabase, 'db'>): Promise<Room> {
  const tenantId = `tenant-${++rooms}`
  await upsertTenant(db, tenantId, {})
  const endpointId = await endpoint()

  async function endpoint(status: EndpointStatus = 'active', filter: unknown = null) {
    const id = newId('endpoint')
    await insertEndpoint(db, tenantId, { id, url: 'https://example.com/' })
    await insertSubscriptions(db, tenantId, [
      { id: newId('subscription'), endpointId: id, eventTypes: ['wanted'], filter },
    ])
    await db.execute(sql`update ringback.endpoints set status = ${status} where id = ${id}`)
    return id
  }

  async function deliveries() {
    return (await listDeliveries(db, tenantId, { limit: 5_000 })).reverse()
  }

  async function settle(id: Id<'delivery'>, status: 'failed' | 'delivered') {
    const number = (await deliveries()).find((row) => row.id === id)!.attemptCount + 1
    await settleDeliveries(db, [
      { id, number, status, answer: status === 'delivered' ? '2xx' : '5xx', dueInMs: null, reason: null },
    ])
  }

  const room: Room = {
    tenantId,
    endpointId,
    endpoint,
    async event(type = 'wanted', value: unknown = {}) {
      const id = newId('event')
      const body = eventBody(id, { type, data: JSON.stringify(value) })
      await insertEvents(db, [
        { id, tenantId, type, externalId: null, occurredAt: null, metadata: {}, body, deliveryCount: 0 },
      ])
      return id
    },
    async ended(status, changes) {
      const id = newId('delivery')
      const made = { id, tenantId, eventId: newId('event'), eventType: 'a', endpointId } as const
      await storeDeliveries(db, [{ ...made, endpointStatus: 'active', trigger: 'automatic', ...changes }])
      await db.execute(sql`
        update ringback.deliveries set status = ${status}, attempt_count = 1, completed_at = now(), due_at = null, wake_at = null
        where id = ${id}`)
      return id
    },
    async failed(count) {
      const ids: Id<'delivery'>[] = []
      for (let i = 0; i < count; i++) ids.push(await room.ended('failed'))
      return ids
    },
    begin(filter = {}, most = 10) {
      const usual: RecoveryFilter = {
        endpointId: null,
        statuses: ['failed'],
        eventType: null,
        after: LONG_AGO,
        before: null,
        includeUnsent: false,
      }
      return db.transaction((tx) =>
        beginRecovery(tx, { by: SYSTEM, ids: newId, most }, tenantId, { ...usual, ...filter }, 50),
      )
    },
    step: (recovery, most) => advanceRecovery({ db, ids: newId }, recovery, most),
    recovery: async (id) => (await findRecovery(db, tenantId, id))!,
    started: async (id) => (await deliveries()).filter(({ recoveryId }) => recoveryId === id),
    deliveries,
    settle,
  }
  return room
}

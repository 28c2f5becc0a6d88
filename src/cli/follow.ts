/** Deliveries as they happen: each change once, in a line. */
import type { Delivery, StreamOptions } from '../client/index.ts'
import { paintStatus } from './commands/columns.ts'
import type { Connection } from './frame/connection.ts'
import { type Paint, plain } from './frame/terminal.ts'

/** Which deliveries are watched; without a tenant, those of all. */
export interface Watching {
  tenant?: string | undefined
  endpointId?: string | undefined
  eventType?: string | undefined
  status?: Delivery['status'] | undefined
}

/** Goes on over every broken line. `missed`: more happened than is told. */
export async function* followDeliveries(
  { client }: Pick<Connection, 'client'>,
  { tenant, ...query }: Watching,
  options: StreamOptions,
): AsyncGenerator<Delivery | 'missed', void, void> {
  const { deliveries } = client
  const stream = tenant ? deliveries.stream(tenant, query, options) : deliveries.streamAll(query, options)
  const seen = new Set<string>()
  for await (const { event, data } of stream) {
    if (event === 'missed') yield 'missed'
    if (event !== 'delivery') continue
    const delivery = data as Delivery
    if (isNew(seen, delivery)) yield delivery
  }
}

/** Changes come at least once. Old ones are forgotten: they do not come again after minutes. */
function isNew(seen: Set<string>, { id, attemptCount, status }: Delivery): boolean {
  const change = `${id} ${attemptCount} ${status}`
  if (seen.has(change)) return false
  seen.add(change)
  if (seen.size > MOST_SEEN) seen.delete(seen.values().next().value!)
  return true
}

const MOST_SEEN = 20_000

/** One change, as a person reads it. */
export function changeLine(delivery: Delivery, paint: Paint): string {
  const { id, tenantId, eventType, status, attemptCount, lastAttempt, waitingFor } = delivery
  const result = lastAttempt
    ? `${lastAttempt.response?.status ?? lastAttempt.error} ${lastAttempt.request.url}`
    : ''
  const parts = [tenantId, eventType, id, `#${attemptCount}`, waitingFor ?? '', result]
  const rest = plain(parts.filter((part) => part !== '').join(' '))
  return `${paint.dim(timeOfDay())} ${paintStatus(status, paint)(status.padEnd(9))} ${rest}`
}

/** `14:32:15`, here. */
export const timeOfDay = (): string => new Date().toLocaleTimeString('sv-SE')

/**
 * The deliveries of a tenant, one for each event: the first that is heard of. What was cut off is told again by the server,
 * and dropped here; what it no longer tells (it was away for longer than it remembers) is read from the list.
 */
import type { Delivery, StreamOptions } from '../../client/index.ts'
import { SECOND } from '../../duration.ts'
import { followDeliveries, type Watching } from '../follow.ts'
import type { Connection } from '../frame/connection.ts'

/** Deliveries commit in another order than they are created in; the list is read from so long before. */
const MARGIN = 75 * SECOND

/** More events than are under way at any time, and a few megabytes. */
const MOST_SEEN = 50_000

/** @param since milliseconds since the epoch: what was created before is not read from the list */
export async function* incoming(
  connection: Connection,
  watching: Watching & { tenant: string },
  since: number,
  options: StreamOptions,
): AsyncGenerator<Delivery, void, void> {
  const seen = new Set<string>()
  let latest = since

  function isFirst({ eventId, createdAt }: Delivery): boolean {
    if (seen.has(eventId)) return false
    seen.add(eventId)
    if (seen.size > MOST_SEEN) seen.delete(seen.values().next().value!)
    latest = Math.max(latest, Date.parse(createdAt) - MARGIN)
    return true
  }

  for await (const change of followDeliveries(connection, watching, options)) {
    const told = change === 'missed' ? await listSince(connection, watching, latest, options) : [change]
    for (const delivery of told) if (isFirst(delivery)) yield delivery
  }
}

/** The oldest first. */
async function listSince(
  { client }: Connection,
  { tenant, ...query }: Watching & { tenant: string },
  since: number,
  { signal }: StreamOptions,
): Promise<Delivery[]> {
  const found: Delivery[] = []
  const list = client.deliveries.list(tenant, { ...query, after: new Date(since), limit: 250 }, { signal })
  for await (const delivery of list) found.push(delivery)
  return found.reverse()
}

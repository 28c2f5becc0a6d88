/** The judgement: what was accepted, against what the receiver's log and the API say became of it. */
import type { Delivery } from '../setup/api.ts'
import type { Emitted } from './client.ts'
import { isTaken, type Line } from './receiver-log.ts'

/** A delivery, as far as it is judged. */
export type JudgedDelivery = Pick<Delivery, 'eventId' | 'status'> & { reason: string | null }

/** What it came to. */
export interface Verdict {
  /** Events answered 202. */
  accepted: number
  /** Of these: shown as delivered, and in the receiver's log with a 2xx. */
  delivered: number
  /** Of these: shown as failed or canceled, by why. */
  notDelivered: Record<string, number>
  /** Of these: none of the above. Their ids, each with what is known of it. */
  lost: string[]
  /** Deliveries beyond one for each event accepted: an event stored twice, or one that nobody was told of. */
  storedTwice: number
  /** Requests that came to an endpoint for an event after it had been answered a 2xx there. */
  duplicates: number
}

/** Judges. Each event is meant for one endpoint. */
export function check(
  accepted: readonly Pick<Emitted, 'id'>[],
  deliveries: readonly JudgedDelivery[],
  lines: readonly Line[],
): Verdict {
  const taken = new Set(lines.filter(isTaken).map(({ id }) => id))
  const deliveryOf = new Map(deliveries.map((delivery) => [delivery.eventId, delivery]))
  const ids = new Set(accepted.map(({ id }) => id))
  const verdict: Verdict = {
    accepted: ids.size,
    delivered: 0,
    notDelivered: {},
    lost: [],
    storedTwice: deliveries.length - [...ids].filter((id) => deliveryOf.has(id)).length,
    duplicates: countDuplicates(lines),
  }
  for (const id of ids) {
    const delivery = deliveryOf.get(id)
    const why = delivery && whyNot(delivery)
    if (delivery?.status === 'delivered' && taken.has(id)) verdict.delivered++
    else if (why) verdict.notDelivered[why] = (verdict.notDelivered[why] ?? 0) + 1
    else
      verdict.lost.push(
        `${id}: ${delivery?.status ?? 'not stored'}, ${taken.has(id) ? 'taken' : 'never taken'}`,
      )
  }
  return verdict
}

/** Why a delivery is at rest though it was not delivered; undefined when it is not, or does not say. */
function whyNot({ status, reason }: JudgedDelivery): string | undefined {
  if ((status === 'failed' || status === 'canceled') && reason) return `${status}: ${reason}`
  return undefined
}

function countDuplicates(lines: readonly Line[]): number {
  const taken = new Set<string>()
  let duplicates = 0
  for (const line of lines) {
    const place = `${line.endpoint} ${line.id}`
    if (taken.has(place)) duplicates++
    if (isTaken(line)) taken.add(place)
  }
  return duplicates
}

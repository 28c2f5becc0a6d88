/** What the demo promises, checked on both sides: by the API, and by what the receivers got. */
import type { Delivery, Endpoint } from '../setup/api.ts'
import type { Received } from '../setup/receiver.ts'
import { type Player, wants } from './receivers.ts'
import type { Emitted } from './run.ts'

/** All there is to be checked. */
export interface Evidence {
  players: readonly Player[]
  emitted: readonly Emitted[]
  /** As the API lists them in the end. */
  deliveries: readonly Delivery[]
  /** Asks the API for an endpoint. */
  endpoint(id: string): Promise<Endpoint>
}

/** @returns a sentence for everything that is not as it should be */
export async function checkAll(evidence: Evidence): Promise<string[]> {
  const faults: string[] = []
  for (const player of evidence.players) {
    const deliveries = evidence.deliveries.filter(({ endpointId }) => endpointId === player.endpoint!.id)
    faults.push(
      ...player.faults,
      ...checkCompleteness(player, deliveries, evidence.emitted),
      ...checkEnds(player, deliveries),
      ...checkRequests(player, deliveries, evidence.emitted),
      ...checkEndpoint(player, await evidence.endpoint(player.endpoint!.id)),
    )
  }
  return faults
}

/** Each event that it wants has one delivery, and no other has. */
function checkCompleteness(
  player: Player,
  deliveries: readonly Delivery[],
  emitted: readonly Emitted[],
): string[] {
  const wanted = emitted.filter(({ type }) => wants(player, type)).map(({ event }) => event.id)
  const found = deliveries.map(({ eventId }) => eventId)
  const missing = wanted.filter((id) => !found.includes(id))
  const faults: string[] = []
  if (missing.length > 0) faults.push(`${player.name}: no delivery was made of ${missing.join(', ')}.`)
  if (found.length > wanted.length)
    faults.push(`${player.name}: ${found.length} deliveries were made of ${wanted.length} events.`)
  return faults
}

function checkEnds(player: Player, deliveries: readonly Delivery[]): string[] {
  const faults: string[] = []
  for (const { id, status, attemptCount } of deliveries) {
    if (status !== player.ends)
      faults.push(`${player.name}: delivery ${id} ended ${status} instead of ${player.ends}.`)
    if (player.attempts !== undefined && attemptCount !== player.attempts)
      faults.push(
        `${player.name}: delivery ${id} took ${attemptCount} attempts instead of ${player.attempts}.`,
      )
  }
  return faults
}

/** Every attempt that the API tells of came, none else, always with the same bytes, and those are what was emitted. */
function checkRequests(
  player: Player,
  deliveries: readonly Delivery[],
  emitted: readonly Emitted[],
): string[] {
  const faults: string[] = []
  const data = new Map(emitted.map((one) => [one.event.id, JSON.stringify(one.data)]))
  const requests = requestsById(player.receiver.requests)
  for (const { eventId, attemptCount } of deliveries) {
    const came = requests.get(eventId) ?? []
    requests.delete(eventId)
    // While it was down, nothing could come.
    const expected = player.down ? attemptCount - (player.delaysSeconds.length + 1) : attemptCount
    if (came.length !== expected)
      faults.push(`${player.name}: ${eventId} came ${came.length} times instead of ${expected}.`)
    if (came.some(({ body }) => !body.equals(came[0]!.body)))
      faults.push(`${player.name}: ${eventId} came with other bytes when it was retried.`)
    if (came[0] && !came[0].body.toString().endsWith(`"data":${data.get(eventId)}}`))
      faults.push(`${player.name}: ${eventId} came with other data than was emitted.`)
  }
  if (requests.size > 0)
    faults.push(`${player.name}: it got what it does not want: ${[...requests.keys()].join(', ')}.`)
  return faults
}

/** The requests for each event, by its `webhook-id`. */
export function requestsById(requests: readonly Received[]): Map<string, Received[]> {
  const byId = new Map<string, Received[]>()
  for (const request of requests) byId.set(request.id, [...(byId.get(request.id) ?? []), request])
  return byId
}

function checkEndpoint(player: Player, { status, disabledReason }: Endpoint): string[] {
  const isDisabled = status === 'disabled' && disabledReason === 'gone'
  return isDisabled === (player.ends === 'held')
    ? []
    : [`${player.name}: its endpoint is ${status} (${disabledReason ?? 'no reason'}) in the end.`]
}

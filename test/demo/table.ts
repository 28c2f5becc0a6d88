/** The summary: a line for each endpoint. */
import type { Delivery } from '../setup/api.ts'
import { requestsById } from './check.ts'
import type { Player } from './receivers.ts'
import type { Emitted } from './run.ts'

const HEAD = ['endpoint', 'events', 'attempts', 'delivered', 'failed', 'held', 'p50', 'p99']

/**
 * The lines of the table. p50 and p99 are from an event's acceptance to the arrival of the request that was taken, so
 * they hold the waiting between retries.
 */
export function summary(
  players: readonly Player[],
  emitted: readonly Emitted[],
  deliveries: readonly Delivery[],
): string[] {
  return aligned([HEAD, ...players.map((player) => row(player, emitted, deliveries))])
}

function row(player: Player, emitted: readonly Emitted[], all: readonly Delivery[]): string[] {
  const deliveries = all.filter(({ endpointId }) => endpointId === player.endpoint!.id)
  const count = (status: Delivery['status']) => `${deliveries.filter((one) => one.status === status).length}`
  const attempts = deliveries.reduce((sum, { attemptCount }) => sum + attemptCount, 0)
  const waits = waitsOf(player, emitted, deliveries)
  return [
    player.name,
    `${deliveries.length}`,
    `${attempts}`,
    count('delivered'),
    count('failed'),
    count('held'),
    milliseconds(percentile(waits, 0.5)),
    milliseconds(percentile(waits, 0.99)),
  ]
}

/** From acceptance to the arrival of the last request, of what was delivered; in milliseconds, ascending. */
function waitsOf(player: Player, emitted: readonly Emitted[], deliveries: readonly Delivery[]): number[] {
  const acceptedAt = new Map(emitted.map(({ event }) => [event.id, Date.parse(event.createdAt)]))
  const requests = requestsById(player.receiver.requests)
  return deliveries
    .filter(({ status }) => status === 'delivered')
    .map(({ eventId }) => (requests.get(eventId)?.at(-1)?.at ?? Number.NaN) - acceptedAt.get(eventId)!)
    .sort((a, b) => a - b)
}

/** The nearest rank. */
const percentile = (sorted: readonly number[], part: number): number | undefined =>
  sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)]

function milliseconds(value: number | undefined): string {
  if (value === undefined) return '-'
  return value < 1_000 ? `${value} ms` : `${(value / 1_000).toFixed(1)} s`
}

/** Names to the left, numbers to the right. */
function aligned(rows: readonly string[][]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)))
  return rows.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('   ')
      .trimEnd(),
  )
}

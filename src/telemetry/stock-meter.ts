/**
 * What stands in the database at a moment: counted by one process for all, now and then, since to count it at each
 * scrape of each process would cost more than it tells. A process that does not count shows none of it.
 */
import { Gauge, Registry } from 'prom-client'

/** What was counted. */
export interface Stock {
  /** Deliveries that wait for an attempt, by status. */
  waiting: Readonly<Record<'pending' | 'retrying', number>>
  /** Deliveries that are held, by what they wait for. */
  held: Readonly<Record<'paused' | 'disabled' | 'circuit', number>>
  /** How long the one is overdue that has waited longest for an attempt; 0: none is. */
  overdueSeconds: number
  /** Endpoints, by status. */
  endpoints: Readonly<Record<'active' | 'failing' | 'paused' | 'disabled', number>>
  openCircuits: number
  runningRecoveries: number
  /** Notices that are no events yet. */
  waitingNotices: number
  /** For how long from now there are partitions. */
  partitionsAheadSeconds: number
  /** Jobs in the queue, by lane and state; null while it does not answer. */
  queue: Readonly<Record<string, Readonly<Record<'waiting' | 'active' | 'delayed', number>>>> | null
}

/** Shows what was counted last. */
export interface StockMeter {
  /** @param at when, in milliseconds since the epoch */
  counted(stock: Stock, at: number): void
  /** Another process counts now. */
  forget(): void
}

/** The instruments, in a registry of their own that is only shown while this process counts. */
export function createStockMeter(): StockMeter & { registry(): Registry | undefined } {
  const registry = new Registry()
  const registers = [registry]
  let isShown = false
  const gauge = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge<L>({ name, help, labelNames, registers })

  const waiting = gauge('ringback_deliveries_waiting', 'Deliveries that wait for an attempt.', ['status'])
  const held = gauge('ringback_deliveries_held', 'Deliveries that are held, by what they wait for.', [
    'waiting_for',
  ])
  const overdue = gauge(
    'ringback_delivery_overdue_seconds',
    'How long the delivery is overdue that has waited longest for an attempt and is not held.',
  )
  const endpoints = gauge('ringback_endpoints', 'Endpoints, by status.', ['status'])
  const circuits = gauge('ringback_circuits_open', 'Endpoints whose circuit is open.')
  const recoveries = gauge('ringback_recoveries_running', 'Recoveries that are at work.')
  const notices = gauge('ringback_notices_waiting', 'Notices to the operator that are no events yet.')
  const ahead = gauge('ringback_partitions_ahead_seconds', 'For how long there are partitions from now.')
  const jobs = gauge('ringback_queue_jobs', 'Jobs in the queue, by kind and state.', ['kind', 'state'])
  const takenAt = gauge('ringback_stock_timestamp_seconds', 'When these were counted.')

  return {
    counted(stock, at) {
      isShown = true
      setAll(waiting, 'status', stock.waiting)
      setAll(held, 'waiting_for', stock.held)
      overdue.set(stock.overdueSeconds)
      setAll(endpoints, 'status', stock.endpoints)
      circuits.set(stock.openCircuits)
      recoveries.set(stock.runningRecoveries)
      notices.set(stock.waitingNotices)
      ahead.set(stock.partitionsAheadSeconds)
      jobs.reset()
      for (const [kind, counts] of Object.entries(stock.queue ?? {}))
        for (const [state, count] of Object.entries(counts)) jobs.set({ kind, state }, count)
      takenAt.set(at / 1_000)
    },
    forget() {
      isShown = false
    },
    registry: () => (isShown ? registry : undefined),
  }
}

function setAll<L extends string>(gauge: Gauge<L>, label: L, counts: Readonly<Record<string, number>>): void {
  for (const [value, count] of Object.entries(counts))
    gauge.set({ [label]: value } as Record<L, string>, count)
}

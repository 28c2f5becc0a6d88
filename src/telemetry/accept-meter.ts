import { Counter, Histogram, type Registry } from 'prom-client'

/** Who said that something happened: the host, a person who tries an endpoint, Ringback about itself. */
export type EventSource = 'host' | 'test' | 'notice'

/** Counts what accepting does. */
export interface AcceptMeter {
  /** An event is kept, with so many deliveries. */
  accepted(source: EventSource, deliveries: number): void
  /** An event had been accepted before, under its key or its own id. */
  replayed(): void
  /** An event was refused, by the code of its error. */
  refused(code: string): void
  /** So many events shared a transaction, which took so long. */
  committed(events: number, seconds: number): void
  /** So many events were not accepted, through no fault of theirs. */
  failed(events: number): void
}

export const silentAcceptMeter: AcceptMeter = {
  accepted() {},
  replayed() {},
  refused() {},
  committed() {},
  failed() {},
}

/** Makes its instruments. */
export function createAcceptMeter(registry: Registry): AcceptMeter {
  const registers = [registry]
  const accepted = new Counter({
    name: 'ringback_events_accepted_total',
    help: 'Events that were accepted: kept in Postgres, with their deliveries.',
    labelNames: ['source'],
    registers,
  })
  const replayed = new Counter({
    name: 'ringback_events_replayed_total',
    help: 'Events that had been accepted before, and got their first answer again.',
    registers,
  })
  const refused = new Counter({
    name: 'ringback_events_refused_total',
    help: 'Readable events that were refused, by the code of the error.',
    labelNames: ['code'],
    registers,
  })
  const failed = new Counter({
    name: 'ringback_events_failed_total',
    help: 'Events that could not be accepted through a fault of Ringback or its database.',
    registers,
  })
  const deliveries = new Histogram({
    name: 'ringback_event_deliveries',
    help: 'Deliveries made of an accepted event: its fan-out.',
    buckets: [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
    registers,
  })
  const group = new Histogram({
    name: 'ringback_accept_batch_events',
    help: 'Events that shared a transaction.',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
    registers,
  })
  const duration = new Histogram({
    name: 'ringback_accept_batch_duration_seconds',
    help: 'How long a group of events took, from its checks to its commit.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  })
  for (const source of ['host', 'test', 'notice'] as const) accepted.inc({ source }, 0)
  return {
    accepted(source, count) {
      accepted.inc({ source })
      deliveries.observe(count)
    },
    replayed: () => replayed.inc(),
    refused: (code) => refused.inc({ code }),
    committed(events, seconds) {
      group.observe(events)
      duration.observe(seconds)
    },
    failed: (events) => failed.inc(events),
  }
}

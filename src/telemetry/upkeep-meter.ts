import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** Counts what the duties do. */
export interface UpkeepMeter {
  /** A duty had its turn. */
  turn(duty: string, seconds: number, failed: boolean): void
  /** Whether this process is the one that does a duty which one does at a time. */
  lease(duty: string, held: boolean): void
  /** The sweeper looked, and brought so many deliveries to the queue. */
  swept(fed: number): void
}

export const silentUpkeepMeter: UpkeepMeter = { turn() {}, lease() {}, swept() {} }

/** Makes its instruments. */
export function createUpkeepMeter(registry: Registry): UpkeepMeter {
  const registers = [registry]
  const duration = new Histogram({
    name: 'ringback_duty_duration_seconds',
    help: 'How long a turn of a periodic duty took.',
    labelNames: ['duty'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
    registers,
  })
  const failures = new Counter({
    name: 'ringback_duty_failures_total',
    help: 'Turns of a periodic duty that failed; it is tried again.',
    labelNames: ['duty'],
    registers,
  })
  const lease = new Gauge({
    name: 'ringback_lease_held',
    help: 'Whether this process does a duty that one process does at a time.',
    labelNames: ['duty'],
    registers,
  })
  const looks = new Counter({
    name: 'ringback_sweeps_total',
    help: 'Looks of the sweeper for deliveries that are due and have no live alarm.',
    registers,
  })
  const fed = new Counter({
    name: 'ringback_swept_deliveries_total',
    help: 'Deliveries that the sweeper brought to the queue.',
    registers,
  })
  return {
    turn(duty, seconds, failed) {
      duration.observe({ duty }, seconds)
      failures.inc({ duty }, failed ? 1 : 0)
    },
    lease: (duty, held) => lease.set({ duty }, held ? 1 : 0),
    swept(count) {
      looks.inc()
      fed.inc(count)
    },
  }
}

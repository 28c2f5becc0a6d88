/** The metrics of one Ringback: what it counts, and the text that Prometheus scrapes. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { type AcceptMeter, createAcceptMeter } from './accept-meter.ts'
import { createDispatchMeter, type DispatchMeter } from './dispatch-meter.ts'
import { createHttpMeter, type HttpMeter } from './http-meter.ts'
import { createPoolMeter, type PoolMeter } from './pool-meter.ts'
import { createStockMeter, type StockMeter } from './stock-meter.ts'
import { createUpkeepMeter, type UpkeepMeter } from './upkeep-meter.ts'

/** What each part of the house counts with, and how it is read. */
export interface Metrics {
  accept: AcceptMeter
  dispatch: DispatchMeter
  http: HttpMeter
  upkeep: UpkeepMeter
  stock: StockMeter
  pools: PoolMeter
  /** All of it, in the text format of Prometheus, version 0.0.4. */
  text(): Promise<string>
}

/** The `Content-Type` of the text. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE

/** @param about what the process is */
export function createMetrics(about: { version: string; roles: readonly string[] }): Metrics {
  const registry = new Registry()
  const stock = createStockMeter()
  const ofProcess = ofThisProcess()
  const info = new Gauge({
    name: 'ringback_build_info',
    help: 'Always 1; its labels say what runs.',
    labelNames: ['version', 'node_version', 'roles'],
    registers: [registry],
  })
  info.set({ version: about.version, node_version: process.version, roles: about.roles.join(',') }, 1)

  return {
    accept: createAcceptMeter(registry),
    dispatch: createDispatchMeter(registry),
    http: createHttpMeter(registry),
    upkeep: createUpkeepMeter(registry),
    pools: createPoolMeter(registry),
    stock,
    async text() {
      const shown = [registry, stock.registry(), ofProcess].filter((one) => one !== undefined)
      return (await Promise.all(shown.map((one) => one.metrics()))).join('\n')
    },
  }
}

let processRegistry: Registry | undefined

/** Memory, CPU, event-loop lag: of the process, however many Ringbacks run in it. Their observers are never taken back. */
function ofThisProcess(): Registry {
  if (processRegistry) return processRegistry
  processRegistry = new Registry()
  collectDefaultMetrics({ register: processRegistry })
  for (const name of MISNAMED) processRegistry.removeSingleMetric(name)
  return processRegistry
}

/** Gauges that are called totals, which the format keeps for counters. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

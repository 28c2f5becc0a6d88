import { Gauge, type Registry } from 'prom-client'

/** How a pool of connections is used at this moment. */
export interface PoolUse {
  busy: number
  idle: number
  /** Who waits for one. */
  waiting: number
}

/** Shows how pools are used, asked at each scrape. */
export interface PoolMeter {
  /** Of Postgres. @param pool its name */
  watchPostgres(pool: string, use: () => PoolUse): void
  /** The sockets of callbacks. */
  watchEgress(use: () => PoolUse): void
}

/** Makes its instruments. */
export function createPoolMeter(registry: Registry): PoolMeter {
  const pools = new Map<string, () => PoolUse>()
  let egress: (() => PoolUse) | undefined

  new Gauge({
    name: 'ringback_postgres_connections',
    help: 'Connections to Postgres that this process holds, by pool.',
    labelNames: ['pool', 'state'],
    registers: [registry],
    collect() {
      for (const [pool, useOf] of pools) {
        const { busy, idle } = useOf()
        this.set({ pool, state: 'busy' }, busy)
        this.set({ pool, state: 'idle' }, idle)
      }
    },
  })
  new Gauge({
    name: 'ringback_postgres_waiting_queries',
    help: 'Who waits for a connection to Postgres, by pool.',
    labelNames: ['pool'],
    registers: [registry],
    collect() {
      for (const [pool, useOf] of pools) this.set({ pool }, useOf().waiting)
    },
  })
  new Gauge({
    name: 'ringback_egress_sockets',
    help: 'Sockets to receivers that this process holds.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      if (!egress) return
      const { busy, idle } = egress()
      this.set({ state: 'busy' }, busy)
      this.set({ state: 'idle' }, idle)
    },
  })
  new Gauge({
    name: 'ringback_egress_waiting_requests',
    help: 'Callbacks that wait for a socket.',
    registers: [registry],
    collect() {
      this.set(egress?.().waiting ?? 0)
    },
  })
  return {
    watchPostgres: (pool, use) => void pools.set(pool, use),
    watchEgress(use) {
      egress = use
    },
  }
}

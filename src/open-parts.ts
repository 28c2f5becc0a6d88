/**
 * The whole, put together: opens the parts from the ground up, binds the rooms to what they need, and closes in reverse.
 */

import type pg from 'pg'
import { deliverJobs } from '../workers/deliver.ts'
import type { Api, ProbeNeeds } from './api/needs.ts'
import { partOf } from './api/part.ts'
import { type Clock, type Random, systemClock } from './clock.ts'
import { type Closing, createClosing } from './closing.ts'
import { keysOf } from './config/generated-keys.ts'
import type { Config } from './config/load.ts'
import { startEmbeddedPostgres } from './db/embedded/index.ts'
import { migrate } from './db/migrate.ts'
import { openDatabase, useDatabase } from './db/open.ts'
import { createAlarms } from './deliveries/alarms.ts'
import { createShares } from './deliveries/shares.ts'
import { insertDeliveries, letGo } from './deliveries/store.ts'
import { createDestinations } from './dispatch/destinations.ts'
import { createDispatch } from './dispatch/dispatch.ts'
import { SECOND } from './duration.ts'
import { createEgress } from './egress/index.ts'
import { createInterests } from './endpoints/interests.ts'
import { createCatalogue } from './event-types/catalogue.ts'
import { type AcceptNeeds, type Acceptor, createAcceptor } from './events/accept.ts'
import { removeHandovers } from './handovers/store.ts'
import { newId } from './ids.ts'
import type { Feed } from './live/feed.ts'
import { openApi } from './open-api.ts'
import { openReads } from './open-reads.ts'
import { version } from './package.ts'
import { addressOf } from './postgres-address.ts'
import { openQueue } from './queue/open.ts'
import { createKeyring } from './sealing/keyring.ts'
import { startDuties } from './start-duties.ts'
import type { Log } from './telemetry/log.ts'
import { createMetrics } from './telemetry/metrics.ts'
import { openTracing } from './telemetry/otel.ts'
import { createWideLines } from './telemetry/wide-lines.ts'
import { ensureOperatorTenant } from './tenants/store.ts'

/** What is open. */
export interface Parts {
  api: Api
  feed: Feed
  /** What the probes ask, to be served by themselves. */
  probes: ProbeNeeds
  acceptor: Acceptor
  /** For what is opened on top; it closes first. */
  closing: Closing
  /** Set when the admin key was made at this start: to be shown once. */
  freshAdminKey: { key: string; file: string } | undefined
  /** Says that the process is about to stop: `/readyz` answers 503, and no job and no duty is begun. Requests go on. */
  leave(): void
  /** Leaves, takes no more work, finishes what is in hand, closes everything. Safe to repeat. */
  stop(): Promise<void>
}

/** What can be handed in: the log, a pool of the host's own, and for tests time and chance. */
export interface Surroundings {
  log: Log
  pool?: pg.Pool | undefined
  clock?: Clock
  random?: Random
}

/** What the process signs in and seals with. */
export type Keys = Awaited<ReturnType<typeof keysOf>>

/**
 * Opens the parts, starts the roles of this process, and resolves when they are ready; nothing listens yet.
 * @throws StartRefused with the cure in its message
 */
export async function openParts(config: Config, surroundings: Surroundings): Promise<Parts> {
  const { log, clock = systemClock, random = Math.random, pool } = surroundings
  const closing = createClosing((part, error) =>
    log.error({ part, err: error }, 'A part did not close cleanly.'),
  )
  let isLeaving = false
  const working: (() => Promise<unknown>)[] = []
  function leave() {
    if (isLeaving) return
    isLeaving = true
    // Whoever closes hears what goes wrong.
    for (const stop of working) stop().catch(() => {})
  }
  /** What takes work by itself is told to stop as soon as the process leaves, and waited for when all is closed. */
  function addWorking(name: string, stop: () => Promise<unknown>) {
    let stopping: Promise<unknown> | undefined
    const stopOnce = () => (stopping ??= stop())
    working.push(stopOnce)
    closing.add(name, stopOnce)
  }
  const metrics = createMetrics({ version, roles: config.roles })
  const wideLines = createWideLines({ log, sample: config.logSample, random })

  try {
    const tracing = await openTracing(config.tracing, version, log)
    const keys = await keysOf(config)
    const address = pool ? addressOf(pool) : (config.databaseUrl ?? (await openEmbedded()))
    const direct = config.databaseDirectUrl ?? address
    await migrate(direct, clock, { isSession: config.databaseDirectUrl !== undefined })

    const onError = (error: Error) =>
      log.warn({ err: error }, 'A connection to Postgres broke; it is replaced.')
    const database = pool
      ? useDatabase(pool, onError)
      : openDatabase({ url: String(address), poolSize: POOL_SIZE, onError })
    closing.add('database', () => database.close())
    metrics.pools.watchPostgres('main', () => database.use())
    const { db } = database
    await ensureOperatorTenant(db)

    const queue = await openQueue(
      config.redisUrl
        ? { redisUrl: config.redisUrl, shards: config.queueShards }
        : { postgresUrl: direct, schema: 'ringback_queue' },
      log,
      clock,
      tracing.queue,
    )
    closing.add('queue', () => queue.close())
    if (queue.poolUse()) metrics.pools.watchPostgres('queue', () => queue.poolUse()!)

    const egress = createEgress({
      allow: config.egressAllow,
      requireHttps: config.requireHttps,
      proxy: config.egressProxy,
      clock,
    })
    closing.add('egress', () => egress.close())
    metrics.pools.watchEgress(() => egress.use())

    const keyring = createKeyring(keys.masterKeys)
    const alarms = createAlarms({ db, queue, log })
    closing.add('alarms', () => alarms.idle())

    const waiting = async () => (await queue.counts('deliver')).waiting * alarms.perFirst()
    const shares = createShares({ db, waiting, clock })
    closing.add('shares', () => shares.stop())
    const accepting: AcceptNeeds = {
      db,
      ids: newId,
      keyring,
      catalogue: createCatalogue({ db, strict: config.strictEventTypes, log }),
      interests: createInterests({ db }),
      insertDeliveries: (db, deliveries, along) => insertDeliveries(db, deliveries, along, shares.take),
      takeHandedOver: removeHandovers,
      ready: (groups) => alarms.setFirst(groups),
      meter: metrics.accept,
      wideLines,
      tracing,
    }
    const acceptor = createAcceptor(accepting)
    closing.add('acceptor', () => acceptor.idle())
    // What was handed over is accepted in its order: one group after the other.
    const handedOver = createAcceptor(accepting, { groupsAtOnce: 1 })

    if (config.roles.includes('worker')) {
      const destinations = createDestinations({ db, keyring, clock, egress, log })
      const dispatch = createDispatch({
        db,
        egress,
        destinations,
        alarms,
        ids: newId,
        clock,
        random,
        log,
        concurrency: config.concurrency,
        sendTraceparent: config.sendTraceparent,
        meter: metrics.dispatch,
        wideLines,
        tracing,
      })
      const worker = deliverJobs(queue, {
        dispatch,
        letGo: (ids) => letGo(db, ids),
        concurrency: config.concurrency,
      })
      addWorking('worker', () => worker.stop({ graceMs: config.shutdownSeconds * SECOND }))
      await worker.start()
    }

    if (config.roles.includes('upkeep')) {
      const stopDuties = await startDuties({
        config,
        keys,
        address: direct,
        queue,
        alarms,
        acceptor,
        handedOver,
        keyring,
        database,
        metrics,
        clock,
        log,
        closing,
      })
      addWorking('duties', stopDuties)
    }

    const probes: ProbeNeeds = {
      log,
      metrics: () => metrics.text(),
      readiness: async () => ({
        postgres: await partOf(() => database.ping()),
        queue: await partOf(() => queue.ping()),
      }),
      isStopping: () => isLeaving,
    }
    const { api, feed } = openApi({
      config,
      keys,
      database,
      read: openReads({ url: config.databaseReadUrl, primary: db, clock, log, closing, metrics }),
      address,
      queue,
      egress,
      keyring,
      acceptor,
      alarms,
      clock,
      log,
      closing,
      metrics,
      probes,
    })
    return {
      api,
      feed,
      probes,
      acceptor,
      closing,
      freshAdminKey: keys.fresh,
      leave,
      stop() {
        leave()
        return closing.close()
      },
    }
  } catch (error) {
    await closing.close()
    throw error
  }

  async function openEmbedded(): Promise<string> {
    const postgres = await startEmbeddedPostgres({
      dataDir: config.dataDir,
      log: (message) => log.info({ part: 'postgres' }, message),
    })
    closing.add('postgres', () => postgres.stop())
    return postgres.url
  }
}

/** Enough for the acceptor's, the loader's and the settlement's groups beside the API's reads; each process takes so many. */
const POOL_SIZE = 12

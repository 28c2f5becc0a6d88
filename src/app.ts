/**
 * The whole, put together: opens the parts from the ground up, binds the rooms to what they need, and closes in reverse.
 */

import { randomUUID } from 'node:crypto'
import { deliverJobs } from '../workers/deliver.ts'
import { createBrowserSessions } from './access/browser-session.ts'
import { createIdempotency } from './access/idempotency.ts'
import { createAccess } from './access/keys.ts'
import { openLimits } from './access/limits/limits.ts'
import { createPortalTokens } from './access/portal-token.ts'
import { createApi } from './api/app.ts'
import { serveApi } from './api/serve.ts'
import { type Clock, type Random, systemClock } from './clock.ts'
import { createClosing } from './closing.ts'
import { findOrMakeKeys } from './config/generated-keys.ts'
import type { Config } from './config/load.ts'
import { startEmbeddedPostgres } from './db/embedded/index.ts'
import { migrate } from './db/migrate.ts'
import { openDatabase } from './db/open.ts'
import { createAlarms } from './deliveries/alarms.ts'
import { createCrowds } from './deliveries/crowds.ts'
import { retryDelivery } from './deliveries/retry.ts'
import { insertDeliveries } from './deliveries/store.ts'
import { createDestinations } from './dispatch/destinations.ts'
import { createDispatch } from './dispatch/dispatch.ts'
import { SECOND } from './duration.ts'
import { createEgress } from './egress/index.ts'
import { createInterests } from './endpoints/interests.ts'
import { createCatalogue } from './event-types/catalogue.ts'
import { createAcceptor } from './events/accept.ts'
import { newId } from './ids.ts'
import { createFeed } from './live/feed.ts'
import { openQueue } from './queue/open.ts'
import type { Queue } from './queue/queue.ts'
import { createKeyring } from './sealing/keyring.ts'
import type { Log } from './telemetry/log.ts'
import { ensureOperatorTenant } from './tenants/store.ts'
import { createDuty } from './upkeep/duty.ts'
import { expireHeld } from './upkeep/expire-held.ts'
import { forgetAnswers } from './upkeep/forget-answers.ts'
import { forgetAudit } from './upkeep/forget-audit.ts'
import { leased } from './upkeep/leased.ts'
import { makePartitions } from './upkeep/make-partitions.ts'
import { probeCircuits } from './upkeep/probe.ts'
import { recoverDeliveries } from './upkeep/recover.ts'
import { reseal } from './upkeep/reseal.ts'
import { rollUpStats } from './upkeep/roll-up.ts'
import { sweep } from './upkeep/sweep.ts'
import { tellOperator } from './upkeep/tell-operator.ts'

/** A running Ringback. */
export interface Ringback {
  /** Where the API listens; absent without the `api` role. */
  url: string | undefined
  /** Set when the admin key was made at this start: to be shown once. */
  freshAdminKey: { key: string; file: string } | undefined
  /** Takes no more work, finishes what is in hand, closes everything. Safe to repeat. */
  stop(): Promise<void>
}

/** What can be handed in: the log, and for tests time and chance. */
export interface Surroundings {
  log: Log
  clock?: Clock
  random?: Random
}

/**
 * Starts the roles of this process and resolves when they are ready.
 * @throws StartRefused with the cure in its message
 */
export async function openRingback(config: Config, surroundings: Surroundings): Promise<Ringback> {
  const { log, clock = systemClock, random = Math.random } = surroundings
  const closing = createClosing((part, error) =>
    log.error({ part, err: error }, 'A part did not close cleanly.'),
  )
  let stopping = false

  try {
    const keys = await keysOf(config)
    const databaseUrl = config.databaseUrl ?? (await openEmbedded())
    await migrate(databaseUrl, clock)

    const database = openDatabase({
      url: databaseUrl,
      poolSize: POOL_SIZE,
      onError: (error) => log.warn({ err: error }, 'A connection to Postgres broke; it is replaced.'),
    })
    closing.add('database', () => database.close())
    const { db } = database
    await ensureOperatorTenant(db)

    const queue = await openQueue(
      config.redisUrl
        ? { redisUrl: config.redisUrl }
        : { postgresUrl: databaseUrl, schema: 'ringback_queue' },
      log,
      clock,
    )
    closing.add('queue', () => queue.close())

    const egress = createEgress({
      allow: config.egressAllow,
      requireHttps: config.requireHttps,
      proxy: config.egressProxy,
      clock,
    })
    closing.add('egress', () => egress.close())

    const keyring = createKeyring(keys.masterKeys)
    const alarms = createAlarms({ queue, log })
    closing.add('alarms', () => alarms.idle())

    const standingOf = createCrowds({ clock })
    const acceptor = createAcceptor({
      db,
      ids: newId,
      keyring,
      catalogue: createCatalogue({ db, strict: config.strictEventTypes, log }),
      interests: createInterests({ db }),
      insertDeliveries,
      ready: (deliveries) =>
        alarms.set(
          deliveries.map(({ id, trigger, endpointId }) => ({
            id,
            attempt: 1,
            delayMs: 0,
            trigger,
            standing: standingOf(endpointId),
          })),
        ),
    })
    closing.add('acceptor', () => acceptor.idle())

    if (config.roles.includes('worker')) {
      const destinations = createDestinations({ db, keyring, clock, egress })
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
      })
      const worker = deliverJobs(queue, dispatch, { concurrency: config.concurrency })
      closing.add('worker', () => worker.stop({ graceMs: config.shutdownSeconds * SECOND }))
      await worker.start()
    }

    if (config.roles.includes('upkeep')) {
      const holder = randomUUID()
      for (const duty of [
        leased(sweep({ db, queue }), { db, holder }),
        probeCircuits({ db, alarms }),
        leased(recoverDeliveries({ db, ids: newId, clock }), { db, holder }),
        tellOperator({ db, accept: (request) => acceptor.accept(request) }),
        makePartitions({ db, clock }),
        forgetAnswers({ db }),
        leased(rollUpStats({ db, clock, days: config.statsDays }), { db, holder }),
        expireHeld({ db, days: config.holdDays }),
        forgetAudit({ db, clock, days: config.auditDays }),
        ...(keys.masterKeys.length > 1 ? [reseal({ db, keyring, log })] : []),
      ]) {
        const service = createDuty(duty, log)
        closing.add(duty.name, () => service.stop())
        await service.start()
      }
    }

    const url = config.roles.includes('api') ? await openApi() : undefined
    return {
      url,
      freshAdminKey: keys.fresh,
      stop() {
        stopping = true
        return closing.close()
      },
    }

    async function openApi(): Promise<string> {
      const portalTokens = createPortalTokens(keys.masterKeys)
      const access = createAccess({ adminKey: keys.adminKey, portalTokens, db, clock, log })
      closing.add('access', () => access.idle())

      const feed = createFeed({ db, clock, log })
      const limits = openLimits({
        rates: config.rateLimits,
        store: config.redisUrl ? { redisUrl: config.redisUrl } : { postgresUrl: databaseUrl },
        clock,
        log,
      })
      closing.add('limits', () => limits.close())

      const api = createApi({
        db,
        log,
        clock,
        access,
        portalTokens,
        browserSessions: createBrowserSessions(keys.masterKeys),
        limits,
        trustedProxies: config.trustedProxies,
        caps: config.caps,
        publicUrl: config.publicUrl,
        appearance: {
          brandName: config.brandName,
          brandLogo: config.brandLogo,
          brandLogoDark: config.brandLogoDark,
          brandColor: config.brandColor,
          theme: config.theme,
        },
        frameAncestors: config.portalFrameAncestors,
        queues: () => queue.bullQueues(),
        idempotency: createIdempotency({ db, keyring }),
        keyring,
        egress,
        events: acceptor,
        deliveries: {
          async retry(by, tenantId, id) {
            const delivery = await retryDelivery(db, { by }, tenantId, id)
            if (delivery.status !== 'held')
              alarms.ring({ id, attempt: delivery.attemptCount + 1, trigger: delivery.trigger })
            return delivery
          },
        },
        feed,
        queueCounts: () => countsOf(queue),
        readiness: async () => ({
          postgres: await partOf(() => database.ping()),
          queue: await partOf(() => queue.ping()),
        }),
        isStopping: () => stopping,
      })
      const server = await serveApi(api, config)
      closing.add('api', () => server.stop())
      // First: who watches would keep the server from closing.
      closing.add('streams', () => feed.stop())
      return server.url
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
const POOL_SIZE = 16

/** What the process signs in and seals with: as configured, else as the installation made for itself. */
async function keysOf(config: Config) {
  if (config.adminKey && config.masterKeys)
    return { adminKey: config.adminKey, masterKeys: config.masterKeys, fresh: undefined }
  const made = await findOrMakeKeys(config.dataDir)
  return {
    adminKey: config.adminKey ?? made.adminKey,
    masterKeys: config.masterKeys ?? [Buffer.from(made.masterKey, 'base64')],
    fresh: made.fresh && !config.adminKey ? { key: made.adminKey, file: made.file } : undefined,
  }
}

async function countsOf(queue: Pick<Queue, 'counts'>) {
  try {
    const [deliver, redeliver] = await Promise.all([queue.counts('deliver'), queue.counts('redeliver')])
    return { deliver, redeliver }
  } catch {
    return undefined
  }
}

async function partOf(check: () => Promise<unknown>): Promise<{ ok: boolean; detail?: string }> {
  try {
    await check()
    return { ok: true }
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}

/** The API, bound to the rooms behind it. */
import { createBrowserSessions } from './access/browser-session.ts'
import { createIdempotency } from './access/idempotency.ts'
import { createAccess } from './access/keys.ts'
import { openLimits } from './access/limits/limits.ts'
import { createPortalTokens } from './access/portal-token.ts'
import { createApi } from './api/app.ts'
import type { Api } from './api/needs.ts'
import type { Clock } from './clock.ts'
import type { Closing } from './closing.ts'
import type { Config } from './config/load.ts'
import type { Database } from './db/open.ts'
import type { Alarms } from './deliveries/alarms.ts'
import { retryDelivery } from './deliveries/retry.ts'
import type { Egress } from './egress/index.ts'
import type { Acceptor } from './events/accept.ts'
import { createFeed, type Feed } from './live/feed.ts'
import type { Keys } from './open-parts.ts'
import type { PostgresAddress } from './postgres-address.ts'
import type { Queue } from './queue/queue.ts'
import type { Keyring } from './sealing/keyring.ts'
import type { Log } from './telemetry/log.ts'

/** What the API is bound to. */
export interface OpenApiNeeds {
  config: Config
  keys: Keys
  database: Database
  address: PostgresAddress
  queue: Queue
  egress: Egress
  keyring: Keyring
  acceptor: Acceptor
  alarms: Alarms
  clock: Clock
  log: Log
  closing: Closing
  isStopping(): boolean
}

/** @returns the API, and the feed of those who watch: to be stopped before whoever serves them */
export function openApi(needs: OpenApiNeeds): { api: Api; feed: Feed } {
  const { config, keys, database, address, queue, egress, keyring, acceptor, alarms } = needs
  const { clock, log, closing, isStopping } = needs
  const { db } = database

  const portalTokens = createPortalTokens(keys.masterKeys)
  const access = createAccess({ adminKey: keys.adminKey, portalTokens, db, clock, log })
  closing.add('access', () => access.idle())

  const feed = createFeed({ db, clock, log })
  const limits = openLimits({
    rates: config.rateLimits,
    store: config.redisUrl ? { redisUrl: config.redisUrl } : { postgresUrl: address },
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
    basePath: config.basePath,
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
    isStopping,
  })
  return { api, feed }
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

/** The API, bound to the rooms behind it. */
import { createBrowserSessions } from './access/browser-session.ts'
import { createIdempotency } from './access/idempotency.ts'
import { createAccess } from './access/keys.ts'
import { openLimits } from './access/limits/limits.ts'
import { createPortalTokens } from './access/portal-token.ts'
import { createApi } from './api/app.ts'
import type { Api, ProbeNeeds } from './api/needs.ts'
import type { Clock } from './clock.ts'
import type { Closing } from './closing.ts'
import type { Config } from './config/load.ts'
import type { Database } from './db/open.ts'
import type { Read } from './db/replica.ts'
import type { Alarms } from './deliveries/alarms.ts'
import { retryDelivery } from './deliveries/retry.ts'
import type { Egress } from './egress/index.ts'
import type { Acceptor } from './events/accept.ts'
import { createFeed, type Feed } from './live/feed.ts'
import type { Keys } from './open-parts.ts'
import type { PostgresAddress } from './postgres-address.ts'
import { laneCounts } from './queue/lane-counts.ts'
import type { Queue } from './queue/queue.ts'
import { workersAtWork } from './queue/workers-at-work.ts'
import type { Keyring } from './sealing/keyring.ts'
import type { Log } from './telemetry/log.ts'
import type { Metrics } from './telemetry/metrics.ts'

/** What the API is bound to. */
export interface OpenApiNeeds {
  config: Config
  keys: Keys
  database: Database
  read: Read
  address: PostgresAddress
  queue: Queue
  egress: Egress
  keyring: Keyring
  acceptor: Acceptor
  alarms: Alarms
  clock: Clock
  log: Log
  closing: Closing
  metrics: Metrics
  probes: ProbeNeeds
}

/** @returns the API, and the feed of those who watch: to be stopped before whoever serves them */
export function openApi(needs: OpenApiNeeds): { api: Api; feed: Feed } {
  const { config, keys, database, read, address, queue, egress, keyring, acceptor, alarms } = needs
  const { clock, log, closing, metrics, probes } = needs
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
    onRefusal: metrics.http.limited,
  })
  closing.add('limits', () => limits.close())

  const api = createApi({
    db,
    read,
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
    settings: config.settings,
    frameAncestors: config.portalFrameAncestors,
    queues: () => queue.bullQueues(),
    idempotency: createIdempotency({ db, keyring }),
    keyring,
    egress,
    events: acceptor,
    deliveries: {
      async retry(by, tenantId, id) {
        const delivery = await retryDelivery(db, { by }, tenantId, id)
        const { endpointId, attemptCount, trigger, sharedAlarm } = delivery
        if (delivery.status !== 'held')
          alarms.ring({ id, endpointId, attempt: attemptCount + 1, trigger, sharedAlarm })
        return delivery
      },
    },
    feed,
    queueCounts: () => laneCounts(queue),
    workersAtWork: () => workersAtWork(queue),
    meter: { http: metrics.http, deliveries: metrics.dispatch },
    ...probes,
  })
  return { api, feed }
}

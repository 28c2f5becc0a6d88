/** A client of a Redis in any of its forms; how it behaves is the caller's to say. */
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { SECOND } from '../duration.ts'
import { parseRedisUrl } from '../redis-url.ts'
import { settlingConnect } from './cluster-connect.ts'

/** One server, or a whole Cluster, which takes the same commands. */
export type RedisClient = Redis | Cluster

/** How a client behaves; the names of fields stay as Redis says them. */
export type ClientOptions = Omit<RedisOptions, 'replyMapping'>

/** For ever, and soon: a second's pause is little for us and nothing for Redis. */
const again = (times: number) => Math.min(100 * times, 1 * SECOND)

/**
 * Makes a client, which connects at once and whenever its connection breaks.
 * @param url in one of the forms of `REDIS_URL`
 */
export function createRedisClient(url: string, options: ClientOptions): RedisClient {
  const place = parseRedisUrl(url)
  if (!place) throw new Error('REDIS_URL has none of its forms.')
  const { kind, hosts, master, database } = place
  const retry = options.retryStrategy === undefined ? again : options.retryStrategy
  const ours: ClientOptions = {
    ...options,
    retryStrategy: retry,
    ...(place.username !== undefined && { username: place.username }),
    ...(place.password !== undefined && { password: place.password }),
    ...(place.tls && { tls: {} }),
  }
  if (kind === 'single') return new Redis({ ...ours, ...hosts[0]!, db: database })
  if (kind === 'sentinel')
    return new Redis({
      ...ours,
      sentinels: hosts,
      name: master!,
      db: database,
      sentinelRetryStrategy: (times) => retry?.(times) ?? null,
      // Sentinels are asked as the servers are: with the same user, over TLS where they are.
      ...(place.username !== undefined && { sentinelUsername: place.username }),
      ...(place.password !== undefined && { sentinelPassword: place.password }),
      enableTLSForSentinelMode: place.tls,
      ...(place.tls && { sentinelTLS: {} }),
      // Told of a failover at once, where it would otherwise wait for the old master to close.
      failoverDetector: true,
    })
  const { enableOfflineQueue, maxRetriesPerRequest, lazyConnect, ...redisOptions } = ours
  const cluster = new Cluster(hosts, {
    redisOptions: { ...redisOptions, maxRetriesPerRequest: maxRetriesPerRequest ?? null },
    enableOfflineQueue: enableOfflineQueue ?? true,
    lazyConnect: lazyConnect ?? false,
    clusterRetryStrategy: (times) => retry?.(times) ?? null,
    slotsRefreshTimeout: 5 * SECOND,
    // How often what all nodes say of each other is looked at, beside what an answer tells of a moved slot.
    slotsRefreshInterval: 5 * SECOND,
    retryDelayOnFailover: SECOND / 4,
    retryDelayOnClusterDown: SECOND / 4,
  })
  return settlingConnect(cluster)
}

/** Those that hold data of their own: the server, or each master of a Cluster. */
export const mastersOf = (client: RedisClient): Redis[] =>
  client instanceof Cluster ? client.nodes('master') : [client]

/**
 * What the keys of a BullMQ queue begin with, apart from other programs'. A Cluster wants all keys of one queue in one
 * slot, which it reads from what stands in braces; so each queue lies on one master.
 */
export const prefixOf = (client: RedisClient, queueName: string) =>
  client instanceof Cluster ? `{ringback-${queueName}}` : 'ringback'

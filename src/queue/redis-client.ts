/** A client of a Redis in any of its forms; how it behaves is the caller's to say. */
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { SECOND } from '../duration.ts'
import { parseRedisUrl } from '../redis-url.ts'

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
  const ours: ClientOptions = {
    retryStrategy: again,
    ...options,
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
      sentinelRetryStrategy: again,
      // Sentinels are asked as the servers are: with the same user, over TLS where they are.
      ...(place.username !== undefined && { sentinelUsername: place.username }),
      ...(place.password !== undefined && { sentinelPassword: place.password }),
      enableTLSForSentinelMode: place.tls,
      ...(place.tls && { sentinelTLS: {} }),
      // Told of a failover at once, where it would otherwise wait for the old master to close.
      failoverDetector: true,
    })
  const { enableOfflineQueue, maxRetriesPerRequest, ...redisOptions } = ours
  return new Cluster(hosts, {
    redisOptions: { ...redisOptions, maxRetriesPerRequest: maxRetriesPerRequest ?? null },
    enableOfflineQueue: enableOfflineQueue ?? true,
    clusterRetryStrategy: again,
    slotsRefreshTimeout: 5 * SECOND,
    // How often what all nodes say of each other is looked at, beside what an answer tells of a moved slot.
    slotsRefreshInterval: 5 * SECOND,
    retryDelayOnFailover: SECOND / 4,
    retryDelayOnClusterDown: SECOND / 4,
  })
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

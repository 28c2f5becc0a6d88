/**
 * Shards: a kind of job in several queues, so that a Redis Cluster lays it on several masters. Jobs with the same key lie
 * in the same shard; Ringback's key is the endpoint, and for a job that is of several the first of its deliveries.
 */

/** Every one costs each worker a waiting connection, so a number beyond this is a slip. */
export const MOST_SHARDS = 64

/** The names of a queue's shards. The first has the plain name: one shard is what there is without any. */
export const shardsOf = (queueName: string, count: number): string[] =>
  Array.from({ length: count }, (_, shard) => (shard === 0 ? queueName : `${queueName}-${shard}`))

/**
 * The shard that a key belongs to, from 0 up to `count`; the same in every process and every version.
 * Source: FNV-1a of 32 bits (Fowler, Noll, Vo), over the key's characters, which are ASCII.
 */
export function shardFor(key: string, count: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % count
}

/**
 * A Cluster client whose `connect` comes to an end as soon as the client is ready, or has ended.
 *
 * ioredis forgets a `connect` whose nodes answered while the cluster was down, as it is for seconds in a failover: it
 * disconnects, connects anew by itself and is ready, but never settles the promise. BullMQ awaits it in a worker whose
 * wait for jobs took too long, and the worker would take no job for ever, with a connection that is ready.
 */
import type { Cluster } from 'ioredis'

/** @returns the same client; so are those that its `duplicate` makes */
export function settlingConnect(client: Cluster): Cluster {
  const connect = client.connect.bind(client)
  const duplicate = client.duplicate.bind(client)
  let outcome: Promise<void> | undefined

  /** What comes of connecting, by whichever try. One for all who wait: while Redis is away there are many tries. */
  const nextOutcome = () =>
    (outcome ??= new Promise<void>((resolve, reject) => {
      const ready = () => settle(resolve)
      const end = () => settle(() => reject(new Error('Connection is closed.')))
      function settle(tell: () => void) {
        client.off('ready', ready)
        client.off('end', end)
        outcome = undefined
        tell()
      }
      client.on('ready', ready)
      client.on('end', end)
    }))

  return Object.assign(client, {
    connect: () => Promise.race([connect(), nextOutcome()]),
    duplicate: (...given: Parameters<Cluster['duplicate']>) => settlingConnect(duplicate(...given)),
  })
}

/** A Sentinel set and a Cluster of a test's own: real processes on loopback, any of which may be killed. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'
import { startRedis, type TestRedis } from './redis.ts'
import { until } from './until.ts'

/** Several Redis that stand in for one another. */
export interface TestRedisSet {
  url: string
  /** Kills the master that holds the queue of first tries, without a word. */
  killMaster(): Promise<void>
  stop(): Promise<void>
}

/** A master, a replica and three sentinels that agree within a second that the master is gone. */
export async function startSentinelSet(): Promise<TestRedisSet> {
  const master = await startRedis()
  const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] })
  const sentinels = await Promise.all([1, 2, 3].map(() => startSentinel(master.port)))
  await asking(sentinels[0]!.port, (client) =>
    until(
      async () => (await client.call('SENTINEL', 'ckquorum', 'main').catch(String)) as string,
      (said) => said.startsWith('OK 3'),
      'sentinels to know of each other',
      30_000,
    ),
  )
  await replicates(replica.port)
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/main`,
    killMaster: () => master.kill(),
    stop: () => stopAll([...sentinels, replica, master]),
  }
}

/** Three masters, each with a replica that takes over within some seconds. */
export async function startCluster(): Promise<TestRedisSet & { masterUrls: string[] }> {
  const nodes = await Promise.all(
    Array.from({ length: 6 }, () =>
      startRedis({
        args: [
          '--cluster-enabled',
          'yes',
          '--cluster-node-timeout',
          '1500',
          '--cluster-replica-validity-factor',
          '0',
        ],
      }),
    ),
  )
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
  const made = spawnSync(
    'redis-cli',
    ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes'],
    { encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`The cluster was not made:\n${made.stdout}${made.stderr}`)
  for (const { port } of nodes)
    await asking(port, (client) =>
      until(
        async () => (await client.call('CLUSTER', 'INFO')) as string,
        (said) => said.includes('cluster_state:ok') && said.includes('cluster_known_nodes:6'),
        'nodes to know of each other',
        30_000,
      ),
    )
  return {
    // `redis-cli` makes masters of those that it is told first.
    masterUrls: nodes.slice(0, 3).map(({ url }) => url),
    url: `redis+cluster://${addresses.slice(0, 3).join(',')}`,
    async killMaster() {
      const port = await asking(nodes[0]!.port, async (client) => {
        const slot = (await client.call('CLUSTER', 'KEYSLOT', '{ringback-deliver}')) as number
        const slots = (await client.call('CLUSTER', 'SLOTS')) as [number, number, [string, number]][]
        return slots.find(([from, to]) => from <= slot && slot <= to)![2][1]
      })
      await nodes.find((node) => node.port === port)!.kill()
    },
    stop: () => stopAll(nodes),
  }
}

async function startSentinel(masterPort: number): Promise<Pick<TestRedis, 'port' | 'stop'>> {
  const port = await freePort()
  const dir = await mkdtemp(join(tmpdir(), 'ringback-sentinel-'))
  const file = join(dir, 'sentinel.conf')
  await writeFile(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${dir}`,
      `sentinel monitor main 127.0.0.1 ${masterPort} 2`,
      'sentinel down-after-milliseconds main 1000',
      'sentinel failover-timeout main 5000',
    ].join('\n'),
  )
  const sentinel = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' })
  const endWithUs = () => sentinel.kill('SIGKILL')
  process.once('exit', endWithUs)
  return {
    port,
    async stop() {
      process.off('exit', endWithUs)
      const exited = once(sentinel, 'exit')
      sentinel.kill('SIGKILL')
      await exited
      await rm(dir, { recursive: true, force: true })
    },
  }
}

const replicates = (port: number) =>
  asking(port, (client) =>
    until(
      () => client.info('replication'),
      (said) => said.includes('master_link_status:up'),
      'the replica to follow its master',
      30_000,
    ),
  )

async function asking<T>(port: number, ask: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(port, '127.0.0.1')
  client.on('error', () => {})
  try {
    return await ask(client)
  } finally {
    client.disconnect()
  }
}

const stopAll = async (parts: readonly Pick<TestRedis, 'stop'>[]) => {
  for (const part of parts) await part.stop()
}

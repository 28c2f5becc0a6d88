/** A Sentinel set and a Cluster of a test's own: real processes on loopback, any of which may be killed. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { asking, follows, type RedisNode, startRedisNode } from './redis-node.ts'
import { until } from './until.ts'

/** Several Redis that stand in for one another. */
export interface TestRedisSet {
  url: string
  /** Kills the master that holds the queue of first tries, without a word. */
  killMaster(): Promise<void>
  /** Kills it, waits until another has taken its place, and starts it again as that one's replica. */
  replaceMaster(): Promise<void>
  stop(): Promise<void>
}

/** Longer than a failover takes on a machine that is busy. */
const TAKEN_OVER_WITHIN_MS = 30_000

/** A master, a replica and three sentinels that agree within a second that the master is gone. */
export async function startSentinelSet(): Promise<TestRedisSet> {
  const master = await startRedisNode()
  const replica = await startRedisNode(['--replicaof', '127.0.0.1', `${master.port}`])
  const sentinels = await Promise.all([1, 2, 3].map(() => startSentinel(master.port)))
  const askSentinel = <T>(...command: [string, ...string[]]) =>
    asking(sentinels[0]!.port, (client) => client.call('SENTINEL', ...command) as Promise<T>)
  await until(
    () => askSentinel<string>('ckquorum', 'main').catch(String),
    (said) => said.startsWith('OK 3'),
    'sentinels to know of each other',
    30_000,
  )
  await follows(replica.port)
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/main`,
    ...replaceable([master, replica], async () =>
      Number((await askSentinel<[string, string]>('get-master-addr-by-name', 'main'))[1]),
    ),
    stop: () => stopAll([...sentinels, replica, master]),
  }
}

const CLUSTER = ['--cluster-enabled', 'yes']
const QUICK = ['--cluster-node-timeout', '1500', '--cluster-replica-validity-factor', '0']

/** Three masters, each with a replica that takes over within some seconds. */
export async function startCluster(): Promise<TestRedisSet & { masterUrls: string[] }> {
  const nodes = await Promise.all(Array.from({ length: 6 }, () => startRedisNode([...CLUSTER, ...QUICK])))
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
  const masterPort = () =>
    asking(nodes.find(({ isUp }) => isUp)!.port, async (client) => {
      const slot = (await client.call('CLUSTER', 'KEYSLOT', '{ringback-deliver}')) as number
      const slots = (await client.call('CLUSTER', 'SLOTS')) as [number, number, [string, number]][]
      return slots.find(([from, to]) => from <= slot && slot <= to)?.[2][1]
    })
  return {
    // `redis-cli` makes masters of those that it is told first.
    masterUrls: nodes.slice(0, 3).map(({ url }) => url),
    url: `redis+cluster://${addresses.slice(0, 3).join(',')}`,
    ...replaceable(nodes, masterPort),
    stop: () => stopAll(nodes),
  }
}

/** @param masterPort where the master is, as those that are up say */
function replaceable(nodes: readonly RedisNode[], masterPort: () => Promise<number | undefined>) {
  async function killMaster() {
    const port = await masterPort()
    const node = nodes.find((one) => one.port === port)!
    await node.kill()
    return node
  }
  return {
    killMaster: async () => void (await killMaster()),
    async replaceMaster() {
      const dead = await killMaster()
      await until(
        masterPort,
        (port) => port !== undefined && port !== dead.port,
        'another master to take over',
        TAKEN_OVER_WITHIN_MS,
      )
      await dead.revive()
    },
  }
}

async function startSentinel(masterPort: number): Promise<Pick<RedisNode, 'port' | 'stop'>> {
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

const stopAll = async (parts: readonly Pick<RedisNode, 'stop'>[]) => {
  for (const part of parts) await part.stop()
}

/** A Postgres and a streaming replica of it, of a test's own: real servers, from the embedded binaries. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { readyBinaries } from '../../src/db/embedded/binaries.ts'
import { findHome } from '../../src/db/embedded/home.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded/index.ts'
import { ENVIRONMENT } from '../../src/db/embedded/run.ts'
import { freePort } from './free-port.ts'
import { removeDataDir } from './postgres.ts'
import { until } from './until.ts'

/** One of the two servers. */
export interface TestServer {
  url: string
  /** Asks it, over a connection of its own. */
  query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]>
  start(): Promise<void>
  /** Ends it, as a crash would unless told. */
  kill(signal?: NodeJS.Signals): Promise<void>
}

export interface ReplicatedPostgres {
  primary: TestServer
  replica: TestServer
  stop(): Promise<void>
}

export async function startReplicatedPostgres(): Promise<ReplicatedPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-test-'))
  // Makes the cluster, which is then started in a way that can be followed.
  const embedded = await startEmbeddedPostgres({ dataDir, durable: false })
  await embedded.stop()
  const home = await findHome(dataDir)
  const { postgres } = await readyBinaries(home)
  const data = join(home.cluster, 'data')
  const copy = join(home.cluster, 'replica')

  async function server(dir: string): Promise<TestServer> {
    const port = await freePort()
    const url = Object.assign(new URL(embedded.url), { port: `${port}` }).href
    let running: ReturnType<typeof spawn> | undefined
    const end = async (signal: NodeJS.Signals) => {
      if (!running) return
      const exited = once(running, 'exit')
      running.kill(signal)
      await exited
      running = undefined
    }
    process.once('exit', () => running?.kill('SIGQUIT'))
    const query: TestServer['query'] = async (text) => {
      const client = new pg.Client({ connectionString: url })
      client.on('error', () => {})
      await client.connect()
      try {
        return (await client.query(text)).rows
      } finally {
        await client.end()
      }
    }
    return {
      url,
      query,
      async start() {
        const settings = { ...SETTINGS, port }
        const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
        running = spawn(postgres, ['-D', dir, ...args], {
          ...home.user,
          cwd: '/',
          env: ENVIRONMENT,
          stdio: 'ignore',
        })
        const answers = () =>
          query('select 1').then(
            () => true,
            () => false,
          )
        await until(answers, (does) => does, 'Postgres to take connections', 30_000)
      },
      kill: (signal = 'SIGQUIT') => end(signal),
    }
  }

  const primary = await server(data)
  const replica = await server(copy)
  // Once started and stopped, it is a base for its replica: what is copied is at rest.
  await primary.start()
  await primary.kill('SIGINT')
  execFileSync('cp', ['-a', data, copy])
  const { port, username, password } = new URL(primary.url)
  await writeFile(
    join(copy, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=127.0.0.1 port=${port} user=${username} password=${password}'\n`,
  )
  await writeFile(join(copy, 'standby.signal'), '')
  await primary.start()
  await replica.start()
  return {
    primary,
    replica,
    async stop() {
      await replica.kill()
      await primary.kill()
      await removeDataDir(dataDir)
    },
  }
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  wal_level: 'replica',
  max_wal_senders: 4,
  hot_standby: 'on',
  fsync: 'off',
  shared_buffers: '32MB',
}

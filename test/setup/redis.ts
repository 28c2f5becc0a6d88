/** A real Redis of a test's own, on a free port, that keeps nothing. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from './free-port.ts'

/** Whether this machine has a `redis-server`. In CI it must: there a suite may not skip. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0
if (!hasRedis) {
  if (process.env.CI) throw new Error('There is no redis-server: in CI the Redis suites may not be skipped.')
  process.stderr.write('There is no redis-server on this machine: the Redis suites are SKIPPED.\n')
}

/** A running Redis. */
export interface TestRedis {
  url: string
  port: number
  /** Ends it as an operator would. */
  stop(): Promise<void>
  /** Ends it as a crash would. */
  kill(): Promise<void>
}

/**
 * Starts a Redis and resolves when it takes connections.
 * @param options.port a port to come back on; a free one unless told
 * @param options.dir where it writes, which stays; a directory of its own unless told, which goes with it
 * @param options.args further arguments, such as `['--maxmemory-policy', 'allkeys-lru']`
 */
export async function startRedis(
  options: { port?: number; dir?: string; args?: string[] } = {},
): Promise<TestRedis> {
  const port = options.port ?? (await freePort())
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'ringback-redis-')))
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', dir]
  const server = spawn('redis-server', [...args, ...(options.args ?? [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const endWithUs = () => server.kill('SIGKILL')
  process.once('exit', endWithUs)
  await ready(server)

  async function end(signal: NodeJS.Signals) {
    process.off('exit', endWithUs)
    if (server.exitCode === null && server.signalCode === null) {
      const exited = once(server, 'exit')
      server.kill(signal)
      await exited
    }
    if (!options.dir) await rm(dir, { recursive: true, force: true })
  }
  return { url: `redis://127.0.0.1:${port}`, port, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}

async function ready(server: ChildProcess) {
  const lines = createInterface({ input: server.stdout! })
  const said: string[] = []
  for await (const line of lines) {
    said.push(line)
    if (line.includes('Ready to accept connections')) {
      // Read on, so that a full pipe cannot stop the server.
      server.stdout!.resume()
      return
    }
  }
  throw new Error(`redis-server did not start:\n${said.join('\n')}`)
}

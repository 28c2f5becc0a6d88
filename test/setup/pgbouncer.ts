/** A real PgBouncer of a test's own, in transaction mode, before a Postgres. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from './free-port.ts'

/** Whether this machine has a `pgbouncer`. In CI it must: there a suite may not skip. */
export const hasPgbouncer = spawnSync('pgbouncer', ['--version']).status === 0
if (!hasPgbouncer) {
  if (process.env.CI) throw new Error('There is no pgbouncer: in CI its suite may not be skipped.')
  process.stderr.write('There is no pgbouncer on this machine: its suite is SKIPPED.\n')
}

/** Nobody's: PgBouncer does not run as root. */
const NOBODY = 65_534

/**
 * Starts one; resolves when it takes connections.
 * @param databaseUrl the Postgres behind it
 * @param connections how many it has to Postgres, at most
 * @returns the URL of the same database through it
 */
export async function startPgbouncer(
  databaseUrl: string,
  connections: number,
): Promise<{ url: string; stop(): Promise<void> }> {
  const { hostname, port: serverPort, username, password, pathname } = new URL(databaseUrl)
  const port = await freePort()
  const dir = await mkdtemp(join(tmpdir(), 'ringback-pgbouncer-'))
  const file = join(dir, 'pgbouncer.ini')
  const server = `host=${hostname} port=${serverPort} user=${username} password=${decodeURIComponent(password)}`
  await writeFile(
    file,
    [
      '[databases]',
      `* = ${server}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = any',
      'pool_mode = transaction',
      `default_pool_size = ${connections}`,
      'max_client_conn = 500',
    ].join('\n'),
  )
  await chmod(dir, 0o755)
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  const bouncer = spawn('pgbouncer', [file], { ...identity, stdio: ['ignore', 'ignore', 'pipe'] })
  const endWithUs = () => bouncer.kill('SIGKILL')
  process.once('exit', endWithUs)
  const said: string[] = []
  for await (const line of createInterface({ input: bouncer.stderr })) {
    said.push(line)
    if (line.includes('process up')) break
  }
  if (!said.at(-1)?.includes('process up')) throw new Error(`pgbouncer did not start:\n${said.join('\n')}`)
  // Read on, so that a full pipe cannot stop it.
  bouncer.stderr.resume()
  return {
    url: `postgres://${username}:${password}@127.0.0.1:${port}${pathname}`,
    async stop() {
      process.off('exit', endWithUs)
      const exited = once(bouncer, 'exit')
      bouncer.kill('SIGKILL')
      await exited
      await rm(dir, { recursive: true, force: true })
    },
  }
}

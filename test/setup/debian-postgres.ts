/** Debian's own Postgres with all its programs, as an operator has it: a cluster of a test's own, thrown away afterwards. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'

const run = promisify(execFile)

const VERSIONS = '/usr/lib/postgresql'

/** The programs of the newest version on this machine. In CI there must be one: there a suite may not skip. */
const programs = newest()
export const hasDebianPostgres = programs !== undefined
if (!hasDebianPostgres) {
  if (process.env.CI) throw new Error("There is no Postgres of Debian's: in CI its tests may not be skipped.")
  process.stderr.write("There is no Postgres of Debian's (package postgresql): its tests are SKIPPED.\n")
}

function newest(): string | undefined {
  try {
    const versions = readdirSync(VERSIONS).toSorted((a, b) => Number(b) - Number(a))
    return versions[0] && join(VERSIONS, versions[0], 'bin')
  } catch {
    return undefined
  }
}

/** A running cluster. */
export interface DebianPostgres {
  url(database: string): string
  /** Runs one of its programs against it, such as `pg_dump`. @throws with what it said, when it fails */
  program(name: string, ...args: string[]): Promise<string>
  /** Ends it as a crash would. */
  kill(): Promise<void>
}

/** A folder that the programs may write to. */
export async function postgresFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-cluster-'))
  const { uid, gid } = await owner()
  await chown(folder, uid, gid)
  return folder
}

/** Makes a cluster below this folder, and starts it. */
export async function createCluster(folder: string): Promise<DebianPostgres> {
  const data = join(folder, 'data')
  await asOwner('initdb', ['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--no-sync'])
  return startCluster(data)
}

/** Starts the cluster that lies there. */
export async function startCluster(data: string): Promise<DebianPostgres> {
  const port = await freePort()
  const [program, args] = await command('postgres', [
    '-D',
    data,
    '-p',
    `${port}`,
    '-h',
    '127.0.0.1',
    '-k',
    '',
  ])
  const server = spawn(program, args, { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
  const endWithUs = () => server.kill('SIGKILL')
  process.once('exit', endWithUs)
  await ready(server)
  return {
    url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    program: (name, ...rest) =>
      asOwner(name, ['--host', '127.0.0.1', '--port', `${port}`, '--username', 'postgres', ...rest]),
    async kill() {
      process.off('exit', endWithUs)
      if (server.exitCode !== null || server.signalCode !== null) return
      const exited = once(server, 'exit')
      // At once, with all its children; a SIGKILL would leave them.
      server.kill('SIGQUIT')
      await exited
    },
  }
}

async function ready(server: ChildProcess): Promise<void> {
  const said: string[] = []
  for await (const line of createInterface({ input: server.stderr! })) {
    said.push(line)
    if (!line.includes('ready to accept connections')) continue
    // Read on, so that a full pipe cannot stop the server.
    server.stderr!.resume()
    return
  }
  throw new Error(`Postgres did not start:\n${said.join('\n')}`)
}

async function asOwner(name: string, args: readonly string[]): Promise<string> {
  const [program, all] = await command(name, args)
  return (await run(program, all, { cwd: '/', maxBuffer: 64 * 1024 * 1024 })).stdout
}

/** Postgres refuses to run as root: Debian's user for it is there with its package. */
async function command(name: string, args: readonly string[]): Promise<[string, string[]]> {
  const path = join(programs!, name)
  if (userInfo().uid !== 0) return [path, [...args]]
  const { uid, gid } = await owner()
  return ['setpriv', ['--reuid', `${uid}`, '--regid', `${gid}`, '--clear-groups', path, ...args]]
}

async function owner(): Promise<{ uid: number; gid: number }> {
  const { uid, gid } = userInfo()
  if (uid !== 0) return { uid, gid }
  const { stdout } = await run('getent', ['passwd', 'postgres'])
  const [, , ofPostgres, itsGroup] = stdout.split(':')
  return { uid: Number(ofPostgres), gid: Number(itsGroup) }
}

/** Removes what `postgresFolder` made. */
export const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true })

/**
 * The running server: started in a session of its own, watched, and stopped last.
 *
 * Ctrl-C in a terminal signals the whole process group. Postgres would shut down at once, under the feet of a Ringback that
 * still has work to finish; in its own session it hears nothing until we stop it. If we die without that, it runs on, and
 * the next start takes over.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MINUTE, SECOND } from '../../duration.ts'
import { StartRefused } from '../../errors.ts'
import type { Binaries } from './binaries.ts'
import type { Home } from './home.ts'
import { readPostmasterFile, shutDown } from './postmaster.ts'
import { ENVIRONMENT } from './run.ts'
import { settingsAsArguments } from './settings.ts'

/** A server that takes connections on 127.0.0.1. */
export interface Server {
  port: number
  /** Ends all sessions, and resolves when the server is gone. */
  stop(): Promise<void>
}

/** What {@link startServer} takes besides the cluster and the programs. */
export interface ServerOptions {
  durable: boolean
  log: (message: string) => void
  logFile: string
}

/** The sessions of a postmaster that was killed end by themselves, in less than a second; a new one waits for them. */
const PATIENCE_WITH_THE_DEAD = 15 * SECOND

/** @throws {StartRefused} with the last lines of its log when it does not come up */
export async function startServer(home: Home, binaries: Binaries, options: ServerOptions): Promise<Server> {
  const deadline = Date.now() + PATIENCE_WITH_THE_DEAD
  for (;;) {
    const port = await freePort()
    const child = await launch(home, binaries, { ...options, port })
    if (await becomesReady(child, home, options)) return watched(child, port, options)
    const said = await readFile(options.logFile, 'utf8').catch(() => '')
    const passes = /could not bind|Address already in use|shared memory block .* still in use/.test(said)
    if (!passes || Date.now() > deadline) throw didNotStart(said, options.logFile)
    await sleep(100)
  }
}

async function launch(
  home: Home,
  binaries: Binaries,
  options: ServerOptions & { port: number },
): Promise<ChildProcess> {
  // Opened by us and handed down: the user that Postgres runs as needs no right to the file.
  const logFile = await open(options.logFile, 'w', 0o600)
  try {
    const child = spawn(
      binaries.postgres,
      ['-D', join(home.cluster, 'data'), ...settingsAsArguments(options)],
      { ...home.user, cwd: '/', env: ENVIRONMENT, detached: true, stdio: ['ignore', logFile.fd, logFile.fd] },
    )
    // A server that outlives us must not keep us from ending.
    child.unref()
    return child
  } finally {
    await logFile.close()
  }
}

/** After a crash the server first repeats up to `max_wal_size` of changes, which a slow disk takes minutes for. */
const PATIENCE_WITH_RECOVERY = 10 * MINUTE

/** Resolves with whether it takes connections; `false` is that it ended. */
async function becomesReady(child: ChildProcess, home: Home, { logFile }: ServerOptions): Promise<boolean> {
  let ended = false
  child.once('exit', () => (ended = true))
  child.once('error', () => (ended = true))
  const deadline = Date.now() + PATIENCE_WITH_RECOVERY
  while (!ended) {
    const file = await readPostmasterFile(join(home.cluster, 'data'))
    if (file?.ready && file.pid === child.pid) return true
    if (Date.now() > deadline) {
      if (child.pid !== undefined) await shutDown(child.pid)
      throw didNotStart('It did not become ready in time.', logFile)
    }
    await sleep(10)
  }
  return false
}

function watched(child: ChildProcess, port: number, { log, logFile }: ServerOptions): Server {
  let stopping = false
  child.once('exit', () => {
    if (!stopping) log(`Postgres ended by itself; ${logFile} may say why.`)
  })
  return {
    port,
    async stop() {
      stopping = true
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        await shutDown(child.pid)
    },
  }
}

function didNotStart(said: string, logFile: string): StartRefused {
  const last = said.trim().split('\n').slice(-3).join('\n')
  return new StartRefused(`Postgres did not start. The end of ${logFile}:\n${last}`)
}

/** A port that is free now; if another takes it before Postgres does, the start is repeated with a new one. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

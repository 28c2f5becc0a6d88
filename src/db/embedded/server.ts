/** The server: brought up on a free port, brought up again when it dies under us, and stopped last. */
import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { SECOND } from '../../duration.ts'
import { StartRefused } from '../../errors.ts'
import type { Binaries } from './binaries.ts'
import type { Home } from './home.ts'
import { becomesReady, hasEnded, type Launch, launch } from './launch.ts'
import { keepPreviousLog, logFileOf } from './log-file.ts'
import { shutDown } from './postmaster.ts'

/** A server that takes connections on 127.0.0.1. */
export interface Server {
  port: number
  /** Ends all sessions, and resolves when the server is gone. */
  stop(): Promise<void>
}

/** What {@link startServer} takes. */
export interface ServerOptions {
  home: Home
  binaries: Binaries
  /** The log file is here. */
  dataDir: string
  durable: boolean
  log: (message: string) => void
}

/** @throws {StartRefused} with the last lines of its log when it does not come up */
export async function startServer({ dataDir, log, ...options }: ServerOptions): Promise<Server> {
  const logFile = logFileOf(dataDir)
  await keepPreviousLog(dataDir)
  const { port, child: first } = await startOnFreePort({ ...options, logFile })
  let child = first
  let restarting: Promise<void> | undefined
  const stopping = new AbortController()
  const { signal } = stopping

  const watch = () =>
    child.once('exit', (code, killedBy) => {
      if (!signal.aborted) restarting = restart(`ended by itself (${killedBy ?? code})`)
    })

  /** On the same port, so that every connection pool finds it again. */
  async function restart(why: string): Promise<void> {
    log(`Postgres ${why}; starting it again. ${dataDir} has its logs.`)
    await keepPreviousLog(dataDir)
    for (let pause = SECOND / 2; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        child = await launch({ ...options, logFile, port })
        await comesUp(child, { ...options, logFile })
        watch()
        return log('Postgres is back.')
      } catch (error) {
        if (!signal.aborted) log(error instanceof Error ? error.message : String(error))
      }
      await sleep(pause, undefined, { signal }).catch(() => {})
    }
  }

  watch()
  return {
    port,
    async stop() {
      stopping.abort()
      await end(child)
      // A restart that was under way may have launched another before it saw that we stop.
      await restarting
      await end(child)
    },
  }
}

/** Between restarts that fail, pauses double up to this: a full disk is not emptied faster by asking more often. */
const LONGEST_PAUSE = 30 * SECOND

/** The sessions of a postmaster that was killed end by themselves, in less than a second; a new one waits for them. */
const PATIENCE_WITH_THE_DEAD = 15 * SECOND

const PASSES = /Address already in use|shared memory block .* is still in use/

async function startOnFreePort(
  options: Omit<Launch, 'port'>,
): Promise<{ port: number; child: ChildProcess }> {
  const deadline = performance.now() + PATIENCE_WITH_THE_DEAD
  for (;;) {
    try {
      const port = await freePort()
      const child = await launch({ ...options, port })
      await comesUp(child, options)
      return { port, child }
    } catch (error) {
      const passes = error instanceof StartRefused && PASSES.test(error.message)
      if (!passes || performance.now() > deadline) throw error
    }
    await sleep(100)
  }
}

async function comesUp(
  child: ChildProcess,
  { home, logFile }: Pick<Launch, 'home' | 'logFile'>,
): Promise<void> {
  if (await becomesReady(child, home)) return
  await end(child)
  const said = await readFile(logFile, 'utf8').catch(() => '')
  const last = said.trim().split('\n').slice(-5).join('\n')
  throw new StartRefused(`Postgres did not start. ${logFile} ends with:\n${last}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid !== undefined && !hasEnded(child)) await shutDown(child.pid)
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

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
  const first = await bringUp({ ...options, logFile })
  let child = first.child
  let stopping = false
  let restarting: Promise<void> | undefined

  const watch = () =>
    child.once('exit', (code, signal) => {
      if (!stopping) restarting = restart(`ended by itself (${signal ?? code})`)
    })

  /** On the same port, so that every connection pool finds it again. */
  async function restart(why: string): Promise<void> {
    log(`Postgres ${why}; starting it again. ${dataDir} has its logs.`)
    await keepPreviousLog(dataDir)
    for (let pause = SECOND / 2; !stopping; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      child = await launch({ ...options, logFile, port: first.port })
      if (await becomesReady(child, options.home)) {
        watch()
        return log('Postgres is back.')
      }
      log(didNotStart(await lastLines(logFile), logFile).message)
      await sleep(pause, undefined, { ref: false })
    }
  }

  watch()
  return {
    port: first.port,
    async stop() {
      stopping = true
      await end(child)
      // A restart that was under way may have started another before it saw that we stop.
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

async function bringUp(options: Omit<Launch, 'port'>): Promise<{ child: ChildProcess; port: number }> {
  const deadline = performance.now() + PATIENCE_WITH_THE_DEAD
  for (;;) {
    const port = await freePort()
    const child = await launch({ ...options, port })
    if (await becomesReady(child, options.home)) return { child, port }
    await end(child)
    const said = await lastLines(options.logFile)
    if (!PASSES.test(said) || performance.now() > deadline) throw didNotStart(said, options.logFile)
    await sleep(100)
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid !== undefined && !hasEnded(child)) await shutDown(child.pid)
}

const lastLines = async (file: string) =>
  (await readFile(file, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n')

const didNotStart = (said: string, logFile: string) =>
  new StartRefused(`Postgres did not start. ${logFile} ends with:\n${said}`)

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

/**
 * Starting the server process, once.
 *
 * Ctrl-C in a terminal signals the whole process group. Postgres would shut down at once, under the feet of a Ringback that
 * still has work to finish; in a session of its own it hears nothing until we stop it. If we die without that, it runs on,
 * and the next start takes over.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { MINUTE } from '../../duration.ts'
import type { Binaries } from './binaries.ts'
import type { Home } from './home.ts'
import { readPostmasterFile } from './postmaster.ts'
import { ENVIRONMENT } from './run.ts'
import { settingsAsArguments } from './settings.ts'
import { waitUntil } from './wait.ts'

/** What a server process is started with. */
export interface Launch {
  home: Home
  binaries: Binaries
  port: number
  durable: boolean
  logFile: string
}

/** Starts the process; whether it comes up is for {@link becomesReady} to say. */
export async function launch({ home, binaries, logFile, ...settings }: Launch): Promise<ChildProcess> {
  // Opened by us and handed down: the user that Postgres runs as needs no right to the file.
  const log = await open(logFile, 'w', 0o600)
  try {
    const child = spawn(
      binaries.postgres,
      ['-D', join(home.cluster, 'data'), ...settingsAsArguments(settings)],
      {
        ...home.user,
        cwd: '/',
        env: ENVIRONMENT,
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
      },
    )
    // It could not be started at all; then it has no process id, and counts as ended.
    child.once('error', () => {})
    // A server that outlives us must not keep us from ending.
    child.unref()
    return child
  } finally {
    await log.close()
  }
}

/** Whether the process has ended, or never was. */
export const hasEnded = (child: ChildProcess) =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null

/** After a crash the server first repeats up to `max_wal_size` of changes, which a slow disk takes minutes for. */
const PATIENCE_WITH_RECOVERY = 10 * MINUTE

/** Resolves with whether the server takes connections; otherwise it ended, or is stuck. */
export async function becomesReady(child: ChildProcess, home: Home): Promise<boolean> {
  let ready = false
  await waitUntil(async () => {
    const file = await readPostmasterFile(join(home.cluster, 'data'))
    ready = file?.pid === child.pid && file?.ready === true && !hasEnded(child)
    return ready || hasEnded(child)
  }, PATIENCE_WITH_RECOVERY)
  return ready
}

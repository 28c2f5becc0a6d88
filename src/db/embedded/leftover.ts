/** What an earlier Ringback that was killed left behind: a server that runs on, or only its `postmaster.pid`. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isPostmasterOf, isTaken, postmasterFile, readPostmasterFile, shutDown } from './postmaster.ts'

/**
 * Clears the way for a new server. A running one is stopped rather than adopted: the new one then has this version's
 * binaries and settings, and is a child whose end we notice.
 */
export async function stopLeftover(cluster: string, log: (message: string) => void): Promise<void> {
  const data = join(cluster, 'data')
  const left = await readPostmasterFile(data)
  if (left === undefined) return
  if (await isPostmasterOf(left.pid, data)) {
    log(`Stopping the Postgres (process ${left.pid}) that an earlier Ringback left running.`)
    await shutDown(left.pid)
  } else if (isTaken(left.pid)) {
    // By a stranger, or by the dead server that nobody took note of. Postgres would believe it to run, and refuse to start.
    await rm(postmasterFile(data), { force: true })
  }
}
